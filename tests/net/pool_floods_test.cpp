// A server that says what nobody asked for: it is borne up to a budget, and then the connection
// ends; what it says before it was asked counts for nothing.
#include "hostile/flood_kit.hpp"
#include "net/http2_rig.hpp"
#include "net/pool.hpp"

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

using core::attempt_step;
using tests::http2_frame;
using tests::many_times;

constexpr std::uint64_t borne_max = 2 * 1024 * 1024;  // bytes, everything included

// Says it over and over to whoever is connected, until the connection of that number has ended.
bool flood_until_ended(pool_rig& rig, std::size_t number, const std::string& what) {
    return rig.run_until([&] {
        if (rig.server.connections() <= number) return false;
        auto& peer = rig.server.peer(number);
        if (peer.over() || rig.messages().stats().open == 0) return true;
        if (peer.open() && !peer.channel().write_waiting()) peer.say(what);
        return false;
    });
}

void expect_protocol_trouble(const pool_rig& rig, const std::string& name) {
    ASSERT_FALSE(rig.troubles.empty()) << name;
    EXPECT_EQ(rig.troubles[0].kind, trouble_kind::protocol) << name << rig.troubles[0].text;
}

TEST(pool_floods, http2_frames_that_ask_for_nothing) {
    for (const auto& [name, opening, again] : tests::http2_floods()) {
        http2_rig rig;
        ASSERT_TRUE(rig.wait_for_room()) << name;
        rig.begin(1);
        ASSERT_TRUE(rig.run_until([&] { return rig.http2.requests.size() == 1; })) << name;
        rig.server.peer(0).say(opening);
        ASSERT_TRUE(flood_until_ended(rig, 0, many_times(again, 16 * 1024))) << name;
        ASSERT_TRUE(rig.run_until([&] { return rig.messages().stats().open == 0; })) << name;
        ASSERT_EQ(rig.reports.size(), 1U) << name;
        EXPECT_NE(rig.reports[0].report.furthest, attempt_step::answered) << name;
        EXPECT_LT(rig.messages().stats().received_bytes, borne_max) << name;
        expect_protocol_trouble(rig, name);
    }
}

TEST(pool_floods, what_goes_with_many_answers_is_borne) {
    http2_rig rig;
    const std::string usual = http2_frame(8, 0, 0, std::string("\0\0\0\1", 4)) +
                              http2_frame(6, 0, 0, std::string(8, 'p'));
    rig.http2.on_request = [&](talk& peer, const request& one) {
        peer.peer().say(many_times(usual, 500));
        peer.answer(one.stream, "200", triggered_body);
    };
    for (core::ticket i = 0; i < 2000; ++i)
        ASSERT_EQ(rig.one_message(i).report.furthest, attempt_step::answered) << i;
    EXPECT_EQ(rig.server.connections(), 1U);
    EXPECT_TRUE(rig.troubles.empty());
}

TEST(pool_floods, http1_framing_without_a_body) {
    for (const auto& [name, opening, again] : tests::http1_floods()) {
        pool_rig rig;
        ASSERT_TRUE(rig.wait_for_room()) << name;
        rig.begin(1);
        rig.settle();
        rig.server.peer(0).say(opening);
        ASSERT_TRUE(flood_until_ended(rig, 0, many_times(again, 16 * 1024))) << name;
        ASSERT_TRUE(rig.run_until([&] { return !rig.reports.empty(); })) << name;
        EXPECT_NE(rig.reports[0].report.furthest, attempt_step::answered) << name;
        EXPECT_LT(rig.messages().stats().received_bytes, borne_max) << name;
        EXPECT_EQ(rig.messages().stats().open, 0U) << name;
    }
}

TEST(pool_floods, tls_records_without_data) {
    pool_rig rig;
    rig.server.on_bytes = [](tests::scripted_peer& peer) {
        while (!tests::take_request(peer.received).empty())
            peer.say(answer_200());
    };
    for (const core::ticket answered : {0U, 20U}) {
        // OpenSSL reads the first records, and we the later ones.
        const std::size_t number = rig.server.connections();
        for (core::ticket i = 0; i < answered; ++i)
            ASSERT_EQ(rig.one_message(i).report.furthest, attempt_step::answered);
        if (answered == 0) {
            ASSERT_TRUE(rig.wait_for_room());
        }
        ASSERT_TRUE(rig.run_until([&] {
            if (rig.messages().stats().open == 0) return true;
            auto& peer = rig.server.peer(number);
            if (!peer.open() || peer.channel().write_waiting()) return false;
            for (int i = 0; i < 200; ++i) {
                SSL_key_update(peer.channel().ssl(), SSL_KEY_UPDATE_NOT_REQUESTED);
                SSL_do_handshake(peer.channel().ssl());
            }
            return false;
        }));
        expect_protocol_trouble(rig, std::to_string(answered));
        rig.troubles.clear();
        rig.clock.advance(std::chrono::hours(1));
    }
}

// A turn belongs to all: what one peer has sent is read in portions.
TEST(pool_floods, a_turn_takes_a_portion_of_what_one_peer_sends) {
    pool_rig rig;
    ASSERT_TRUE(rig.wait_for_room());
    rig.begin(1);
    rig.settle();
    rig.server.peer(0).say("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" +
                           std::string(900'000, 'x'));
    const auto before = rig.messages().stats().received_bytes;
    rig.set.dispatch();
    EXPECT_LE(rig.messages().stats().received_bytes - before, 384U * 1024);
}

TEST(pool_floods, an_answer_without_a_question_counts_for_nothing) {
    pool_rig rig;
    // As soon as it can, and once more a moment later.
    rig.server.on_open = [](tests::scripted_peer& peer) { peer.say(answer_200()); };
    rig.messages().want(1);
    for (int i = 0; i < 20; ++i) {
        rig.settle();
        if (rig.messages().room() > 0) rig.begin(1);
        rig.settle();
        rig.tick(std::chrono::seconds(1));
    }
    for (const auto& one : rig.reports) {
        EXPECT_FALSE(one.report.reply) << "an answer that was there before the request";
        EXPECT_LE(one.report.furthest, attempt_step::idle_check);
    }
    expect_protocol_trouble(rig, "unasked");
    EXPECT_LE(rig.server.connections(), 20U) << "each is followed by a pause";
}

TEST(pool_floods, an_answer_before_its_request_was_written_counts_for_nothing) {
    http2_rig rig;
    rig.http2.window = 0;
    ASSERT_TRUE(rig.wait_for_room(3));
    rig.settle();
    rig.begin_many(3);
    rig.settle();
    rig.first().answer(1, "200", triggered_body);
    ASSERT_TRUE(rig.wait_for_reports(3));
    for (const auto& one : rig.reports) {
        EXPECT_EQ(one.report.furthest, attempt_step::writing);
        EXPECT_FALSE(one.report.reply);
    }
    expect_protocol_trouble(rig, "early");
    EXPECT_EQ(rig.messages().stats().open, 0U);
    EXPECT_TRUE(rig.http2.requests.empty());
}

}  // namespace
}  // namespace tidings::net
