// An answer that comes after its request was given up, and a process that dies before or after it
// is on record: the real dispatcher and journal on a disk that loses power.
#include "core/dispatcher_rig.hpp"
#include "store/journal.hpp"
#include "store/recovery.hpp"
#include "store/row_fates.hpp"
#include "support/journal_story.hpp"
#include "support/simulated_disk.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace tidings {
namespace {

using core::outcome;
using std::chrono::seconds;

constexpr const char* folder = "run/journal";
constexpr core::row_number row = 1;

core::rig_setup setup_of(store::recovery* known, core::unknown_policy unknown) {
    core::rig_setup made;
    made.options.unknown = unknown;
    made.options.token_each = unknown == core::unknown_policy::probe;
    if (known == nullptr) return made;
    made.past = {.states = known->state.rows,
                 .counts = known->state.counts,
                 .requests = known->state.requests,
                 .released_at = nullptr};
    const auto at = known->released_at(row);
    made.past.released_at = [at](core::row_number) { return at; };
    return made;
}

// One process: a dispatcher whose batches go to the journal.
class sender {
  public:
    explicit sender(store::simulated_disk& disk,
                    core::unknown_policy unknown = core::unknown_policy::hold)
        : recovery_(recovered(disk)),
          rig(setup_of(recovery_ ? &*recovery_ : nullptr, unknown)),
          journal_(opened(disk)) {}

    static std::optional<store::recovery> recovered(store::simulated_disk& disk) {
        auto found = store::recover(disk, folder);
        if (!found) return std::nullopt;
        return std::move(*found);
    }
    void commit() {
        core::journal_batch batch;
        if (!rig.made->take_batch(batch, rig.now)) return;
        ASSERT_TRUE(journal_.commit(batch, rig.now));
        rig.made->on_batch_durable(rig.now);
    }
    core::departure sent() {
        rig.read(row, row);
        commit();
        return rig.leave().at(0);
    }
    // Sends, and gets what the session reports when the answer comes after the request timeout.
    void answered_late() {
        const auto one = sent();
        rig.pass(seconds(60));
        core::attempt_report report;
        report.furthest = core::attempt_step::answered;
        report.late = true;
        report.reply = core::answer{.status = 200,
                                    .text = core::answer_text::triggered,
                                    .complete = true,
                                    .retry_after = std::nullopt,
                                    .message = {}};
        rig.end(one, report);
    }
    // Reads the list again and does all there is to do; how many requests that takes.
    std::size_t go_on() {
        rig.read(row, row);
        std::size_t left = 0;
        for (int step = 0; step < 20 && !rig.made->finished(); ++step) {
            commit();
            left += rig.leave().size();
            rig.pass(seconds(30));
        }
        EXPECT_TRUE(rig.made->finished());
        return left;
    }

  private:
    store::journal opened(store::simulated_disk& disk) {
        auto options = store::small_options();
        if (!recovery_) {
            auto made = store::journal::create(disk, folder, options, rig.now);
            EXPECT_TRUE(made) << made.error().text;
            return std::move(*made);
        }
        auto made = store::journal::open(disk, folder, options, std::move(*recovery_), rig.now);
        EXPECT_TRUE(made) << made.error().text;
        return std::move(*made);
    }

    std::optional<store::recovery> recovery_;

  public:
    core::dispatcher_rig rig;

  private:
    store::journal journal_;
};

store::row_fate fate(store::simulated_disk& disk) {
    const auto fates = store::read_fates(disk, folder);
    EXPECT_TRUE(fates) << fates.error().text;
    return (*fates)[row];
}

// The next process: what becomes of the row, which is in doubt or known, and never sent again.
store::row_fate fate_in_the_next_process(store::simulated_disk& disk) {
    const auto in_doubt = sender::recovered(disk).value().in_doubt();
    sender second(disk);
    EXPECT_EQ(second.go_on(), 0U) << "it was sent again";
    const auto what = fate(disk);
    EXPECT_EQ(in_doubt, what == store::row_fate::unknown ? 1U : 0U);
    return what;
}

TEST(late_answer, a_process_that_dies_before_it_comes_leaves_the_row_unknown_and_unsent) {
    auto disk = store::disk_with_run();
    {
        sender first(disk);
        first.sent();
        first.rig.pass(seconds(60));  // the request timeout is long over; the reading goes on
        first.commit();
        EXPECT_EQ(first.rig.made->in_flight(), 1U);
    }
    disk.kill_process();
    EXPECT_EQ(fate_in_the_next_process(disk), store::row_fate::unknown);
}

TEST(late_answer, one_that_came_and_is_not_on_record_leaves_the_row_unknown_and_unsent) {
    auto disk = store::disk_with_run();
    {
        sender first(disk);
        first.answered_late();
        EXPECT_EQ(first.rig.made->counts()[outcome::accepted], 1U) << "known, and not recorded";
    }
    disk.kill_process();
    EXPECT_EQ(fate_in_the_next_process(disk), store::row_fate::unknown);
}

TEST(late_answer, one_that_is_on_record_outlives_the_process_and_the_power) {
    for (const bool power_fails : {false, true}) {
        auto disk = store::disk_with_run();
        {
            sender first(disk);
            first.answered_late();
            first.commit();
        }
        if (power_fails)
            disk.crash([](std::size_t) { return false; });
        else
            disk.kill_process();
        EXPECT_EQ(fate_in_the_next_process(disk), store::row_fate::accepted);
    }
}

// The power fails before and after every call of the commit that records it, and everything that
// was not synced is kept or dropped: accepted or unknown, and never sent again.
TEST(late_answer, the_power_fails_while_it_is_put_on_record) {
    int accepted = 0;
    int unknown = 0;
    for (const bool kept : {false, true}) {
        for (std::uint64_t call = 1;; ++call) {
            auto disk = store::disk_with_run();
            bool failed = false;
            {
                sender first(disk);
                first.answered_late();
                disk.set_plan({.power_off_before = call});
                try {
                    first.commit();
                } catch (const store::power_failure&) {
                    failed = true;
                }
            }
            disk.crash([&](std::size_t) { return kept; });
            SCOPED_TRACE("power failed before call " + std::to_string(call));
            const auto what = fate_in_the_next_process(disk);
            (what == store::row_fate::accepted ? accepted : unknown) += 1;
            if (failed) continue;
            EXPECT_EQ(what, store::row_fate::accepted);
            break;
        }
    }
    EXPECT_GT(unknown, 0);
    EXPECT_GT(accepted, 2) << "also where a frame that was never synced was kept";
}

// With the policy `probe` the next process asks with the first copy's token: a replay is the proof.
TEST(late_answer, the_next_process_may_prove_it_by_the_token) {
    auto disk = store::disk_with_run();
    core::wall_time released_at{};
    {
        sender first(disk, core::unknown_policy::probe);
        released_at = first.sent().released_at;
        first.rig.pass(seconds(60));
    }
    disk.kill_process();
    sender second(disk, core::unknown_policy::probe);
    second.rig.now.wall += seconds(90);
    second.rig.read(row, row);
    second.commit();
    second.rig.pass(seconds(11));
    const auto left = second.rig.leave();
    ASSERT_EQ(left.size(), 1U);
    EXPECT_TRUE(left[0].probe);
    EXPECT_EQ(left[0].released_at, released_at) << "the same token again";
    second.rig.answer(left[0], 401, core::answer_text::replay);
    second.commit();
    EXPECT_EQ(fate(disk), store::row_fate::accepted);
}

}  // namespace
}  // namespace tidings
