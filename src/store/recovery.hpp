// What a journal says after its writer has died or ended. Reading changes nothing on disk: it may
// be interrupted and repeated, and gives the same answer. Going on is store/journal's open().
#pragma once

#include "core/failure.hpp"
#include "core/journal_batch.hpp"
#include "core/outcome.hpp"
#include "core/row_states.hpp"
#include "core/time.hpp"
#include "store/disk.hpp"
#include "store/slot_history.hpp"
#include "store/unread_slots.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::store {

// Rows that were released at that moment and have no outcome: in doubt after a crash.
struct dated_release {
    core::release_run rows;
    core::wall_time at{};

    friend bool operator==(const dated_release&, const dated_release&) = default;
};

// Everything the journal knows of a run at one point of its log. What checkpoints hold.
struct journal_state {
    std::uint64_t sequence = 0;  // of the last frame; 0: none yet
    core::row_states rows;
    core::outcome_counts counts;
    std::uint64_t released = 0;  // rows in state released: after a crash they are in doubt
    std::uint64_t requests = 0;  // that took a slot: settled rows that were requested, spent slots
    bool finished = false;       // the last frame says that nothing was left to do
    core::time_stamp last{};     // when the last frame was committed
    core::time_stamp first{};    // when the journal was created
    std::uint32_t boot = 0;      // which boot last.steady belongs to
    // When rows were released: covers every row in state released; the last entry for a row counts.
    std::vector<dated_release> releases;
    slot_history slots;
    unread_slots unread;

    // What its requests still take of windows at `now`: slots that came back within the window, and
    // those that are unread, as if they were taken now.
    std::vector<slot_run> slots_taken(const clock_reading& now) const;
};

// Up to where the outcome log is known to be durable and whole. piece 0: not known, compare all.
struct log_position {
    std::uint64_t sequence = 0;  // every row settled up to this frame has its line before it
    std::uint32_t piece = 0;     // 1 is the first; pieces before it are complete
    std::uint64_t offset = 0;    // in that piece, not compressed

    friend bool operator==(const log_position&, const log_position&) = default;
};

// The place in the journal right behind the last frame that a state contains.
struct journal_place {
    std::uint32_t segment = 0;
    std::uint64_t offset = 0;

    friend bool operator==(const journal_place&, const journal_place&) = default;
};

struct recovery_options {
    core::duration window_longest{};  // of any limit; slots within it are remembered
    // Read while another process writes: no sync, and what it is just writing does not count.
    bool live = false;
    bool use_checkpoint = true;
    // The run's own (run.json has it): another one's is told as such. 0: whatever is there.
    std::uint64_t journal_id = 0;
};

struct recovery {
    journal_state state;
    std::uint64_t journal_id = 0;
    journal_place begun_at;            // what was read for it: from there on,
    std::uint64_t begun_behind = 0;    // behind the frame with this sequence
    std::uint32_t last_segment = 0;    // number of the last one begun
    std::uint64_t last_offset = 0;     // in it, behind the last good frame
    std::uint64_t bytes_replayed = 0;  // of journal that were read for the state
    log_position log;  // of the checkpoint used; not known where outcomes were changed since
    std::uint64_t bytes_cut = 0;  // of a torn tail; 0: the last frame was whole
    bool from_checkpoint = false;
    // Answers that a failing journal could not take: already counted in `state`; open() commits
    // them for good.
    core::journal_batch emergency;

    // When the row in doubt was released; nullopt when it is not in doubt. Only on a fresh
    // recovery, whose releases are disjoint and in the order of rows.
    std::optional<core::wall_time> released_at(core::row_number row) const;
    // The same as a function that is good after the recovery is gone.
    std::function<std::optional<core::wall_time>(core::row_number)> release_dates() const;
    std::uint64_t in_doubt() const { return state.released; }
    // The same of its state, and every row in doubt as an unread slot of lane_none.
    std::vector<slot_run> slots_taken(const clock_reading& now) const;
};

// Syncs the journal, then reads it past the page cache: for the state from its checkpoint on, for
// damage from its beginning, unless `live`. Fails with trouble::journal on corruption (a damaged
// frame with good ones behind it, a gap, a damaged header): the text names segment, offset and the
// rows concerned; and on a journal of another run or another version. trouble::missing when there
// is no journal.
core::result<recovery> recover(disk& where, const std::string& folder,
                               const recovery_options& options = {});

// Calls back for every frame in journal order, then for what only the emergency log has (with
// sequence 0). The batch is call-scoped. A row can be settled more than once: see journal_state for
// the rule (the later one counts; a parked row that was settled is open again).
using frame_visitor = std::function<void(std::uint64_t sequence, const core::journal_batch&)>;
core::result<void> visit_frames(disk& where, const std::string& folder, const frame_visitor& visit,
                                bool live = false);

}  // namespace tidings::store
