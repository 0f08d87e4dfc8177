// How a thread rests: for a time, or until something that is awaited has come.
#include "wire/readiness.hpp"
#include "wire/watched.hpp"

#include <chrono>
#include <thread>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <sys/resource.h>

namespace tidings::wire {
namespace {

using namespace std::chrono_literals;

// How often this thread has gone to sleep.
long voluntary_switches() {
    rusage used{};
    ::getrusage(RUSAGE_THREAD, &used);
    return used.ru_nvcsw;
}

class readiness_rest : public testing::Test {
  protected:
    // From now on turns end with the hook, which wishes for such a rest.
    void begin(core::duration at_most, std::vector<int> until = {}) {
        end.at_most = at_most;
        end.until = std::move(until);
        set.set_batch_end(&end);
        set.start();
    }
    void TearDown() override { set.stop(); }

    boost::asio::io_context io;
    readiness set{io};
    counted_end end;
    watched one{set};
};

TEST_F(readiness_rest, what_is_ready_in_asio_goes_first) {
    bool worked = false;
    one.then = [&] { boost::asio::post(io, [&] { worked = true; }); };
    begin(1us);
    io.run_one();  // it is writable, and something is to be done in Asio
    while (end.count < 2)
        io.run_one();
    EXPECT_TRUE(worked);
}

TEST_F(readiness_rest, is_only_so_long_whatever_the_batch_end_says) {
    begin(1h);
    while (end.count < 3)
        io.run_one();
}

TEST_F(readiness_rest, does_not_hold_up_who_asks_to_be_called_again) {
    one.then = [&] {
        if (one.calls.size() < 3) set.again(one);
    };
    begin(1us);
    for (int i = 0; i < 3; ++i)
        io.run_one();
    EXPECT_EQ(one.calls.size(), 3U);
}

// It used to wait for the end of a rest in Asio's epoll set, which ours is in: each answer of many
// woke the thread, for nothing.
TEST_F(readiness_rest, is_not_ended_by_events) {
    begin(readiness::rest_max);
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
}

TEST_F(readiness_rest, is_followed_by_a_look_without_an_event) {
    begin(1us);
    while (end.count < 3)
        io.run_one();
    EXPECT_EQ(one.calls.size(), 1U);
}

// What else comes meanwhile wakes nobody, and all of it is found after.
TEST_F(readiness_rest, lasts_until_what_is_awaited_has_come) {
    watched awaited(set);
    set.dispatch();  // both are writable, which is told once
    begin(readiness::rest_max, {awaited.fd.fd()});
    one.ring();
    io.run_one();  // the wake-up; nothing more has come, and so it rests next
    std::jthread peer([&] {
        one.ring();
        awaited.ring();
    });
    const auto sleeps_before = voluntary_switches();
    io.run_one();
    EXPECT_LE(voluntary_switches() - sleeps_before, 1);
    peer.join();
    while (awaited.calls.size() < 2 || one.calls.size() < 3)
        io.run_one();
}

TEST_F(readiness_rest, begins_when_nothing_more_has_come_where_something_is_awaited) {
    watched silent(set);
    set.dispatch();
    one.then = [&] {
        if (one.calls.size() < 5) one.ring();
    };
    begin(readiness::rest_max, {silent.fd.fd()});
    one.ring();
    io.run_one();
    EXPECT_GE(one.calls.size(), 5U) << "three more came during the turn";
}

// Whoever stalls costs one rest, not one after the other.
TEST_F(readiness_rest, in_which_nothing_came_is_followed_by_a_wait_for_any_event) {
    watched stalled(set);
    set.dispatch();
    begin(1us, {stalled.fd.fd()});
    one.ring();
    io.run_one();  // the wake-up
    io.run_one();  // the rest, in vain
    EXPECT_EQ(io.poll(), 0U) << "it waits for an event, not for a clock";
    one.ring();
    while (one.calls.size() < 3)
        io.run_one();
}

TEST_F(readiness_rest, looks_at_so_many_awaited_descriptors_and_no_more) {
    begin(1us, std::vector<int>(10 * readiness::awaited_max, one.fd.fd()));
    while (end.count < 2)
        io.run_one();
}

}  // namespace
}  // namespace tidings::wire
