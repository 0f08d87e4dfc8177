// Owns order, limits and fate: which row goes next, when it may, and what became of it. Pure: it is
// driven by events and a clock that is handed in, and tells what to do by what it returns. It never
// touches a socket, a file or a thread: runner/campaign carries out what it decides.
//
// A row comes in by on_rows_read, is released by a batch (take_batch, on_batch_durable), leaves by
// depart, comes back by on_attempt_ended and ends as a settlement in a later batch.
#pragma once

#include "core/attempt.hpp"
#include "core/calendar.hpp"
#include "core/delayed_rows.hpp"
#include "core/doubt_bound.hpp"
#include "core/flight_table.hpp"
#include "core/halt_reasons.hpp"
#include "core/journal_batch.hpp"
#include "core/lane_choice.hpp"
#include "core/lane_queue.hpp"
#include "core/latency_histogram.hpp"
#include "core/limiter.hpp"
#include "core/load_tally.hpp"
#include "core/retry.hpp"
#include "core/row_states.hpp"
#include "core/stop_rules.hpp"
#include "core/unknown_policy.hpp"
#include "core/verdict.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tidings::core {

using bot_id = std::uint16_t;

struct dispatcher_options {
    std::size_t lane_capacity = 8192;               // rows a lane holds in memory
    std::size_t delayed_max = 65536;                // rows that wait for a moment of their own
    std::uint32_t in_flight_max = 65536;            // requests without an answer
    std::uint32_t release_ahead_max = 16384;        // rows a lane releases ahead of need
    std::uint32_t in_doubt_first = 16;              // rows in doubt that people are told at first
    std::uint16_t tries_max = 50;                   // of one row, free ones included
    duration park_after = std::chrono::seconds(5);  // longer waits need a durable re-release
    unknown_policy unknown = unknown_policy::hold;
    bool token_each = false;  // jti = "each": a retry after an answer is re-released
    duration probe_after = std::chrono::seconds(10);  // the first copy is no longer under way
    duration probe_within =
        std::chrono::minutes(25);  // of the release: the token's life, with margin
    std::uint64_t seed = 1;        // jitter of the retries
};

// A message that leaves now. The lane names the sender.
struct departure {
    ticket which = 0;
    lane_id lane = 0;
    row_number row = 0;
    phone_number to;
    wall_time released_at{};
    bool probe = false;
};

enum class send_phase : std::uint8_t {
    running,
    paused,    // releases and sends nothing; goes on when told
    draining,  // sends nothing more; waits for what is in flight
    drained,   // nothing in flight, nothing released, nothing left to make durable
};

class dispatcher {
  public:
    // What a recovered run brings along. Rows that `states` calls released are in doubt.
    struct past {
        row_states states;
        outcome_counts counts;
        std::uint64_t requests = 0;  // known to have been made
        // When an in-doubt row's release became durable; nullopt: not known.
        std::function<std::optional<wall_time>(row_number)> released_at;
    };

    // `lane_bots[l]` is lane l's bot. References must outlive the dispatcher.
    dispatcher(dispatcher_options options, std::vector<bot_id> lane_bots, limiter& limits,
               lane_choice& lanes, calendar& hours, stop_rules& rules, retry_policy retry,
               past before);

    // --- the list ---------------------------------------------------------------------------
    bool wants_rows() const;  // there is room for a batch of rows_per_batch_max
    static constexpr std::size_t rows_per_batch_max = 1024;
    void on_rows_read(const listed_batch& batch, time_stamp now);
    void on_pass_ended();     // the reader came to the end of the list
    bool wants_pass() const;  // rows were skipped and there is room for them now
    void on_pass_begun();
    // Numbers added to a suppression list while running: what has not left is settled, and so is
    // what comes back to be sent again. `listed` is kept until the next call.
    void suppress_held(const std::function<bool(phone_number)>& listed, std::string_view why,
                       time_stamp now);

    // --- the journal ------------------------------------------------------------------------
    // Builds the next group commit into `out`; false: nothing to commit. At most one is under way.
    bool take_batch(journal_batch& out, time_stamp now);
    bool has_something_to_commit() const { return !building_.empty(); }
    // A lane could send and has nothing released, or nothing else is left to wait for.
    bool wants_batch_now() const;
    // It is durable, with that frame's time.
    void on_batch_durable(time_stamp frame);
    // All of it but the releases is (the disk is full): they are asked for again after a while.
    void on_releases_refused(time_stamp now);
    // Nothing can be recorded any more: sends nothing more and waits for what is in flight. Batches
    // go on coming, for the emergency log.
    void on_journal_failed(std::string why);

