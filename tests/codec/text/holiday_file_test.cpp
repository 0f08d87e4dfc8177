#include "codec/text/holiday_file.hpp"

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

using std::chrono::sys_days;
using std::chrono::year;

const day_range some_years{year(2026) / 1 / 1, year(2029) / 12 / 31};

// "2026-12-25 2027-12-25"
std::string dates(const std::vector<sys_days>& days) {
    std::string text;
    for (const auto day : days) {
        const std::chrono::year_month_day date(day);
        const auto two = [](unsigned part) {
            return (part < 10 ? "-0" : "-") + std::to_string(part);
        };
        text += (text.empty() ? "" : " ") + std::to_string(static_cast<int>(date.year())) +
                two(static_cast<unsigned>(date.month())) + two(static_cast<unsigned>(date.day()));
    }
    return text;
}

// Of a calendar with one event; on failure what is wrong.
std::string of_event(const std::string& properties) {
    const auto days = holidays_from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n" +
                                        properties + "END:VEVENT\r\nEND:VCALENDAR\r\n",
                                    "h.ics", some_years);
    return days ? dates(*days) : days.error().text;
}

TEST(holiday_file, one_date_a_line) {
    const auto days = holidays_from(
        "# closed\n2027-01-01 # new year\r\n\n  2026-12-25\n2027-01-01\n", "h.txt", some_years);
    ASSERT_TRUE(days);
    EXPECT_EQ(dates(*days), "2026-12-25 2027-01-01");
    for (const char* bad : {"2026-13-01", "2026-02-30", "25.12.2026", "2026-1-01x", "2026-+1-01",
                            "20261225", "BEGIN:VCARD"}) {
        const auto read = holidays_from(std::string("2026-12-25\n") + bad, "h.txt", some_years);
        ASSERT_FALSE(read) << bad;
        EXPECT_EQ(read.error().text, "h.txt:2: not a date: write one a line, as 2026-12-25");
    }
}

TEST(holiday_file, whole_days_of_events) {
    struct row {
        const char* properties;
        const char* days;
    };
    for (const auto& one :
         {row{"DTSTART;VALUE=DATE:20261225\r\nSUMMARY:Christmas\r\n", "2026-12-25"},
          row{"DTSTART:20261225\n", "2026-12-25"},
          row{"dtstart;value=date:20261225\r\n", "2026-12-25"},
          // The end is the first day after it.
          row{"DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261226\r\n", "2026-12-25"},
          row{"DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\n",
              "2026-12-25 2026-12-26"},
          row{"DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261225\r\n", "2026-12-25"},
          row{"DTSTART;VALUE=DATE:20261230\r\nDURATION:P3D\r\n",
              "2026-12-30 2026-12-31 2027-01-01"},
          row{"DTSTART;VALUE=DATE:20261225\r\nRDATE;VALUE=DATE:20270101,20270201\r\n",
              "2026-12-25 2027-01-01 2027-02-01"},
          row{"DTSTART;VALUE=DATE:20261225\r\nSTATUS:CANCELLED\r\n", ""},
          // Folded, with a colon within quotes, with an alarm inside.
          row{"DTSTART;VALUE=DA\r\n TE:2026\r\n\t1225\r\n", "2026-12-25"},
          row{"DTSTART;X-NAME=\"a:b;c\";VALUE=DATE:20261225\r\n", "2026-12-25"},
          row{"DTSTART:20261225\r\nBEGIN:VALARM\r\nTRIGGER:-PT15M\r\nDURATION:PT5M\r\n"
              "END:VALARM\r\n",
              "2026-12-25"}})
        EXPECT_EQ(of_event(one.properties), one.days) << one.properties;
}

TEST(holiday_file, what_comes_every_year) {
    struct row {
        const char* start;
        const char* rule;
        const char* days;
    };
    for (const auto& one :
         {row{"20201225", "FREQ=YEARLY", "2026-12-25 2027-12-25 2028-12-25 2029-12-25"},
          row{"20271225", "FREQ=YEARLY;WKST=SU", "2027-12-25 2028-12-25 2029-12-25"},
          row{"20201126", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
              "2026-11-26 2027-11-25 2028-11-23 2029-11-22"},
          row{"20200525", "FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO",
              "2026-05-25 2027-05-31 2028-05-29 2029-05-28"},
          row{"20201103", "FREQ=YEARLY;INTERVAL=2;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
              "2026-11-03 2028-11-07"},
          row{"20201225", "FREQ=YEARLY;UNTIL=20271225", "2026-12-25 2027-12-25"},
          row{"20201225", "FREQ=YEARLY;UNTIL=20271224T235959Z", "2026-12-25"},
          row{"20201225", "FREQ=YEARLY;COUNT=8", "2026-12-25 2027-12-25"},
          row{"20200229", "FREQ=YEARLY", "2028-02-29"},
          row{"20200131", "FREQ=YEARLY;BYMONTH=1,6;BYMONTHDAY=-1",
              "2026-01-31 2026-06-30 2027-01-31 2027-06-30 2028-01-31 2028-06-30 2029-01-31 "
              "2029-06-30"},
          row{"20260101", "FREQ=YEARLY;BYMONTH=7;COUNT=2", "2026-01-01 2026-07-01"}})
        EXPECT_EQ(of_event(std::string("DTSTART;VALUE=DATE:") + one.start +
                           "\r\nRRULE:" + one.rule + "\r\n"),
                  one.days)
            << one.rule;
    EXPECT_EQ(of_event("DTSTART:20201225\r\nRRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20271225\r\n"
                       "DURATION:P2D\r\n"),
              "2026-12-25 2026-12-26 2028-12-25 2028-12-26 2029-12-25 2029-12-26");
}

