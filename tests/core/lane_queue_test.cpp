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
    row_chunks chunks;
    lane_queue queue(chunks);
    for (row_number i = 1; i <= 4; ++i)
        queue.push(row(i));
    EXPECT_EQ(queue.size(), 4U);
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
    row_chunks chunks;
    lane_queue queue(chunks);
    queue.push(row(1));
    queue.push(row(2));
    queue.release_next();
    queue.on_batch_durable({}, instant{});
    queue.release_next();
    EXPECT_EQ(queue.take_back_releases(), 1U);
    EXPECT_EQ(queue.ready(), 1U);
    EXPECT_EQ(queue.next_waiting().row, 2U);
}

// Every subset of six rows in all three conditions, wherever a chunk ends between them.
TEST(lane_queue, taking_rows_out_keeps_order_and_borders) {
    row_chunks chunks;
    for (unsigned gone = 0; gone < row_chunks::rows_a_chunk; ++gone)
        for (unsigned keep = 0; keep < 64; ++keep) {
            lane_queue queue(chunks);
            queue.push(row(100));
            for (row_number i = 1; i <= gone; ++i) {
                queue.push(row(100 + i));
                queue.release_next();
                queue.on_batch_durable({}, instant{});
                queue.pop();
            }
            for (row_number i = 0; i < 6; ++i)
                queue.push(row(i));
            queue.release_next();
            queue.on_batch_durable({}, instant{});
            queue.pop();
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
            EXPECT_EQ(chunks.in_use(), 0U);
        }
}

TEST(lane_queue, a_lane_has_the_memory_of_what_it_holds) {
    row_chunks chunks;
    lane_queue one(chunks), other(chunks);
    EXPECT_EQ(chunks.in_use(), 0U);
    row_number next = 1;
    // Thousands of rows, never more than forty at once.
    for (int round = 0; round < 300; ++round) {
        for (int i = 0; i < 40; ++i)
            one.push(row(next + static_cast<row_number>(i)));
        EXPECT_LE(chunks.in_use(), 4U);
        while (one.waiting() > 0)
            one.release_next();
        one.on_batch_durable({}, instant{});
        for (int i = 0; i < 40; ++i) {
            EXPECT_EQ(one.front().row, next++);
            one.pop();
        }
        EXPECT_EQ(chunks.in_use(), 0U);
        other.push(row(1));
        other.remove_unless([](const held_row&, held_where) { return false; });
    }
}

TEST(lane_queue, a_long_queue_keeps_its_order) {
    row_chunks chunks;
    lane_queue queue(chunks);
    row_number in = 1, out = 1;
    while (out < 5000) {
        for (int i = 0; i < 7; ++i)
            queue.push(row(in++));
        queue.release_next();
        queue.release_next();
        queue.on_batch_durable({}, instant{});
        for (int i = 0; i < 2; ++i) {
            ASSERT_EQ(queue.front().row, out++);
            queue.pop();
        }
    }
    EXPECT_EQ(queue.size(), in - out);
}

}  // namespace
}  // namespace tidings::core
