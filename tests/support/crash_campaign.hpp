// A short campaign over journal and outcome log on a simulated disk, with a provider that counts
// what it was sent. It dies and fails as the disk does, and is gone on with by calling run() again:
// each call is one process. The promises are checked by the tests that use it.
#pragma once

#include "store/journal.hpp"
#include "store/outcome_log.hpp"
#include "store/verify.hpp"
#include "support/journal_story.hpp"
#include "support/simulated_disk.hpp"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::store {

class crash_campaign {
  public:
    // What is durable after each frame, as the process that wrote it has it.
    struct known_state {
        std::vector<std::uint64_t> words;
        core::outcome_counts counts;
    };
    enum class ending : std::uint8_t { done, failed };

    static constexpr const char* folder = "run";
    static constexpr const char* journal_folder = "run/journal";

    explicit crash_campaign(core::row_number rows, bool with_log) : rows_(rows), log_(with_log) {}

    // One process, from its start to its end. Throws power_failure when the disk does.
    ending run(simulated_disk& disk) {
        std::optional<outcome_log> lines;
        auto truth = opened(disk, lines);
        if (!truth) return ending::failed;
        std::vector<core::row_number> in_flight;
        for (int rounds = 0; rounds < 1000; ++rounds) {
            core::journal_batch batch = answers(in_flight, *truth);
            in_flight.clear();
            const auto released = add_releases(batch, *truth);
            if (batch.empty()) return finish(*truth, lines);
            auto done = commit(*truth, batch);
            if (!done && done.error().kind == core::trouble::disk_full) {
                // Pause: what is answered is recorded, nothing new is sent.
                batch.released.clear();
                done = commit(*truth, batch);
                if (!done && done.error().kind == core::trouble::disk_full) {
                    in_flight = rows_of(batch);
                    continue;
                }
            } else if (done) {
                in_flight = released;
                for (const auto row : released)
                    if (!stays_unsent(row)) ++sent_[row];
            }
            if (!done) return rescue(*truth, batch);
            if (lines && !lines->append(batch)) lines.reset();
            if (rounds == 4) save(*truth, lines);
            (void)truth->tend();
            if (lines) (void)lines->tend();
        }
        ADD_FAILURE() << "the campaign does not end";
        return ending::failed;
    }

    // What a recovery must find: the state after the last commit that returned, or after the one
    // that was under way.
    void expect_known(const recovery& found) const {
        ASSERT_TRUE(found.state.sequence == acknowledged_ ||
                    found.state.sequence == acknowledged_ + 1)
            << found.state.sequence << " after " << acknowledged_;
        if (found.state.sequence == 0) return;
        const auto& known = states_.at(found.state.sequence);
        EXPECT_EQ(found.state.counts, known.counts);
        const auto words = found.state.rows.words();
        for (std::size_t i = 0; i < std::max(words.size(), known.words.size()); ++i)
            EXPECT_EQ(i < words.size() ? words[i] : 0, i < known.words.size() ? known.words[i] : 0);
    }

    void expect_promises(simulated_disk& disk) const {
        const auto found = recover(disk, journal_folder);
        ASSERT_TRUE(found) << found.error().text;
        EXPECT_EQ(found->state.counts.total(), rows_);
        EXPECT_TRUE(found->state.finished);
        for (const auto& [row, times] : sent_)
            EXPECT_EQ(times, 1) << "row " << row;
        const auto fates = read_fates(disk, journal_folder);
        ASSERT_TRUE(fates);
        for (core::row_number row = 1; row <= rows_; ++row) {
            ASSERT_TRUE(is_settled((*fates)[row])) << "row " << row;
            if ((*fates)[row] == row_fate::unknown) continue;
            EXPECT_EQ(sent_.count(row), 1U) << "row " << row;
        }
        if (!log_) return;
        const auto report = verify(disk, folder, journal_folder, rows_);
        ASSERT_TRUE(report) << report.error().text;
        EXPECT_TRUE(report->complete()) << report->sentence() << "\n"
                                        << (report->findings.empty() ? "" : report->findings[0]);
    }

    bool begun() const { return begun_; }
    std::uint64_t acknowledged() const { return acknowledged_; }
    const std::map<std::uint64_t, known_state>& states() const { return states_; }

  private:
    static outcome_log_options log_options() {
        outcome_log_options options;
        options.run = "r";
        options.lanes = {{"+1669", "st-1"}};
        options.piece_bytes = 4096;
        return options;
    }

    // In the first release of such a row the connection turns out to be closed.
    bool stays_unsent(core::row_number row) const {
        return row % 5 == 3 && released_times_.at(row) == 1;
    }

