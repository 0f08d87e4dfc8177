// How far a run is, as a value: the runner fills it a few times a second, the view turns it into
// text. Nothing here decides, formats or reads a clock; formats are view/'s.
#pragma once

#include "core/answer_facts.hpp"
#include "core/latency_histogram.hpp"
#include "core/outcome.hpp"
#include "core/rate_limit.hpp"
#include "core/recipient_rules.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tidings::core {

enum class run_phase : std::uint8_t {
    starting,  // opening files, reading the journal, connecting
    running,   // messages go out as the limits allow
    waiting,   // nothing may go out before `waiting_until`; `waiting_for` says why
    paused,    // by `control pause` or a full disk; `waiting_for` says which
    draining,  // releases nothing more; what is in flight finishes
    finished,  // this process sends no more
};

// One limit of one scope. `scope_name` is the account's name, the bot's id, the sender's number or
// "this run".
struct limit_progress {
    scope_kind scope = scope_kind::bot;
    std::string scope_name;
    rate_limit limit;                 // as asked for
    std::optional<rate_limit> given;  // what the server taught, where it is less
    std::uint32_t used = 0;           // slots taken at this moment
    std::uint32_t worst_window = 0;   // the most in any window so far; never above limit.count
    duration waited{};                // how long work stood still because of this limit

    friend bool operator==(const limit_progress&, const limit_progress&) = default;
};

// Who must not be texted, as the suppression files say it.
struct opt_out_counts {
    std::uint64_t numbers = 0;
    std::uint64_t unreadable = 0;  // lines that name nobody, and files that hold nobody

    friend bool operator==(const opt_out_counts&, const opt_out_counts&) = default;
};

struct progress_snapshot {
    std::string run;
    run_phase phase = run_phase::starting;

    std::uint64_t rows_read = 0;              // rows of the list met so far, over all processes
    std::optional<std::uint64_t> rows_total;  // known once the list was read to its end
    outcome_counts ended;                     // rows that have their outcome
    std::uint64_t in_flight = 0;              // requests without an answer yet
    std::uint64_t postponed = 0;              // rows held back by quiet hours or Retry-After
    std::uint64_t in_doubt_max = 0;           // rows a crash would leave in doubt, at most
    std::optional<opt_out_counts> opt_outs;   // nullopt: there are no suppression files
    std::uint64_t requests = 0;               // requests begun, retries and probes included
    std::uint64_t retries = 0;

    double rate_now = 0;          // accepted or refused a second, over the last seconds
    double rate_mean = 0;         // the same since the start
    latency_percentiles latency;  // from the moment a row was due to its answer

    std::string waiting_for;  // "18,000/1h of bot st-1", "start_at"; else empty
    std::optional<wall_time> waiting_until;
    std::vector<limit_progress> limits;
    answer_facts answers;

    wall_time started{};  // of the run's first process
    wall_time now{};
    duration elapsed{};  // since `started`, pauses between processes included
    std::optional<wall_time> finish_expected;

    std::uint32_t connections = 0;
    std::string protocol;            // "HTTP/2", "HTTP/1.1", "HTTP/1.1 and HTTP/2"; empty: none yet
    std::vector<std::string> notes;  // one sentence each, newest last, at most notes_max

    static constexpr std::size_t notes_max = 20;

    // Rows of the list that have no outcome yet. 0 while the total is unknown.
    std::uint64_t unsent() const {
        const std::uint64_t done = ended.total();
        return rows_total && *rows_total > done ? *rows_total - done : 0;
    }
};

// What is left of a run when its process ends: summary.json and the final table.
struct run_summary {
    progress_snapshot last;
    wall_time finished{};
    int exit_status = 0;
    std::string reason;                // one sentence: why it ended
    exclusion_counts suppressed_by{};  // of the suppressed rows
    std::vector<std::string> hours;    // the rules about hours that held, each in words
};

}  // namespace tidings::core
