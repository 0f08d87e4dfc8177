#include "tidings/wire/readiness.hpp"

#include "tidings/wire/socket_handle.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

namespace tidings::wire {
namespace {

// An eventfd in the set, and what it was told.
struct watched final : ready_object {
    explicit watched(readiness& in) : set(in), fd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
        set.add(fd.fd(), *this).value();
    }
    ~watched() { leave(); }
    void leave() {
        if (fd) set.remove(fd.fd(), *this);
        fd.close();
    }
    void ring() const {
        const std::uint64_t one = 1;
        ASSERT_EQ(::write(fd.fd(), &one, sizeof one), 8);
    }
    void on_ready(std::uint32_t events) override {
        calls.push_back(events);
        std::uint64_t ignored = 0;
        while (::read(fd.fd(), &ignored, sizeof ignored) == 8) {
        }
        if (then) then();
    }

    readiness& set;
    socket_handle fd;
    std::vector<std::uint32_t> calls;
    std::function<void()> then;
};

// How often this thread has gone to sleep.
long voluntary_switches() {
    rusage used{};
    ::getrusage(RUSAGE_THREAD, &used);
    return used.ru_nvcsw;
}

struct counted_end final : batch_end {
    rest on_batch_end() override {
        ++count;
        return {.at_most = at_most, .until = until};
    }
    int count = 0;
    core::duration at_most{};
    std::vector<int> until;
};

TEST(readiness, tells_of_what_became_readable_and_then_of_the_batch_end) {
    boost::asio::io_context io;
    readiness set(io);
    counted_end end;
    set.set_batch_end(&end);
    watched one(set);
    watched two(set);
    set.dispatch();  // both are writable, which is told once
    one.calls.clear();
    two.calls.clear();
    one.ring();
    EXPECT_EQ(set.dispatch(), 1U);
    ASSERT_EQ(one.calls.size(), 1U);
    EXPECT_NE(one.calls[0] & EPOLLIN, 0U);
    EXPECT_TRUE(two.calls.empty());
    EXPECT_EQ(end.count, 2);
}

TEST(readiness, an_object_removed_during_the_batch_is_not_called) {
    boost::asio::io_context io;
    readiness set(io);
    auto one = std::make_unique<watched>(set);
    auto two = std::make_unique<watched>(set);
    set.dispatch();
    int calls = 0;
    // Whoever is first destroys the other.
    one->then = [&] { ++calls, two.reset(); };
    two->then = [&] { ++calls, one.reset(); };
    one->ring();
    two->ring();
    EXPECT_EQ(set.dispatch(), 1U);
    EXPECT_EQ(calls, 1);
    EXPECT_NE(one == nullptr, two == nullptr);
}

TEST(readiness, an_object_may_destroy_itself) {
    boost::asio::io_context io;
    readiness set(io);
    auto one = std::make_unique<watched>(set);
    one->then = [&] {
        const auto then = std::move(one->then);  // it must outlive its object
        one.reset();
    };
    EXPECT_EQ(set.dispatch(), 1U);
    EXPECT_EQ(set.dispatch(), 0U);
}

TEST(readiness, a_turn_is_bounded_and_nobody_is_forgotten) {
    boost::asio::io_context io;
    readiness set(io, {.events_max = 4});
    std::vector<std::unique_ptr<watched>> all;
    for (int i = 0; i < 10; ++i)
        all.push_back(std::make_unique<watched>(set));
    EXPECT_EQ(set.dispatch(), 4U);
    EXPECT_EQ(set.dispatch(), 4U);
    EXPECT_EQ(set.dispatch(), 2U);
    for (const auto& one : all)
        EXPECT_EQ(one->calls.size(), 1U);
}

TEST(readiness, again_comes_in_the_next_turn_and_not_after_removal) {
    boost::asio::io_context io;
    readiness set(io);
    watched one(set);
    watched two(set);
    one.then = [&] { set.again(one); };
    two.then = [&] { set.again(two); };
    set.dispatch();
    EXPECT_EQ(one.calls.size(), 1U);
    two.leave();
    EXPECT_EQ(set.dispatch(), 1U);
    ASSERT_EQ(one.calls.size(), 2U);
    EXPECT_EQ(one.calls[1], 0U);
    EXPECT_EQ(two.calls.size(), 1U);
}

TEST(readiness, asio_wakes_it_and_goes_on_with_its_own_work) {
    boost::asio::io_context io;
    readiness set(io);
    watched one(set);
    one.then = [&] { set.again(one); };  // never satisfied
    set.start();
    bool posted = false;
    boost::asio::post(io, [&] { posted = true; });
    while (one.calls.size() < 10)
        io.run_one();
    EXPECT_TRUE(posted);
    set.stop();
    io.run();  // ends: nothing waits any more
}

TEST(readiness, may_be_destroyed_while_its_handler_waits) {
    boost::asio::io_context io;
    {
        readiness set(io);
        set.start();
        io.poll();
    }
    io.restart();
    EXPECT_GT(io.run(), 0U) << "the handler has run, and found nothing to do";
}

TEST(readiness, refuses_a_descriptor_that_is_none) {
    boost::asio::io_context io;
    readiness set(io);
    watched real(set);
    const auto added = set.add(-1, real);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().kind, core::trouble::internal);
}

