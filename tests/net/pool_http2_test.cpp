// The pool over HTTP/2: batching, limits, and what the peer says by protocol.
#include "net/http2_rig.hpp"
#include "net/pool.hpp"

#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

using core::attempt_step;
using namespace std::chrono_literals;

TEST(pool_http2, carries_messages_in_one_batch_on_one_connection) {
    http2_rig rig;
    answer_200_to_all(rig);
    ASSERT_TRUE(rig.wait_for_room(50));
    EXPECT_EQ(rig.messages().stats().http_major, 2);
    const int before = rig.http2.rounds;
    rig.begin_many(50);
    ASSERT_TRUE(rig.wait_for_reports(50));
    EXPECT_LE(rig.http2.rounds - before, 3) << "fifty requests fit in one or two records";
    EXPECT_EQ(rig.server.connections(), 1U);
    for (const auto& one : rig.reports) {
        EXPECT_EQ(one.report.furthest, attempt_step::answered);
        EXPECT_EQ(one.report.reply->text, core::answer_text::triggered);
    }
    ASSERT_EQ(rig.http2.requests.size(), 50U);
    const auto& first = rig.http2.requests[0];
    EXPECT_EQ(first.headers.at(":method"), "POST");
    EXPECT_EQ(first.headers.at(":path"), "/api/public/bot/st-1/outboundsms");
    EXPECT_EQ(first.headers.at("auth"), sample_token);
    EXPECT_EQ(first.headers.at("content-type"), "application/json;charset=UTF-8");
    EXPECT_EQ(first.headers.at("content-length"), std::to_string(first.body.size()));
    EXPECT_NE(first.body.find("+16693422058"), std::string::npos);
    std::set<std::string> bodies;
    for (const auto& one : rig.http2.requests)
        bodies.insert(one.body);
    EXPECT_EQ(bodies.size(), 50U);
}

// Also of a head that is, byte for byte, the one before.
TEST(pool_http2, headers_that_rules_look_at_are_handed_on) {
    http2_rig rig({.sessions = {.headers_kept = {"via"}}});
    rig.http2.on_request = [](talk& peer, const request& one) {
        peer.answer_with_header(one.stream, "via", "1.1 varnish");
    };
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(rig.one_message().headers, "via: 1.1 varnish\n") << i;
}

TEST(pool_http2, keeps_to_the_servers_limit_of_streams_and_opens_more_connections) {
    http2_rig rig({.connections_max = 4});
    rig.http2.streams_max = 3;
    std::size_t most = 0;
    std::map<tests::scripted_peer*, std::size_t> at_once;
    rig.http2.on_request = [&](talk& peer, const request&) {
        most = std::max(most, ++at_once[&peer.peer()]);
    };
    ASSERT_TRUE(rig.wait_for_room(7));
    rig.begin_many(7);
    ASSERT_TRUE(rig.run_until([&] { return rig.http2.requests.size() == 7; }));
    EXPECT_EQ(most, 3U);
    EXPECT_GE(rig.server.connections(), 3U);
    EXPECT_LE(rig.server.connections(), 4U);
}

TEST(pool_http2, a_refused_stream_is_told_apart_from_one_above_goaway) {
    http2_rig rig;
    rig.http2.on_request = [](talk& peer, const request& one) {
        peer.refuse(one.stream, NGHTTP2_REFUSED_STREAM);
    };
    const auto got = rig.one_message();
    EXPECT_EQ(got.report.stream, core::stream_end::refused);
    EXPECT_FALSE(got.report.reply);
    // The connection is still good.
    answer_200_to_all(rig);
    EXPECT_EQ(rig.one_message().report.furthest, attempt_step::answered);
    EXPECT_EQ(rig.server.connections(), 1U);
}

TEST(pool_http2, any_other_reset_is_in_doubt) {
    for (const std::uint32_t code : {NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR}) {
        http2_rig rig;
        rig.http2.on_request = [code](talk& peer, const request& one) {
            peer.refuse(one.stream, code);
        };
        const auto got = rig.one_message();
        EXPECT_EQ(got.report.stream, core::stream_end::open);
        EXPECT_EQ(got.report.furthest, attempt_step::written);
        EXPECT_NE(got.trouble, "");
    }
}

