// How far a campaign is, as values: what the program's progress block and `tidings status` show.
#pragma once

#include "tidings/exit_status.hpp"
#include "tidings/outcome.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tidings {
inline namespace v0 {

using time_point = std::chrono::system_clock::time_point;

enum class phase : std::uint8_t {
    starting,  // opening files, connecting
    running,   // messages go out as the limits allow
    waiting,   // nothing may go out before `waiting_until`; `waiting_for` says why
    paused,    // by pause(), or because the disk is full
    draining,  // begins nothing more; what is under way finishes
    finished,  // this process sends no more
};

struct limit_state {
    std::string limit;                  // "600/60s"
    std::string scope;                  // "bot st-1", "account main", "sender +16505550100"
    std::uint32_t used = 0;             // slots taken at this moment
    std::uint32_t worst_window = 0;     // the most in any window so far: never above the limit
    std::chrono::nanoseconds waited{};  // how long work stood still because of it
};

struct snapshot {
    std::string run;
    tidings::phase phase = tidings::phase::starting;
    std::uint64_t rows_read = 0;              // over all processes of the run
    std::optional<std::uint64_t> rows_total;  // known once the list was read to its end
    outcome_counts ended;                     // rows that have their outcome
    std::uint64_t in_flight = 0;              // requests without an answer
    std::uint64_t postponed = 0;              // rows that wait for a moment of their own
    std::uint64_t in_doubt_max = 0;           // rows that a crash would leave in doubt, at most
    std::uint64_t requests = 0;
    std::uint64_t retries = 0;
    double rate_now = 0;   // answered messages a second, over the last seconds
    double rate_mean = 0;  // since the start
    // From the moment a row was due to its answer.
    std::chrono::nanoseconds latency_p50{};
    std::chrono::nanoseconds latency_p99{};
    std::string waiting_for;  // "18,000/1h of bot st-1"; else empty
    std::optional<time_point> waiting_until;
    std::vector<limit_state> limits;
    time_point started{};  // of the run's first process
    std::optional<time_point> finish_expected;
    std::vector<std::string> notes;  // one sentence each, the newest last, at most 20
};

// How a campaign's process ended: summary.json as values.
struct summary {
    snapshot last;
    time_point finished{};
    exit_status status = exit_status::accepted;
    std::string reason;        // one sentence
    std::uint64_t unsent = 0;  // rows without an outcome; resume() goes on with them
};

// What `tidings verify` proves of a run from its list, its journal and its outcome log.
struct verification {
    bool holds = false;     // nothing is wrong; the run may be unfinished
    bool complete = false;  // and every row has its outcome
    std::string sentence;   // "1,000 rows = 990 accepted + 10 invalid; 0 twice"
    std::vector<std::string> findings;
};

}  // namespace v0
}  // namespace tidings
