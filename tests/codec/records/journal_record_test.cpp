#include "codec/records/journal_record.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

using core::journal_batch;
using core::outcome;
using core::settlement;
using std::chrono::microseconds;

constexpr std::uint32_t salt = 77;

frame_head head_of(std::uint64_t sequence) {
    frame_head head;
    head.sequence = sequence;
    head.at.wall = core::wall_time(microseconds(1'790'000'000'000'000 + 7));
    head.at.steady = core::instant(core::duration(123'456'789'012));
    head.boot = 0xB007;
    return head;
}

void settle(journal_batch& batch, settlement one, std::string_view text = {}) {
    one.text_at = static_cast<std::uint32_t>(batch.text.size());
    one.text_size = static_cast<std::uint32_t>(text.size());
    batch.text += text;
    batch.settled.push_back(one);
}

// Equal in what the journal keeps: all but the number and where the text lies.
void expect_same(const journal_batch& read, const journal_batch& wrote) {
    ASSERT_EQ(read.settled.size(), wrote.settled.size());
    for (std::size_t i = 0; i < read.settled.size(); ++i) {
        const auto& a = read.settled[i];
        const auto& b = wrote.settled[i];
        EXPECT_EQ(a.row, b.row);
        EXPECT_EQ(a.lane, b.lane);
        EXPECT_EQ(a.what, b.what);
        EXPECT_EQ(a.by, b.by);
        EXPECT_EQ(a.status, b.status);
        EXPECT_EQ(a.attempts, b.attempts);
        EXPECT_EQ(a.latency_us, b.latency_us);
        EXPECT_EQ(a.at, b.at);
        EXPECT_EQ(read.text_of(a), wrote.text_of(b).substr(0, detail_bytes_max));
    }
    EXPECT_EQ(read.parked, wrote.parked);
    ASSERT_EQ(read.spent.size(), wrote.spent.size());
    for (std::size_t i = 0; i < read.spent.size(); ++i) {
        EXPECT_EQ(read.spent[i].lane, wrote.spent[i].lane);
        EXPECT_EQ(read.spent[i].at, wrote.spent[i].at);
        EXPECT_EQ(read.spent[i].unread, wrote.spent[i].unread);
        EXPECT_EQ(read.spent[i].question, wrote.spent[i].question);
    }
    EXPECT_EQ(read.released, wrote.released);
}

journal_batch random_batch(std::mt19937_64& random, core::wall_time base) {
    journal_batch batch;
    const auto count = [&] { return random() % 4 == 0 ? 0 : random() % 20; };
    const auto row = [&] { return 1 + random() % (random() % 2 == 0 ? 100 : row_max / 2); };
    const auto at = [&] {
        return base + microseconds(static_cast<std::int64_t>(random() % 2'000'000) - 1'000'000);
    };
    for (auto n = count(); n != 0; --n) {
        settlement one;
        one.row = row();
        one.lane = static_cast<core::lane_id>(random());
        one.what = static_cast<outcome>(random() % core::outcome_count);
        one.by = static_cast<std::uint8_t>(random() % 32);
        one.status = static_cast<std::uint16_t>(random());
        one.attempts = static_cast<std::uint16_t>(random());
        one.latency_us = static_cast<std::uint32_t>(random());
        one.at = at();
        settle(batch, one, std::string(random() % 2 * (random() % 300), 'x'));
    }
    for (auto n = count(); n != 0; --n)
        batch.parked.push_back(row());
    for (auto n = count(); n != 0; --n)
        batch.spent.push_back({static_cast<core::lane_id>(random()), at()});
    // In the order in which they are read: those with more to say behind the others.
    for (auto n = count(); n != 0; --n) {
        const bool unread = random() % 2 == 0;
        batch.spent.push_back(
            {static_cast<core::lane_id>(random()), at(), unread, !unread || random() % 2 == 0});
    }
    for (auto n = count(); n != 0; --n)
        batch.released.push_back({row(), 1 + static_cast<std::uint32_t>(random() >> 33)});
    return batch;
}

TEST(journal_record, what_is_written_is_read_for_random_batches) {
    std::mt19937_64 random(11);
    for (int i = 0; i < 500; ++i) {
        auto head = head_of(random());
        head.finished = random() % 2 == 0;
        const auto batch = random_batch(random, head.at.wall);
        std::vector<std::byte> bytes;
        const auto size = append_frame(bytes, head, batch, salt);
        ASSERT_EQ(size, bytes.size());
        const auto found = find_frame(bytes, salt);
        ASSERT_EQ(found.state, frame_state::good);
        EXPECT_EQ(found.size, size);
        EXPECT_EQ(found.head, head);
        journal_batch read;
        ASSERT_TRUE(read_records(found, read));
        expect_same(read, batch);
    }
}

TEST(journal_record, every_flipped_bit_and_another_salt_make_a_frame_bad) {
    std::mt19937_64 random(12);
    std::vector<std::byte> bytes;
    const auto head = head_of(5);
    append_frame(bytes, head, random_batch(random, head.at.wall), salt);
    EXPECT_EQ(find_frame(bytes, salt + 1).state, frame_state::bad);
    for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
        bytes[i / 8] ^= std::byte{1} << (i % 8);
        const auto state = find_frame(bytes, salt).state;
        EXPECT_TRUE(state == frame_state::bad || state == frame_state::short_read) << "bit " << i;
        bytes[i / 8] ^= std::byte{1} << (i % 8);
    }
}

TEST(journal_record, a_cut_frame_is_short_and_zeros_are_none) {
    std::vector<std::byte> bytes;
    journal_batch batch;
    batch.released.push_back({1, 500});
    const auto size = append_frame(bytes, head_of(1), batch, salt);
    for (std::size_t cut = 1; cut < size; ++cut)
        EXPECT_EQ(find_frame(std::span(bytes).first(cut), salt).state, frame_state::short_read);
    const std::vector<std::byte> zeros(200);
    EXPECT_EQ(find_frame(zeros, salt).state, frame_state::none);
    EXPECT_EQ(find_frame({}, salt).state, frame_state::none);
}

TEST(journal_record, a_detail_above_the_limit_is_cut_and_a_repeated_one_is_free) {
    journal_batch batch;
    settlement one;
    one.what = outcome::rejected;
    for (one.row = 1; one.row <= 100; ++one.row)
        settle(batch, one, std::string(500, 'd'));
    std::vector<std::byte> bytes;
    append_frame(bytes, head_of(1), batch, salt);
    EXPECT_LT(bytes.size(), frame_head_bytes + detail_bytes_max + 100 * 20);
    journal_batch read;
    ASSERT_TRUE(read_records(find_frame(bytes, salt), read));
    expect_same(read, batch);
}

TEST(journal_record, no_settlement_takes_more_than_what_is_kept_free_for_it) {
    journal_batch batch;
    settlement one;
    one.row = row_max;
    one.what = outcome::failed;
    one.by = 255;
    one.status = one.attempts = one.lane = 0xFFFF;
    one.latency_us = 0xFFFF'FFFF;
    one.at = core::wall_time(microseconds(std::numeric_limits<std::int64_t>::max()));
    settle(batch, one, std::string(detail_bytes_max, 'd'));
    std::vector<std::byte> bytes;
    append_frame(bytes, head_of(1), batch, salt);
    EXPECT_LE(bytes.size(), frame_head_bytes + settlement_bytes_max);
}

// Batches of 500 rows, answered out of order 20 us apart with latencies around 40 ms.
TEST(journal_record, an_ordinary_row_takes_about_eight_bytes) {
    std::mt19937_64 random(13);
    constexpr std::size_t rows = 500;
    journal_batch batch;
    const auto head = head_of(9);
    for (std::size_t i = 0; i < rows; ++i) {
        settlement one;
        one.row = 1'000'000 + i + random() % 64;
        one.lane = 0;
        one.what = outcome::accepted;
        one.status = 200;
        one.attempts = 1;
        one.latency_us = 30'000 + static_cast<std::uint32_t>(random() % 20'000);
        one.at = head.at.wall - microseconds(20 * (rows - i));
        settle(batch, one);
    }
    batch.released.push_back({1'001'000, rows});
    std::vector<std::byte> bytes;
    append_frame(bytes, head, batch, salt);
    const double a_row = static_cast<double>(bytes.size()) / rows;
    RecordProperty("bytes_a_row", std::to_string(a_row));
    EXPECT_LE(a_row, 8.0);
}

TEST(journal_record, records_of_no_writer_of_ours_are_refused) {
    const auto read = [](std::vector<std::uint8_t> records) {
        std::vector<std::byte> bytes;
        for (const auto one : records)
            bytes.push_back(static_cast<std::byte>(one));
        frame_found found;
        found.records = bytes;
        journal_batch batch;
        return read_records(found, batch);
    };
    EXPECT_TRUE(read({}));
    EXPECT_TRUE(read({4, 1, 2, 1}));               // released 1 +1
    EXPECT_FALSE(read({5, 1, 2, 1}));              // no such section
    EXPECT_FALSE(read({4, 0}));                    // an empty section
    EXPECT_FALSE(read({4, 1, 0, 1}));              // row 0
    EXPECT_FALSE(read({4, 1, 2, 0}));              // a run of no rows
    EXPECT_FALSE(read({4, 200, 2, 1}));            // more entries than bytes
    EXPECT_FALSE(read({4, 1, 2, 1, 4, 1, 2, 1}));  // a section twice
    EXPECT_FALSE(read({4, 1, 2, 1, 2, 1, 2}));     // out of order
    EXPECT_FALSE(read({1, 1, 0x88, 2, 0, 0, 0}));  // an unused flag
    EXPECT_FALSE(read({4, 1, 1, 1}));              // row -1
}

}  // namespace
}  // namespace tidings::codec
