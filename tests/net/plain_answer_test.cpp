#include "net/plain_answer.hpp"

#include "net/http1_answer.hpp"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

constexpr std::size_t header_max = 16 * 1024;

const std::string typical =
    "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Mon, 23 Nov 2026 10:00:00 GMT\r\n"
    "Content-Type: application/json\r\nContent-Length: 17\r\nConnection: keep-alive\r\n\r\n"
    "{\"message\":\"yes\"}";

TEST(plain_answer, reads_what_servers_usually_say) {
    plain_answers answers;
    const auto read = answers.read(typical, header_max);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->status, 200);
    EXPECT_EQ(read->content_type, "application/json");
    EXPECT_EQ(read->body, "{\"message\":\"yes\"}");
    EXPECT_EQ(read->size, typical.size());
    EXPECT_TRUE(read->keep_alive);
}

TEST(plain_answer, leaves_to_the_grammar_what_is_not_plain) {
    const std::vector<std::string> others = {
        "",
        "HTTP/1.1 200 OK",
        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 None\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 304 Same\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 600 Odd\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx",
        "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n: none\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: upgrade\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nUpgrade: h2c\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: a\rb\r\n\r\n",
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: a\0b\r\n\r\n", 46),
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: a\x7f\r\n\r\n",
    };
    plain_answers answers;
    for (const auto& one : others)
        EXPECT_FALSE(answers.read(one, header_max)) << one;
    EXPECT_FALSE(answers.read(typical, 100)) << "a head over the cap";
    EXPECT_FALSE(answers.read(typical, 100)) << "nor when it is known";
}

// The same bytes read both ways: in one piece they may take the short cut, in two they never do.
void expect_the_same(const std::string& bytes) {
    http1_answer at_once({});
    http1_answer in_pieces({});
    const auto whole = at_once.feed(bytes);
    auto rest = in_pieces.feed(bytes.substr(0, 1));
    if (rest == http1_answer::progress::reading) rest = in_pieces.feed(bytes.substr(1));
    ASSERT_EQ(whole, rest) << bytes;
    if (whole != http1_answer::progress::complete) return;
    const auto a = at_once.bytes();
    const auto b = in_pieces.bytes();
    EXPECT_EQ(a.status, b.status) << bytes;
    EXPECT_EQ(a.content_type, b.content_type) << bytes;
    EXPECT_EQ(a.retry_after, b.retry_after) << bytes;
    EXPECT_EQ(a.body, b.body) << bytes;
    EXPECT_EQ(a.complete, b.complete) << bytes;
    EXPECT_EQ(at_once.keep_alive(), in_pieces.keep_alive()) << bytes;
    EXPECT_EQ(at_once.left_over(), in_pieces.left_over()) << bytes;
}

TEST(plain_answer, agrees_with_the_grammar_on_every_answer_it_takes) {
    constexpr unsigned seed = 7;
    std::mt19937 random(seed);
    const std::vector<std::string> lines = {
        "Content-Type: text/html",
        "content-type:application/json",
        "Retry-After: 17",
        "RETRY-AFTER:  5",
        "Connection: close",
        "Connection: Keep-Alive",
        "connection: close, foo",
        "X-Empty:",
        "X-Tab:\ta",
        "Content-Length: 3",
        "Content-Length: 03",
        "Content-Length:3",
        "Transfer-Encoding: chunked",
        "Proxy-Connection: close",
        "Upgrade: h2c",
        "A-Long-Name-Of-No-Use: \"quoted\"; and=more",
        "X: trailing ",
    };
    plain_answers answers;
    int plain = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string bytes = random() % 8 == 0 ? "HTTP/1.0 200 OK\r\n" : "HTTP/1.1 200 OK\r\n";
        if (random() % 4 == 0)
            bytes = "HTTP/1.1 " + std::to_string(195 + random() % 410) + " x\r\n";
        const auto count = random() % 5;
        for (unsigned n = 0; n < count; ++n)
            bytes += lines[random() % lines.size()] + "\r\n";
        if (random() % 4 != 0) bytes += "Content-Length: 3\r\n";
        bytes += "\r\nabc";
        if (random() % 8 == 0) bytes += "more";
        // And one byte changed, sometimes.
        if (random() % 3 == 0) bytes[random() % bytes.size()] = static_cast<char>(random());
        plain += answers.read(bytes, header_max) ? 1 : 0;
        expect_the_same(bytes);
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(plain, 2000) << "seed " << seed;
}

struct said {
    std::string body;
    std::string date = "Mon, 23 Nov 2026 10:00:00 GMT";
    std::string more = "Retry-After: 3\r\n";

    std::string text() const {
        return "HTTP/1.1 429 Later\r\nDate: " + date + "\r\nContent-Type: text/plain\r\n" + more +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }
};

void expect_said(plain_answers& answers, const said& what) {
    const auto bytes = what.text();
    const auto read = answers.read(bytes, header_max);
    ASSERT_TRUE(read) << bytes;
    EXPECT_EQ(read->status, 429);
    EXPECT_EQ(read->content_type, "text/plain");
    EXPECT_EQ(read->retry_after, "3");
    EXPECT_EQ(read->body, what.body);
    EXPECT_EQ(read->size, bytes.size());
}

TEST(plain_answer, a_head_that_is_known_is_read_as_the_first_time) {
    plain_answers answers;
    expect_said(answers, {.body = "one"});
    expect_said(answers, {.body = "two"});
    expect_said(answers, {.body = "three"});
    expect_said(answers, {.body = "fours", .date = "Mon, 23 Nov 2026 10:00:01 GMT"});
    expect_said(answers, {.body = "fiver", .date = "Mon, 23 Nov 2026 10:00:01 GMT"});
    expect_said(answers,
                {.body = "long", .more = "Retry-After: 3\r\nX: " + std::string(600, 'x') + "\r\n"});
    expect_said(answers, {.body = "fiver", .date = "Mon, 23 Nov 2026 10:00:01 GMT"});
}

TEST(plain_answer, a_known_head_with_less_body_than_it_says_is_not_plain) {
    plain_answers answers;
    const auto whole = said{.body = "three"}.text();
    ASSERT_TRUE(answers.read(whole, header_max));
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_FALSE(answers.read(std::string_view(whole).substr(0, size), header_max)) << size;
    EXPECT_TRUE(answers.read(whole, header_max));
}

}  // namespace
}  // namespace tidings::net
