// Proxies as curl 7.88.1 (Debian 12) reads them: each row was tried with it.
#include "net/proxy.hpp"

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

TEST(proxy, is_read_from_a_url) {
    struct row {
        const char* url;
        const char* host;
        std::uint16_t port;
        const char* authorization;
        const char* authority;
    };
    const row rows[] = {
        {"http://proxy.example:3128", "proxy.example", 3128, "", "proxy.example:3128"},
        {"http://proxy.example:3128/", "proxy.example", 3128, "", "proxy.example:3128"},
        {"HTTP://Proxy.Example", "proxy.example", 1080, "", "proxy.example:1080"},
        {"127.0.0.1:8080", "127.0.0.1", 8080, "", "127.0.0.1:8080"},
        {"http://[::1]:8080", "::1", 8080, "", "[::1]:8080"},
        {"http://[::1]", "::1", 1080, "", "[::1]:1080"},
        {"http://us%40er:p%3Ass@h:1", "h", 1, "Basic dXNAZXI6cDpzcw==", "h:1"},
        {"http://user@h:1", "h", 1, "Basic dXNlcjo=", "h:1"},
    };
    for (const auto& [url, host, port, authorization, authority] : rows) {
        const auto made = make_proxy(url);
        ASSERT_TRUE(made) << url << ": " << made.error().text;
        EXPECT_EQ(made->host, host) << url;
        EXPECT_EQ(made->port, port) << url;
        EXPECT_EQ(made->authorization, authorization) << url;
        EXPECT_EQ(made->authority, authority) << url;
    }
}

TEST(proxy, a_password_of_its_own_place_goes_before_the_urls) {
    EXPECT_EQ(make_proxy("http://u@h:1", "p%:ss").value().authorization, "Basic dTpwJTpzcw==");
    EXPECT_EQ(make_proxy("http://u:old@h:1", "new").value().authorization, "Basic dTpuZXc=");
    const auto made = make_proxy("http://h:1", "secret");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().text.find("secret"), std::string::npos);
}

TEST(proxy, what_cannot_be_read_is_refused_without_its_credentials) {
    for (const char* url :
         {"", "http://", "https://p:1", "socks5://p:1", "http://p:0", "http://p:x", "http://p/x",
          "http://u:secret%@p:1", "http://u:secret%0a@p:1", "http://u%3A:secret@p:1",
          "http://u:secret@", "http://[::1:3128"}) {
        const auto made = make_proxy(url);
        ASSERT_FALSE(made) << url;
        EXPECT_EQ(made.error().kind, core::trouble::configuration);
        EXPECT_EQ(made.error().text.find("secret"), std::string::npos) << made.error().text;
    }
}

TEST(proxy, no_proxy_names_names_addresses_and_networks) {
    struct row {
        const char* no_proxy;
        const char* host;
        bool numeric;
        bool direct;
    };
    const row rows[] = {
        {"", "x.test", false, false},
        {"x.test", "x.test", false, true},
        {"x.test", "www.x.test", false, true},
        {"x.test", "badx.test", false, false},
        {".x.test", "x.test", false, true},
        {"x.test.", "x.test", false, true},
        {"a.test X.TEST", "x.test", false, true},
        {"a.test,\tx.test", "x.test", false, true},
        {"*", "x.test", false, true},
        {"a.test,*", "x.test", false, false},
        {"*.x.test", "www.x.test", false, false},
        {"x.test:443", "x.test", false, false},
        {"127.0.0.0/8", "127.0.0.1", true, true},
        {"127.0.0.1", "127.0.0.1", true, true},
        {"127.0.0.1:443", "127.0.0.1", true, false},
        {"10.0.0.0/8", "127.0.0.1", true, false},
        {"10.0.0.0/33", "10.0.0.1", true, false},
        {"10.0.0.0/", "10.0.0.1", true, false},
        {"0.0.0.0/0", "10.0.0.1", true, true},
        {"fd00::/8", "fd00::1", true, true},
        {"fd00::/8", "fe80::1", true, false},
        {"127.0.0.0/8", "localhost", false, false},
    };
    for (const auto& [no_proxy, host, numeric, direct] : rows)
        EXPECT_EQ(goes_direct(no_proxy, host, numeric), direct) << no_proxy << ' ' << host;
}

TEST(proxy, the_environment_names_one) {
    EXPECT_EQ(proxy_url_for({}, "x.test", false), "");
    EXPECT_EQ(
        proxy_url_for({.https_proxy = "a", .all_proxy = "b", .no_proxy = {}}, "x.test", false),
        "a");
    EXPECT_EQ(proxy_url_for({.https_proxy = {}, .all_proxy = "b", .no_proxy = {}}, "x.test", false),
              "b");
    EXPECT_EQ(
        proxy_url_for({.https_proxy = "a", .all_proxy = {}, .no_proxy = "x.test"}, "x.test", false),
        "");
}

}  // namespace
}  // namespace tidings::net
