#include "net/endpoint.hpp"

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

TEST(endpoint, takes_an_address_apart) {
    struct row {
        const char* url;
        const char* host;
        std::uint16_t port;
        const char* authority;
        const char* target;
        bool numeric;
    };
    constexpr const char* plain = "/api/public/bot/st-1/outboundsms";
    const row rows[] = {
        {"https://platform.kore.ai", "platform.kore.ai", 443, "platform.kore.ai", plain, false},
        {"https://platform.kore.ai/", "platform.kore.ai", 443, "platform.kore.ai", plain, false},
        {"HTTPS://Platform.Kore.AI:443", "platform.kore.ai", 443, "platform.kore.ai", plain, false},
        {"https://localhost:8443", "localhost", 8443, "localhost:8443", plain, false},
        {"https://127.0.0.1:1", "127.0.0.1", 1, "127.0.0.1:1", plain, true},
        {"https://[::1]:8443", "::1", 8443, "[::1]:8443", plain, true},
        {"https://[::1]", "::1", 443, "[::1]", plain, true},
        {"https://house.example/a/b%20c/", "house.example", 443, "house.example",
         "/a/b%20c/api/public/bot/st-1/outboundsms", false},
    };
    for (const auto& row : rows) {
        const auto made = make_endpoint(row.url, "st-1");
        ASSERT_TRUE(made) << row.url << ": " << made.error().text;
        EXPECT_EQ(*made, (endpoint{row.host, row.port, row.authority, row.target, row.numeric}))
            << row.url;
    }
}

TEST(endpoint, says_what_is_wrong_with_an_address) {
    const std::pair<std::string, const char*> rows[] = {
        {"http://platform.kore.ai", "not encrypted"},
        {"platform.kore.ai", "no https address"},
        {"ftp://platform.kore.ai", "no https address"},
        {"", "no https address"},
        {"https://", "host"},
        {"https://:443", "host"},
        {"https://host:0", "port"},
        {"https://host:65536", "port"},
        {"https://host:12x", "port"},
        {"https://host:", "host or port"},
        {"https://[::1", "host or port"},
        {"https://[::1]x", "host or port"},
        {"https://[nonsense]", "host"},
        {"https://a b", "host"},
        {"https://a..b", "host"},
        {"https://-a", "host"},
        {"https://user@host", "user"},
        {"https://host/a?b=c", "query"},
        {"https://host/#x", "query"},
        {"https://host/a b", "%XX"},
        {"https://host/a\r\nx: y", "%XX"},
        {"https://host/" + std::string(2000, 'a'), "too long"},
        {"https://" + std::string(300, 'a'), "host"},
    };
    for (const auto& [url, words] : rows) {
        const auto made = make_endpoint(url, "st-1");
        ASSERT_FALSE(made) << url;
        EXPECT_EQ(made.error().kind, core::trouble::configuration);
        EXPECT_NE(made.error().text.find(words), std::string::npos) << made.error().text;
        EXPECT_EQ(made.error().text.find('\n'), std::string::npos);
    }
}

TEST(endpoint, refuses_what_is_no_bot_id) {
    for (const std::string id : {"", "st 1", "st/1", "../x", "st-1\r\n", "st?"})
        EXPECT_FALSE(make_endpoint("https://host", id)) << id;
    EXPECT_FALSE(make_endpoint("https://host", std::string(129, 'a')));
    EXPECT_TRUE(make_endpoint("https://host", std::string(128, 'a')));
}

}  // namespace
}  // namespace tidings::net
