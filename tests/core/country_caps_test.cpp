#include "core/country_caps.hpp"

#include "core/dispatcher_rig.hpp"

#include <deque>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const phone_number capped = phone_number::from_digits(50'934'000'000);
const phone_number elsewhere = phone_number::from_digits(12'125'550'123);

// Numbers that begin with 509, and the rig's own with 9177.
capped_countries caps(std::vector<country_cap> of) {
    capped_countries made{.caps = std::move(of),
                          .by_leading = std::vector<std::uint8_t>(phone_number::leading_end)};
    for (std::size_t i = 5'090; i < 5'100; ++i)
        made.by_leading[i] = 1;
    made.by_leading[9'177] = static_cast<std::uint8_t>(made.caps.size());
    return made;
}

time_stamp at(duration since) {
    return {instant{since}, wall_time{std::chrono::duration_cast<wall_time::duration>(since)}};
}

TEST(country_caps, a_slot_comes_back_a_window_after_the_answer) {
    country_caps one(caps({{"HT", {2, hours(1)}}}), std::nullopt);
    EXPECT_TRUE(one.hold(capped));
    one.take(capped);
    one.take(capped);
    EXPECT_EQ(one.free_at(capped, at(hours(5))), instant{hours(5) + seconds(1)});
    EXPECT_EQ(one.free_at(elsewhere, at(hours(5))), instant{hours(5)}) << "another country's";
    one.on_ended(capped, instant{hours(5)});
    one.on_untouched(capped);
    EXPECT_EQ(one.free_at(capped, at(hours(5))), instant{hours(5)});
    one.take(capped);
    EXPECT_EQ(one.free_at(capped, at(hours(5) + minutes(1))), instant{hours(6)});
    EXPECT_EQ(one.free_at(capped, at(hours(6))), instant{hours(6)});
    EXPECT_EQ(spelled(country_cap{"HT", {100, hours(1)}}), "HT:100/1h");
}

TEST(country_caps, no_more_are_taken_up_than_may_leave_in_a_window) {
    country_caps one(caps({{"HT", {2, hours(1)}}}), std::nullopt);
    EXPECT_EQ(one.admit(capped, at(minutes(0))), instant{});
    EXPECT_EQ(one.admit(capped, at(minutes(10))), instant{minutes(10)});
    EXPECT_EQ(one.admit(capped, at(minutes(20))), instant{minutes(60)});
    EXPECT_EQ(one.admit(elsewhere, at(minutes(20))), instant{minutes(20)});
    EXPECT_EQ(one.admit(capped, at(minutes(60))), instant{minutes(60)});
    EXPECT_EQ(one.admit(capped, at(minutes(60))), instant{minutes(70)});
}

TEST(country_caps, what_a_process_before_sent_counts_as_all_of_it) {
    country_caps one(caps({{"HT", {2, hours(1)}}}), at(minutes(10)));
    EXPECT_EQ(one.admit(capped, at(minutes(20))), instant{minutes(70)});
    EXPECT_EQ(one.free_at(capped, at(minutes(20))), instant{minutes(70)});
    EXPECT_EQ(one.free_at(elsewhere, at(minutes(20))), instant{minutes(20)});
    EXPECT_EQ(one.free_at(capped, at(minutes(70))), instant{minutes(70)});
}

// Whole campaigns: some answers come late, some are refused and tried again; in any window that the
// far end can see there are no more than the cap, and everybody is texted.
TEST(country_caps, no_window_has_more_and_nobody_is_forgotten) {
    rig_setup setup;
    setup.options.caps = caps({{"IN", {5, minutes(10)}}});
    setup.options.delayed_max = 16;
    setup.retry.attempts_max = 50;
    dispatcher_rig rig(setup);
    constexpr row_number rows = 40;
    rig.read(1, rows);
    std::deque<instant> arrived;
    std::vector<departure> on_their_way;
    std::size_t done = 0;
    for (int step = 0; step < 20'000 && !rig.made->finished(); ++step) {
        rig.pass(seconds(step % 7 + 1));
        if (rig.made->wants_pass()) {
            rig.made->on_pass_begun();
            rig.read(1, rows);
        }
        rig.commit();
        for (const auto& one : rig.leave(0, 2)) {
            arrived.push_back(rig.now.steady);
            while (arrived.front() + minutes(10) <= rig.now.steady)
                arrived.pop_front();
            ASSERT_LE(arrived.size(), 5U);
            on_their_way.push_back(one);
        }
        if (step % 3 != 0 || on_their_way.empty()) continue;
        const auto one = on_their_way.front();
        on_their_way.erase(on_their_way.begin());
        if (step % 2 == 0) {
            rig.accept(one);
            ++done;
        } else {
            rig.answer(one, 429, answer_text::limit_minute, seconds(5));
        }
    }
    EXPECT_TRUE(rig.made->finished());
    EXPECT_EQ(done, rows);
    EXPECT_EQ(rig.made->counts()[outcome::accepted], rows);
}

TEST(country_caps, others_go_on_meanwhile) {
    rig_setup setup;
    setup.options.caps = caps({{"HT", {1, hours(1)}}});
    setup.options.caps.by_leading[9'177] = 0;
    dispatcher_rig rig(setup);
    listed_batch batch;
    for (row_number row = 1; row <= 6; ++row) {
        listed_row one;
        one.row = row;
        one.to = row % 2 == 1 ? phone_number::from_digits(capped.digits() + row)
                              : dispatcher_rig::number(row);
        batch.rows.push_back(one);
    }
    rig.made->on_rows_read(batch, rig.now);
    rig.made->on_pass_ended();
    std::vector<row_number> left;
    for (int turn = 0; turn < 5; ++turn) {
        rig.commit();
        for (const auto& one : rig.leave()) {
            left.push_back(one.row);
            rig.accept(one);
        }
    }
    EXPECT_EQ(left, (std::vector<row_number>{1, 2, 4, 6}));
}

}  // namespace
}  // namespace tidings::core
