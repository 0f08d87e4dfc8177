// The fates a row can have. Every row of a list ends in exactly one of them; what an attempt meant
// is decided in core/verdict.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tidings::core {

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

inline constexpr std::array<std::string_view, outcome_count> outcome_names = {
    "accepted", "rejected", "unknown", "failed", "expired", "invalid", "duplicate", "suppressed"};

constexpr std::string_view name_of(outcome what) {
    return outcome_names[static_cast<std::size_t>(what)];
}

constexpr std::optional<outcome> outcome_named(std::string_view name) {
    for (std::size_t i = 0; i < outcome_count; ++i)
        if (outcome_names[i] == name) return static_cast<outcome>(i);
    return std::nullopt;
}

// How many rows ended how; the sum of a run.
struct outcome_counts {
    std::array<std::uint64_t, outcome_count> by_outcome{};

    std::uint64_t& operator[](outcome what) { return by_outcome[static_cast<std::size_t>(what)]; }
    std::uint64_t operator[](outcome what) const {
        return by_outcome[static_cast<std::size_t>(what)];
    }
    std::uint64_t total() const {
        std::uint64_t sum = 0;
        for (const auto n : by_outcome)
            sum += n;
        return sum;
    }
    friend bool operator==(const outcome_counts&, const outcome_counts&) = default;
};

}  // namespace tidings::core
