#include "core/country_caps.hpp"

#include "core/wording.hpp"

#include <algorithm>
#include <cassert>

namespace tidings::core {

namespace {

// All of a cap is on its way: an answer frees it, and is looked for so often.
constexpr duration look_again = std::chrono::seconds(1);

void drop_until(std::deque<instant>& moments, instant now) {
    while (!moments.empty() && moments.front() <= now)
        moments.pop_front();
}

}  // namespace

std::string spelled(const country_cap& cap) {
    return cap.country + ":" + spelled(cap.limit);
}

country_caps::country_caps(capped_countries of, std::optional<time_stamp> used_until)
    : by_leading_(std::move(of.by_leading)) {
    assert(of.caps.size() <= capped_countries::caps_max);
    for (const auto& cap : of.caps) {
        auto& made = caps_.emplace_back();
        made.limit = cap.limit;
        if (used_until) made.closed_until = used_until->steady + cap.limit.window;
    }
}

instant country_caps::admit(phone_number to, time_stamp now) {
    auto* const cap = cap_of(to);
    if (cap == nullptr) return now.steady;
    if (cap->closed_until > now.steady) return cap->closed_until;
    auto& admitted = cap->admitted;
    while (!admitted.empty() && admitted.front() + cap->limit.window <= now.steady)
        admitted.pop_front();
    if (admitted.size() >= cap->limit.count) return admitted.front() + cap->limit.window;
    admitted.push_back(now.steady);
    return now.steady;
}

instant country_caps::free_at(phone_number to, time_stamp now) {
    auto* const cap = cap_of(to);
    if (cap == nullptr) return now.steady;
    if (cap->closed_until > now.steady) return cap->closed_until;
    drop_until(cap->back, now.steady);
    if (cap->in_flight + cap->back.size() < cap->limit.count) return now.steady;
    return cap->back.empty() ? now.steady + look_again : cap->back.front();
}

void country_caps::take(phone_number to) {
    if (auto* const cap = cap_of(to)) ++cap->in_flight;
}

void country_caps::on_ended(phone_number to, instant now) {
    auto* const cap = cap_of(to);
    if (cap == nullptr) return;
    --cap->in_flight;
    const auto back = now + cap->limit.window;
    cap->back.push_back(cap->back.empty() ? back : std::max(back, cap->back.back()));
}

void country_caps::on_untouched(phone_number to) {
    if (auto* const cap = cap_of(to)) --cap->in_flight;
}

}  // namespace tidings::core