    // --- sending ----------------------------------------------------------------------------
    // Moves what has become due: delayed rows, expiry, the duration cap.
    void on_time(time_stamp now);
    // Appends at most `room` messages of `bot` that leave now; their slots are taken.
    void depart(bot_id bot, std::size_t room, time_stamp now, std::vector<departure>& out);
    void on_attempt_ended(const attempt_report& report, time_stamp now);
    // People were shown that at most so many rows would be in doubt: at_risk() stays within it.
    void on_bound_told(std::uint64_t rows) { doubt_.on_told(rows); }
    // Whether the bot has a connection at all: without one nothing is released, so that a crash
    // while nobody can be reached leaves nothing in doubt. At first it has none.
    void set_connected(bot_id bot, bool connected) { bots_[bot].connected = connected; }
    // How many messages of the bot could leave if connections were free; at most `most`.
    std::size_t wanting(bot_id bot, time_stamp now, std::size_t most);
    // When on_time or depart has something to do again without an event; `never`: only events.
    instant next_due(time_stamp now);
    // A bot whose token must be signed anew; each is said once.
    std::optional<bot_id> take_renewal();

    // --- steering ---------------------------------------------------------------------------
    void pause() {
        if (phase_ == send_phase::running) phase_ = send_phase::paused;
    }
    void go_on() {
        if (phase_ == send_phase::paused) phase_ = send_phase::running;
    }
    void drain(halt_reason why);
    // The bot sends nothing more in this run. Its rows that have not left go to the others where
    // their lane was our choice; with no bot left the run drains.
    void give_up_bot(bot_id bot, halt_reason why);

    // --- state ------------------------------------------------------------------------------
    send_phase phase() const { return phase_; }
    bool finished() const;  // every row of the list has its durable outcome, or all is drained
    // Why the run ends before its list does, or why parts of it have ended: nullopt, none has.
    std::optional<halt_reason> halted() const { return halts_.whole(); }
    const halt_reasons& halts() const { return halts_; }
    const outcome_counts& counts() const { return counts_; }
    // From the moment a row was due to its answer, and to its leaving for the first time.
    const latency_histogram& latencies() const { return latencies_; }
    const latency_histogram& lateness() const { return lateness_; }
    // Rows that this process sent and settled, by lane and zone: what is left of a forecast's load.
    const load_tally& done() const { return done_; }
    std::uint64_t rows_read() const { return rows_read_; }
    bool all_read() const { return !first_pass_; }  // rows_read() is the whole list
    std::uint64_t requests() const { return requests_; }
    std::uint64_t retries() const;  // requests that were not the last one of their row
    std::uint64_t odd_answers() const { return odd_answers_; }
    std::uint32_t in_flight() const { return flights_.in_use(); }
    std::uint64_t at_risk() const { return doubt_.at_risk(); }  // in doubt if it died now
    // The bound on that: nothing is released beyond `told`; `asked` is to be told to people.
    std::uint64_t in_doubt_told() const { return doubt_.told(); }
    std::uint64_t in_doubt_asked() const { return doubt_.asked(); }
    std::size_t delayed() const { return delayed_.size(); }
    // When all that is left waits for a moment of its own (recipients' hours, a retry): until when.
    std::optional<instant> idle_until() const;
    // The wait of the lane that may go first, in words; empty while something may go.
    std::optional<wait_reason> waiting_for(time_stamp now) const;

  private:
    // A lane whose turn comes so soon has a connection opened for it.
    static constexpr duration connect_ahead = std::chrono::seconds(1);

    struct lane_hold {
        lane_queue queue;
        std::deque<delayed_row> urgent;  // released, due: before the queue
        bot_id bot;
        std::uint32_t ahead_wanted = 2;  // rows to keep released
        std::uint32_t left_since_commit = 0;
        bool starved = false;       // could have sent and had nothing released
        bool bounded = false;       // the bound on rows in doubt cut its last release short
        std::uint64_t skipped = 0;  // its rows of this pass that are left for the next
        std::uint64_t to_come = 0;  // its rows that this pass will come by, as the last one left it
        bool given_up = false;      // sends nothing more in this run
    };
    struct bot_hold {
        std::uint32_t token = 0;        // generation of the token that departures carry
        bool renewed_in_doubt = false;  // renewed after a refusal, and not accepted since
        bool given_up = false;          // and with it all its lanes
        bool connected = false;
    };

