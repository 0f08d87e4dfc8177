// Batches and moments for tests of the journal, in few words.
#pragma once

#include "core/journal_batch.hpp"
#include "store/journal.hpp"
#include "store/recovery.hpp"
#include "support/simulated_disk.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace tidings::store {

inline constexpr std::uint32_t boot = 0xB007;

inline core::time_stamp at_second(std::int64_t second) {
    return {core::instant(std::chrono::seconds(1000 + second)),
            core::wall_time(std::chrono::seconds(1'790'000'000 + second))};
}

// Segments so small that a few batches fill one.
inline journal_options small_options() {
    journal_options options;
    options.segment_bytes = 4096;
    options.boot = boot;
    options.id = 0x1D1D'0000'5555'AAAA;
    return options;
}

// The smallest there are: every second batch or so begins a new one.
inline journal_options tiny_options() {
    auto options = small_options();
    options.segment_bytes = 1024;
    return options;
}

inline simulated_disk disk_with_run() {
    simulated_disk disk;
    disk.make_folder("run");
    disk.sync_folder("run");
    return disk;
}

// batch().release(1, 5).settle(7, outcome::accepted).done()
class batch {
  public:
    batch& release(core::row_number first, std::uint32_t count) {
        made_.released.push_back({first, count});
        return *this;
    }
    batch& park(core::row_number row) {
        made_.parked.push_back(row);
        return *this;
    }
    batch& spend(core::lane_id lane, core::wall_time at = at_second(1).wall) {
        made_.spent.push_back({lane, at});
        return *this;
    }
    batch& settle(core::row_number row, core::outcome what, core::lane_id lane = 0,
                  std::string_view text = {}) {
        core::settlement one;
        one.row = row;
        one.to = core::phone_number::from_digits(917'760'000'000 + row);
        one.what = what;
        const bool sent = what <= core::outcome::failed;
        one.lane = sent ? lane : core::lane_none;
        one.attempts = sent ? 1 : 0;
        one.status = what == core::outcome::accepted ? 200 : 0;
        one.latency_us = sent ? 43'100 : 0;
        one.at = at_second(1).wall + std::chrono::microseconds(row);
        one.text_at = static_cast<std::uint32_t>(made_.text.size());
        one.text_size = static_cast<std::uint32_t>(text.size());
        made_.text += text;
        made_.settled.push_back(one);
        return *this;
    }
    core::journal_batch done() const { return made_; }

  private:
    core::journal_batch made_;
};

inline void expect_same_state(const recovery& a, const recovery& b) {
    EXPECT_EQ(a.state.sequence, b.state.sequence);
    EXPECT_EQ(a.state.counts, b.state.counts);
    EXPECT_EQ(a.state.released, b.state.released);
    EXPECT_EQ(a.state.requests, b.state.requests);
    EXPECT_EQ(a.state.finished, b.state.finished);
    EXPECT_EQ(a.state.releases, b.state.releases);
    EXPECT_EQ(a.state.unread.all(), b.state.unread.all());
    const auto rows = 32 * std::max(a.state.rows.words().size(), b.state.rows.words().size());
    for (core::row_number row = 1; row < rows; ++row)
        ASSERT_EQ(a.state.rows[row], b.state.rows[row]) << "row " << row;
}

}  // namespace tidings::store
