// Dates and moments as the cells of lists have them, which is as programs write them and not as
// people do: "2026-11-23", "2026-11-23 09:00", with seconds and an offset or without, and the dates
// of workbooks. What may be two days (11/03/2026) is none. Settings have codec/text/units.
#pragma once

#include "core/time.hpp"

#include <optional>
#include <string_view>

namespace tidings::codec {

struct written_moment {
    core::wall_time at{};
    // No offset: `at` is what a clock on the wall says, as if it hung in UTC.
    bool local = true;

    friend bool operator==(const written_moment&, const written_moment&) = default;
};

// A day is its first moment. Years 2000 .. 2199.
std::optional<written_moment> moment_in(std::string_view text);

}  // namespace tidings::codec
