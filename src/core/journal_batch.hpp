// What the dispatcher wants made durable in one group commit, and what the journal hands back after
// a crash. These are the facts of a run; bytes are codec/records/journal_record's, files are
// store/journal's.
#pragma once

#include "core/outcome.hpp"
#include "core/row.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::core {

// Rows first .. first+count-1 may be sent from the moment this is durable, and not before.
struct release_run {
    row_number first = 0;
    std::uint32_t count = 0;

    friend bool operator==(const release_run&, const release_run&) = default;
};

// How a settlement came about, beyond the outcome itself. A set of bits.
enum class settled_by : std::uint8_t {
    answer = 0,          // the ordinary way, or screening
    odd_answer = 1,      // 2xx without the documented body
    late_answer = 2,     // the answer came after the request timeout
    proof = 4,           // the jti probe said "possibly a replay"
    recovery = 8,        // in doubt when a process died
    operator_word = 16,  // `tidings resolve`
};

// A row's one and final outcome.
struct settlement {
    row_number row = 0;
    phone_number to;
    lane_id lane = lane_none;  // lane_none: never assigned (screened rows)
    outcome what = outcome::unknown;
    std::uint8_t by = 0;       // settled_by bits
    std::uint16_t status = 0;  // HTTP status; 0: none
    std::uint16_t attempts = 0;
    std::uint32_t latency_us = 0;  // from the moment the row was due to its answer; saturates
    wall_time at{};                // when it was settled
    std::uint32_t text_at = 0;     // slice of journal_batch::text: the detail, at most 200 bytes
    std::uint32_t text_size = 0;
};

// A request that took a slot of its lane's limits and did not settle its row: a refusal by limit, a
// probe, a question to an endpoint in trouble. Needed to rebuild the windows after a restart.
struct spent_slot {
    lane_id lane = 0;
    wall_time at{};         // when its answer came, or it was given up
    bool unread = false;    // without an answer: its server may still read it
    bool question = false;  // no message: when it is asked, and again when that has ended

    friend bool operator==(const spent_slot&, const spent_slot&) = default;
};

// One group commit. Applied in the order settled, parked, spent, released: what is settled or
// parked here was released in an earlier batch, and a row parked here can be released again here.
struct journal_batch {
    std::vector<settlement> settled;
    std::vector<row_number>
        parked;  // released once, certainly not sent; needs a durable re-release
    std::vector<spent_slot> spent;
    std::vector<release_run> released;
    std::string text;

    bool empty() const {
        return settled.empty() && parked.empty() && spent.empty() && released.empty();
    }
    void clear() {
        settled.clear();
        parked.clear();
        spent.clear();
        released.clear();
        text.clear();
    }
    std::string_view text_of(const settlement& one) const {
        return std::string_view(text).substr(one.text_at, one.text_size);
    }
};

}  // namespace tidings::core
