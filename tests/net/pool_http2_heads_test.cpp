// The pool over HTTP/2: the heads of requests and of answers.
#include "net/http2_rig.hpp"
#include "net/pool.hpp"

#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

using core::attempt_step;
using namespace std::chrono_literals;

TEST(pool_http2_heads, a_token_of_its_own_reaches_each_message) {
    http2_rig rig({.sessions = {.token_varies = true}});
    answer_200_to_all(rig);
    for (int i = 0; i < 5; ++i) {
        rig.token = "token." + std::to_string(i);
        rig.one_message();
        EXPECT_EQ(rig.http2.requests.back().headers.at("auth"), rig.token);
    }
}

TEST(pool_http2_heads, keeps_to_the_servers_table_of_fields) {
    for (const std::uint32_t bytes : {0U, 300U, 65536U}) {
        http2_rig rig;
        rig.http2.table_size = bytes;
        answer_200_to_all(rig);
        for (int i = 0; i < 3; ++i)
            EXPECT_EQ(rig.one_message().report.furthest, attempt_step::answered) << bytes;
        EXPECT_EQ(rig.http2.requests.back().headers.at(":path"),
                  "/api/public/bot/st-1/outboundsms");
        EXPECT_EQ(rig.server.connections(), 1U);
    }
}

// Heads that are known are not decoded again: each must still be the answer's own.
TEST(pool_http2_heads, answers_alike_and_different_keep_their_heads_apart) {
    for (const bool empty_table : {true, false}) {
        http2_rig rig;
        rig.http2.leaves_table_empty = empty_table;
        const std::vector<std::pair<std::string, std::string>> heads[] = {
            {{":status", "200"}, {"content-type", "application/json"}},
            {{":status", "200"}, {"content-type", "application/json"}},
            {{":status", "429"}, {"retry-after", "7"}},
            {{":status", "429"}, {"retry-after", "8"}},
            {{":status", "429"}, {"retry-after", "8"}},
            {{":status", "200"}, {"content-length", "2"}},
            {{":status", "200"}, {"content-length", "3"}},
            {{":status", "103"}},
            {{":status", "503"}}};
        constexpr core::ticket kinds = std::size(heads);
        rig.http2.on_request = [&](talk& peer, const request& one) {
            peer.answer_oddly(one.stream, heads[static_cast<std::size_t>(one.stream / 2) % kinds],
                              "{}");
        };
        ASSERT_TRUE(rig.wait_for_room(5 * kinds));
        for (core::ticket round = 0; round < 5; ++round) {
            rig.begin_many(kinds, round * kinds);
            ASSERT_TRUE(rig.wait_for_reports(std::size_t{round + 1} * kinds));
        }
        for (const auto& one : rig.reports) {
            const auto kind = one.report.which % kinds;
            if (kind == 7) {
                EXPECT_FALSE(one.report.reply) << "an interim answer";
                continue;
            }
            ASSERT_TRUE(one.report.reply) << kind;
            EXPECT_EQ(std::to_string(one.report.reply->status), heads[kind][0].second) << kind;
            EXPECT_EQ(one.report.reply->retry_after.has_value(), kind >= 2 && kind <= 4) << kind;
            if (one.report.reply->retry_after) {
                EXPECT_EQ(*one.report.reply->retry_after, kind == 2 ? 7s : 8s);
            }
            EXPECT_EQ(one.report.furthest == attempt_step::answered, kind != 6) << kind;
        }
    }
}

// What is no status says nothing about the message: it is in doubt.
TEST(pool_http2_heads, a_head_without_a_final_status_is_no_answer) {
    http2_rig rig;
    for (const char* status : {"", "2xx", "20", "2000", "-20", "600", "+20", "199", " 200"}) {
        rig.http2.on_request = [&](talk& peer, const request& one) {
            peer.answer_oddly(one.stream, {{":status", status}}, triggered_body);
        };
        const auto got = rig.one_message();
        EXPECT_EQ(got.report.furthest, attempt_step::written) << status;
        EXPECT_FALSE(got.report.reply) << status;
        EXPECT_EQ(got.report.stream, core::stream_end::open);
    }
}

TEST(pool_http2_heads, an_answer_of_another_length_than_announced_is_cut) {
    http2_rig rig;
    const auto right = std::to_string(triggered_body.size());
    for (const std::string& length : {right, std::string("1"), std::string("100000")}) {
        rig.http2.on_request = [&](talk& peer, const request& one) {
            peer.answer_oddly(one.stream, {{":status", "200"}, {"content-length", length}},
                              triggered_body);
        };
        const auto got = rig.one_message();
        ASSERT_TRUE(got.report.reply) << length;
        EXPECT_EQ(got.report.reply->status, 200);
        EXPECT_EQ(got.report.reply->complete, length == right) << length;
        EXPECT_EQ(got.report.furthest,
                  length == right ? attempt_step::answered : attempt_step::status_line);
    }
}

TEST(pool_http2_heads, a_second_status_is_not_believed) {
    http2_rig rig;
    rig.http2.on_request = [](talk& peer, const request& one) {
        peer.answer_oddly(one.stream, {{":status", "200"}, {":status", "400"}}, triggered_body);
    };
    const auto got = rig.one_message();
    ASSERT_TRUE(got.report.reply);
    EXPECT_EQ(got.report.reply->status, 200);
    EXPECT_EQ(got.report.furthest, attempt_step::status_line);
}

TEST(pool_http2_heads, a_second_head_is_not_believed_known_or_not) {
    http2_rig rig;
    rig.http2.leaves_table_empty = true;
    rig.http2.on_request = [](talk& peer, const request& one) {
        peer.head_twice(one.stream, "200");
    };
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(rig.one_message().report.furthest, attempt_step::status_line) << i;
    EXPECT_EQ(rig.server.connections(), 1U);
}

TEST(pool_http2_heads, interim_answers_come_first) {
    http2_rig rig;
    rig.http2.on_request = [](talk& peer, const request& one) {
        peer.interim(one.stream);
        peer.interim(one.stream);
        peer.answer(one.stream, "412", "{}");
    };
    const auto got = rig.one_message();
    EXPECT_EQ(got.report.furthest, attempt_step::answered);
    EXPECT_EQ(got.report.reply->status, 412);
}

TEST(pool_http2_heads, heads_and_bodies_are_capped_without_losing_the_others) {
    http2_rig rig({.sessions = {.header_max = 4096, .body_drained_max = 100'000}});
    rig.http2.on_request = [](talk& peer, const request& one) {
        if (one.stream == 1) {
            peer.answer(one.stream, "200", std::string(1'000'000, 'x'));
        } else if (one.stream == 3) {
            peer.answer_with_header(one.stream, "x-long", std::string(8000, 'y'));
        } else {
            peer.answer(one.stream, "200", triggered_body);
        }
    };
    ASSERT_TRUE(rig.wait_for_room(3));
    rig.begin_many(3);
    ASSERT_TRUE(rig.wait_for_reports(3));
    for (const auto& one : rig.reports) {
        EXPECT_EQ(one.report.furthest == attempt_step::answered, one.report.which == 2);
        EXPECT_TRUE(one.report.reply) << one.report.which;
    }
}

}  // namespace
}  // namespace tidings::net
