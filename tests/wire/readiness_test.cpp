#include "wire/readiness.hpp"

#include "wire/watched.hpp"

#include <memory>
#include <vector>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

namespace tidings::wire {
namespace {

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
