#include "gateway/server/admin_gate.hpp"

#include <gtest/gtest.h>

namespace tidings::gateway {
namespace {

constexpr std::uint16_t port = 8444;
constexpr auto token = "00112233";

admin_claims owner() {
    return {.hosts = 1,
            .host = "127.0.0.1:8444",
            .authorization = "Bearer 00112233",
            .content_type = "application/json"};
}

std::uint16_t refused(const admin_claims& asked) {
    const auto why = why_not_admitted(asked, port, token);
    return why ? why->status : 0;
}

TEST(admin_gate, lets_the_owner_in) {
    auto asked = owner();
    EXPECT_EQ(refused(asked), 0);
    asked.host = "localhost:8444";
    asked.changes = true;
    for (const auto* type :
         {"application/json", "application/toml", "application/json;charset=UTF-8",
          "application/toml ; charset=utf-8"}) {
        asked.content_type = type;
        EXPECT_EQ(refused(asked), 0) << type;
    }
}

// A page whose name was made to lead to this machine still says its own name.
TEST(admin_gate, the_host_is_this_port_and_no_other) {
    for (const auto* host : {"", "127.0.0.1", "localhost", "evil.example:8444", "127.0.0.1:8445",
                             "127.0.0.1:08444", "127.0.0.1.evil.example:8444", "localhost.:8444",
                             "127.0.0.1:8444 ", "LOCALHOST:8444", "[::1]:8444"}) {
        auto asked = owner();
        asked.host = host;
        EXPECT_EQ(refused(asked), 421) << host;
    }
    auto asked = owner();
    asked.hosts = 2;
    EXPECT_EQ(refused(asked), 421);
}

TEST(admin_gate, a_page_is_never_heard) {
    auto asked = owner();
    asked.from_a_page = true;
    EXPECT_EQ(refused(asked), 403);
}

TEST(admin_gate, whoever_lacks_the_token_is_not_heard) {
    for (const auto* said : {"", "Bearer", "Bearer ", "Bearer 00112234", "Bearer 0011223",
                             "Bearer 001122330", "bearer 00112233", "00112233"}) {
        auto asked = owner();
        asked.authorization = said;
        EXPECT_EQ(refused(asked), 401) << said;
    }
}

TEST(admin_gate, a_change_says_what_it_brings) {
    for (const auto* type : {"", "text/plain", "application/x-www-form-urlencoded",
                             "multipart/form-data", "application/jsonp", "application/toml2"}) {
        auto asked = owner();
        asked.content_type = type;
        EXPECT_EQ(refused(asked), 0) << type;
        asked.changes = true;
        EXPECT_EQ(refused(asked), 415) << type;
    }
}

TEST(admin_gate, tokens_are_long_and_never_the_same) {
    const auto made = make_admin_token();
    EXPECT_EQ(made.size(), 64U);
    EXPECT_NE(made, make_admin_token());
    EXPECT_EQ(admin_header("00"), "Authorization: Bearer 00\n");
}

}  // namespace
}  // namespace tidings::gateway
