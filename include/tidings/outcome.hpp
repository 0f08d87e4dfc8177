// The fates a row of a list can have: every row ends in exactly one (docs/promises.md).
#pragma once

#include "tidings/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tidings {
inline namespace v0 {

enum class outcome : std::uint8_t {
    accepted,    // the server took the message
    rejected,    // the server refused this message
    unknown,     // it may have reached the server, and no answer says so
    failed,      // certainly not accepted, and given up
    expired,     // its deadline came before it could be sent
    invalid,     // the row names no usable number; never sent
    duplicate,   // an earlier row has the same number; never sent
    suppressed,  // on a suppression list; never sent
};

inline constexpr std::size_t outcome_count = 8;

// "accepted": as it stands in the outcome log.
TIDINGS_API std::string_view name_of(outcome what) noexcept;

// How many rows ended how.
struct outcome_counts {
    std::array<std::uint64_t, outcome_count> by_outcome{};

    std::uint64_t operator[](outcome what) const noexcept {
        return by_outcome[static_cast<std::size_t>(what)];
    }
    std::uint64_t total() const noexcept {
        std::uint64_t sum = 0;
        for (const auto count : by_outcome)
            sum += count;
        return sum;
    }
};

}  // namespace v0
}  // namespace tidings
