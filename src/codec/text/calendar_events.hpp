// The whole days of a calendar's events (iCalendar, RFC 5545): DTSTART with DTEND or DURATION,
// RRULE every year, RDATE and EXDATE. Anything else that would make another day of it (times, other
// frequencies, changed repetitions) is a failure that names the line. Time zones, tasks and alarms
// say nothing of days and are skipped; so are cancelled events. Files of dates are
// codec/text/holiday_file's, what comes every year codec/text/yearly_rule's.
#pragma once

#include "codec/text/holiday_file.hpp"
#include "core/failure.hpp"

#include <chrono>
#include <string_view>
#include <vector>

namespace tidings::codec {

// Not in any order, some maybe twice.
core::result<std::vector<std::chrono::sys_days>> event_days(std::string_view text,
                                                            std::string_view file,
                                                            day_range wanted);

}  // namespace tidings::codec