TEST(readiness, what_is_ready_in_asio_goes_before_a_rest) {
    boost::asio::io_context io;
    readiness set(io);
    counted_end end;
    end.at_most = std::chrono::microseconds(1);
    set.set_batch_end(&end);
    watched one(set);
    bool worked = false;
    one.then = [&] { boost::asio::post(io, [&] { worked = true; }); };
    set.start();
    io.run_one();  // it is writable, and something is to be done in Asio
    while (end.count < 2)
        io.run_one();
    EXPECT_TRUE(worked);
    set.stop();
}

TEST(readiness, rests_only_so_long_whatever_the_batch_end_says) {
    boost::asio::io_context io;
    readiness set(io);
    counted_end end;
    end.at_most = std::chrono::hours(1);
    set.set_batch_end(&end);
    watched one(set);
    set.start();
    while (end.count < 3)
        io.run_one();
    set.stop();
}

TEST(readiness, asks_again_instead_of_resting) {
    boost::asio::io_context io;
    readiness set(io);
    counted_end end;
    end.at_most = std::chrono::microseconds(1);
    set.set_batch_end(&end);
    watched one(set);
    one.then = [&] {
        if (one.calls.size() < 3) set.again(one);
    };
    set.start();
    for (int i = 0; i < 3; ++i)
        io.run_one();
    EXPECT_EQ(one.calls.size(), 3U);
    set.stop();
}

// It used to wait for the end of a rest in Asio's epoll set, which ours is in: each answer of many
// woke the thread, for nothing.
TEST(readiness, events_do_not_wake_a_thread_that_rests) {
    boost::asio::io_context io;
    readiness set(io);
    counted_end end;
    end.at_most = readiness::rest_max;
    set.set_batch_end(&end);
    watched one(set);
    set.start();
    io.run_one();  // it is writable
    std::jthread peer([&](const std::stop_token& over) {
        while (!over.stop_requested()) {
            one.ring();
            std::this_thread::yield();
        }
    });
    constexpr int rests = 20;
    const auto sleeps_before = voluntary_switches();
    while (end.count <= rests)
        io.run_one();
    EXPECT_LE(voluntary_switches() - sleeps_before, rests);
    set.stop();
}

TEST(readiness, after_a_rest_it_looks_again_without_an_event) {
    boost::asio::io_context io;
    readiness set(io);
    counted_end end;
    end.at_most = std::chrono::microseconds(1);
    set.set_batch_end(&end);
    watched one(set);
    set.start();
    while (end.count < 3)
        io.run_one();
    EXPECT_EQ(one.calls.size(), 1U);
    set.stop();
}

// A rest until something in particular: what else comes wakes nobody, and all of it is found after.
TEST(readiness, sleeps_until_what_is_awaited_has_come) {
    boost::asio::io_context io;
    readiness set(io);
    counted_end end;
    watched other(set);
    watched awaited(set);
    set.dispatch();  // both are writable, which is told once
    set.set_batch_end(&end);
    end.at_most = readiness::rest_max;
    end.until = {awaited.fd.fd()};
    set.start();
    other.ring();
    io.run_one();  // the wake-up; nothing more has come, and so it rests next
    std::jthread peer([&] {
        other.ring();
        awaited.ring();
    });
    const auto sleeps_before = voluntary_switches();
    io.run_one();
    EXPECT_LE(voluntary_switches() - sleeps_before, 1);
    peer.join();
    while (awaited.calls.size() < 2 || other.calls.size() < 3)
        io.run_one();
    set.stop();
}

TEST(readiness, what_has_come_meanwhile_goes_before_a_rest_for_something_else) {
    boost::asio::io_context io;
    readiness set(io);
    counted_end end;
    watched busy(set);
    watched silent(set);
    set.dispatch();
    set.set_batch_end(&end);
    end.at_most = readiness::rest_max;
    end.until = {silent.fd.fd()};
    busy.then = [&] {
        if (busy.calls.size() < 5) busy.ring();
    };
    set.start();
    busy.ring();
    io.run_one();
    EXPECT_GE(busy.calls.size(), 5U) << "three more came during the turn";
    set.stop();
}

// Whoever stalls costs one rest, not one after the other.
TEST(readiness, after_a_rest_in_which_nothing_came_any_event_wakes) {
    boost::asio::io_context io;
    readiness set(io);
    counted_end end;
    watched other(set);
    watched stalled(set);
    set.dispatch();
    set.set_batch_end(&end);
    end.at_most = std::chrono::microseconds(1);
    end.until = {stalled.fd.fd()};
    set.start();
    other.ring();
    io.run_one();  // the wake-up
    io.run_one();  // the rest, in vain
    EXPECT_EQ(io.poll(), 0U) << "it waits for an event, not for a clock";
    other.ring();
    while (other.calls.size() < 3)
        io.run_one();
    set.stop();
}

TEST(readiness, looks_at_so_many_awaited_descriptors_and_no_more) {
    boost::asio::io_context io;
    readiness set(io);
    counted_end end;
    watched one(set);
    set.set_batch_end(&end);
    end.at_most = std::chrono::microseconds(1);
    end.until.assign(10 * readiness::awaited_max, one.fd.fd());
    set.start();
    while (end.count < 2)
        io.run_one();
    set.stop();
}

TEST(readiness, who_asks_again_between_two_turns_is_called_soon) {
    boost::asio::io_context io;
    readiness set(io);
    watched one(set);
    set.start();
    io.run_one();  // it is writable; now the set waits for an event
    ASSERT_EQ(one.calls.size(), 1U);
    set.again(one);
    set.again(one);
    io.run_one();
    EXPECT_EQ(one.calls, (std::vector<std::uint32_t>{one.calls[0], 0, 0}));
    set.stop();
}

}  // namespace
}  // namespace tidings::wire
