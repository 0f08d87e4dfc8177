// What goes wrong on an HTTP/1.1 connection, and how far the request had come by then.
#include "net/pool.hpp"
#include "net/pool_rig.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

using core::attempt_step;
using namespace std::chrono_literals;

using ending = void (tests::scripted_peer::*)();

// Answers whole requests with `bytes` and then ends the connection in that way; nullptr: does not.
void answer_with(pool_rig& rig, std::string bytes, ending then = nullptr) {
    rig.server.on_bytes = [bytes = std::move(bytes), then](tests::scripted_peer& peer) {
        if (tests::take_request(peer.received).empty()) return;
        peer.say(bytes);
        if (then != nullptr) (peer.*then)();
    };
}

TEST(pool_faults, an_answer_cut_after_each_byte) {
    const std::string whole = answer_200();
    const std::size_t line_end = whole.find("\r\n") + 2;
    const std::pair<ending, const char*> endings[] = {
        {&tests::scripted_peer::close, "closed"},
        {&tests::scripted_peer::close_politely, "closed politely"}};
    for (const auto& [how, name] : endings) {
        pool_rig rig;
        for (std::size_t k = 0; k <= whole.size(); ++k) {
            answer_with(rig, whole.substr(0, k), how);
            const auto got = rig.one_message(static_cast<core::ticket>(k));
            const std::string where = std::string(name) + " after " + std::to_string(k);
            ASSERT_EQ(got.report.which, k) << where;
            const auto expected = k == 0             ? attempt_step::written
                                  : k < whole.size() ? attempt_step::status_line
                                                     : attempt_step::answered;
            EXPECT_EQ(got.report.furthest, expected) << where;
            ASSERT_EQ(got.report.reply.has_value(), k >= line_end) << where;
            if (!got.report.reply) {
                EXPECT_NE(got.trouble, "") << where;
                continue;
            }
            EXPECT_EQ(got.report.reply->status, 200) << where;
            EXPECT_EQ(got.report.reply->complete, k == whole.size()) << where;
        }
    }
}

// A reset may overtake the bytes before it; what counts is that no step is claimed beyond them.
TEST(pool_faults, an_answer_reset_after_each_byte_claims_no_more_than_came) {
    const std::string whole = answer_200();
    pool_rig rig;
    for (std::size_t k = 0; k < whole.size(); k += 7) {
        answer_with(rig, whole.substr(0, k), &tests::scripted_peer::reset);
        const auto got = rig.one_message();
        EXPECT_TRUE(got.report.furthest == attempt_step::written ||
                    (k > 0 && got.report.furthest == attempt_step::status_line))
            << k;
        EXPECT_FALSE(got.report.reply && got.report.reply->complete) << k;
    }
}

TEST(pool_faults, a_request_that_is_read_in_part_and_reset_is_in_doubt) {
    pool_rig rig;
    for (const std::size_t k : {1U, 10U, 100U, 200U}) {
        rig.server.on_bytes = [k](tests::scripted_peer& peer) {
            if (peer.received.size() >= k) peer.reset();
        };
        const auto got = rig.one_message();
        EXPECT_EQ(got.report.furthest, attempt_step::written) << k;
        EXPECT_FALSE(got.report.reply);
        EXPECT_EQ(got.report.stream, core::stream_end::open);
    }
}

TEST(pool_faults, closed_without_an_answer_on_fresh_and_kept_connections) {
    for (const int kept : {0, 1, 5}) {
        pool_rig rig;
        int requests = 0;
        rig.server.on_bytes = [&](tests::scripted_peer& peer) {
            if (tests::take_request(peer.received).empty()) return;
            if (++requests > kept) {
                peer.close();
            } else {
                peer.say(answer_200());
            }
        };
        for (int i = 0; i < kept; ++i)
            EXPECT_EQ(rig.one_message().report.furthest, attempt_step::answered);
        const auto got = rig.one_message();
        EXPECT_EQ(got.report.furthest, attempt_step::written);
        EXPECT_EQ(requests, kept + 1) << "it was repeated";
    }
}

