#include "net/address_list.hpp"

#include <algorithm>
#include <optional>

namespace tidings::net {

std::vector<address> address_list::alternated(const std::vector<address>& found) {
    std::vector<address> v6;
    std::vector<address> v4;
    for (const auto& one : found)
        (one.address().is_v6() ? v6 : v4).push_back(one);
    std::vector<address> mixed;
    for (std::size_t i = 0; i < std::max(v6.size(), v4.size()); ++i) {
        if (i < v6.size()) mixed.push_back(v6[i]);
        if (i < v4.size()) mixed.push_back(v4[i]);
    }
    if (mixed.size() > addresses_max) mixed.resize(addresses_max);
    return mixed;
}

void address_list::replace(const std::vector<address>& found) {
    remember(found);
    const auto kept = addresses_.empty() ? std::nullopt : std::optional(current());
    addresses_ = alternated(found);
    at_ = failed_ = 0;
    if (!kept) return;
    const auto same = std::find(addresses_.begin(), addresses_.end(), *kept);
    if (same != addresses_.end()) at_ = static_cast<std::size_t>(same - addresses_.begin());
}

void address_list::remember(const std::vector<address>& found) {
    ++answers_;
    for (const auto& one : found) {
        const auto known = std::find_if(remembered_.begin(), remembered_.end(),
                                        [&](const auto& old) { return old.what == one; });
        if (known != remembered_.end()) {
            known->named_in = answers_;
        } else if (remembered_.size() < remembered_max) {
            remembered_.push_back({one, answers_});
        } else {
            *std::min_element(remembered_.begin(), remembered_.end(),
                              [](const auto& a, const auto& b) {
                                  return a.named_in < b.named_in;
                              }) = {one, answers_};
        }
    }
}

bool address_list::left(const address& which) const noexcept {
    return std::any_of(remembered_.begin(), remembered_.end(), [&](const auto& old) {
        return old.what == which && answers_ - old.named_in >= absences_max;
    });
}

void address_list::on_succeeded(const address& which) noexcept {
    failed_ = 0;
    const auto found = std::find(addresses_.begin(), addresses_.end(), which);
    if (found != addresses_.end()) at_ = static_cast<std::size_t>(found - addresses_.begin());
}

bool address_list::on_failed() noexcept {
    if (addresses_.empty()) return true;
    at_ = (at_ + 1) % addresses_.size();
    if (++failed_ < addresses_.size()) return false;
    failed_ = 0;
    return true;
}

}  // namespace tidings::net
