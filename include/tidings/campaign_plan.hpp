// What a campaign would do: what `tidings plan` prints, as values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tidings {
inline namespace v0 {

struct campaign_plan {
    std::uint64_t rows = 0;
    std::uint64_t sendable = 0;
    std::uint64_t invalid = 0;  // rows that name no usable number, or a sender that nobody has
    std::uint64_t duplicate = 0;
    std::uint64_t suppressed = 0;
    std::uint64_t opt_outs = 0;             // numbers in the suppression files
    std::uint64_t opt_outs_unreadable = 0;  // lines of them that name nobody: send refuses them
    // When the last answer would come if it began now; nullopt: no limit decides, or it never ends
    // in the days that the calendar knows.
    std::optional<std::chrono::system_clock::time_point> finish;
    std::string decided_by;          // "600/60s of st-1", "the recipients' hours"; else empty
    std::vector<std::string> notes;  // one sentence each: spellings that were corrected, problems
};

}  // namespace v0
}  // namespace tidings
