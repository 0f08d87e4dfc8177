#include "codec/text/dates.hpp"

#include "core/wording.hpp"

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

// "" where there is none; a local one without its Z.
std::string read(std::string_view text) {
    const auto found = moment_in(text);
    if (!found) return "";
    auto made = core::spelled(found->at);
    made.resize(made.find('.'));
    return found->local ? made : made + "Z";
}

TEST(dates, as_programs_write_them) {
    const std::pair<std::string_view, std::string_view> table[] = {
        {"2026-11-23", "2026-11-23T00:00:00"},
        {" 2026-11-23 ", "2026-11-23T00:00:00"},
        {"2026-11-23 09:30", "2026-11-23T09:30:00"},
        {"2026-11-23T09:30:15", "2026-11-23T09:30:15"},
        {"2026-11-23 09:30:15+00", "2026-11-23T09:30:15Z"},   // PostgreSQL
        {"2026-11-23 09:30:15 UTC", "2026-11-23T09:30:15Z"},  // BigQuery
        {"2026-11-23T09:30:15Z", "2026-11-23T09:30:15Z"},
        {"2026-11-23T09:30:15+0530", "2026-11-23T04:00:15Z"},
        {"2026-11-23T09:30:15-05:00", "2026-11-23T14:30:15Z"},
        {"2026-11-23T09:30-05:00", "2026-11-23T14:30:00Z"},
        {"date 46349", "2026-11-23T00:00:00"},  // a cell of xlsx
        {"date 46349.395833333336", "2026-11-23T09:30:00"},
        {"date 2026-11-23T09:30:15", "2026-11-23T09:30:15"},  // a cell of ods
        {"", ""},
        {"yes", ""},
        {"46349", ""},
        {"11/23/2026", ""},
        {"23.11.2026", ""},
        {"2026-11-31", ""},
        {"2026-11-23x", ""},
        {"2026-11-23 +01:00", ""},
        {"2026-11-23 25:00", ""},
        {"2026-11-23 09:30 EST", ""},
        {"2026-11-23 09:30+1", ""},
        {"date 12", ""},
        {"date 1e9", ""},
        {"1999-11-23", ""},
    };
    for (const auto& [text, is] : table)
        EXPECT_EQ(read(text), is) << text;
}

}  // namespace
}  // namespace tidings::codec
