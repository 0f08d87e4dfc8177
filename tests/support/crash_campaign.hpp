// A short campaign over a recorder on a simulated disk, with a provider that counts
// what it was sent. It dies and fails as the disk does, and is gone on with by calling run() again:
// each call is one process. The promises are checked by the tests that use it.
#pragma once

#include "store/recorder.hpp"
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

    explicit crash_campaign(core::row_number rows) : rows_(rows) {}

    // One process, from its start to its end. Throws power_failure when the disk does.
    ending run(simulated_disk& disk) {
        auto truth = opened(disk);
        if (!truth) return ending::failed;
        std::vector<core::row_number> in_flight;
        for (int rounds = 0; rounds < 1000; ++rounds) {
            core::journal_batch batch = answers(in_flight, truth->state());
            const auto released = add_releases(batch, truth->state());
            if (batch.empty()) return finish(*truth);
            in_flight.clear();
            const auto news = commit(*truth, batch);
            if (news.what == commit_news::kind::failed) return ending::failed;
            if (news.what == commit_news::kind::durable) in_flight = released;
            for (const auto row : in_flight)
                if (!stays_unsent(row)) ++sent_[row];
            truth->write_lines(batch);
            (void)truth->tend();
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

    // So that there are some on the way.
    static journal_options options() {
        auto made = tiny_options();
        made.checkpoint_bytes = 500;
        return made;
    }

    // In the first release of such a row the connection turns out to be closed.
    bool stays_unsent(core::row_number row) const {
        return row % 5 == 3 && released_times_.at(row) == 1;
    }

    std::optional<recorder> opened(simulated_disk& disk) {
        if (!begun_) {
            // A creation that was interrupted is begun again from nothing, as its message says.
            std::vector<std::string> names;
            disk.list(journal_folder, names);
            for (const auto& name : names)
                disk.unlink(std::string(journal_folder) + "/" + name);
            disk.unlink(journal_folder);
            disk.unlink(std::string(folder) + "/outcomes.ndjson");
            auto made = journal::create(disk, journal_folder, options(), at_second(0));
            if (!made) return std::nullopt;
            auto log = outcome_log::create(disk, folder, log_options());
            if (!log) return std::nullopt;
            begun_ = true;
            return recorder(std::move(*made), std::move(*log));
        }
        auto found = recover(disk, journal_folder);
        if (!found) return std::nullopt;
        auto log = outcome_log::open(disk, folder, journal_folder, log_options(), *found);
        if (!log || !complete(*log)) return std::nullopt;
        const auto emergency = !found->emergency.empty();
        const auto sequence = found->state.sequence;
        if (emergency) note_state(found->state, sequence + 1);
        auto made = journal::open(disk, journal_folder, options(), std::move(*found), at_second(0));
        if (!made) return std::nullopt;
        acknowledged_ = made->state().sequence;
        return recorder(std::move(*made), std::move(*log));
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
                                const journal_state& known) {
        batch made;
        for (const auto row : in_flight) {
            if (known.rows[row] != core::row_state::released) continue;
            if (stays_unsent(row))
                made.park(row);
            else
                made.settle(row, row % 4 == 0 ? core::outcome::rejected : core::outcome::accepted,
                            0, row % 4 == 0 ? std::string(180, 'r') : std::string());
        }
        // In doubt since the last process: unknown, never sent again.
        for (auto row = known.rows.next(core::row_state::released, 1); row != 0;
             row = known.rows.next(core::row_state::released, row + 1))
            if (std::find(in_flight.begin(), in_flight.end(), row) == in_flight.end())
                made.settle(row, core::outcome::unknown);
        return made.done();
    }

    std::vector<core::row_number> add_releases(core::journal_batch& batch,
                                               const journal_state& known) {
        std::vector<core::row_number> released;
        for (core::row_number row = 1; row <= rows_ && released.size() < 3; ++row) {
            const auto state = known.rows[row];
            if (state != core::row_state::untouched && state != core::row_state::parked) continue;
            batch.released.push_back({row, 1});
            released.push_back(row);
        }
        return released;
    }

    commit_news commit(recorder& truth, core::journal_batch& what) {
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
        const auto sequence = truth.state().sequence + 1;
        const auto without_releases = after;
        for (const auto& run : what.released)
            after.rows.set_run(run.first, run.count, core::row_state::released);
        note_state(after, sequence);
        auto news = truth.commit(what, at_second(1));
        if (news.what == commit_news::kind::releases_refused)
            note_state(without_releases, sequence);
        if (news.what != commit_news::kind::failed) acknowledged_ = truth.state().sequence;
        for (const auto& run : what.released)
            ++released_times_[run.first];
        return news;
    }

    ending finish(recorder& truth) {
        note_state(truth.state(), truth.state().sequence + 1);
        const auto closed = truth.close(true, at_second(2));
        acknowledged_ = truth.state().sequence;
        return closed && !truth.log_is_behind() ? ending::done : ending::failed;
    }

    core::row_number rows_;
    bool begun_ = false;
    std::uint64_t acknowledged_ = 0;
    std::map<std::uint64_t, known_state> states_;
    std::map<core::row_number, int> released_times_;
    std::map<core::row_number, int> sent_;
};

}  // namespace tidings::store