TEST(holiday_file, what_is_not_understood_of_an_event_is_refused) {
    struct row {
        const char* properties;
        const char* words;
    };
    for (const auto& one :
         {row{"DTSTART:20261225T090000Z\r\n", "h.ics:4: DTSTART 20261225T090000Z is no whole day"},
          row{"DTSTART:20261225\r\nDTEND:20261224\r\n", "h.ics:6: the event ends before"},
          row{"DTSTART:20261225\r\nDURATION:PT8H\r\n", "h.ics:5: DURATION PT8H is not in whole"},
          row{"SUMMARY:no day\r\n", "h.ics:5: the event has no DTSTART"},
          row{"DTSTART:20261225\r\nDTEND:20281225\r\n", "longer than a year"},
          row{"DTSTART:20261225\r\nRECURRENCE-ID:20261225\r\n", "RECURRENCE-ID is not"},
          row{"DTSTART:20261225\r\nRDATE;VALUE=PERIOD:20261225T0/P1D\r\n", "is no whole day"},
          row{"DTSTART:20261225\r\nRRULE:FREQ=WEEKLY\r\n",
              "h.ics:5: RRULE FREQ=WEEKLY: FREQ=WEEKLY is not understood"},
          row{"DTSTART:20261225\r\nRRULE:FREQ=YEARLY;BYWEEKNO=20\r\n", "BYWEEKNO=20 is not"},
          row{"DTSTART:20261225\r\nRRULE:FREQ=YEARLY;BYDAY=20MO\r\n", "BYDAY=20MO is not"},
          row{"DTSTART:20261225\r\nRRULE:FREQ=YEARLY;BYDAY=1MO\r\n", "without BYMONTH"},
          row{"DTSTART:20261225\r\nRRULE:FREQ=YEARLY;BYMONTH=13\r\n", "BYMONTH=13 is not"},
          row{"DTSTART:20261225\r\nRRULE:INTERVAL=1\r\n", "it has no FREQ"},
          row{"DTSTART:20261225\r\nRRULE:FREQ=YEARLY;INTERVAL=0\r\n", "INTERVAL=0 is not"},
          row{"END:VTODO\r\n", "h.ics:4: END:VTODO ends nothing that began"}})
        EXPECT_NE(of_event(one.properties).find(one.words), std::string::npos)
            << one.properties << ": " << of_event(one.properties);
}

TEST(holiday_file, a_calendar_is_whole_and_has_events) {
    const auto why = [](std::string_view text) {
        const auto days = holidays_from(text, "h.ics", some_years);
        return days ? dates(*days) : days.error().text;
    };
    EXPECT_EQ(why("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"), "h.ics:2: the calendar has no event");
    EXPECT_EQ(why("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225\n"),
              "h.ics:3: the calendar has no END:VEVENT: is the file whole?");
    // Tasks and zones say nothing of days.
    EXPECT_EQ(why("\xEF\xBB\xBF"
                  "begin:vcalendar\nBEGIN:VTIMEZONE\nBEGIN:STANDARD\nDTSTART:19701101T020000\n"
                  "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\nEND:STANDARD\nEND:VTIMEZONE\n"
                  "BEGIN:VTODO\nDTSTART:20260101\nEND:VTODO\n"
                  "BEGIN:VEVENT\nDTSTART:20261225\nEND:VEVENT\nEND:VCALENDAR\n"),
              "2026-12-25");
    std::string deep = "BEGIN:VCALENDAR\n";
    for (int i = 0; i < 20; ++i)
        deep += "BEGIN:VEVENT\n";
    EXPECT_EQ(why(deep), "h.ics:11: components within components, ten deep");
    std::string many = "BEGIN:VCALENDAR\n";
    for (int i = 0; i < 300; ++i)
        many += "BEGIN:VEVENT\nDTSTART:20260101\nDTEND:20270101\nEND:VEVENT\n";
    EXPECT_EQ(why(many), "h.ics:1097: has more than 100,000 days");
}

}  // namespace
}  // namespace tidings::codec