TEST(pool_http2, a_reset_after_the_answer_takes_nothing_back) {
    http2_rig rig;
    rig.http2.on_request = [](talk& peer, const request& one) {
        peer.answer(one.stream, "200", triggered_body);
        peer.refuse(one.stream, NGHTTP2_INTERNAL_ERROR);
    };
    EXPECT_EQ(rig.one_message().report.furthest, attempt_step::answered);
    // After the head only: accepted, and cut.
    rig.http2.on_request = [](talk& peer, const request& one) {
        peer.answer(one.stream, "200", "{", false);
        peer.refuse(one.stream, NGHTTP2_REFUSED_STREAM);
    };
    const auto got = rig.one_message();
    EXPECT_EQ(got.report.furthest, attempt_step::status_line);
    EXPECT_EQ(got.report.stream, core::stream_end::open) << "an answer had begun";
    EXPECT_EQ(got.report.reply->status, 200);
}

// GOAWAY after any number of answers, naming any stream: what is above it was not processed, what
// is not and has no answer is in doubt, and nothing is sent twice.
TEST(pool_http2, goaway_at_any_stream) {
    constexpr int all = 8;
    for (int answered = 0; answered <= all; ++answered) {
        for (int last = answered; last <= all; ++last) {
            http2_rig rig;
            int seen = 0;
            rig.http2.on_request = [&](talk& peer, const request& one) {
                if (++seen <= answered) peer.answer(one.stream, "200", triggered_body);
                if (seen < all) return;
                peer.goaway(last == 0 ? 0 : 2 * last - 1);
                peer.peer().close_politely();
            };
            ASSERT_TRUE(rig.wait_for_room(all));
            rig.begin_many(all);
            ASSERT_TRUE(rig.wait_for_reports(all)) << answered << ' ' << last;
            for (const auto& one : rig.reports) {
                const auto at = static_cast<int>(one.report.which) + 1;
                const std::string where = std::to_string(at) + " of " + std::to_string(last);
                EXPECT_EQ(one.report.furthest == attempt_step::answered, at <= answered) << where;
                EXPECT_EQ(one.report.stream == core::stream_end::above_goaway, at > last) << where;
            }
            EXPECT_EQ(rig.http2.requests.size(), static_cast<std::size_t>(all));
        }
    }
}

TEST(pool_http2, a_goaway_lets_what_is_in_flight_finish_and_the_next_goes_elsewhere) {
    http2_rig rig;
    std::vector<std::pair<talk*, std::int32_t>> waiting;
    rig.http2.on_request = [&](talk& peer, const request& one) {
        waiting.emplace_back(&peer, one.stream);
        if (waiting.size() == 1) peer.goaway(one.stream);
    };
    ASSERT_TRUE(rig.wait_for_room());
    rig.begin(1);
    ASSERT_TRUE(rig.run_until([&] { return waiting.size() == 1; }));
    rig.settle();
    EXPECT_EQ(rig.messages().room(), 0U);
    ASSERT_TRUE(rig.wait_for_room());
    rig.begin(2);
    ASSERT_TRUE(rig.run_until([&] { return waiting.size() == 2; }));
    EXPECT_EQ(rig.server.connections(), 2U);
    for (const auto& [peer, stream] : waiting)
        peer->answer(stream, "200", triggered_body);
    ASSERT_TRUE(rig.wait_for_reports(2));
    for (const auto& one : rig.reports)
        EXPECT_EQ(one.report.furthest, attempt_step::answered);
}

TEST(pool_http2, a_connection_that_breaks_leaves_all_its_streams_in_doubt) {
    http2_rig rig;
    ASSERT_TRUE(rig.wait_for_room(20));
    rig.begin_many(20);
    ASSERT_TRUE(rig.run_until([&] { return rig.http2.requests.size() == 20; }));
    rig.server.peer(0).reset();
    ASSERT_TRUE(rig.wait_for_reports(20));
    for (const auto& one : rig.reports) {
        EXPECT_EQ(one.report.furthest, attempt_step::written);
        EXPECT_EQ(one.report.stream, core::stream_end::open);
    }
}

// What never left, because the peer's window was shut, was not processed: but its headers were.
TEST(pool_http2, a_shut_window_leaves_requests_in_part) {
    http2_rig rig;
    rig.http2.window = 0;
    ASSERT_TRUE(rig.wait_for_room(3));
    rig.settle();
    rig.begin_many(3);
    rig.settle();
    rig.server.peer(0).close_politely();
    ASSERT_TRUE(rig.wait_for_reports(3));
    for (const auto& one : rig.reports)
        EXPECT_EQ(one.report.furthest, attempt_step::writing);
    EXPECT_TRUE(rig.http2.requests.empty());
}

