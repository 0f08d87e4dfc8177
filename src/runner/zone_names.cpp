#include "runner/zone_names.hpp"

namespace tidings::runner {

std::optional<core::zone_id> zone_names::intern(std::string_view name) {
    if (last_id_ != 0 && name == last_name_) return last_id_;
    last_name_ = name;
    last_id_ = 0;
    if (const auto known = ids_.find(last_name_); known != ids_.end()) {
        last_id_ = known->second;
        return last_id_;
    }
    if (ids_.size() == zones_max) return std::nullopt;
    const auto id = static_cast<core::zone_id>(ids_.size() + 1);
    ids_.emplace(last_name_, id);
    const std::lock_guard guard(lock_);
    names_.push_back(last_name_);
    last_id_ = id;
    return id;
}

std::vector<std::string> zone_names::from(core::zone_id first) const {
    const std::lock_guard guard(lock_);
    if (first > names_.size()) return {};
    return {names_.begin() + (first - 1), names_.end()};
}

}  // namespace tidings::runner
