#include "net/kept_headers.hpp"

#include <algorithm>

#include <boost/beast/core/string.hpp>

namespace tidings::net {

void keep_header(const std::vector<std::string>& names, std::string_view name,
                 std::string_view value, std::string& kept) {
    const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& one) {
        return boost::beast::iequals({one.data(), one.size()}, {name.data(), name.size()});
    });
    if (found == names.end()) return;
    if (kept.size() + found->size() + value.size() + 3 > kept_headers_max) return;
    kept += *found;
    kept += ": ";
    kept += value;
    kept += '\n';
}

}  // namespace tidings::net
