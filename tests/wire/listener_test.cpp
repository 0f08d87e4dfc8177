#include "wire/listener.hpp"

#include <memory>
#include <utility>
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

struct listening {
    explicit listening(listener_options options = {})
        : door(std::move(listener::open(set, std::move(options), sink).value())) {}

    boost::asio::io_context io;
    readiness set{io};
    kept_sockets sink;
    std::unique_ptr<listener> door;
};

struct caller {
    explicit caller(std::uint16_t port) : socket(io) {
        socket.connect({boost::asio::ip::address_v4::loopback(), port});
    }
    boost::asio::io_context io;
    boost::asio::ip::tcp::socket socket;
};

TEST(listener, chooses_a_port_and_hands_sockets_on) {
    listening its;
    ASSERT_NE(its.door->port(), 0);
    const caller one(its.door->port());
    const caller two(its.door->port());
    its.set.dispatch();
    ASSERT_EQ(its.sink.sockets.size(), 2U);
    EXPECT_EQ(its.door->accepted(), 2U);
    EXPECT_NE(::fcntl(its.sink.sockets[0].fd(), F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(::fcntl(its.sink.sockets[0].fd(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(listener, names_what_is_in_the_way) {
    listening its;
    const auto taken = listener::open(its.set, {.port = its.door->port()}, its.sink);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().kind, core::trouble::network);
    EXPECT_NE(taken.error().text.find(std::to_string(its.door->port())), std::string::npos);
    const auto wrong = listener::open(its.set, {.address = "localhost"}, its.sink);
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().text.find("localhost"), std::string::npos);
}

TEST(listener, a_paused_one_leaves_callers_in_the_queue) {
    listening its;
    its.door->pause();
    const caller one(its.door->port());
    its.set.dispatch();
    EXPECT_TRUE(its.sink.sockets.empty());
    its.door->resume();
    its.set.dispatch();
    EXPECT_EQ(its.sink.sockets.size(), 1U);
}

TEST(listener, a_flood_is_taken_in_turns) {
    listening its({.accepts_max = 3});
    std::vector<std::unique_ptr<caller>> callers;
    for (int i = 0; i < 7; ++i)
        callers.push_back(std::make_unique<caller>(its.door->port()));
    its.set.dispatch();
    EXPECT_EQ(its.sink.sockets.size(), 3U);
    its.set.dispatch();
    its.set.dispatch();
    EXPECT_EQ(its.sink.sockets.size(), 7U);
}

TEST(listener, turns_callers_away_when_descriptors_run_out) {
    listening its;
    const caller one(its.door->port());
    const caller two(its.door->port());
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    // The lowest free descriptor is the one accept would get.
    const socket_handle lowest(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const rlimit none_left{static_cast<rlim_t>(lowest.fd()) + 1, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none_left), 0);
    its.set.dispatch();
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_TRUE(its.sink.sockets.empty());
    EXPECT_EQ(its.door->turned_away(), 2U);
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
    listening its;
    const auto port = its.door->port();
    for (int round = 0; round < 2; ++round) {
        ASSERT_TRUE(its.door->set_door(door_state::shut));
        EXPECT_EQ(error_of_connecting_to(port), ECONNREFUSED);
        ASSERT_TRUE(its.door->set_door(door_state::silent));
        EXPECT_EQ(error_of_connecting_to(port), EINPROGRESS);
        ASSERT_TRUE(its.door->set_door(door_state::open));
        EXPECT_EQ(error_of_connecting_to(port), 0);
        its.set.dispatch();
        EXPECT_EQ(its.sink.sockets.size(), static_cast<std::size_t>(round) + 1);
        EXPECT_EQ(its.door->port(), port);
    }
    EXPECT_EQ(its.door->door_now(), door_state::open);
}

TEST(listener, those_who_wait_at_a_door_that_shuts_are_sent_away) {
    listening its;
    caller waiting(its.door->port());
    ASSERT_TRUE(its.door->set_door(door_state::shut));
    its.set.dispatch();
    EXPECT_TRUE(its.sink.sockets.empty());
    char byte = 0;
    boost::system::error_code error;
    waiting.socket.read_some(boost::asio::buffer(&byte, 1), error);
    EXPECT_EQ(error, boost::asio::error::connection_reset);
}

}  // namespace
}  // namespace tidings::wire
