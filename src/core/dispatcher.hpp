// Owns order, limits and fate: which row goes next, when it may, and what became of it. Pure: it is
// driven by events and a clock that is handed in, and tells what to do by what it returns. It never
// touches a socket, a file or a thread: runner/campaign carries out what it decides.
//
// A row comes in by on_rows_read (core/row_intake), is released by a batch (core/release_plan),
// leaves by depart (core/departure_order), comes back by on_attempt_ended (core/attempt_fates) and
// ends as a settlement in a later batch (core/settlement_book). This class puts them together and
// knows when all is done; the order of their calls is core/turn's.
#pragma once

#include "core/attempt_fates.hpp"
#include "core/country_caps.hpp"
#include "core/departure.hpp"
#include "core/departure_order.hpp"
#include "core/endpoint_watch.hpp"
#include "core/row_intake.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tidings::core {

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
    std::uint64_t seed = 1;        // jitter of the retries and the questions
    endpoint_options endpoints{};
    std::vector<own_rule> answers{};  // looked at before core/verdict's
    capped_countries caps{};
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
        endpoint_past endpoints{};
        // When the process before this one had sent all that it ever did, at the latest.
        std::optional<time_stamp> sent_until{};
    };

    // `lane_bots[l]` is lane l's bot. References must outlive the dispatcher.
    dispatcher(dispatcher_options options, std::vector<bot_id> lane_bots, limiter& limits,
               lane_choice& lanes, calendar& hours, stop_rules& rules, retry_policy retry,
               past before);
    dispatcher(const dispatcher&) = delete;  // its parts refer to each other
    dispatcher& operator=(const dispatcher&) = delete;

    // --- the list ---------------------------------------------------------------------------
    bool wants_rows() const { return intake_.wants_rows(); }  // a batch of rows_per_batch_max
    static constexpr std::size_t rows_per_batch_max = row_intake::rows_per_batch_max;
    void on_rows_read(const listed_batch& batch, time_stamp now) {
        intake_.on_rows_read(batch, now);
    }
    void on_pass_ended() { intake_.on_pass_ended(); }  // the reader came to the end of the list
    bool wants_pass() const { return intake_.wants_pass(); }
    void on_pass_begun() { intake_.on_pass_begun(); }
    // Numbers added to a suppression list while running: what has not left is settled, and so is
    // what comes back to be sent again. `listed` is kept until the next call.
    void suppress_held(late_suppression::test listed, std::string_view why, time_stamp now) {
        recall_.suppress(std::move(listed), why, now.wall);
    }

    // --- the journal ------------------------------------------------------------------------
    // Builds the next group commit into `out`; false: nothing to commit. At most one is under way.
    bool take_batch(journal_batch& out, time_stamp now);
    bool has_something_to_commit() const { return !hands_.book.empty(); }
    // A lane could send and has nothing released, or nothing else is left to wait for.
    bool wants_batch_now() const;
    // It is durable, with that frame's time.
    void on_batch_durable(time_stamp frame);
    // All of it but the releases is (the disk is full): they are asked for again after a while.
    void on_releases_refused(time_stamp now);
    // Nothing can be recorded any more: sends nothing more and waits for what is in flight. Batches
    // go on coming, for the emergency log.
    void on_journal_failed(std::string why);
    // People were shown that at most so many rows would be in doubt: at_risk() stays within it.
    void on_bound_told(std::uint64_t rows) { hands_.book.on_bound_told(rows); }

    // --- sending ----------------------------------------------------------------------------
    // Moves what has become due: delayed rows, expiry, the duration cap.
    void on_time(time_stamp now);
    // Appends at most `room` messages of `bot` that leave now; their slots are taken.
    void depart(bot_id bot, std::size_t room, time_stamp now, std::vector<departure>& out) {
        departures_.depart(bot, room, now, out);
    }
    void on_attempt_ended(const attempt_report& report, time_stamp now) {
        fates_.on_ended(report, now);
    }
    // Whether the bot has a connection at all: without one nothing is released, so that a crash
    // while nobody can be reached leaves nothing in doubt. At first it has none.
    void set_connected(bot_id bot, bool connected);
    // How many messages of the bot could leave if connections were free; at most `most`.
    std::size_t wanting(bot_id bot, time_stamp now, std::size_t most) {
        return departures_.wanting(bot, now, most);
    }
    // When on_time or depart has something to do again without an event; `never`: only events.
    instant next_due(time_stamp now);
    // A bot whose token must be signed anew; each is said once.
    std::optional<bot_id> take_renewal() { return hands_.tokens.take_renewal(); }

    // A bot whose endpoint is to be asked now whether trouble is over: with an empty body, on a
    // connection of its own. How that ended is told by on_question_ended, once.
    std::optional<bot_id> take_question(time_stamp now) {
        return departures_.open(now) ? hands_.endpoints.take_question(now) : std::nullopt;
    }
    void on_question_ended(bot_id bot, const attempt_report& report, time_stamp now);

    // --- steering ---------------------------------------------------------------------------
    void pause() { hands_.course.pause(); }
    void go_on() { hands_.course.go_on(); }
    void drain(halt_reason why) { hands_.course.drain(std::move(why)); }
    // The bot sends nothing more in this run. Its rows that have not left go to the others where
    // their lane was our choice; with no bot left the run drains.
    void give_up_bot(bot_id bot, const halt_reason& why) { recall_.give_up_bot(bot, why); }

    // The limits were changed under our hands (limiter::set_rate).
    void on_limits_changed() { departures_.on_limits_changed(); }

    // --- state ------------------------------------------------------------------------------
    send_phase phase() const { return hands_.course.phase(); }
    bool finished() const;  // every row of the list has its durable outcome, or all is drained
    // Why the run ends before its list does, or why parts of it have ended: nullopt, none has.
    std::optional<halt_reason> halted() const { return halts().whole(); }
    const halt_reasons& halts() const { return hands_.course.halts(); }
    const outcome_counts& counts() const { return hands_.book.counts(); }
    // From the moment a row was due to its answer, and to its leaving for the first time.
    const latency_histogram& latencies() const { return settles_.latencies(); }
    const latency_histogram& lateness() const { return hands_.tally.lateness; }
    // Rows that this process sent and settled, by lane and zone: what is left of a forecast's load.
    const load_tally& done() const { return settles_.done(); }
    std::uint64_t rows_read() const { return intake_.rows_read(); }
    bool all_read() const { return intake_.all_read(); }  // rows_read() is the whole list
    std::uint64_t requests() const { return hands_.tally.requests; }
    std::uint64_t retries() const;  // requests that were not the last one of their row
    std::uint64_t odd_answers() const { return hands_.tally.odd_answers; }
    std::uint32_t in_flight() const { return hands_.flights.in_use(); }
    // In doubt if it died now.
    std::uint64_t at_risk() const { return hands_.book.doubt().at_risk(); }
    // The bound on that: nothing is released beyond `told`; `asked` is to be told to people.
    std::uint64_t in_doubt_told() const { return hands_.book.doubt().told(); }
    std::uint64_t in_doubt_asked() const { return hands_.book.doubt().asked(); }
    const own_rules& answers() const { return hands_.answers; }
    const endpoint_watch& endpoints() const { return hands_.endpoints; }
    std::size_t delayed() const { return hands_.held.delayed().size(); }
    // When all that is left waits for a moment of its own (recipients' hours, a retry): until when.
    std::optional<instant> idle_until() const;
    // All that could leave waits for endpoints that are in trouble.
    bool held_by_trouble() const { return departures_.held_by_trouble(); }
    // The wait of the lane that may go first, in words; empty while something may go.
    std::optional<wait_reason> waiting_for(time_stamp now) const {
        return departures_.waiting_for(now);
    }

  private:
    // What the parts that decide work on together.
    struct hands {
        hands(const dispatcher_options& options, std::vector<bot_id> lane_bots, limiter& limits,
              past& before);

        run_course course;
        lane_roster roster;
        token_watch tokens;
        late_suppression suppressed;
        held_rows held;
        flight_table flights;
        settlement_book book;
        own_rules answers;
        endpoint_watch endpoints;
        country_caps caps;
        request_tally tally;
    };

    bool drained() const;

    stop_rules& rules_;
    calendar& hours_;
    hands hands_;
    backoff retries_;
    row_recall recall_;
    postponement later_;
    settling settles_;
    doubt_policy doubts_;
    row_intake intake_;
    release_plan releases_;
    departure_order departures_;
    attempt_fates fates_;
};

}  // namespace tidings::core