// The server closes at the very moment the connection is used. Looking first makes it certain; not
// looking leaves it open, and then it must say so.
TEST(pool_faults, a_close_that_meets_a_message_is_never_taken_for_an_answer_or_repeated) {
    int certain = 0;
    int in_doubt = 0;
    for (const bool looks : {true, false}) {
        pool_rig rig(
            {.idle_max = 1h, .probe_after = looks ? core::duration(1s) : core::duration(1h)});
        int requests = 0;
        rig.server.on_bytes = [&](tests::scripted_peer& peer) {
            if (tests::take_request(peer.received).empty()) return;
            ++requests;
            peer.say(answer_200());
        };
        for (int i = 0; i < 100; ++i) {
            ASSERT_EQ(rig.one_message().report.furthest, attempt_step::answered);
            rig.messages().want(0);
            auto& peer = rig.server.peer(rig.server.connections() - 1);
            ASSERT_TRUE(peer.open());
            if (i % 2 == 0) {
                peer.close();
            } else {
                peer.reset();
            }
            rig.clock.advance(1s);
            const std::size_t before = rig.reports.size();
            rig.begin(2);
            ASSERT_TRUE(rig.run_until([&] { return rig.reports.size() > before; }));
            const auto step = rig.reports.back().report.furthest;
            EXPECT_FALSE(rig.reports.back().report.reply);
            EXPECT_TRUE(step == attempt_step::idle_check ||
                        (!looks && step == attempt_step::written))
                << i;
            (step == attempt_step::idle_check ? certain : in_doubt)++;
            EXPECT_EQ(requests, i + 1);
        }
    }
    RecordProperty("certain", certain);
    RecordProperty("in_doubt", in_doubt);
    EXPECT_GE(certain, 100);
}

TEST(pool_faults, answers_in_any_framing_and_any_slices) {
    const std::string chunked =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\n" +
        triggered_body.substr(0, 5) + "\r\n" +
        [] {
            char size[8];
            std::snprintf(size, sizeof size, "%zx", triggered_body.size() - 5);
            return std::string(size);
        }() +
        "\r\n" + triggered_body.substr(5) + "\r\n0\r\n\r\n";
    const std::string rows[] = {answer_200(), "HTTP/1.1 100 Continue\r\n\r\n" + answer_200(),
                                chunked};
    pool_rig rig;
    for (const auto& row : rows) {
        rig.server.on_bytes = [&](tests::scripted_peer& peer) {
            if (!tests::take_request(peer.received).empty()) peer.say_in_slices(row);
        };
        const auto got = rig.one_message();
        EXPECT_EQ(got.report.furthest, attempt_step::answered) << row;
        EXPECT_EQ(got.report.reply->text, core::answer_text::triggered) << row;
    }
    EXPECT_EQ(rig.server.connections(), 1U);
}

TEST(pool_faults, a_body_without_a_length_ends_with_the_connection) {
    pool_rig rig;
    const std::string answer =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + triggered_body;
    answer_with(rig, answer, &tests::scripted_peer::close_politely);
    EXPECT_EQ(rig.one_message().report.furthest, attempt_step::answered);
    answer_with(rig, answer, &tests::scripted_peer::close);
    const auto got = rig.one_message();
    EXPECT_EQ(got.report.furthest, attempt_step::status_line);
    EXPECT_EQ(got.report.reply->status, 200);
}

