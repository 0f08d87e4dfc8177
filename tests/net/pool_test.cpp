#include "net/pool.hpp"

#include "net/pool_rig.hpp"

#include <set>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

using core::attempt_step;
using namespace std::chrono_literals;

void answer_everything(tests::scripted_peer& peer) {
    while (!tests::take_request(peer.received).empty())
        peer.say(answer_200());
}

TEST(pool, carries_a_message_and_its_answer) {
    pool_rig rig;
    std::string request;
    rig.server.on_bytes = [&](tests::scripted_peer& peer) {
        request = tests::take_request(peer.received);
        if (!request.empty()) peer.say(answer_200());
    };
    const auto got = rig.one_message(7);
    EXPECT_EQ(got.report.which, 7U);
    EXPECT_EQ(got.report.furthest, attempt_step::answered);
    EXPECT_EQ(got.report.begun, rig.clock.now());
    ASSERT_TRUE(got.report.reply);
    EXPECT_EQ(got.report.reply->status, 200);
    EXPECT_EQ(got.report.reply->text, core::answer_text::triggered);
    EXPECT_TRUE(got.report.reply->complete);
    EXPECT_FALSE(got.report.late);
    EXPECT_TRUE(request.starts_with("POST /api/public/bot/st-1/outboundsms HTTP/1.1\r\n"));
    EXPECT_NE(request.find("auth: " + sample_token + "\r\n"), std::string::npos);
    EXPECT_NE(request.find("Host: localhost:" + std::to_string(rig.server.port())),
              std::string::npos);
}

// Several may leave for room that all goes when the first is taken.
TEST(pool, what_finds_no_connection_is_given_back_untouched) {
    pool_rig rig;
    for (core::ticket which = 1; which <= 3; ++which)
        rig.messages().begin({.which = which,
                              .from = core::phone_number::from_digits(16693422058),
                              .to = core::phone_number::from_digits(917760336484),
                              .token = sample_token});
    EXPECT_TRUE(rig.reports.empty());
    rig.messages().flush();
    ASSERT_EQ(rig.reports.size(), 3U);
    for (const auto& one : rig.reports)
        EXPECT_EQ(one.report.furthest, attempt_step::idle_check);
}

TEST(pool, opens_nothing_unasked_and_no_more_than_needed) {
    pool_rig rig;
    rig.server.on_bytes = answer_everything;
    rig.settle();
    EXPECT_EQ(rig.server.connections(), 0U);
    EXPECT_EQ(rig.messages().room(), 0U);
    ASSERT_TRUE(rig.wait_for_room(3));
    rig.settle();
    EXPECT_EQ(rig.server.connections(), 3U);
    EXPECT_EQ(rig.messages().room(), 3U);
}

TEST(pool, never_exceeds_connections_max) {
    pool_rig rig({.connections_max = 5});
    ASSERT_TRUE(rig.wait_for_room(5));
    rig.messages().want(1000);
    rig.settle();
    EXPECT_EQ(rig.messages().stats().open + rig.messages().stats().dialing, 5U);
    EXPECT_EQ(rig.server.connections(), 5U);
}

TEST(pool, reuses_the_most_recently_used_connection) {
    pool_rig rig;
    std::set<std::size_t> used;
    rig.server.on_bytes = [&](tests::scripted_peer& peer) {
        used.insert(peer.number());
        answer_everything(peer);
    };
    ASSERT_TRUE(rig.wait_for_room(4));
    for (core::ticket i = 0; i < 20; ++i)
        ASSERT_EQ(rig.one_message(i).report.furthest, attempt_step::answered);
    EXPECT_EQ(used.size(), 1U);
}

TEST(pool, a_sink_may_begin_the_next_message_from_within_a_report) {
    pool_rig rig({.connections_max = 1});
    rig.server.on_bytes = answer_everything;
    rig.on_report = [&](const core::attempt_report& report) {
        const std::string message(report.reply->message);
        if (report.which < 50) rig.begin(report.which + 1);
        EXPECT_EQ(report.reply->message, message);
    };
    ASSERT_TRUE(rig.wait_for_room());
    rig.messages().begin({.which = 1,
                          .from = core::phone_number::from_digits(16693422058),
                          .to = core::phone_number::from_digits(917760336484),
                          .token = sample_token});
    ASSERT_TRUE(rig.run_until([&] { return rig.reports.size() == 50; }));
    EXPECT_EQ(rig.server.connections(), 1U);
}

TEST(pool, connection_close_ends_a_connection_and_the_next_one_is_opened) {
    pool_rig rig;
    rig.server.on_bytes = [&](tests::scripted_peer& peer) {
        if (!tests::take_request(peer.received).empty())
            peer.say(answer_200(triggered_body, "Connection: close\r\n"));
    };
    for (core::ticket i = 0; i < 3; ++i)
        EXPECT_EQ(rig.one_message(i).report.furthest, attempt_step::answered);
    EXPECT_EQ(rig.server.connections(), 3U);
}

