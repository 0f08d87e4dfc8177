#include "gateway/server/descriptor_room.hpp"

#include <algorithm>

#include <sys/resource.h>

namespace tidings::gateway {

core::result<std::size_t> room_for_connections(std::size_t wanted, std::size_t least) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
    const auto needed = static_cast<rlim_t>(wanted + descriptors_spared);
    if (limit.rlim_cur < needed && limit.rlim_cur < limit.rlim_max) {
        const rlimit raised{std::min(needed, limit.rlim_max), limit.rlim_max};
        if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit.rlim_cur = raised.rlim_cur;
    }
    const auto may = static_cast<std::size_t>(std::min(limit.rlim_cur, needed));
    const auto room = may > descriptors_spared ? may - descriptors_spared : 0;
    if (room >= least) return std::min(wanted, room);
    return core::failure{core::trouble::configuration,
                         "this process may open " + std::to_string(may) +
                             " files, which is too few to serve anybody: ulimit -n " +
                             std::to_string(needed) + " before starting it raises the limit"};
}

}  // namespace tidings::gateway
