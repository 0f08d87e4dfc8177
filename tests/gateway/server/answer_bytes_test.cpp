#include "gateway/server/answer_bytes.hpp"

#include <gtest/gtest.h>

namespace tidings::gateway {

namespace {

answer_parts sample_parts() {
    answer_parts parts;
    parts.content_type = "text/plain";
    parts.body = "hello";
    return parts;
}

std::string all_of(strange_answer& answer, std::size_t piece) {
    std::string all;
    for (auto one = answer.next(piece); !one.empty(); one = answer.next(piece))
        all += one;
    return all;
}

TEST(answer_bytes, spell_an_ordinary_answer) {
    std::string out;
    auto parts = sample_parts();
    parts.retry_after = "5";
    parts.close = true;
    append_answer(out, parts);
    EXPECT_EQ(out,
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nRetry-After: 5\r\n"
              "Connection: close\r\nContent-Length: 5\r\n\r\nhello");
    out.clear();
    parts = sample_parts();
    parts.head_only = true;
    append_answer(out, parts);
    EXPECT_TRUE(out.ends_with("Content-Length: 5\r\n\r\n"));
}

TEST(strange_answer, is_the_ordinary_one_when_nothing_is_strange) {
    std::string ordinary;
    append_answer(ordinary, sample_parts());
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{16384}}) {
        strange_answer answer(sample_parts(), {});
        EXPECT_EQ(all_of(answer, piece), ordinary);
        EXPECT_FALSE(answer.was_cut());
        EXPECT_FALSE(answer.needs_close());
    }
}

TEST(strange_answer, keeps_what_its_length_promises) {
    request_plan plan;
    plan.body_padding = 10'000;
    plan.header_padding = 5'000;
    strange_answer answer(sample_parts(), plan);
    const auto all = all_of(answer, 100);
    const auto body = all.find("\r\n\r\n") + 4;
    EXPECT_NE(all.find("Content-Length: 10005\r\n"), std::string::npos);
    EXPECT_EQ(all.size() - body, 10'005U);
    EXPECT_NE(all.find("\r\nX-Padding: " + std::string(5'000, 'x') + "\r\n"), std::string::npos);
}

TEST(strange_answer, chunks_add_up) {
    request_plan plan;
    plan.framing = body_framing::chunked;
    plan.body_padding = 5'000;
    strange_answer answer(sample_parts(), plan);
    auto rest = all_of(answer, 333);
    rest.erase(0, rest.find("\r\n\r\n") + 4);
    std::string body;
    while (true) {
        const auto line = rest.find("\r\n");
        ASSERT_NE(line, std::string::npos);
        const auto size = std::stoul(rest.substr(0, line), nullptr, 16);
        ASSERT_EQ(rest.substr(line + 2 + size, 2), "\r\n");
        body += rest.substr(line + 2, size);
        rest.erase(0, line + 4 + size);
        if (size == 0) break;
    }
    EXPECT_EQ(rest, "");
    EXPECT_EQ(body, "hello" + std::string(8192, 'x'));
}

TEST(strange_answer, is_cut_where_it_is_told) {
    std::string ordinary;
    append_answer(ordinary, sample_parts());
    for (std::size_t at = 0; at <= ordinary.size() + 1; ++at) {
        request_plan plan;
        plan.cut_at = at;
        strange_answer answer(sample_parts(), plan);
        EXPECT_EQ(all_of(answer, 10), ordinary.substr(0, at));
        EXPECT_EQ(answer.was_cut(), at <= ordinary.size()) << at;
    }
}

TEST(strange_answer, can_be_endless) {
    request_plan plan;
    plan.body_padding = endless;
    strange_answer answer(sample_parts(), plan);
    std::size_t size = 0;
    while (size < 1'000'000)
        size += answer.next(16'384).size();
    EXPECT_FALSE(answer.ended());
    EXPECT_TRUE(answer.needs_close());
}

}  // namespace

}  // namespace tidings::gateway
