#include "core/lane_queue.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

held_row row(row_number number) {
    held_row made;
    made.row = number;
    return made;
}

TEST(lane_queue, rows_become_ready_only_when_their_batch_is_durable) {
    lane_queue queue(4);
    for (row_number i = 1; i <= 4; ++i)
        queue.push(row(i));
    EXPECT_TRUE(queue.full());
    queue.release_next();
    queue.release_next();
    EXPECT_EQ(queue.ahead(), 2U);
    EXPECT_EQ(queue.ready(), 0U);
    const wall_time frame{std::chrono::seconds(7)};
    queue.on_batch_durable(frame, instant{});
    EXPECT_EQ(queue.ready(), 2U);
    EXPECT_EQ(queue.waiting(), 2U);
    EXPECT_EQ(queue.front().row, 1U);
    EXPECT_EQ(queue.front().released_at, frame);
}

TEST(lane_queue, refused_releases_wait_again) {
    lane_queue queue(4);
    queue.push(row(1));
    queue.push(row(2));
    queue.release_next();
    queue.on_batch_durable({}, instant{});
    queue.release_next();
    EXPECT_EQ(queue.take_back_releases(), 1U);
    EXPECT_EQ(queue.ready(), 1U);
    EXPECT_EQ(queue.next_waiting().row, 2U);
}

// Every subset of six rows in all three conditions, in a ring that has turned over.
TEST(lane_queue, taking_rows_out_keeps_order_and_borders) {
    for (unsigned keep = 0; keep < 64; ++keep) {
        lane_queue queue(8);
        for (row_number i = 1; i <= 5; ++i) {
            queue.push(row(100 + i));
            queue.release_next();
            queue.on_batch_durable({}, instant{});
            queue.pop();
        }
        for (row_number i = 0; i < 6; ++i)
            queue.push(row(i));
        queue.release_next();
        queue.release_next();
        queue.on_batch_durable({}, instant{});
        queue.release_next();
        queue.release_next();
        const auto kept = [&](row_number i) { return ((keep >> i) & 1) != 0; };
        queue.remove_unless([&](const held_row& one, held_where where) {
            EXPECT_EQ(where == held_where::released, one.row < 4);
            return kept(one.row);
        });
        EXPECT_EQ(queue.ready(), std::size_t{kept(0)} + std::size_t{kept(1)});
        EXPECT_EQ(queue.ahead(), queue.ready() + std::size_t{kept(2)} + std::size_t{kept(3)});
        EXPECT_EQ(queue.waiting(), std::size_t{kept(4)} + std::size_t{kept(5)});
        while (queue.waiting() > 0)
            queue.release_next();
        queue.on_batch_durable({}, instant{});
        for (row_number i = 0; i < 6; ++i) {
            if (!kept(i)) continue;
            ASSERT_GT(queue.ready(), 0U);
            EXPECT_EQ(queue.front().row, i);
            queue.pop();
        }
        EXPECT_EQ(queue.size(), 0U);
    }
}

}  // namespace
}  // namespace tidings::core