    std::optional<journal> opened(simulated_disk& disk, std::optional<outcome_log>& lines) {
        if (!begun_) {
            // A creation that was interrupted is begun again from nothing, as its message says.
            std::vector<std::string> names;
            disk.list(journal_folder, names);
            for (const auto& name : names)
                disk.unlink(std::string(journal_folder) + "/" + name);
            disk.unlink(journal_folder);
            disk.unlink(std::string(folder) + "/outcomes.ndjson");
            auto made = journal::create(disk, journal_folder, tiny_options(), at_second(0));
            if (!made) return std::nullopt;
            if (log_) {
                auto log = outcome_log::create(disk, folder, log_options());
                if (!log) return std::nullopt;
                lines = std::move(*log);
            }
            begun_ = true;
            return std::move(*made);
        }
        auto found = recover(disk, journal_folder);
        if (!found) return std::nullopt;
        if (log_) {
            auto log = outcome_log::open(disk, folder, journal_folder, log_options(), *found);
            if (!log || !complete(*log)) return std::nullopt;
            lines = std::move(*log);
        }
        const auto emergency = !found->emergency.empty();
        const auto sequence = found->state.sequence;
        if (emergency) note_state(found->state, sequence + 1);
        auto made =
            journal::open(disk, journal_folder, tiny_options(), std::move(*found), at_second(0));
        if (!made) return std::nullopt;
        acknowledged_ = made->state().sequence;
        return std::move(*made);
    }

    static bool complete(outcome_log& log) {
        while (log.missing() != 0) {
            auto some = log.missing_after(1, 4);
            if (!some || !log.append(*some)) return false;
        }
        return true;
    }

    void note_state(const journal_state& state, std::uint64_t sequence) {
        const auto words = state.rows.words();
        states_[sequence] = {{words.begin(), words.end()}, state.counts};
    }

    core::journal_batch answers(const std::vector<core::row_number>& in_flight,
                                const journal& truth) {
        batch made;
        for (const auto row : in_flight) {
            if (truth.state().rows[row] != core::row_state::released) continue;
            if (stays_unsent(row))
                made.park(row);
            else
                made.settle(row, row % 4 == 0 ? core::outcome::rejected : core::outcome::accepted,
                            0, row % 4 == 0 ? std::string(180, 'r') : std::string());
        }
        // In doubt since the last process: unknown, never sent again.
        for (auto row = truth.state().rows.next(core::row_state::released, 1); row != 0;
             row = truth.state().rows.next(core::row_state::released, row + 1))
            if (std::find(in_flight.begin(), in_flight.end(), row) == in_flight.end())
                made.settle(row, core::outcome::unknown);
        return made.done();
    }

    std::vector<core::row_number> add_releases(core::journal_batch& batch, const journal& truth) {
        std::vector<core::row_number> released;
        for (core::row_number row = 1; row <= rows_ && released.size() < 3; ++row) {
            const auto state = truth.state().rows[row];
            if (state != core::row_state::untouched && state != core::row_state::parked) continue;
            batch.released.push_back({row, 1});
            released.push_back(row);
        }
        return released;
    }

    static std::vector<core::row_number> rows_of(const core::journal_batch& batch) {
        std::vector<core::row_number> rows = batch.parked;
        for (const auto& one : batch.settled)
            rows.push_back(one.row);
        return rows;
    }

    core::result<void> commit(journal& truth, const core::journal_batch& what) {
        // What will be so if it is durable, noted beforehand: the power may fail in between.
        journal_state after = truth.state();
        for (const auto& one : what.settled) {
            if (after.rows[one.row] == core::row_state::settled)
                --after.counts[core::outcome::unknown];
            after.rows.set(one.row, core::row_state::settled);
            ++after.counts[one.what];
        }
        for (const auto row : what.parked)
            after.rows.set(row, core::row_state::parked);
        for (const auto& run : what.released)
            after.rows.set_run(run.first, run.count, core::row_state::released);
        note_state(after, truth.state().sequence + 1);
        auto done = truth.commit(what, at_second(1));
        if (!done) return done;
        acknowledged_ = truth.state().sequence;
        for (const auto& run : what.released)
            ++released_times_[run.first];
        return done;
    }

    void save(journal& truth, std::optional<outcome_log>& lines) {
        const auto at = lines ? lines->sync_all(truth.state().sequence) : log_position{};
        if (at) truth.begin_checkpoint(*at);
    }

    ending finish(journal& truth, std::optional<outcome_log>& lines) {
        note_state(truth.state(), truth.state().sequence + 1);
        if (!truth.finish(at_second(2))) return ending::failed;
        acknowledged_ = truth.state().sequence;
        if (log_ && !lines) return ending::failed;
        const auto at = lines ? lines->sync_all(truth.state().sequence) : log_position{};
        // A checkpoint that fails costs nothing but time.
        if (at) (void)truth.checkpoint_now(*at);
        return at ? ending::done : ending::failed;
    }

    static ending rescue(journal& truth, core::journal_batch batch) {
        for (const auto& run : batch.released)
            batch.parked.push_back(run.first);
        batch.released.clear();
        (void)truth.write_emergency(batch, at_second(1));
        return ending::failed;
    }

    core::row_number rows_;
    bool log_;
    bool begun_ = false;
    std::uint64_t acknowledged_ = 0;
    std::map<std::uint64_t, known_state> states_;
    std::map<core::row_number, int> released_times_;
    std::map<core::row_number, int> sent_;
};

}  // namespace tidings::store
