#include "tidings/wire/listener.hpp"

#include <vector>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>

namespace tidings::wire {
namespace {

struct kept_sockets final : accept_sink {
    void on_accepted(socket_handle socket) override { sockets.push_back(std::move(socket)); }
    std::vector<socket_handle> sockets;
};

struct caller {
    explicit caller(std::uint16_t port) : socket(io) {
        socket.connect({boost::asio::ip::address_v4::loopback(), port});
    }
    boost::asio::io_context io;
    boost::asio::ip::tcp::socket socket;
};

TEST(listener, chooses_a_port_and_hands_sockets_on) {
    boost::asio::io_context io;
    readiness set(io);
    kept_sockets sink;
    const auto door = std::move(listener::open(set, {}, sink).value());
    ASSERT_NE(door->port(), 0);
    const caller one(door->port());
    const caller two(door->port());
    set.dispatch();
    ASSERT_EQ(sink.sockets.size(), 2U);
    EXPECT_EQ(door->accepted(), 2U);
    EXPECT_NE(::fcntl(sink.sockets[0].fd(), F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(::fcntl(sink.sockets[0].fd(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(listener, names_what_is_in_the_way) {
    boost::asio::io_context io;
    readiness set(io);
    kept_sockets sink;
    const auto door = std::move(listener::open(set, {}, sink).value());
    const auto taken = listener::open(set, {.port = door->port()}, sink);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().kind, core::trouble::network);
    EXPECT_NE(taken.error().text.find(std::to_string(door->port())), std::string::npos);
    const auto wrong = listener::open(set, {.address = "localhost"}, sink);
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().text.find("localhost"), std::string::npos);
}

TEST(listener, a_paused_one_leaves_callers_in_the_queue) {
    boost::asio::io_context io;
    readiness set(io);
    kept_sockets sink;
    const auto door = std::move(listener::open(set, {}, sink).value());
    door->pause();
    const caller one(door->port());
    set.dispatch();
    EXPECT_TRUE(sink.sockets.empty());
    door->resume();
    set.dispatch();
    EXPECT_EQ(sink.sockets.size(), 1U);
}

TEST(listener, a_flood_is_taken_in_turns) {
    boost::asio::io_context io;
    readiness set(io);
    kept_sockets sink;
    const auto door = std::move(listener::open(set, {.accepts_max = 3}, sink).value());
    std::vector<std::unique_ptr<caller>> callers;
    for (int i = 0; i < 7; ++i)
        callers.push_back(std::make_unique<caller>(door->port()));
    set.dispatch();
    EXPECT_EQ(sink.sockets.size(), 3U);
    set.dispatch();
    set.dispatch();
    EXPECT_EQ(sink.sockets.size(), 7U);
}

TEST(listener, turns_callers_away_when_descriptors_run_out) {
    boost::asio::io_context io;
    readiness set(io);
    kept_sockets sink;
    const auto door = std::move(listener::open(set, {}, sink).value());
    const caller one(door->port());
    const caller two(door->port());
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    // The lowest free descriptor is the one accept would get.
    const socket_handle lowest(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const rlimit none_left{static_cast<rlim_t>(lowest.fd()) + 1, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none_left), 0);
    set.dispatch();
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_TRUE(sink.sockets.empty());
    EXPECT_EQ(door->turned_away(), 2U);
}

int error_of_connecting_to(std::uint16_t port) {
    const socket_handle caller(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* const name = reinterpret_cast<const sockaddr*>(&where);
    if (::connect(caller.fd(), name, sizeof where) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    pollfd answer{caller.fd(), POLLOUT, 0};
    if (::poll(&answer, 1, 20) == 0) return EINPROGRESS;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(caller.fd(), SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

TEST(listener, a_shut_door_refuses_and_a_silent_one_says_nothing) {
    boost::asio::io_context io;
    readiness set(io);
    kept_sockets sink;
    const auto made = std::move(listener::open(set, {}, sink).value());
    const auto port = made->port();
    for (int round = 0; round < 2; ++round) {
        ASSERT_TRUE(made->set_door(door_state::shut));
        EXPECT_EQ(error_of_connecting_to(port), ECONNREFUSED);
        ASSERT_TRUE(made->set_door(door_state::silent));
        EXPECT_EQ(error_of_connecting_to(port), EINPROGRESS);
        ASSERT_TRUE(made->set_door(door_state::open));
        EXPECT_EQ(error_of_connecting_to(port), 0);
        set.dispatch();
        EXPECT_EQ(sink.sockets.size(), static_cast<std::size_t>(round) + 1);
        EXPECT_EQ(made->port(), port);
    }
    EXPECT_EQ(made->door_now(), door_state::open);
}

TEST(listener, those_who_wait_at_a_door_that_shuts_are_sent_away) {
    boost::asio::io_context io;
    readiness set(io);
    kept_sockets sink;
    const auto made = std::move(listener::open(set, {}, sink).value());
    caller waiting(made->port());
    ASSERT_TRUE(made->set_door(door_state::shut));
    set.dispatch();
    EXPECT_TRUE(sink.sockets.empty());
    char byte = 0;
    boost::system::error_code error;
    waiting.socket.read_some(boost::asio::buffer(&byte, 1), error);
    EXPECT_EQ(error, boost::asio::error::connection_reset);
}

}  // namespace
}  // namespace tidings::wire
