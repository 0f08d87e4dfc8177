#include "codec/messages/session_list.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

using core::phone_number;
using core::wall_time;
using std::chrono::microseconds;
using std::chrono::milliseconds;

const auto recipient = phone_number::from_digits(16502530000);

TEST(session_list, asks_in_milliseconds_that_hold_the_whole_span) {
    const wall_time from{microseconds(1'790'000'000'123'456)};
    const wall_time to{microseconds(1'790'000'001'000'001)};
    EXPECT_EQ(session_question_body({recipient, from, to, 100, 50}),
              R"({"userId":"+16502530000","dateFrom":"2026-09-21T14:13:20.123Z",)"
              R"("dateTo":"2026-09-21T14:13:21.001Z","sessionType":"non-interactive",)"
              R"("skip":100,"limit":50})");
}

TEST(session_list, reads_sessions_in_any_of_the_spellings) {
    const auto page = read_session_page(R"({"total":5,"moreAvailable":true,"sessions":[
        {"sessionId":"a","userId":"+16502530000","start_time":"2026-09-21T14:13:20.123Z"},
        {"_id":"b","channelUserId":"16502530000","createdOn":"2026-09-21T14:13:20+00:00"},
        {"userId":"u-1234","channelUserId":"+16502530000","startTime":1790000000123}]})");
    ASSERT_TRUE(page);
    ASSERT_EQ(page->sessions.size(), 3U);
    EXPECT_TRUE(page->more);
    for (const auto& one : page->sessions)
        EXPECT_EQ(one.user, recipient);
    EXPECT_EQ(page->sessions[0].id, "a");
    EXPECT_EQ(page->sessions[0].began, wall_time(milliseconds(1'790'000'000'123)));
    EXPECT_EQ(page->sessions[1].id, "b");
    EXPECT_EQ(page->sessions[1].began, wall_time(milliseconds(1'790'000'000'000)));
    EXPECT_EQ(page->sessions[2].began, page->sessions[0].began);
}

TEST(session_list, leaves_out_what_proves_nothing) {
    const auto page = read_session_page(R"({"sessions":[
        {"sessionId":"no time","userId":"+16502530000"},
        {"sessionId":"no number","userId":"u-1","start_time":"2026-09-21T14:13:20Z"},
        {"sessionId":"elsewhere","userId":"+16502530000","start_time":"2026-09-21T14:13:20+05:30"},
        {"sessionId":"no day","userId":"+16502530000","start_time":"2026-02-30T14:13:20Z"},
        {"userId":"+16502530000","start_time":1790000000123,"sessionType":"interactive"},
        17]})");
    ASSERT_TRUE(page);
    EXPECT_TRUE(page->sessions.empty());
    EXPECT_EQ(page->listed, 6U);
    EXPECT_FALSE(page->more);
}

TEST(session_list, knows_what_is_no_list_of_sessions) {
    for (const auto* body : {"", "<html></html>", "[]", "{}", R"({"sessions":{}})",
                             R"({"errors":[{"msg":"no","code":401}]})", R"({"sessions":[)"})
        EXPECT_FALSE(read_session_page(body)) << body;
    EXPECT_TRUE(read_session_page(R"({"sessions":[]})"));
}

}  // namespace
}  // namespace tidings::codec
