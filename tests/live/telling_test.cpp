#include "live/telling.hpp"

#include "view/progress_json.hpp"
#include "view/snapshots.hpp"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::live {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr core::instant start{1h};

TEST(telling, has_nothing_to_tell_before_the_run_begins_and_is_well) {
    telling told;
    EXPECT_FALSE(told.begun());
    EXPECT_TRUE(told.healthy(start + 24h));
    EXPECT_EQ(told.status(), "");
    EXPECT_EQ(told.metrics(false), "");
}

TEST(telling, says_what_status_says) {
    telling told;
    told.on_look({view::a_snapshot(), nullptr}, start);
    EXPECT_EQ(told.status(), view::progress_json(view::a_snapshot()));
    EXPECT_THAT(std::string(told.metrics(false)), Not(HasSubstr("# EOF")));
    EXPECT_THAT(std::string(told.metrics(true)), HasSubstr("# EOF\n"));
}

TEST(telling, says_what_the_last_look_saw) {
    telling told;
    auto now = view::a_snapshot();
    told.on_look({now, nullptr}, start);
    EXPECT_THAT(std::string(told.metrics(false)),
                HasSubstr("tidings_in_flight{run=\"november-reminder\"} 12"));
    now.in_flight = 13;
    now.now += 1s;
    told.on_look({now, nullptr}, start + 1s);
    EXPECT_THAT(std::string(told.status()), HasSubstr("\"in_flight\":13,"));
    EXPECT_THAT(std::string(told.metrics(false)),
                HasSubstr("tidings_in_flight{run=\"november-reminder\"} 13"));
}

TEST(telling, a_process_that_stands_still_is_not_well) {
    telling told;
    auto now = view::a_snapshot();
    told.on_look({now, nullptr}, start);
    told.on_look({now, nullptr}, start + telling::silence_max - 1ms);
    EXPECT_TRUE(told.healthy(start + telling::silence_max - 1ms));
    EXPECT_FALSE(told.healthy(start + telling::silence_max));
    now.now += 1s;
    told.on_look({now, nullptr}, start + 1h);
    EXPECT_TRUE(told.healthy(start + 1h));
    told.on_over();
    EXPECT_TRUE(told.healthy(start + 24h));
}

TEST(telling, every_answer_is_guarded) {
    for (const auto status : std::to_array<std::uint16_t>({200, 401, 404, 503})) {
        const auto head = head_of({status, "text/plain", ""}, 3);
        EXPECT_THAT(head, HasSubstr("HTTP/1.1 " + std::to_string(status) + " "));
        EXPECT_THAT(head, HasSubstr("\r\nContent-Length: 3\r\n"));
        EXPECT_THAT(head, HasSubstr("\r\nContent-Security-Policy: default-src 'none'; "));
        EXPECT_THAT(head, HasSubstr("\r\nX-Content-Type-Options: nosniff\r\n"));
        EXPECT_THAT(head, Not(HasSubstr("Access-Control")));
        EXPECT_TRUE(head.ends_with("\r\n\r\n"));
    }
    EXPECT_THAT(head_of({401, "text/plain", ""}, 0), HasSubstr("WWW-Authenticate: Bearer\r\n"));
    EXPECT_THAT(head_of({200, "text/event-stream", ""}, std::nullopt),
                Not(HasSubstr("Content-Length")));
}

}  // namespace
}  // namespace tidings::live
