// What comes again every year, as calendars write it (RRULE of RFC 5545 with FREQ=YEARLY): "the
// fourth Thursday of November". Other frequencies, and parts that name days in other ways, are
// refused. Events that have such a rule are codec/text/calendar_events'.
#pragma once

#include "core/failure.hpp"

#include <chrono>
#include <string_view>
#include <vector>

namespace tidings::codec {

struct yearly_rule {
    struct weekday_of_month {
        int ordinal = 0;  // 4: the fourth, -1: the last, 0: each
        std::chrono::weekday day;
    };
    int interval = 1;
    int count = 0;  // 0: for ever
    std::chrono::sys_days until = std::chrono::sys_days::max();
    std::vector<unsigned> months;  // empty: the first event's
    std::vector<int> month_days;   // empty: the first event's, where no weekdays are
    std::vector<weekday_of_month> weekdays;
};

// "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH". The failure is without a place.
core::result<yearly_rule> yearly_rule_from(std::string_view text);

// When it comes, `first` being the first time, up to `last`.
std::vector<std::chrono::sys_days> repeated(const yearly_rule& rule, std::chrono::sys_days first,
                                            std::chrono::sys_days last);

}  // namespace tidings::codec
