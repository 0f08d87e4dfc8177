#include "codec/messages/request.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

core::phone_number number(std::string_view text) {
    return *core::phone_number::from_e164(text);
}

request_options page_options() {
    return {.path = "/api/public/bot/st-26d52ba6-7a77-56b2-be4e-a8db1da7e440/outboundsms",
            .host = "platform.kore.ai",
            .user_agent = "tidings/0.1"};
}

std::string written(const request_writer& writer, std::string_view token, std::string_view from,
                    std::string_view to) {
    std::string buffer(writer.size_max(token.size()) + 1, '\x7F');
    char* const end = writer.write(buffer.data(), token, number(from), number(to));
    EXPECT_LE(end, buffer.data() + writer.size_max(token.size()));
    EXPECT_EQ(buffer.back(), '\x7F') << "wrote past size_max()";
    buffer.resize(static_cast<std::size_t>(end - buffer.data()));
    return buffer;
}

TEST(request, is_the_documented_call_byte_for_byte) {
    const auto writer = request_writer::make(page_options()).value();
    EXPECT_EQ(
        written(writer, "aaa.bbb.ccc", "+16693422058", "+917760336484"),
        "POST /api/public/bot/st-26d52ba6-7a77-56b2-be4e-a8db1da7e440/outboundsms HTTP/1.1\r\n"
        "Host: platform.kore.ai\r\n"
        "User-Agent: tidings/0.1\r\n"
        "Accept: application/json\r\n"
        "Content-Type: application/json;charset=UTF-8\r\n"
        "auth: aaa.bbb.ccc\r\n"
        "Content-Length: 48\r\n"
        "\r\n"
        R"({"fromNo":"+16693422058","toNo":"+917760336484"})");
}

TEST(request, content_length_is_exact_for_every_length_of_number) {
    const auto writer = request_writer::make(page_options()).value();
    const std::string digits = "123456789012345";
    for (std::size_t from = 2; from <= digits.size(); ++from)
        for (std::size_t to = 2; to <= digits.size(); ++to) {
            const auto text =
                written(writer, "t", "+" + digits.substr(0, from), "+" + digits.substr(0, to));
            const auto at = text.find("Content-Length: ") + 16;
            const auto body = text.substr(text.find("\r\n\r\n") + 4);
            EXPECT_EQ(text.substr(at, text.find('\r', at) - at), std::to_string(body.size()));
            EXPECT_EQ(body, R"({"fromNo":"+)" + digits.substr(0, from) + R"(","toNo":"+)" +
                                digits.substr(0, to) + R"("})");
        }
}

TEST(request, the_longest_body_and_token_fit_what_is_promised) {
    const auto writer = request_writer::make(page_options()).value();
    const auto text =
        written(writer, std::string(token_size_max, 'x'), "+123456789012345", "+987654321098765");
    EXPECT_EQ(text.size() - text.find("\r\n\r\n") - 4, request_body_max);
    std::vector<char> body(request_body_max);
    EXPECT_EQ(
        write_request_body(body.data(), number("+123456789012345"), number("+987654321098765")),
        body.data() + request_body_max);
}

TEST(request, the_probe_carries_no_body) {
    const auto writer = request_writer::make(page_options()).value();
    std::string buffer(writer.size_max(3), '\0');
    const auto size =
        static_cast<std::size_t>(writer.write_probe(buffer.data(), "tok") - buffer.data());
    const auto text = buffer.substr(0, size);
    EXPECT_NE(text.find("auth: tok\r\nContent-Length: 0\r\n"), std::string::npos);
    EXPECT_EQ(text.find("\r\n\r\n"), text.size() - 4);
}

TEST(request, what_would_break_the_framing_is_refused) {
    const std::vector<request_options> bad = {
        {.path = "", .host = "h"},
        {.path = "api", .host = "h"},
        {.path = "/a b", .host = "h"},
        {.path = "/a\r\nX: y", .host = "h"},
        {.path = "/\xC3\xA4", .host = "h"},
        {.path = "/" + std::string(2048, 'a'), .host = "h"},
        {.path = "/", .host = ""},
        {.path = "/", .host = "h\n"},
        {.path = "/", .host = "h", .user_agent = "a\rb"},
    };
    for (const auto& options : bad) {
        const auto made = request_writer::make(options);
        ASSERT_FALSE(made.has_value()) << options.path << " " << options.host;
        EXPECT_EQ(made.error().kind, core::trouble::configuration);
        EXPECT_FALSE(made.error().text.empty());
    }
    EXPECT_TRUE(request_writer::make({.path = "/" + std::string(2047, 'a'),
                                      .host = "h:8443",
                                      .user_agent = "tidings (ops team)"})
                    .has_value());
}

}  // namespace
}  // namespace tidings::codec
