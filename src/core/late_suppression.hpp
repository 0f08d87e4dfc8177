// Numbers that were put on a suppression list while the run goes on. The reader screens what it
// reads from then on (runner/list_reader); this is for what it had read before.
#pragma once

#include "core/phone_number.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace tidings::core {

// What is said of a row in doubt that is not asked about any more: asking could text somebody.
inline constexpr std::string_view opted_out_in_doubt =
    "in doubt, and not asked about: its number has opted out";
inline constexpr std::string_view expired_in_doubt =
    "in doubt, and not asked about: its deadline has passed";
// And of one that never left.
inline constexpr std::string_view expired_unsent = "its deadline came before it could be sent";

class late_suppression {
  public:
    using test = std::function<bool(phone_number)>;

    // All that are listed now; replaces what was said before.
    void set(test listed, std::string_view why) {
        listed_ = std::move(listed);
        why_ = why;
    }
    bool holds(phone_number to) const { return listed_ && listed_(to); }
    std::string_view why() const noexcept { return why_; }

  private:
    test listed_;
    std::string why_;
};

}  // namespace tidings::core
