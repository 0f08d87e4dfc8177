// In the steady state a message takes nothing from the heap and no lock on its network thread,
// nghttp2 and OpenSSL included. Turns are driven by hand: what Asio locks is once a wake-up.
#include "net/allocations_counted.hpp"
#include "net/pool_rig.hpp"
#include "support/allocations.hpp"
#include "support/locks.hpp"
#include "support/scripted_http2_server.hpp"

#include <mutex>
#include <thread>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

// The server has a thread of its own, so that what it allocates is not counted here.
struct other_thread {
    explicit other_thread(bool http2) {
        server.emplace(io, authority.server_context());
        if (http2) {
            talks.emplace(*server);
            talks->on_request = [this](tests::scripted_http2_server::talk& peer,
                                       const tests::scripted_http2_server::request& one) {
                talks->requests.clear();
                peer.answer(one.stream, "200", triggered_body);
            };
        } else {
            server->on_bytes = [](tests::scripted_peer& peer) {
                while (!tests::take_request(peer.received).empty())
                    peer.say(answer_200());
            };
        }
        runner = std::thread([this] { io.run(); });
    }
    ~other_thread() {
        io.stop();
        runner.join();
    }

    boost::asio::io_context io;
    tests::test_authority authority;
    std::optional<tests::scripted_server> server;
    std::optional<tests::scripted_http2_server> talks;
    std::thread runner;
};

struct steady_sender final : attempt_sink, pool_listener, wire::batch_end {
    void on_attempt_ended(const core::attempt_report& report) override {
        if (report.furthest == core::attempt_step::answered) ++answered;
        ++ended;
    }
    void on_pool_trouble(const pool_trouble&) override {}
    wire::rest on_batch_end() override {
        while (begun < ended + 8 && connections->room() > 0) {
            connections->begin({.which = static_cast<core::ticket>(begun),
                                .from = core::phone_number::from_digits(16693422058),
                                .to = core::phone_number::from_digits(917760336000ULL + begun),
                                .token = sample_token});
            ++begun;
        }
        connections->flush();
        return {};
    }
    pool* connections = nullptr;
    std::uint64_t begun = 0;
    std::uint64_t ended = 0;
    std::uint64_t answered = 0;
};

class steady_state : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(http1_and_http2, steady_state, testing::Bool());

TEST_P(steady_state, allocates_nothing_and_locks_nothing_a_message) {
    other_thread peer(GetParam());
    boost::asio::io_context io;
    wire::readiness set(io);
    const tests::manual_clock clock;
    const auto believes = std::move(trust::make({.ca_file = peer.authority.file()}).value());
    steady_sender sender;
    pool connections(io, set, clock, *believes, make_endpoint(peer.server->url(), "st-1").value(),
                     {.connections_max = 4}, sender, sender);
    sender.connections = &connections;
    set.set_batch_end(&sender);
    set.start();
    const auto run_until = [&](std::uint64_t answered) {
        for (int idle = 0; sender.answered < answered && idle < 200;)
            idle = io.run_one_for(std::chrono::milliseconds(50)) == 0 ? idle + 1 : 0;
        return sender.answered >= answered;
    };
    connections.want(8);
    ASSERT_TRUE(run_until(500));
    connections.want(0);  // no connection is opened while it counts
    ASSERT_TRUE(run_until(1000));
    const auto handshakes = connections.stats().handshakes;
    const tests::allocation_count allocated;
    const tests::lock_count locked;
    const auto of_openssl = openssl_allocations;
    for (std::uint64_t idle = 0; sender.answered < 3000 && idle < 100'000'000;)
        idle = set.dispatch() > 0 ? 0 : idle + 1;
    ASSERT_GE(sender.answered, 3000U);
    EXPECT_EQ(allocated.so_far(), 0U);
    EXPECT_EQ(locked.so_far(), 0U);
    EXPECT_EQ(openssl_allocations - of_openssl, 0U);
    EXPECT_EQ(connections.stats().handshakes, handshakes);
    EXPECT_EQ(connections.stats().http_major, GetParam() ? 2 : 1);
    set.stop();
}

TEST(steady_state_counts, locks_of_this_thread) {
    if (!tests::lock_count::works) GTEST_SKIP() << "a sanitizer has these functions";
    std::mutex guard;
    const tests::lock_count locked;
    const std::scoped_lock lock(guard);
    EXPECT_EQ(locked.so_far(), 1U);
}

}  // namespace
}  // namespace tidings::net
