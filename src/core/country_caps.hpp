// Keeps how many messages go to a country in any window ("HT:100/1h"), against those who have
// messages sent to numbers that they are paid for. A slot is taken when a message leaves and comes
// back a window after its end, so that no window of the far end sees more. It knows no countries:
// which numbers a cap is for is told by their first digits (runner/country_prefixes). Limits of
// accounts, bots and senders are core/limiter's.
//
// The journal has no numbers, so that after a restart nobody knows how much of a cap was used: it
// counts as used up when the process before ended.
#pragma once

#include "core/phone_number.hpp"
#include "core/rate_limit.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tidings::core {

struct country_cap {
    std::string country;  // ISO 3166
    rate_limit limit;

    friend bool operator==(const country_cap&, const country_cap&) = default;
};
std::string spelled(const country_cap& cap);

struct capped_countries {
    static constexpr std::size_t caps_max = 200;
    std::vector<country_cap> caps;  // one a country
    // By phone_number::leading(): 1 is the first cap, 0: none. Empty: no cap is for anybody.
    std::vector<std::uint8_t> by_leading;
};

class country_caps {
  public:
    // What a process before this one sent by then is not known; nullopt: there was none.
    country_caps(capped_countries of, std::optional<time_stamp> used_until);

    // Whether its number has a cap at all.
    bool hold(phone_number to) const noexcept { return cap_of(to) != nullptr; }
    // A row may be taken up now, and counts as such, or from the moment that is returned: so that
    // not more wait for departure than may leave in a window. A row that is taken up and never
    // leaves costs a place for one window.
    instant admit(phone_number to, time_stamp now);
    // `now`, or when a message may leave.
    instant free_at(phone_number to, time_stamp now);
    // A message leaves, and ends. Pre: free_at said `now`.
    void take(phone_number to);
    void on_ended(phone_number to, instant now);
    // It did not leave after all.
    void on_untouched(phone_number to);

  private:
    struct cap_state {
        rate_limit limit;
        std::deque<instant> admitted;  // when, ascending; at most limit.count of a window
        std::deque<instant> back;      // when slots come back, ascending
        std::uint32_t in_flight = 0;
        instant closed_until{};
    };

    const cap_state* cap_of(phone_number to) const noexcept {
        if (by_leading_.empty()) return nullptr;
        const auto which = by_leading_[to.leading()];
        return which == 0 ? nullptr : &caps_[which - 1U];
    }
    cap_state* cap_of(phone_number to) noexcept {
        return const_cast<cap_state*>(std::as_const(*this).cap_of(to));
    }

    std::vector<cap_state> caps_;
    std::vector<std::uint8_t> by_leading_;
};

}  // namespace tidings::core
