#include "net/http1_answer.hpp"

#include "net/kept_headers.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

using progress = http1_answer::progress;

struct sample {
    std::string name;
    std::string bytes;
    std::uint16_t status;
    std::string body;
    std::string content_type;
    bool keep_alive = true;
};

const std::vector<sample>& samples() {
    static const std::vector<sample> all = {
        {"a length",
         "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", 200,
         "{}", "application/json"},
        {"no body", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", ""},
        {"an empty body", "HTTP/1.1 412 No\r\ncontent-length: 0\r\n\r\n", 412, "", ""},
        {"chunks",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/x\r\n\r\n"
         "3;a=b\r\nabc\r\nA\r\n0123456789\r\n0\r\nContent-Type: trailer\r\n\r\n",
         200, "abc0123456789", "text/x"},
        {"interim answers first",
         "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nContent-Type: no\r\n\r\n"
         "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Type: yes\r\nContent-Length: 1\r\n\r\nx",
         429, "x", "yes"},
        {"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, "x", "", false},
        {"a goodbye", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx", 200,
         "x", "", false},
    };
    return all;
}

void expect_whole(const http1_answer& answer, const sample& wanted, const std::string& where) {
    const auto bytes = answer.bytes();
    EXPECT_EQ(bytes.status, wanted.status) << where;
    EXPECT_EQ(bytes.body, wanted.body) << where;
    if (!wanted.content_type.empty()) {
        EXPECT_EQ(bytes.content_type, wanted.content_type) << where;
    }
    EXPECT_TRUE(bytes.complete) << where;
    EXPECT_EQ(answer.keep_alive(), wanted.keep_alive) << where;
    EXPECT_FALSE(answer.left_over()) << where;
}

TEST(http1_answer, reads_every_framing_at_every_split) {
    http1_answer answer({});
    for (const auto& one : samples()) {
        for (std::size_t at = 0; at <= one.bytes.size(); ++at) {
            const std::string where = one.name + " split at " + std::to_string(at);
            answer.restart();
            const auto first = answer.feed(one.bytes.substr(0, at));
            if (at < one.bytes.size()) {
                ASSERT_EQ(first, progress::reading) << where;
                ASSERT_EQ(answer.feed(one.bytes.substr(at)), progress::complete) << where;
            }
            expect_whole(answer, one, where);
        }
    }
}

TEST(http1_answer, reads_one_byte_at_a_time) {
    http1_answer answer({});
    for (const auto& one : samples()) {
        answer.restart();
        progress last = progress::reading;
        for (std::size_t i = 0; i < one.bytes.size(); ++i) {
            ASSERT_EQ(last, progress::reading) << one.name << " at " << i;
            last = answer.feed(one.bytes.substr(i, 1));
        }
        EXPECT_EQ(last, progress::complete) << one.name;
        expect_whole(answer, one, one.name);
    }
}

TEST(http1_answer, keeps_the_headers_that_rules_look_at) {
    const std::vector<std::string> kept{"via", "x-cache"};
    http1_answer answer({}, kept);
    const std::string_view head =
        "HTTP/1.1 503 Service Unavailable\r\nVia: 1.1 varnish\r\nServer: x\r\n"
        "X-CACHE:  miss \r\nvia: 1.0 other\r\nContent-Length: 0\r\n\r\n";
    for (int i = 0; i < 2; ++i) {
        answer.restart();
        ASSERT_EQ(answer.feed(head), progress::complete);
        EXPECT_EQ(answer.bytes().headers, "via: 1.1 varnish\nx-cache: miss\nvia: 1.0 other\n");
    }
    // An interim answer's are not the answer's; more than is kept is left out.
    std::string bytes = "HTTP/1.1 103 Early Hints\r\nVia: early\r\n\r\nHTTP/1.1 200 OK\r\nVia: ";
    bytes.append(kept_headers_max, 'x');
    bytes += "\r\nX-Cache: hit\r\nContent-Length: 0\r\n\r\n";
    answer.restart();
    ASSERT_EQ(answer.feed(bytes), progress::complete);
    EXPECT_EQ(answer.bytes().headers, "x-cache: hit\n");
}

TEST(http1_answer, says_how_far_it_came_when_it_is_cut_anywhere) {
    http1_answer answer({});
    const auto& one = samples()[0];
    const auto line_end = one.bytes.find("\r\n") + 2;
    const auto head_end = one.bytes.find("\r\n\r\n") + 4;
    for (std::size_t at = 1; at < one.bytes.size(); ++at) {
        answer.restart();
        ASSERT_EQ(answer.feed(one.bytes.substr(0, at)), progress::reading);
        EXPECT_EQ(answer.finish(true), progress::broken) << at;
        EXPECT_TRUE(answer.begun());
        EXPECT_EQ(answer.has_status(), at >= line_end) << at;
        if (!answer.has_status()) continue;
        EXPECT_EQ(answer.bytes().status, 200) << at;
        EXPECT_FALSE(answer.bytes().complete) << at;
        EXPECT_EQ(answer.bytes().body,
                  at > head_end ? one.bytes.substr(head_end, at - head_end) : std::string());
    }
}

TEST(http1_answer, a_body_without_a_length_is_whole_only_after_a_goodbye) {
    for (const bool orderly : {true, false}) {
        http1_answer answer({});
        EXPECT_EQ(answer.feed("HTTP/1.1 200 OK\r\n\r\nall of"), progress::reading);
        EXPECT_EQ(answer.feed(" it"), progress::reading);
        EXPECT_EQ(answer.finish(orderly), orderly ? progress::complete : progress::broken);
        EXPECT_EQ(answer.bytes().body, "all of it");
        EXPECT_EQ(answer.bytes().complete, orderly);
        EXPECT_FALSE(answer.keep_alive());
    }
}

TEST(http1_answer, notices_what_follows_an_answer) {
    http1_answer answer({});
    EXPECT_EQ(answer.feed("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200"),
              progress::complete);
    EXPECT_TRUE(answer.left_over());
}

TEST(http1_answer, refuses_what_is_not_http) {
    const std::string rows[] = {
        "SSH-2.0-OpenSSH\r\n\r\n",
        "HTTP/1.1 99 No\r\n\r\n",
        "HTTP/1.1 600 No\r\n\r\n",
        "HTTP/1.1 101 Other\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    };
    for (const auto& row : rows) {
        http1_answer answer({});
        EXPECT_EQ(answer.feed(row), progress::broken) << row;
        EXPECT_NE(answer.why(), "") << row;
    }
}

// Each cap is hit, whole and in slices, and memory stays under it.
TEST(http1_answer, caps_heads_and_bodies) {
    const answer_caps caps{.header_max = 1024, .body_kept_max = 100, .body_drained_max = 1000};
    const auto feed_until = [&](http1_answer& answer, const std::string& start,
                                const std::string& more) {
        progress last = answer.feed(start);
        std::size_t fed = 0;
        while (last == progress::reading && fed < 100'000) {
            last = answer.feed(more);
            fed += more.size();
        }
        EXPECT_EQ(last, progress::broken);
        EXPECT_LT(fed, 4096U);
    };
    for (const std::string& more : {std::string("h"), std::string(300, 'h')}) {
        http1_answer endless_line(caps);
        feed_until(endless_line, "HTTP/1.1 200 OK\r\nX: ", more);
        EXPECT_EQ(endless_line.bytes().status, 200);
        http1_answer endless_body(caps);
        feed_until(endless_body, "HTTP/1.1 200 OK\r\n\r\n", more);
        EXPECT_EQ(endless_body.bytes().body.size(), 100U);
        EXPECT_FALSE(endless_body.bytes().complete);
        http1_answer endless_chunk_line(caps);
        feed_until(endless_chunk_line, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
                   more);
    }
    http1_answer endless_headers(caps);
    feed_until(endless_headers, "HTTP/1.1 200 OK\r\n", "a: b\r\n");
    http1_answer endless_interim(caps);
    feed_until(endless_interim, "", "HTTP/1.1 100 Continue\r\n\r\n");
    http1_answer endless_trailers(caps);
    feed_until(endless_trailers, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
               "a: b\r\n");
}

// In one piece, in two and in many: a head of the cap's size passes, one byte more does not.
TEST(http1_answer, the_cap_on_a_head_is_exact_however_it_comes) {
    const std::string line = "HTTP/1.1 200 OK\r\n";
    const std::string end = "Content-Length: 1\r\n\r\n";
    for (const bool plain : {true, false}) {
        const std::string more = plain ? "" : "Transfer-Encoding: identity\r\n";
        for (const std::size_t head_size : {511U, 512U, 513U, 514U, 515U, 516U, 520U, 600U}) {
            const std::size_t filled = line.size() + end.size() + more.size() + 5;
            const std::string bytes =
                line + more + "X: " + std::string(head_size - filled, 'x') + "\r\n" + end + "y";
            for (const std::size_t slice : {std::size_t{1}, std::size_t{33}, bytes.size()}) {
                http1_answer answer({.header_max = 512});
                auto last = progress::reading;
                for (std::size_t at = 0; at < bytes.size() && last == progress::reading;
                     at += slice)
                    last = answer.feed(std::string_view(bytes).substr(at, slice));
                const bool fits = head_size <= 512;
                if (plain || !fits) {
                    EXPECT_EQ(last, fits ? progress::complete : progress::broken)
                        << head_size << " in slices of " << slice;
                }
            }
        }
    }
}

}  // namespace
}  // namespace tidings::net