TEST(pool_http2, a_storm_of_settings_ends_the_connection) {
    http2_rig rig;
    rig.http2.on_request = [](talk& peer, const request&) {
        std::string storm;
        for (int i = 0; i < 10'000; ++i)
            storm.append("\0\0\0\x04\0\0\0\0\0", 9);
        peer.peer().say(storm);
    };
    const auto got = rig.one_message();
    EXPECT_EQ(got.report.furthest, attempt_step::written);
    ASSERT_FALSE(rig.troubles.empty());
    EXPECT_EQ(rig.troubles[0].kind, trouble_kind::protocol);
    EXPECT_EQ(rig.messages().stats().open, 0U);
}

TEST(pool_http2, silence_is_asked_about_and_then_believed) {
    http2_rig rig({.connections_max = 1});
    ASSERT_TRUE(rig.wait_for_room());
    rig.begin(1);
    rig.settle();
    rig.tick(1s);
    rig.settle();
    EXPECT_EQ(rig.http2.pings, 0);
    rig.tick(1s);
    rig.settle();
    EXPECT_EQ(rig.http2.pings, 1);
    EXPECT_GT(rig.messages().room(), 0U) << "it answered the ping";
    // Now it is gone without a word: the ping stays out.
    rig.server.stops_reading = true;
    rig.tick(2s);
    rig.settle();
    rig.tick(2s);
    EXPECT_EQ(rig.messages().room(), 0U);
    EXPECT_TRUE(rig.reports.empty()) << "a late answer is still awaited";
    rig.server.stops_reading = false;
    rig.messages().want(1);
    EXPECT_TRUE(rig.run_until([&] { return rig.server.connections() == 2; }))
        << "another is dialed beside it";
}

TEST(pool_http2, an_overdue_stream_is_given_up_alone) {
    http2_rig rig;
    rig.http2.on_request = [](talk& peer, const request& one) {
        if (one.stream != 1) peer.answer(one.stream, "200", triggered_body);
    };
    ASSERT_TRUE(rig.wait_for_room());
    rig.begin(1);
    for (int i = 0; i < 149; ++i) {
        rig.tick(1s);
        rig.one_message(2);
    }
    ASSERT_EQ(rig.server.connections(), 1U);
    rig.reports.clear();
    rig.tick(1s);
    ASSERT_EQ(rig.reports.size(), 1U);
    EXPECT_EQ(rig.reports[0].report.which, 1U);
    EXPECT_TRUE(rig.reports[0].report.late);
    EXPECT_EQ(rig.reports[0].report.furthest, attempt_step::written);
    EXPECT_EQ(rig.one_message(3).report.furthest, attempt_step::answered);
}

TEST(pool_http2, garbage_is_a_protocol_trouble) {
    http2_rig rig;
    rig.http2.on_request = [](talk& peer, const request&) {
        peer.peer().say(std::string(100, '\xFF'));
    };
    EXPECT_EQ(rig.one_message().report.furthest, attempt_step::written);
    ASSERT_FALSE(rig.troubles.empty());
    EXPECT_EQ(rig.troubles[0].kind, trouble_kind::protocol);
}

TEST(pool_http2, idle_connections_are_closed_and_abort_reports) {
    http2_rig rig;
    answer_200_to_all(rig);
    rig.one_message();
    rig.messages().want(0);
    rig.tick(4s);
    EXPECT_EQ(rig.messages().stats().open, 0U);
    rig.http2.on_request = [](talk&, const request&) {};
    ASSERT_TRUE(rig.wait_for_room(5));
    rig.begin_many(5);
    rig.messages().abort();
    EXPECT_EQ(rig.reports.size(), 6U);
    EXPECT_TRUE(rig.messages().empty());
}

TEST(pool_http2, without_a_flush_nothing_has_started) {
    http2_rig rig;
    ASSERT_TRUE(rig.wait_for_room());
    rig.messages().begin({.which = 1,
                          .from = core::phone_number::from_digits(16693422058),
                          .to = core::phone_number::from_digits(917760336484),
                          .token = sample_token});
    rig.messages().abort();
    ASSERT_EQ(rig.reports.size(), 1U);
    EXPECT_EQ(rig.reports[0].report.furthest, attempt_step::not_started);
}

}  // namespace
}  // namespace tidings::net
