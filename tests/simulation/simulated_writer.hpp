// Performs commits on a simulated disk as runner/journal_writer does, but in virtual time and in
// three steps, so that a process can die between any two of them: the frame is made durable, the
// dispatcher hears of it, the lines are written.
#pragma once

#include "store/journal.hpp"
#include "store/outcome_log.hpp"

#include <optional>
#include <string>
#include <utility>

namespace tidings::simulation {

struct commit_result {
    enum class kind : std::uint8_t { durable, releases_refused, failed };
    kind what = kind::durable;
    core::time_stamp frame{};
    std::string why;
    bool recorded = true;  // in the journal or in the emergency log
};

class simulated_writer {
  public:
    simulated_writer(store::journal journal, store::outcome_log outcomes)
        : journal_(std::move(journal)), outcomes_(std::move(outcomes)) {}

    commit_result perform(core::journal_batch& batch, core::time_stamp now) {
        using kind = commit_result::kind;
        if (broken_) return rescue(batch, now, "broken before");
        const auto done = journal_.commit(batch, now);
        if (done) return {.what = kind::durable, .frame = now, .why = {}};
        if (done.error().kind == core::trouble::internal) bug_ = done.error().text;
        if (done.error().kind != core::trouble::disk_full)
            return rescue(batch, now, done.error().text);
        batch.released.clear();
        if (const auto rest = journal_.commit(batch, now); !rest) {
            if (rest.error().kind == core::trouble::internal) bug_ = rest.error().text;
            return rescue(batch, now, rest.error().text);
        }
        return {.what = kind::releases_refused, .frame = now, .why = done.error().text};
    }

    void write_lines(const core::journal_batch& batch) {
        if (broken_ || behind_) return;
        behind_ = !outcomes_.append(batch);
        (void)journal_.tend();
        if (!behind_) behind_ = !outcomes_.tend();
        if (behind_ || !journal_.checkpoint_due()) return;
        if (const auto position = outcomes_.sync_all(journal_.state().sequence))
            journal_.begin_checkpoint(*position);
        else
            behind_ = true;
    }

    // False: another process has to bring it to its end.
    bool close(bool finished, core::time_stamp now) {
        if (broken_) return false;
        if (finished && !journal_.finish(now)) return false;
        if (behind_) return journal_.checkpoint_now({}) && false;
        const auto position = outcomes_.sync_all(journal_.state().sequence);
        return position && journal_.checkpoint_now(*position);
    }

    bool broken() const { return broken_; }
    const store::journal_state& state() const { return journal_.state(); }
    // What the journal called a bug of its caller.
    const std::optional<std::string>& bug() const { return bug_; }

  private:
    commit_result rescue(core::journal_batch& batch, core::time_stamp now, std::string why) {
        broken_ = true;
        for (const auto& run : batch.released)
            for (std::uint32_t i = 0; i < run.count; ++i)
                batch.parked.push_back(run.first + i);
        batch.released.clear();
        const auto kept = journal_.write_emergency(batch, now);
        if (!kept) why += "; " + kept.error().text;
        return {commit_result::kind::failed, now, std::move(why), kept.has_value()};
    }

    store::journal journal_;
    store::outcome_log outcomes_;
    std::optional<std::string> bug_;
    bool broken_ = false;
    bool behind_ = false;
};

}  // namespace tidings::simulation
