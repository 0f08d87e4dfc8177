// Reads the dates of a file of holidays, which people write by hand, one a line, or export from a
// calendar (iCalendar, RFC 5545: whole days, once or every year). What is not understood of an
// event is refused, never left out: a holiday that is not seen is a day on which people are texted.
// What a date means is core/lawful_hours'.
#pragma once

#include "core/failure.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace tidings::codec {

// Days from first to last, both included.
struct day_range {
    std::chrono::sys_days first;
    std::chrono::sys_days last;
};

inline constexpr std::size_t holidays_max = 100'000;

// One date a line ("2026-12-25"), # begins a comment; or from BEGIN:VCALENDAR on a calendar.
// Ascending, each once; of events that come again those within `wanted`. The failure
// (configuration) names `file` and the line.
core::result<std::vector<std::chrono::sys_days>> holidays_from(std::string_view text,
                                                               std::string_view file,
                                                               day_range wanted);

// "20261225"; nullopt: no date.
std::optional<std::chrono::sys_days> compact_date_in(std::string_view text);

}  // namespace tidings::codec
