#include "codec/messages/answer.hpp"

#include "codec/messages/retry_after.hpp"
#include "support/allocations.hpp"

#include <memory>
#include <random>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

using core::answer_text;

constexpr core::wall_time now = core::wall_time(std::chrono::seconds(1'800'000'000));

core::answer read(answer_reader& reader, std::uint16_t status, std::string_view body,
                  std::string_view type = "application/json", bool complete = true) {
    return reader.read({.status = status, .content_type = type, .body = body, .complete = complete},
                       now);
}

const std::string words =
    "Triggered the configured Experience flow to deliver message via SMS channel";
const std::string triggered = R"({"message":")" + words + R"("})";

// The documented shape of a refusal; `msg` as it stands between the quotes.
std::string refusal(const std::string& msg, const std::string& code) {
    return R"({"errors":[{"msg":")" + msg + R"(","code":)" + code + "}]}";
}

struct row {
    std::uint16_t status;
    std::string_view type;
    std::string body;
    answer_text text;
    std::string message;
};

constexpr std::string_view json = "application/json; charset=utf-8";
constexpr std::string_view page = "text/html";

TEST(answer, reads_every_documented_text) {
    const std::string minute =
        "You've exceeded the per-minute rate limit. Please wait for sometime before retrying.";
    const std::string hour =
        "You've exceeded the hourly rate limit. Please wait for sometime before retrying.";
    const std::string older =
        "Rate limit for this API has been reached. Please try again after some time.";
    const row rows[] = {
        // Section 1, as compact, spaced, indented and escaped JSON.
        {200, json, triggered, answer_text::triggered, ""},
        {200, json, R"({"message": ")" + words + R"("})", answer_text::triggered, ""},
        {200, json, "{\n    \"message\": \"" + words + "\"\n}\n", answer_text::triggered, ""},
        {202, "", "{\"message\":\"\\u0054" + words.substr(1) + "\",\"id\":[1,{}]}",
         answer_text::triggered, ""},
        // Section 2.
        {401, json,
         refusal("error verifying the jwt: if \\\"jti\\\" claim \\\"exp\\\" must be <= 1 hour(s)",
                 "401"),
         answer_text::jti_lifetime,
         "error verifying the jwt: if \"jti\" claim \"exp\" must be <= 1 hour(s)"},
        {401, json, refusal("error verifying the jwt: possibly a replay", "401"),
         answer_text::replay, "error verifying the jwt: possibly a replay"},
        // Section 3.
        {429, json, refusal(minute, "429"), answer_text::limit_minute, minute},
        {429, json, refusal(hour, "429"), answer_text::limit_hour, hour},
        {429, json, R"({"message":")" + older + R"("})", answer_text::limit_other, older},
        // Section 4.
        {401, json, refusal("Invalid SDK credentials", "4002"), answer_text::bad_credentials,
         "Invalid SDK credentials"},
        {401, json, refusal("Invalid JWT token", "\"4002\""), answer_text::bad_credentials,
         "Invalid JWT token"},
        {401, json, refusal("Permission denied. Scope is incorrect!", "4002"),
         answer_text::wrong_scope, "Permission denied. Scope is incorrect!"},
        {400, json, refusal("Invalid StreamId", "400"), answer_text::unknown_bot,
         "Invalid StreamId"},
        {412, json, refusal("Validation errors/ Invalid arguments", "412"), answer_text::validation,
         "Validation errors/ Invalid arguments"},
        {405, json, refusal("Method Not Allowed", "405"), answer_text::wrong_method,
         "Method Not Allowed"},
    };
    answer_reader reader;
    for (const auto& one : rows) {
        const auto got = read(reader, one.status, one.body, one.type);
        EXPECT_EQ(got.text, one.text) << one.body;
        EXPECT_EQ(got.message, one.message) << one.body;
        EXPECT_EQ(got.status, one.status);
        EXPECT_TRUE(got.complete);
    }
}

TEST(answer, reads_every_odd_shape) {
    const row rows[] = {
        // Other fields, other spellings, other places.
        {400, json, R"({"errors":[{"message":"too MANY requests"}]})", answer_text::limit_other,
         "too MANY requests"},
        {403, json, R"({"errors":{"msg":"PER-MINUTE RATE LIMIT"}})", answer_text::limit_minute,
         "PER-MINUTE RATE LIMIT"},
        {400, json, R"({"errors":[{"message":"invalid streamid","code":"x"}]})",
         answer_text::unknown_bot, "invalid streamid"},
        {401, json,
         R"({"errors":[{"code":1,"msg":"nothing"},{"code":1,"msg":"possibly a replay"}]})",
         answer_text::replay, "nothing"},
        {409, json, R"({"errors":[{"msg":"new to us","code":409}],"id":1})", answer_text::refusal,
         "new to us"},
        {400, json, R"({"errors":[{"msg":"no","code":"42x"}]})", answer_text::refusal, "no"},
        {401, json, R"({"errors":[{"msg":"new to us","code":4002}]})", answer_text::bad_credentials,
         "new to us"},
        {400, json, R"({"errors":[{"msg":"say no more","code":429}]})", answer_text::limit_other,
         "say no more"},
        {400, json, R"({"errors":[{"msg":"say no more","code":"429"}]})", answer_text::limit_other,
         "say no more"},
        {400, json, R"({"errors":[{"msg":42,"code":[]}]})", answer_text::other_json,
         R"({"errors":[{"msg":42,"code":[]}]})"},
        {409, json, "\xEF\xBB\xBF {\"msg\":\"new to us\"}", answer_text::other_json, "new to us"},
        {400, json, R"("rate limit")", answer_text::limit_other, "rate limit"},
        {400, json, "42", answer_text::other_json, "42"},
        // The same words under another status say something else.
        {500, json, triggered, answer_text::other_json, words},
        {200, json, R"({"errors":[],"message":")" + words + R"("})", answer_text::other_json,
         words},
        {200, json, R"([")" + words + R"("])", answer_text::other_json, words},
        {500, json, R"({"errors":[{"msg":"rate limit","code":429}]})", answer_text::other_json,
         "rate limit"},
        // Nothing, pages, plain text, and worse.
        {200, json, "", answer_text::none, ""},
        {504, "", " \r\n\t", answer_text::none, ""},
        {502, page, "<html><head><TITLE>\n502 Bad Gateway </Title></head>...", answer_text::html,
         "502 Bad Gateway"},
        {502, "", "\n<!DOCTYPE html><p>x", answer_text::html, "<!DOCTYPE html><p>x"},
        {403, page, "<title>Access denied</title><p>You are being rate limited (1015)",
         answer_text::limit_other, "Access denied"},
        {502, page, "<p>rate limit", answer_text::html, "<p>rate limit"},
        {502, "TEXT/HTML; charset=utf-8", "Bad gateway", answer_text::html, "Bad gateway"},
        {502, page, R"({"msg":"JSON after all"})", answer_text::other_json, "JSON after all"},
        {429, "text/plain", "Too Many Requests", answer_text::limit_other, "Too Many Requests"},
        {400, "text/plain", "Invalid StreamId", answer_text::unreadable, "Invalid StreamId"},
        {200, json, R"({"message":"Triggered)", answer_text::unreadable,
         R"({"message":"Triggered)"},
        {200, json, R"({"message":tru})", answer_text::unreadable, R"({"message":tru})"},
        {200, json, R"({"message":"x"} x)", answer_text::unreadable, R"({"message":"x"} x)"},
        {400, json, "{\"msg\":\"\xFF\"}", answer_text::unreadable, "{\"msg\":\"\xFF\"}"},
        {200, json, "\x1F\x8B\x08", answer_text::unreadable, "\x1F\x8B\x08"},
    };
    answer_reader reader;
    for (const auto& one : rows) {
        const auto got = read(reader, one.status, one.body, one.type);
        EXPECT_EQ(got.text, one.text) << one.status << " " << one.body;
        EXPECT_EQ(got.message, one.message) << one.status << " " << one.body;
    }
}

// The documented words in any other shape: nobody knows who speaks.
TEST(answer, a_refusal_in_another_shape_is_not_the_platforms) {
    const row rows[] = {
        {400, json, R"({"error":"invalid streamid"})", answer_text::other_json, "invalid streamid"},
        {401, json, R"([{"msg":"possibly a replay","code":401}])", answer_text::other_json,
         "possibly a replay"},
        {403, json, R"({"message":"Forbidden"})", answer_text::other_json, "Forbidden"},
        {412, json, R"({"errors":[{"msg":"Validation errors"}]})", answer_text::other_json,
         "Validation errors"},
        {412, json, R"({"errors":[{"msg":"Validation errors","code":1},"x"]})",
         answer_text::other_json, "Validation errors"},
        {412, json, R"({"errors":{"msg":"Validation errors","code":1}})", answer_text::other_json,
         "Validation errors"},
        {412, json, R"({"data":{"errors":[{"msg":"Validation errors","code":1}]}})",
         answer_text::other_json, R"({"data":{"errors":[{"msg":"Validation errors","code":1}]}})"},
        {404, json, R"({"errors":[]})", answer_text::other_json, R"({"errors":[]})"},
        {401, json, R"({"code":4002})", answer_text::other_json, R"({"code":4002})"},
    };
    answer_reader reader;
    for (const auto& one : rows) {
        const auto got = read(reader, one.status, one.body, one.type);
        EXPECT_EQ(got.text, one.text) << one.status << " " << one.body;
        EXPECT_EQ(got.message, one.message) << one.status << " " << one.body;
    }
}

TEST(answer, a_success_that_says_failure_is_told) {
    const std::string failing[] = {
        R"({"errors":[{"msg":"possibly a replay","code":429}]})",
        R"({"errors":["no flow"],"message":")" + words + R"("})",
        R"({"errors":{"to":"bad"}})",
        R"({"error":"no flow"})",
        R"({"error":{"code":1}})",
        R"({"error":true})",
        R"({"error":7})",
        R"({"status":"error"})",
        R"({"status":"FAILURE","message":"x"})",
        R"({"status":"failed"})",
        R"({"status":"fail"})",
        R"({"status":500})",
        R"({"statusCode":"403"})",
        R"({"success":false})",
        R"([{"status":"error"}])",
        R"({"message":"Failed to trigger the flow"})",
        R"({"message":"Internal Error"})",
    };
    const std::string passing[] = {
        R"({"errors":[]})",       R"({"errors":null,"id":1})", R"({"error":""})",
        R"({"error":false})",     R"({"error":{}})",           R"({"error":0})",
        R"({"status":"queued"})", R"({"status":200})",         R"({"status":"errorless"})",
        R"({"success":true})",    R"({"success":0})",          R"({"data":{"status":"error"}})",
        R"({"id":500})",
    };
    answer_reader reader;
    for (const auto& body : failing) {
        EXPECT_EQ(read(reader, 200, body).text, answer_text::failure) << body;
        EXPECT_NE(read(reader, 500, body).text, answer_text::failure) << body;
    }
    for (const auto& body : passing)
        EXPECT_EQ(read(reader, 200, body).text, answer_text::other_json) << body;
}

TEST(answer, every_refusal_rule_has_words_that_reach_it) {
    answer_reader reader;
    for (const auto& rule : refusal_rules()) {
        std::string quoted;
        for (const char c : rule.words)
            quoted += c == '"' ? std::string("\\\"") : std::string(1, c);
        const auto body = R"({"errors":[{"msg":"Before )" + quoted + R"( after","code":1}]})";
        EXPECT_EQ(read(reader, 400, body).text, rule.text) << rule.words;
        EXPECT_EQ(read(reader, 503, body).text, answer_text::other_json) << rule.words;
    }
}

TEST(answer, a_cut_body_is_told_and_read_as_far_as_it_makes_sense) {
    answer_reader reader;
    const auto whole =
        read(reader, 401, R"({"errors":[{"msg":"possibly a replay","code":1}]})", json, false);
    EXPECT_EQ(whole.text, answer_text::replay);
    EXPECT_FALSE(whole.complete);
    const auto cut = read(reader, 401, R"({"errors":[{"msg":"possibly a rep)", json, false);
    EXPECT_EQ(cut.text, answer_text::cut);
    EXPECT_EQ(read(reader, 200, "", json, false).text, answer_text::cut);
    EXPECT_EQ(read(reader, 200, "<p", json, false).text, answer_text::html);
}

TEST(answer, every_cut_of_the_success_is_a_cut) {
    answer_reader reader;
    const std::string body = triggered;
    for (std::size_t size = 0; size < body.size(); ++size)
        EXPECT_EQ(read(reader, 200, body.substr(0, size), json, false).text, answer_text::cut)
            << size;
}

TEST(answer, bodies_up_to_the_limit_are_read_and_no_longer_ones) {
    answer_reader reader;
    const std::string head = R"({"errors":[{"msg":"possibly a replay","code":401,"x":")";
    const std::string tail = R"("}]})";
    auto body =
        head + std::string(answer_reader::body_size_max - head.size() - tail.size(), 'x') + tail;
    ASSERT_EQ(body.size(), answer_reader::body_size_max);
    EXPECT_EQ(read(reader, 401, body).text, answer_text::replay);
    body.insert(head.size(), "x");
    EXPECT_EQ(read(reader, 401, body).text, answer_text::unreadable);
    EXPECT_EQ(read(reader, 502, "<html>" + std::string(1 << 20, ' ') + "x", page).text,
              answer_text::html);
    const std::string deep(10'000, '[');
    EXPECT_EQ(read(reader, 400, deep + std::string(10'000, ']')).text, answer_text::unreadable);
}

TEST(answer, a_long_message_is_cut_between_characters) {
    answer_reader reader;
    constexpr auto most = answer_reader::message_size_max;
    for (std::size_t lead = most - 5; lead <= most + 1; ++lead) {
        const auto body =
            R"({"msg":")" + std::string(lead, 'x') + "\xF0\x9F\x93\xA9\xF0\x9F\x93\xA9\"}";
        const auto got = read(reader, 400, body).message;
        const std::size_t whole = lead >= most ? 0 : (most - lead) / 4;
        EXPECT_EQ(got.size(), std::min(lead, most) + whole * 4) << lead;
    }
}

TEST(answer, retry_after_is_read_along) {
    answer_reader reader;
    EXPECT_EQ(reader.read({.status = 503, .retry_after = "30", .body = "x"}, now).retry_after,
              std::chrono::seconds(30));
    EXPECT_EQ(reader.read({.status = 503, .retry_after = "-30"}, now).retry_after, std::nullopt);
    EXPECT_EQ(reader.read({.status = 503}, now).retry_after, std::nullopt);
}

TEST(answer, the_bodys_retry_after_is_read_too_and_the_longer_one_counts) {
    using std::chrono::milliseconds;
    struct wait_row {
        std::string_view header;
        std::string body;
        std::optional<core::duration> wait;
    };
    const wait_row rows[] = {
        {"", R"({"retryAfterMs":1500})", milliseconds(1500)},
        {"", R"({"retryAfterMs":"1500"})", milliseconds(1500)},
        {"", R"({"retryAfterMs":0.5})", std::chrono::microseconds(500)},
        {"", R"({"errors":[{"msg":"rate limit","code":429,"retryAfterMs":20}]})", milliseconds(20)},
        {"1", R"({"retryAfterMs":1500})", milliseconds(1500)},
        {"2", R"({"retryAfterMs":1500})", std::chrono::seconds(2)},
        {"", R"({"retryAfterMs":1e300})", retry_after_max},
        {"", R"({"retryAfterMs":9223372036854775807})", retry_after_max},
        {"", R"({"retryAfterMs":-1})", std::nullopt},
        {"3", R"({"retryAfterMs":"soon"})", std::chrono::seconds(3)},
        {"", R"({"retryAfterMs":null})", std::nullopt},
        {"", R"({"data":{"retryAfterMs":1}})", std::nullopt},
    };
    answer_reader reader;
    for (const auto& one : rows) {
        const auto got =
            reader.read({.status = 429, .retry_after = one.header, .body = one.body}, now);
        EXPECT_EQ(got.retry_after, one.wait) << one.header << " " << one.body;
    }
}

TEST(answer, reading_allocates_nothing) {
    answer_reader reader;
    std::string nested = R"({"errors":[)";
    while (nested.size() < 8000)
        nested += R"({"msg":"a \u00e4","code":1},)";
    nested += "1]}";
    const std::string bodies[] = {
        triggered,
        R"({"errors":[{"msg":"per-minute rate limit","code":429}]})",
        nested,
        std::string(answer_reader::body_size_max, '['),
        std::string(3 * answer_reader::body_size_max, 'x'),
        "<title>502</title>",
        "",
    };
    const tests::allocation_count count;
    for (const auto& body : bodies)
        for (const std::uint16_t status : std::initializer_list<std::uint16_t>{200, 401, 429, 502})
            static_cast<void>(reader.read({.status = status,
                                           .content_type = json,
                                           .retry_after = "Sun, 06 Nov 1994 08:49:37 GMT",
                                           .body = body,
                                           .complete = true},
                                          now));
    EXPECT_EQ(count.so_far(), 0u);
    const auto proof = std::make_unique<int>(1);
    EXPECT_GE(count.so_far(), 1u) << "the counter itself does not count";
}

// Whatever bytes come, the reader stays inside them and within its limits. The sanitizers look on.
TEST(answer, damaged_bodies_are_read_without_harm) {
    answer_reader reader;
    const std::string seeds[] = {
        triggered,
        R"({"errors":[{"msg":"error verifying the jwt: possibly a replay","code":"401"}]})",
        "<html><title>x</title></html>",
    };
    std::mt19937 random(20261123);
    std::set<answer_text> seen;
    for (int round = 0; round < 20'000; ++round) {
        auto body = seeds[random() % 3];
        for (auto changes = random() % 4; changes > 0; --changes)
            body[random() % body.size()] = static_cast<char>(random());
        body.resize(random() % 2 == 0 ? body.size() : random() % body.size());
        const auto exact = std::make_unique<char[]>(body.size());
        body.copy(exact.get(), body.size());
        const auto got = read(reader, static_cast<std::uint16_t>(200 + random() % 2 * 201),
                              {exact.get(), body.size()});
        EXPECT_LE(got.message.size(), answer_reader::message_size_max);
        seen.insert(got.text);
    }
    EXPECT_TRUE(seen.contains(answer_text::triggered));
    EXPECT_TRUE(seen.contains(answer_text::replay));
    EXPECT_TRUE(seen.contains(answer_text::html));
    EXPECT_TRUE(seen.contains(answer_text::unreadable));
}

}  // namespace
}  // namespace tidings::codec