    // the list, and what ends without leaving (dispatcher.cpp)
    bool take_in(const listed_row& row, time_stamp now);
    bool hungry(const lane_hold& one) const { return one.queue.size() < one.queue.capacity() / 4; }
    // Whether the pass under way may still bring rows of that lane.
    bool expects(const lane_hold& one) const {
        return first_pass_ || one.to_come > 0 || some_given_up_;
    }
    void settle_in_doubt(const listed_row& row, time_stamp now);
    void settle_screened(const listed_row& row, outcome what, std::string_view why, time_stamp now);
    void plan_releases(lane_id id, time_stamp now);
    bool all_at_risk_is_inherited() const { return doubt_.at_risk() == inherited_; }
    void release(row_number row);
    void take_back(const held_row& row, bool released);
    void take_back_released(time_stamp now);
    void take_back_lane(lane_hold& from);
    void give_up_lanes(const std::vector<lane_id>& which, halt_reason why);
    void expire_held(time_stamp now);

    // leaving (dispatcher_sending.cpp)
    void come_due(const delayed_row& row, time_stamp now);
    std::size_t send_some(lane_id id, std::size_t most, time_stamp now,
                          std::vector<departure>& out);
    void send_one(lane_id id, const held_row& held, bool probe, time_stamp now,
                  std::vector<departure>& out);
    bool may_send(const lane_hold& one, time_stamp now) const;

    // coming back (dispatcher_fates.cpp)
    duration give_back_slots(lane_id id, const attempt_report& report, verdict what);
    void on_token_refused(const flight& one, const attempt_report& report, time_stamp now);
    void on_doubt(const flight& one, const attempt_report& report, time_stamp now);
    void on_probe_ended(const flight& one, const attempt_report& report, verdict what,
                        time_stamp now);
    void try_again(const flight& one, duration wait, bool had_left, time_stamp now);
    void park(const held_row& held, lane_id id, instant until);
    void postpone(const held_row& held, lane_id id, wall_time until, time_stamp now);
    static instant moment_of(wall_time moment, time_stamp now);
    void obey(const stop_decision& decision);
    void watch_sender(lane_id id, outcome what);
    void settle_released(const held_row& held, lane_id id, outcome what, settled_by by,
                         const attempt_report* report, std::string_view why, time_stamp now);
    void settle_held(const held_row& held, bool released, outcome what, std::string_view why,
                     time_stamp now);
    void spend(lane_id id, wall_time at) { building_.spent.push_back({id, at}); }
    void append(settlement one, std::string_view why);

    dispatcher_options options_;
    limiter& limits_;
    lane_choice& lane_choice_;
    calendar& hours_;
    stop_rules& rules_;
    retry_policy retry_;
    past past_;
    std::mt19937_64 random_;

    std::vector<lane_hold> lanes_;
    std::vector<bot_hold> bots_;
    bool some_given_up_ = false;
    std::size_t turn_ = 0;  // of the lane that goes first next time
    delayed_rows delayed_;
    flight_table flights_;
    row_states states_;

    journal_batch building_;
    std::vector<release_run> committing_;  // releases of the batch under way
    std::uint64_t batches_taken_ = 0;
    std::uint64_t batches_durable_ = 0;
    std::uint64_t ends_in_building_ = 0;  // released rows that settle or park in it
    std::uint64_t ends_in_committing_ = 0;
    doubt_bound doubt_;
    std::uint64_t inherited_ = 0;  // in doubt from before, and not read again yet

    std::function<bool(phone_number)> listed_;  // asked about what was under way when it came
    std::string listed_why_;

    instant releases_from_ = instant::min();  // a full disk holds them back until then

    send_phase phase_ = send_phase::running;
    halt_reasons halts_;
    std::vector<bot_id> renewals_;
    bool first_pass_ = true;
    bool pass_under_way_ = true;
    std::uint64_t skipped_ = 0;  // rows of this pass that are left for the next
    std::uint64_t held_ = 0;     // rows in queues, delayed or in flight

    outcome_counts counts_;
    load_tally done_;
    latency_histogram latencies_;
    latency_histogram lateness_;
    std::uint64_t rows_read_ = 0;
    std::uint64_t requests_ = 0;
    std::uint64_t odd_answers_ = 0;
};

}  // namespace tidings::core
