// A run that this process holds: its folder and lock, its bots, its journal and outcome log, with
// the windows as they were left. Opens and closes in the order that keeps promise 1 to 5; what
// happens in between is runner/campaign's.
#pragma once

#include "app/bot_windows.hpp"
#include "app/campaign_assembly.hpp"
#include "app/settings/campaign_file.hpp"
#include "core/progress.hpp"
#include "runner/clock.hpp"
#include "runner/journal_writer.hpp"
#include "store/bot_state.hpp"
#include "store/list_fingerprint.hpp"
#include "store/posix_disk.hpp"
#include "store/run_folder.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tidings::app {

struct session_places {
    std::string state_folder;
    std::string version;
};

class run_session {
  public:
    // A new run: refuses when one of that name exists, or when this list went to one of these bots
    // before (`again` overrules the latter), or when a bot is in use. `configuration` is recorded.
    static core::result<std::unique_ptr<run_session>> create(const campaign& settings,
                                                             std::string configuration,
                                                             const store::list_fingerprint& list,
                                                             const session_places& places,
                                                             bool again);
    // An interrupted one. `settings` are those of its run.json, with what may be changed changed.
    static core::result<std::unique_ptr<run_session>> reopen(const campaign& settings,
                                                             store::run_folder folder,
                                                             const session_places& places);

    const store::run_paths& paths() const { return folder_->paths(); }
    const store::run_record& record() const { return folder_->record(); }
    runner::journal_writer& writer() { return *writer_; }
    const runner::system_clock& clock() const { return clock_; }
    campaign_cores& cores() { return cores_; }
    // What the dispatcher starts from; once.
    core::dispatcher::past take_past() { return std::move(past_); }
    const core::dispatcher::past& past() const { return past_; }
    // How long answers took in the last run on these bots.
    answer_times answers_before() const { return answers_of(known_); }
    std::uint64_t texted_before() const { return texted_before_; }
    core::time_stamp first_started() const { return first_started_; }
    // An earlier process had brought every row to its end.
    bool finished_before() const { return finished_before_; }
    // Rows that were in doubt when the session was opened.
    std::uint64_t in_doubt() const { return in_doubt_; }

    // Writes down which limits turned out lower than asked for, where that has changed: so that it
    // survives this process. On any one thread while the campaign runs.
    core::result<void> keep_learned(std::span<const core::limit_progress> limits);
    // Ends the journal, writes the windows down for whoever uses the bots next, and how long
    // answers took.
    core::result<void> close(bool finished, const core::progress_snapshot& last,
                             const core::latency_histogram& answers);

  private:
    run_session() = default;

    core::result<void> remember(const session_places& places, const store::list_fingerprint& list);
    core::result<void> take_bots(const session_places& places, const std::string& folder);
    core::result<void> open_journal(const campaign& settings);
    core::result<void> restore_windows(const campaign& settings);
    core::result<void> catch_up_outcomes();

    store::posix_disk disk_;
    runner::system_clock clock_;
    std::optional<store::run_folder> folder_;
    std::vector<store::bot_key> keys_;
    std::vector<store::bot_state> bots_;
    std::vector<store::bot_window> known_;     // of each bot: what earlier runs left, and taught
    std::vector<store::slot_run> own_before_;  // of this run, from its journal
    campaign settings_;
    campaign_cores cores_;
    std::unique_ptr<runner::journal_writer> writer_;
    core::dispatcher::past past_;
    core::time_stamp first_started_{};
    std::uint64_t texted_before_ = 0;
    std::uint64_t in_doubt_ = 0;
    bool finished_before_ = false;
};

}  // namespace tidings::app
