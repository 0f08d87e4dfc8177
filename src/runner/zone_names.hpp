// The names of time zones that a list uses, each with the small number that rows carry. It does not
// know whether there is such a zone: core/calendar's owner asks that when it meets a new one.
#pragma once

#include "core/row.hpp"

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace tidings::runner {

// One thread interns; any thread may read names.
class zone_names {
  public:
    static constexpr std::size_t zones_max = 4096;

    // The name's number, 1 or more, the same for the same name; nullopt when there are too many.
    std::optional<core::zone_id> intern(std::string_view name);

    // Names of the zones from `first` on, in order of their numbers. Pre: first >= 1.
    std::vector<std::string> from(core::zone_id first) const;

  private:
    mutable std::mutex lock_;         // guards names_; taken for a new name and by readers only
    std::vector<std::string> names_;  // number 1 is names_[0]
    boost::unordered_flat_map<std::string, core::zone_id> ids_;
    std::string last_name_;  // neighbours often share a zone
    core::zone_id last_id_ = 0;
};

}  // namespace tidings::runner
