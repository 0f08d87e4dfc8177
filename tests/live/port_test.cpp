#include "live/port.hpp"

#include "view/snapshots.hpp"

#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tidings::live {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr auto token = "0123456789abcdef";
constexpr int patience_ms = 20'000;

// A client that writes what it is told and reads until the other end closes.
class raw_client {
  public:
    explicit raw_client(std::uint16_t port)
        : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
    }
    ~raw_client() { ::close(fd_); }
    raw_client(const raw_client&) = delete;
    raw_client& operator=(const raw_client&) = delete;

    bool connected() const { return connected_; }
    void write(std::string_view text) { ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL); }
    // What is there by then; `until` in it, the end, or nothing for a long time ends it.
    std::string read(std::string_view until = "\n never said") {
        std::string all;
        char room[4096];
        pollfd one{fd_, POLLIN, 0};
        while (all.find(until) == std::string::npos && ::poll(&one, 1, patience_ms) == 1) {
            const auto got = ::recv(fd_, room, sizeof room, 0);
            if (got <= 0) break;
            all.append(room, static_cast<std::size_t>(got));
        }
        return all;
    }

  private:
    int fd_;
    bool connected_ = false;
};

class scripted_run final : public told_run {
  public:
    run_look look() override {
        ++looks;
        auto made = view::a_snapshot();
        made.now += std::chrono::seconds(looks.load());
        return {made, nullptr};
    }
    core::result<void> steer(std::string_view line) override {
        if (line != "pause") return core::failure{core::trouble::usage, "not understood"};
        ++pauses;
        return {};
    }
    std::atomic<int> looks{0};
    std::atomic<int> pauses{0};
};

std::unique_ptr<port> opened(std::string secret = "") {
    port_options options;
    options.token = std::move(secret);
    options.clock = [] { return core::instant{}; };
    return port::open(std::move(options)).value();
}

std::string asked(const port& from, const std::string& line, const std::string& more = "",
                  const std::string& body = "") {
    raw_client client(from.where().port);
    std::string request = line + " HTTP/1.1\r\nHost: " + from.where().spelled() + "\r\n" + more;
    if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    client.write(request + "\r\n" + body);
    return client.read();
}

TEST(port, others_reach_no_port_without_a_token) {
    port_options options;
    options.where.host = "0.0.0.0";
    const auto refused = port::open(options);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().text, HasSubstr("--listen-token FILE"));
    options.token = token;
    EXPECT_TRUE(port::open(options));
}

TEST(port, a_port_that_is_taken_is_said) {
    const auto first = opened();
    port_options options;
    options.where = first->where();
    const auto second = port::open(options);
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().text, HasSubstr(first->where().spelled()));
}

TEST(port, tells_before_while_and_after) {
    scripted_run run;
    const auto there = opened();
    EXPECT_THAT(asked(*there, "GET /api/status"), StartsWith("HTTP/1.1 503 "));
    EXPECT_THAT(asked(*there, "GET /healthz"), StartsWith("HTTP/1.1 200 "));
    there->attach(run);
    EXPECT_THAT(asked(*there, "GET /api/status"), HasSubstr(R"("accepted":410113)"));
    EXPECT_THAT(asked(*there, "GET /metrics"), HasSubstr("tidings_rows{"));
    EXPECT_THAT(asked(*there, "GET /metrics", "Accept: application/openmetrics-text\r\n"),
                HasSubstr("# EOF\n"));
    EXPECT_THAT(asked(*there, "GET /api/history"), HasSubstr(R"("steering":false)"));
    there->detach();
    const auto looks = run.looks.load();
    EXPECT_THAT(asked(*there, "GET /api/status"), HasSubstr(R"("accepted":410113)"));
    EXPECT_EQ(run.looks.load(), looks);
}

TEST(port, has_the_page_and_its_parts) {
    const auto there = opened();
    const std::pair<const char*, const char*> rows[] = {{"/", "<!doctype html>"},
                                                        {"/page.css", "--back"},
                                                        {"/page.js", "\"use strict\""},
                                                        {"/charts.js", "Dygraph"},
                                                        {"/charts.css", "dygraph"}};
    std::size_t bytes = 0;
    for (const auto& [target, part] : rows) {
        const auto answer = asked(*there, std::string("GET ") + target);
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 ")) << target;
        EXPECT_THAT(answer, HasSubstr(part)) << target;
        bytes += answer.size();
    }
    EXPECT_LT(bytes, 300U * 1024);
}

TEST(port, steers_whoever_has_the_token) {
    scripted_run run;
    const auto there = opened(token);
    const auto shown = std::string("Authorization: Bearer ") + token + "\r\nTidings-Control: 1\r\n";
    EXPECT_THAT(asked(*there, "POST /api/control", shown, "pause"), StartsWith("HTTP/1.1 503 "));
    there->attach(run);
    EXPECT_THAT(asked(*there, "POST /api/control", "Tidings-Control: 1\r\n", "pause"),
                StartsWith("HTTP/1.1 401 "));
    EXPECT_EQ(run.pauses.load(), 0);
    EXPECT_THAT(asked(*there, "POST /api/control", shown, "pause"), HasSubstr(R"({"ok":true})"));
    EXPECT_EQ(run.pauses.load(), 1);
    EXPECT_THAT(asked(*there, "POST /api/control", shown, "dance"), HasSubstr("not understood"));
    there->detach();
}

TEST(port, everything_that_is_read_has_a_limit) {
    const auto there = opened(token);
    std::string many("X-Filler: ");
    many.append(9'000, 'y');
    EXPECT_THAT(asked(*there, "GET /", many + "\r\n"), StartsWith("HTTP/1.1 431 "));
    std::string long_body(port::body_bytes_max + 1, 'x');
    EXPECT_THAT(asked(*there, "POST /api/control", "", long_body), StartsWith("HTTP/1.1 413 "));
    raw_client nonsense(there->where().port);
    nonsense.write("\x16\x03\x01 no HTTP\r\n\r\n");
    EXPECT_EQ(nonsense.read(), "");
}

TEST(port, whoever_follows_hears_every_change_and_the_end) {
    scripted_run run;
    auto there = opened();
    raw_client follower(there->where().port);
    follower.write("GET /api/events HTTP/1.1\r\nHost: " + there->where().spelled() + "\r\n\r\n");
    EXPECT_THAT(follower.read("retry: 2000\n\n"), HasSubstr("Content-Type: text/event-stream\r\n"));
    there->attach(run);
    EXPECT_THAT(follower.read("\n\n"), HasSubstr("event: status\ndata: {\"type\":\"progress\""));
    EXPECT_THAT(follower.read("\n\n"), HasSubstr("event: status\n"));
    there->detach();
    there.reset();
    EXPECT_THAT(follower.read(), HasSubstr("event: end\n"));
}

TEST(port, a_full_house_makes_room_for_who_asks) {
    scripted_run run;
    const auto there = opened();
    there->attach(run);
    std::vector<std::unique_ptr<raw_client>> silent;
    for (std::size_t i = 0; i < port::clients_max + 20; ++i)
        silent.push_back(std::make_unique<raw_client>(there->where().port));
    EXPECT_THAT(asked(*there, "GET /api/status"), StartsWith("HTTP/1.1 200 "));
    there->detach();
}

}  // namespace
}  // namespace tidings::live
