#include "wire/socket_stream.hpp"

#include <cerrno>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tidings::wire {
namespace {

// One end is a stream's, the other is the test's.
struct both_ends {
    explicit both_ends(receive_buffer& received) : both_ends(received, made()) {}

    void say(std::string_view text) const {
        ASSERT_EQ(::send(peer.fd(), text.data(), text.size(), 0),
                  static_cast<ssize_t>(text.size()));
    }
    std::string heard() const {
        std::string all;
        char some[4096];
        for (ssize_t n = 0; (n = ::recv(peer.fd(), some, sizeof some, 0)) > 0;)
            all.append(some, static_cast<std::size_t>(n));
        return all;
    }

    socket_stream stream;
    socket_handle peer;

  private:
    struct pair {
        int fd[2];
    };
    static pair made() {
        pair ends{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.fd), 0);
        return ends;
    }
    both_ends(receive_buffer& received, pair ends)
        : stream(socket_handle(ends.fd[0]), received), peer(socket_handle(ends.fd[1])) {}
};

std::string_view text_of(std::span<char> bytes) {
    return {bytes.data(), bytes.size()};
}

TEST(socket_stream, gives_out_what_came_until_it_is_taken) {
    receive_buffer buffer;
    both_ends ends(buffer);
    ends.say("hello");
    ASSERT_TRUE(ends.stream.receive());
    ends.stream.take(2);
    EXPECT_EQ(text_of(ends.stream.input()), "llo");
    ends.stream.take(3);
    EXPECT_TRUE(ends.stream.input().empty());
    EXPECT_EQ(ends.stream.received(), 5U);
    EXPECT_FALSE(ends.stream.may_read()) << "a short read: the next event comes before more";
    ends.say("more");
    EXPECT_FALSE(ends.stream.receive());
    ends.stream.on_events(EPOLLIN);
    ASSERT_TRUE(ends.stream.receive());
    EXPECT_EQ(text_of(ends.stream.input()), "more");
}

TEST(socket_stream, keeps_what_is_left_when_another_receives) {
    receive_buffer buffer;
    both_ends one(buffer);
    both_ends two(buffer);
    one.say("first");
    two.say("second");
    ASSERT_TRUE(one.stream.receive());
    one.stream.take(1);
    ASSERT_TRUE(two.stream.receive());
    EXPECT_EQ(text_of(one.stream.input()), "irst");
    EXPECT_EQ(text_of(two.stream.input()), "second");
}

TEST(socket_stream, one_that_is_gone_leaves_the_buffer_to_others) {
    receive_buffer buffer;
    both_ends one(buffer);
    {
        both_ends gone(buffer);
        gone.say("unread");
        ASSERT_TRUE(gone.stream.receive());
    }
    one.say("read");
    ASSERT_TRUE(one.stream.receive());
    EXPECT_EQ(text_of(one.stream.input()), "read");
}

TEST(socket_stream, tells_the_end_from_nothing_yet) {
    receive_buffer buffer;
    both_ends ends(buffer);
    EXPECT_FALSE(ends.stream.receive());
    EXPECT_FALSE(ends.stream.ended());
    ends.peer.close();
    ends.stream.on_events(EPOLLIN | EPOLLRDHUP);
    EXPECT_FALSE(ends.stream.receive());
    EXPECT_TRUE(ends.stream.ended());
    EXPECT_EQ(ends.stream.error(), 0);
}

TEST(socket_stream, what_the_kernel_refuses_waits_in_order) {
    receive_buffer buffer;
    both_ends ends(buffer);
    const int small = 1;
    ASSERT_EQ(::setsockopt(ends.stream.fd(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
    std::string all;
    for (char c = 'a'; !ends.stream.waiting(); c = c == 'z' ? 'a' : static_cast<char>(c + 1)) {
        all.append(1000, c);
        ASSERT_TRUE(ends.stream.put(std::string(1000, c)));
    }
    all += "last";
    ASSERT_TRUE(ends.stream.put(std::string_view("last")));
    EXPECT_LT(ends.stream.sent(), all.size());
    std::string heard = ends.heard();
    while (ends.stream.waiting()) {
        ends.stream.on_events(EPOLLOUT);
        ASSERT_TRUE(ends.stream.push());
        heard += ends.heard();
    }
    EXPECT_EQ(heard, all);
    EXPECT_EQ(ends.stream.sent(), all.size());
}

TEST(socket_stream, only_so_much_waits) {
    receive_buffer buffer;
    both_ends ends(buffer);
    const std::string piece(16 * 1024, 'x');
    std::size_t taken = 0;
    while (ends.stream.put(piece)) {
        taken += piece.size();
        ASSERT_LT(taken, 16U << 20) << "it would take anything";
    }
    EXPECT_EQ(ends.stream.error(), 0);
    EXPECT_GE(taken - ends.stream.sent(), 112U * 1024);
    EXPECT_LE(taken - ends.stream.sent(), 128U * 1024);
}

TEST(socket_stream, a_broken_socket_is_an_error) {
    receive_buffer buffer;
    both_ends ends(buffer);
    ends.peer.close();
    EXPECT_FALSE(ends.stream.put(std::string_view("x")));
    EXPECT_EQ(ends.stream.error(), EPIPE);
    ends.stream.forget_error();
    EXPECT_EQ(ends.stream.error(), 0);
}

}  // namespace
}  // namespace tidings::wire