TEST(pool_faults, endless_heads_and_bodies_are_dropped_under_the_cap) {
    pool_rig rig;
    const std::string filler(16 * 1024, 'x');
    for (const std::string start :
         {"HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n"}) {
        rig.server.on_bytes = [&](tests::scripted_peer& peer) {
            if (!tests::take_request(peer.received).empty()) peer.say(start);
        };
        ASSERT_TRUE(rig.wait_for_room());
        const std::size_t before = rig.reports.size();
        rig.begin(1);
        const auto received = rig.messages().stats().received_bytes;
        ASSERT_TRUE(rig.run_until([&] {
            if (rig.reports.size() > before) return true;
            if (rig.server.connections() == 0) return false;
            auto& peer = rig.server.peer(rig.server.connections() - 1);
            if (peer.open() && !peer.channel().write_waiting()) peer.say(filler);
            return false;
        }));
        EXPECT_EQ(rig.reports.back().report.reply->status, 200);
        EXPECT_FALSE(rig.reports.back().report.reply->complete);
        EXPECT_LT(rig.messages().stats().received_bytes - received, 2U * 1024 * 1024);
        EXPECT_EQ(rig.messages().stats().open, 0U);
    }
}

TEST(pool_faults, words_that_nobody_asked_for_end_the_connection) {
    pool_rig rig;
    answer_with(rig, answer_200());
    rig.one_message();
    rig.messages().want(0);
    rig.server.peer(0).say("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
    ASSERT_TRUE(rig.run_until([&] { return rig.messages().stats().open == 0; }));
    ASSERT_FALSE(rig.troubles.empty());
    EXPECT_EQ(rig.troubles[0].kind, trouble_kind::protocol);
    // The same, glued to an answer: the answer counts, the rest ends the connection.
    answer_with(rig, answer_200() + answer_200());
    EXPECT_EQ(rig.one_message().report.furthest, attempt_step::answered);
    ASSERT_TRUE(rig.run_until([&] { return rig.messages().stats().open == 0; }));
    EXPECT_EQ(rig.reports.size(), 2U);
}

TEST(pool_faults, redirects_are_answers_and_nothing_is_followed) {
    pool_rig rig;
    int requests = 0;
    rig.server.on_bytes = [&](tests::scripted_peer& peer) {
        if (tests::take_request(peer.received).empty()) return;
        ++requests;
        peer.say("HTTP/1.1 307 Elsewhere\r\nLocation: " + rig.server.url() +
                 "/other\r\nContent-Length: 0\r\n\r\n");
    };
    EXPECT_EQ(rig.one_message().report.reply->status, 307);
    rig.settle();
    EXPECT_EQ(requests, 1);
}

TEST(pool_faults, retry_after_is_handed_on) {
    pool_rig rig;
    const std::pair<const char*, std::optional<core::duration>> rows[] = {
        {"Retry-After: 30\r\n", 30s}, {"Retry-After: soon\r\n", std::nullopt}, {"", std::nullopt}};
    for (const auto& [header, wait] : rows) {
        answer_with(rig, "HTTP/1.1 429 Too Many Requests\r\n" + std::string(header) +
                             "Content-Length: 0\r\n\r\n");
        const auto got = rig.one_message();
        EXPECT_EQ(got.report.reply->status, 429);
        EXPECT_EQ(got.report.reply->retry_after, wait) << header;
    }
}

// An answer that trickles keeps its connection for as long as it may, and no longer.
TEST(pool_faults, a_trickling_answer_is_given_up_in_the_end) {
    pool_rig rig;
    answer_with(rig, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
    ASSERT_TRUE(rig.wait_for_room());
    rig.begin(1);
    rig.settle();
    for (int i = 0; i < 14; ++i) {
        rig.server.peer(0).say("x");
        rig.settle();
        rig.tick(10s);
    }
    rig.tick(9s);
    EXPECT_TRUE(rig.reports.empty());
    rig.tick(1s);
    ASSERT_EQ(rig.reports.size(), 1U);
    EXPECT_EQ(rig.reports[0].report.furthest, attempt_step::status_line);
    EXPECT_TRUE(rig.reports[0].report.late);
}

}  // namespace
}  // namespace tidings::net
