// Through a proxy: the way is asked for before anything of a message is said, and each way in which
// it may be refused is told as the proxy's.
#include "net/http2_rig.hpp"
#include "net/pool.hpp"
#include "net/probe.hpp"
#include "support/scripted_proxy.hpp"

#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

struct proxied_rig : pool_rig {
    explicit proxied_rig(const std::string& credentials = "", http_mode http = http_mode::http1)
        : pool_rig({}, http), by(io, server.port()) {
        server.on_bytes = [](tests::scripted_peer& peer) {
            while (!tests::take_request(peer.received).empty())
                peer.say(answer_200());
        };
        go_through(by.url(credentials));
    }
    void go_through(const std::string& url) {
        auto where = make_endpoint("https://localhost:" + std::to_string(server.port()), "st-1");
        where->through = make_proxy(url).value();
        make_pool_at(*where);
    }
    // What the first dial is told to have come to.
    kept_trouble first_trouble() {
        messages().want(1);
        if (!run_until([&] { return !troubles.empty(); })) ADD_FAILURE() << "no trouble";
        return troubles.empty() ? kept_trouble{} : troubles[0];
    }

    tests::scripted_proxy by;
};

TEST(pool_proxy, messages_go_through_it) {
    proxied_rig rig("user:pass@");
    for (core::ticket i = 0; i < 3; ++i)
        ASSERT_EQ(rig.one_message(i).report.furthest, core::attempt_step::answered);
    ASSERT_EQ(rig.by.heads.size(), 1U) << "one connection, one way";
    const auto port = std::to_string(rig.server.port());
    EXPECT_EQ(rig.by.heads[0], "CONNECT localhost:" + port + " HTTP/1.1\r\nHost: localhost:" +
                                   port + "\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n");
    EXPECT_TRUE(rig.troubles.empty());
}

TEST(pool_proxy, and_so_do_messages_over_http2) {
    http2_rig rig;
    answer_200_to_all(rig);
    tests::scripted_proxy by(rig.io, rig.server.port());
    auto where = make_endpoint("https://localhost:" + std::to_string(rig.server.port()), "st-1");
    where->through = make_proxy(by.url()).value();
    rig.make_pool_at(*where);
    EXPECT_EQ(rig.one_message().report.furthest, core::attempt_step::answered);
    EXPECT_EQ(rig.messages().stats().http_major, 2U);
    EXPECT_EQ(by.heads.size(), 1U);
}

TEST(pool_proxy, its_refusals_are_told_as_its_own) {
    struct row {
        const char* answer;
        const char* credentials;
        bool fatal;
        const char* words;
    };
    const row rows[] = {
        {"407 Proxy Authentication Required", "", true, "`proxy_password`"},
        {"407 Proxy Authentication Required", "u:p@", true, "does not accept the user or password"},
        {"403 Forbidden", "", true, "let this host through"},
        {"404 Not Found", "", true, "check `proxy`"},
        {"502 Bad Gateway", "", false, "does not reach the server"},
        {"503 Service Unavailable", "", false, "too much to do"},
        {"504 Gateway Timeout", "", false, "does not answer it"},
        {"599 Whatever", "", false, "\"599 Whatever\""},
    };
    for (const auto& [answer, credentials, fatal, words] : rows) {
        proxied_rig rig(credentials);
        rig.by.answer = "HTTP/1.1 " + std::string(answer) + "\r\nContent-Length: 0\r\n\r\n";
        const auto told = rig.first_trouble();
        EXPECT_EQ(told.kind, trouble_kind::proxy) << answer;
        EXPECT_EQ(told.fatal, fatal) << answer;
        EXPECT_NE(told.text.find(words), std::string::npos) << told.text;
        EXPECT_NE(told.text.find(answer), std::string::npos) << told.text;
        EXPECT_NE(told.text.find("the proxy 127.0.0.1:"), std::string::npos) << told.text;
        EXPECT_EQ(rig.messages().room(), 0U);
        EXPECT_EQ(rig.server.open_connections(), 0U) << "not a byte reached the server";
    }
}

TEST(pool_proxy, one_that_is_none_goes_away_or_says_nothing) {
    {
        proxied_rig rig;
        rig.by.answer = "SSH-2.0-OpenSSH_9.2\r\n\r\n";
        const auto told = rig.first_trouble();
        EXPECT_TRUE(told.fatal);
        EXPECT_NE(told.text.find("as an HTTP proxy does"), std::string::npos) << told.text;
    }
    {
        proxied_rig rig;
        rig.by.hangs_up = true;
        const auto told = rig.first_trouble();
        EXPECT_FALSE(told.fatal);
        EXPECT_NE(told.text.find("closed the connection"), std::string::npos) << told.text;
    }
    {
        proxied_rig rig;
        rig.by.silent = true;
        rig.messages().want(1);
        ASSERT_TRUE(rig.run_until([&] { return rig.by.heads.size() == 1; }));
        rig.tick(pool_options{}.connect_timeout);
        ASSERT_EQ(rig.troubles.size(), 1U);
        EXPECT_EQ(rig.troubles[0].kind, trouble_kind::timeout);
        EXPECT_NE(rig.troubles[0].text.find("opened no way"), std::string::npos);
    }
}

TEST(pool_proxy, what_the_server_does_behind_it_is_told_as_the_servers) {
    proxied_rig rig;
    rig.server.resets_in_handshake = true;
    const auto told = rig.first_trouble();
    EXPECT_EQ(told.kind, trouble_kind::tls) << told.text;
    EXPECT_NE(told.text.find(" through the proxy 127.0.0.1:"), std::string::npos) << told.text;
}

}  // namespace
}  // namespace tidings::net
