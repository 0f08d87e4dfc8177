#include "core/halt_reasons.hpp"

#include <algorithm>
#include <utility>

namespace tidings::core {

void halt_reasons::add(halt_reason one) {
    const auto said = [&](const halt_reason& other) { return other.text == one.text; };
    if (std::any_of(all_.begin(), all_.end(), said)) return;
    const auto graver = [](const halt_reason& a, const halt_reason& b) {
        return a.status > b.status;
    };
    all_.insert(std::upper_bound(all_.begin(), all_.end(), one, graver), std::move(one));
    if (all_.size() > kept_max) all_.pop_back();
}

std::optional<halt_reason> halt_reasons::whole() const {
    if (all_.empty()) return std::nullopt;
    halt_reason made = all_.front();
    for (std::size_t i = 1; i < all_.size(); ++i)
        made.text += "; " + all_[i].text;
    return made;
}

}  // namespace tidings::core
