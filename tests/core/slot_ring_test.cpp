#include "core/slot_ring.hpp"

#include <random>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using namespace std::chrono_literals;

// Limits of every size: 1/1s to 1,000,000/1h, a millisecond, a month.
const rate_limit sizes[] = {{1, 1s},
                            {1, 1ms},
                            {1, 24h * 31},
                            {7, 999ms},
                            {600, 60s},
                            {18'000, 1h},
                            {50'000, 1s},
                            {1'000'000, 1h},
                            {1'000'000'000, 24h * 31},
                            {1'000'000'000, 1ms}};

TEST(slot_ring, gives_a_slot_back_after_the_window_and_not_much_later) {
    for (const auto& limit : sizes) {
        slot_ring ring(limit);
        const instant answered{12'345s + 678ns};
        ring.take();
        ring.answered(answered);
        EXPECT_EQ(ring.used(), 1);
        const instant earliest_return = answered + limit.window;
        const duration lost = limit.window / 4096 + limit.window / 900 + duration(2);
        ring.collect(earliest_return);
        EXPECT_EQ(ring.used(), 1) << limit.count;
        ring.collect(earliest_return + lost);
        EXPECT_EQ(ring.used(), 0) << limit.count;
    }
}

TEST(slot_ring, keeps_no_more_than_its_entries_whatever_the_limit) {
    for (const auto& limit : sizes) {
        slot_ring ring(limit);
        std::mt19937_64 random(limit.count);
        instant now{1s};
        // Answers in 20,000 different moments of a window, three windows long.
        for (int i = 0; i < 60'000; ++i) {
            now += duration(static_cast<std::int64_t>(
                random() % (1 + static_cast<std::uint64_t>(limit.window.count()) / 10'000)));
            ring.collect(now);
            if (ring.free() <= 0) continue;
            ring.take();
            ring.answered(now);
        }
        EXPECT_LE(ring.spent().size(), slot_ring::grains + 8) << limit.count;
        EXPECT_LE(ring.memory_bytes(), 8 * (slot_ring::grains + 8));
        EXPECT_LE(ring.worst_used(), limit.count);
    }
}

TEST(slot_ring, an_earlier_answer_told_later_never_comes_back_sooner) {
    slot_ring ring({10, 60s});
    ring.take();
    ring.take();
    ring.answered(instant(20s));
    ring.answered(instant(10s));
    ring.collect(instant(80s));
    EXPECT_EQ(ring.used(), 2);
    ring.collect(instant(81s));
    EXPECT_EQ(ring.used(), 0);
}

// Ten thousand senders have two each.
TEST(slot_ring, takes_what_its_fullest_window_needed_and_of_coarse_steps_few) {
    EXPECT_LE(sizeof(slot_ring) + slot_ring({18'000, 1h}).memory_bytes(), 256U);
    for (const auto& limit : sizes) {
        slot_ring ring(limit, slot_ring::grains_coarse);
        instant now{1s};
        for (int i = 0; i < 20'000; ++i) {
            now += limit.window / 5'000;
            ring.collect(now);
            if (ring.free() <= 0) continue;
            ring.take();
            ring.answered(now);
        }
        EXPECT_LE(ring.memory_bytes(), 8 * (slot_ring::grains_coarse + 8)) << limit.count;
        EXPECT_LE(ring.spent().size(), limit.count + 16U);
        // And is a step of its own late at most.
        slot_ring fresh(limit, slot_ring::grains_coarse);
        fresh.take();
        fresh.answered(instant(9s));
        fresh.collect(instant(9s) + limit.window);
        EXPECT_EQ(fresh.used(), 1);
        fresh.collect(instant(9s) + limit.window + limit.window / 512 + limit.window / 900 +
                      duration(2));
        EXPECT_EQ(fresh.used(), 0);
    }
}

TEST(slot_ring, idle_for_ages_forgets_what_has_returned_long_ago) {
    slot_ring ring({5, 1ms});
    ring.take();
    ring.answered(instant(1s));
    ring.take();
    ring.answered(instant(24h * 365));  // nobody has looked meanwhile
    EXPECT_EQ(ring.used(), 1);
    ring.collect(instant(24h * 365 + 2ms));
    EXPECT_EQ(ring.used(), 0);
}

TEST(slot_ring, tells_when_the_next_slot_is_free) {
    slot_ring ring({2, 60s});
    EXPECT_EQ(ring.earliest(), instant::min());
    ring.take();
    ring.take();
    EXPECT_EQ(ring.earliest(), never);
    ring.answered(instant(5s));
    const instant first = ring.earliest();
    EXPECT_GT(first, instant(65s));
    ring.answered(instant(7s));
    EXPECT_EQ(ring.earliest(), first);
    ring.believe(1);  // two are used: the second has to come back too
    EXPECT_GT(ring.earliest(), instant(67s));
}

TEST(slot_ring, is_rebuilt_from_facts_in_any_order) {
    std::vector<instant> facts;
    for (int i = 0; i < 500; ++i)
        facts.push_back(instant(std::chrono::milliseconds(100 * i)));
    const instant now{55s};
    slot_ring in_order({600, 60s});
    for (const auto fact : facts)
        in_order.restore_spent(fact, 1, now);
    std::mt19937_64 random(11);
    std::shuffle(facts.begin(), facts.end(), random);
    slot_ring shuffled({600, 60s});
    for (const auto fact : facts)
        shuffled.restore_spent(fact, 1, now);
    EXPECT_EQ(in_order.used(), 500);
    for (instant t = now; t < now + 70s; t += 37ms) {
        in_order.collect(t);
        shuffled.collect(t);
        ASSERT_EQ(in_order.used(), shuffled.used());
    }
    EXPECT_EQ(in_order.used(), 0);
}

TEST(slot_ring, forgets_facts_that_are_over_and_takes_the_future_as_now) {
    slot_ring ring({600, 60s});
    const instant now{100s};
    ring.restore_spent(instant(39s), 5, now);
    EXPECT_EQ(ring.used(), 0);
    ring.restore_spent(instant(-4000s), 5, now);
    EXPECT_EQ(ring.used(), 0);
    ring.restore_spent(instant(5000s), 5, now);
    EXPECT_EQ(ring.used(), 5);
    ring.collect(instant(161s));
    EXPECT_EQ(ring.used(), 0);
}

TEST(slot_ring, restored_beyond_its_limit_it_waits_until_enough_are_back) {
    slot_ring ring({1, 60s});
    const instant now{100s};
    for (int i = 0; i < 100; ++i)
        ring.restore_spent(instant(50s + std::chrono::milliseconds(i * 300)), 1, now);
    EXPECT_EQ(ring.used(), 100);
    EXPECT_EQ(ring.free(), -99);
    // The last was answered at 79.7 s; 17 entries are all a limit this small has room for.
    EXPECT_GT(ring.earliest(), instant(139s));
    ring.collect(instant(161s));
    EXPECT_EQ(ring.used(), 0);
}

TEST(slot_ring, what_it_tells_puts_the_same_ring_back) {
    slot_ring ring({600, 60s});
    std::mt19937_64 random(2);
    instant now{3s};
    for (int i = 0; i < 400; ++i) {
        now += duration(static_cast<std::int64_t>(random() % 100'000'000));
        ring.take();
        ring.answered(now);
    }
    slot_ring again({600, 60s});
    ring.collect(now);
    for (const auto& one : ring.spent())
        again.restore_spent(one.answered, one.count, now);
    for (; now < instant(130s); now += 11ms) {
        ring.collect(now);
        again.collect(now);
        ASSERT_EQ(ring.used(), again.used());
    }
}

}  // namespace
}  // namespace tidings::core