TEST(pool, idle_connections_are_closed_before_the_server_does) {
    pool_rig rig({.idle_max = 4s});
    rig.server.on_bytes = answer_everything;
    rig.one_message();
    rig.messages().want(0);
    rig.tick(3999ms);
    EXPECT_EQ(rig.messages().stats().open, 1U);
    rig.tick(1ms);
    EXPECT_EQ(rig.messages().stats().open, 0U);
    ASSERT_TRUE(rig.run_until([&] { return rig.server.open_connections() == 0; }));
    EXPECT_TRUE(rig.server.peer(0).client_said_goodbye());
}

TEST(pool, an_overdue_answer_is_still_taken_and_marked_late) {
    pool_rig rig({.connections_max = 1, .request_timeout = 30s, .late_for = 120s});
    tests::scripted_peer* slow = nullptr;
    rig.server.on_bytes = [&](tests::scripted_peer& peer) {
        if (tests::take_request(peer.received).empty()) return;
        if (slow == nullptr) {
            slow = &peer;
        } else {
            peer.say(answer_200());
        }
    };
    ASSERT_TRUE(rig.wait_for_room());
    rig.begin(1);
    ASSERT_TRUE(rig.run_until([&] { return slow != nullptr; }));
    rig.tick(30s);
    EXPECT_TRUE(rig.reports.empty());
    EXPECT_EQ(rig.messages().stats().late, 1U);
    // It does not count as capacity: another message gets a connection of its own.
    EXPECT_EQ(rig.one_message(2).report.which, 2U);
    EXPECT_FALSE(rig.reports.back().report.late);
    rig.tick(119s);
    slow->say(answer_200());
    ASSERT_TRUE(rig.run_until([&] { return rig.reports.size() == 2; }));
    EXPECT_EQ(rig.reports.back().report.which, 1U);
    EXPECT_TRUE(rig.reports.back().report.late);
    EXPECT_EQ(rig.reports.back().report.furthest, attempt_step::answered);
    EXPECT_EQ(rig.messages().stats().late, 0U);
}

TEST(pool, an_answer_that_never_comes_is_given_up_after_the_late_time) {
    pool_rig rig;
    rig.wait_for_room();
    rig.begin(1);
    ASSERT_TRUE(rig.run_until(
        [&] { return rig.server.connections() == 1 && !rig.server.peer(0).received.empty(); }));
    rig.tick(30s);
    rig.tick(119s);
    EXPECT_TRUE(rig.reports.empty());
    rig.tick(1s);
    ASSERT_EQ(rig.reports.size(), 1U);
    EXPECT_TRUE(rig.reports[0].report.late);
    EXPECT_EQ(rig.reports[0].report.furthest, attempt_step::written);
    EXPECT_FALSE(rig.reports[0].report.reply);
    EXPECT_EQ(rig.reports[0].report.ended, rig.clock.now());
    EXPECT_TRUE(rig.messages().stats().open == 0U);
}

TEST(pool, late_connections_are_limited_too) {
    pool_rig rig({.connections_max = 2, .request_timeout = 1s, .late_for = 1000s});
    core::ticket next = 0;
    for (int round = 0; round < 4; ++round) {
        rig.messages().want(10);
        rig.settle();
        while (rig.messages().room() > 0)
            rig.begin(next++);
        rig.tick(1s);
    }
    EXPECT_EQ(next, 4U);
    EXPECT_EQ(rig.messages().stats().open, 4U);
    EXPECT_EQ(rig.messages().stats().late, 4U);
}

TEST(pool, drain_lets_what_is_in_flight_finish_and_opens_nothing) {
    pool_rig rig;
    ASSERT_TRUE(rig.wait_for_room(2));
    rig.begin(1);
    rig.messages().drain();
    EXPECT_EQ(rig.messages().room(), 0U);
    rig.messages().want(100);
    rig.settle();
    EXPECT_EQ(rig.messages().stats().open, 1U);
    for (std::size_t i = 0; i < rig.server.connections(); ++i)
        if (rig.server.peer(i).open()) rig.server.peer(i).say(answer_200());
    ASSERT_TRUE(rig.run_until([&] { return rig.reports.size() == 1; }));
    EXPECT_EQ(rig.reports[0].report.furthest, attempt_step::answered);
    ASSERT_TRUE(rig.run_until([&] { return rig.messages().empty(); }));
}

TEST(pool, abort_reports_everything_in_flight_by_its_furthest_step) {
    pool_rig rig;
    ASSERT_TRUE(rig.wait_for_room(3));
    for (core::ticket i = 0; i < 3; ++i)
        rig.begin(i);
    rig.messages().abort();
    ASSERT_EQ(rig.reports.size(), 3U);
    for (const auto& one : rig.reports)
        EXPECT_EQ(one.report.furthest, attempt_step::written);
    EXPECT_TRUE(rig.messages().empty());
}

TEST(pool, resumes_tls_sessions) {
    pool_rig rig;
    rig.server.on_bytes = [](tests::scripted_peer& peer) {
        if (!tests::take_request(peer.received).empty())
            peer.say(answer_200(triggered_body, "Connection: close\r\n"));
    };
    for (core::ticket i = 0; i < 5; ++i)
        rig.one_message(i);
    EXPECT_EQ(rig.messages().stats().handshakes, 5U);
    EXPECT_EQ(rig.messages().stats().resumed, 4U);
}

}  // namespace
}  // namespace tidings::net
