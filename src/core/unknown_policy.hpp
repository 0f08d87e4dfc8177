// What the operator wants done with requests that may have been processed and were not answered:
// [unknown] policy of a campaign file. core/dispatcher does it.
#pragma once

#include <cstdint>

namespace tidings::core {

enum class unknown_policy : std::uint8_t {
    hold,    // it ends as `unknown`, for a person to settle
    probe,   // ask again with the same jti; "possibly a replay" is the proof
    resend,  // send again, at the operator's risk of texting somebody twice
};

}  // namespace tidings::core
