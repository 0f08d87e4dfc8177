#include "net/proxy_tunnel.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

using progress = proxy_tunnel::progress;

proxy_tunnel some_tunnel() {
    return {make_proxy("http://p:1").value(), "x.test:443"};
}

TEST(proxy_tunnel, asks_for_the_way_and_shows_its_credentials_to_the_proxy_alone) {
    EXPECT_EQ(proxy_tunnel(make_proxy("http://p:1").value(), "x.test:443").unsent(),
              "CONNECT x.test:443 HTTP/1.1\r\nHost: x.test:443\r\n\r\n");
    EXPECT_EQ(proxy_tunnel(make_proxy("http://u:p@p:1").value(), "[::1]:443").unsent(),
              "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n"
              "Proxy-Authorization: Basic dTpw\r\n\r\n");
}

TEST(proxy_tunnel, what_the_kernel_did_not_take_is_said_later) {
    auto tunnel = some_tunnel();
    const std::string all(tunnel.unsent());
    std::string said;
    while (!tunnel.unsent().empty()) {
        said += tunnel.unsent().substr(0, 3);
        tunnel.on_sent(std::min<std::size_t>(3, tunnel.unsent().size()));
    }
    EXPECT_EQ(said, all);
}

struct row {
    std::string answer;
    progress ends;
    std::uint16_t status;
};
const row rows[] = {
    {"HTTP/1.1 200 Connection established\r\n\r\n", progress::open, 200},
    {"HTTP/1.0 200 OK\r\nVia: 1.1 squid\r\n\r\n", progress::open, 200},
    {"HTTP/1.1 204\r\n\r\n", progress::open, 204},
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", progress::open, 200},
    {"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 3\r\n\r\n", progress::refused,
     407},
    {"HTTP/1.1 302 Elsewhere\r\n\r\n", progress::refused, 302},
    {"HTTP/1.1 503 Service Unavailable\r\n\r\n", progress::refused, 503},
    {"HTTP/1.1 200 OK\r\n\r\nmore", progress::broken, 200},
    {"HTTP/2 200 OK\r\n\r\n", progress::broken, 0},
    {"HTTP/1.1 20 OK\r\n\r\n", progress::broken, 0},
    {"HTTP/1.1 2000 OK\r\n\r\n", progress::broken, 0},
    {"SSH-2.0-x\r\n\r\n", progress::broken, 0},
};

TEST(proxy_tunnel, reads_the_answer_whole_and_byte_by_byte) {
    for (const auto& [answer, ends, status] : rows) {
        auto whole = some_tunnel();
        EXPECT_EQ(whole.feed(answer), ends) << answer;
        EXPECT_EQ(whole.status(), status) << answer;
        if (ends == progress::broken) continue;  // in pieces, it is open before more comes
        auto sliced = some_tunnel();
        progress last = progress::reading;
        for (std::size_t i = 0; i < answer.size() && last == progress::reading; ++i)
            last = sliced.feed(answer.substr(i, 1));
        EXPECT_EQ(last, ends) << answer;
    }
}

TEST(proxy_tunnel, an_endless_answer_is_broken) {
    auto tunnel = some_tunnel();
    progress last = progress::reading;
    std::size_t fed = 0;
    for (; last == progress::reading && fed < 1'000'000; fed += 1000)
        last = tunnel.feed("HTTP/1.1 200 " + std::string(987, 'x'));
    EXPECT_EQ(last, progress::broken);
    EXPECT_LE(fed, proxy_tunnel::answer_max + 1000);
}

TEST(proxy_tunnel, its_words_are_tamed_and_cut) {
    auto tunnel = some_tunnel();
    tunnel.feed("HTTP/1.1 403 no\x1B[31m" + std::string(500, 'x') + "\r\n\r\n");
    EXPECT_TRUE(tunnel.words().starts_with("403 no?[31mxxx")) << tunnel.words();
    EXPECT_LE(tunnel.words().size(), 100U);
}

}  // namespace
}  // namespace tidings::net
