// A run that this process holds: its folder and lock, its bots, its journal and outcome log, with
// the windows as they were left. Opens and closes in the order that keeps promises 1 to 5, on a
// disk and by clocks that are handed in; what happens in between is runner/campaign's.
#pragma once

#include "core/dispatcher.hpp"
#include "core/latency_histogram.hpp"
#include "core/limiter.hpp"
#include "core/progress.hpp"
#include "run/bot_windows.hpp"
#include "run/outcome_completion.hpp"
#include "run/people_roll.hpp"
#include "run/surroundings.hpp"
#include "store/bot_state.hpp"
#include "store/known_runs.hpp"
#include "store/recorder.hpp"
#include "store/run_folder.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tidings::run {

struct session_options {
    store::state_folders state;        // what belongs to bots; beside the run's folder too
    std::vector<window_owner> owners;  // the run's bots and their accounts
    std::vector<store::recorded_lane> lanes;
    core::duration window_longest{};  // of any limit
    // Sizes; what is the run's own in them (its name, lanes, identity, boot) is filled in.
    store::journal_options journal;
    store::outcome_log_options outcomes;
    std::size_t completed_at_once = 65536;  // rows without a line
    // Who is texted is remembered for frequency caps. Where others asked for that, it is anyway.
    bool remembers_texted = false;
};

// A run that is to be. Of `record` lanes and folder are filled in.
struct new_run {
    std::string folder;
    store::run_record record;
    store::kept_files kept;         // to be moved into the run
    people_roll* people = nullptr;  // whom the list names; null: it is known by its bytes alone
    bool again = false;             // this list may have gone to these bots before
};

// How far earlier processes of the run came.
struct session_past {
    core::dispatcher::past rows;  // what the dispatcher starts from
    std::uint64_t texted = 0;     // for stop_rules
    std::uint64_t in_doubt = 0;   // rows that were so when the session was opened
    core::time_stamp first_started{};
    bool finished = false;  // every row had been brought to its end
};

class session {
  public:
    // A new run: refuses when one of that name exists, or when this list went to one of these bots
    // before, or when a bot is in use. `limits` are filled with what the windows hold.
    static core::result<std::unique_ptr<session>> create(new_run wanted, session_options options,
                                                         list_opening open_list,
                                                         surroundings around,
                                                         core::limiter& limits);
    // An interrupted one.
    static core::result<std::unique_ptr<session>> reopen(store::run_folder folder,
                                                         session_options options,
                                                         list_opening open_list,
                                                         surroundings around,
                                                         core::limiter& limits);

    const store::run_paths& paths() const { return folder_->paths(); }
    const store::run_record& record() const { return folder_->record(); }
    // One thread at a time has it; not while close() runs.
    store::recorder& recorder() { return *recorder_; }
    // The dispatcher takes the rows' past out of it, once.
    session_past& past() { return past_; }
    const session_past& past() const { return past_; }
    // How long answers took in the last run on these bots.
    answer_times answers_before() const;

    void tell(std::string_view sentence) const { around_.tell(sentence); }

    // Writes down which limits turned out lower than asked for, and whose endpoint is in trouble,
    // where that has changed: so that it survives this process. On any one thread while the
    // campaign runs.
    core::result<void> keep_learned(const core::progress_snapshot& now);
    // Closes the recorder, writes the windows down for whoever uses the bots next, and how long
    // answers took. Waits for a while where the disk is full.
    core::result<void> close(bool finished, const core::progress_snapshot& last,
                             const core::latency_histogram& answers);

  private:
    struct held_bot {
        window_owner owner;
        store::bot_state state;
        store::bot_window known;  // as it was when this process began, with what it learned since
    };

    session(session_options options, list_opening open_list, surroundings around);

    core::result<void> take_bots(const std::string& folder);
    core::result<void> refuse_repeat(const new_run& wanted) const;
    store::known_run known() const;
    core::result<void> remember_list(people_roll* people);
    core::result<void> remember_texted();
    core::result<void> begin_journal();
    core::result<void> go_on(store::recovery known);
    core::result<void> check_age(std::uint64_t sequence) const;
    core::result<void> restore_windows(const run_trace* own, core::limiter& limits);
    core::result<void> close_record(bool finished);
    core::result<void> catch_up();
    store::journal_options journal_options() const;
    store::outcome_log_options outcome_options() const;
    store::clock_reading read() const { return {around_.now(), around_.boot}; }
    store::account_mark mark() const;

    session_options options_;
    list_opening open_list_;
    surroundings around_;
    std::optional<store::run_folder> folder_;
    std::vector<held_bot> bots_;
    std::optional<store::recorder> recorder_;
    session_past past_;
};

}  // namespace tidings::run
