// The outcome log: exactly one line for each settled row, in outcomes.ndjson and the compressed
// pieces that it is rotated into. An export: where it and the journal differ, the journal is right.
// Lines are written after the journal has made the settlement durable, never before.
#pragma once

#include "codec/records/outcome_line.hpp"
#include "core/failure.hpp"
#include "core/journal_batch.hpp"
#include "core/row.hpp"
#include "store/disk.hpp"
#include "store/recovery.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tidings::store {

struct outcome_log_options {
    std::string run;
    std::vector<codec::lane_identity> lanes;
    codec::number_style numbers = codec::number_style::full;
    std::uint64_t piece_bytes = 256U << 20;  // rotate at this size; at least 4 KiB
    std::uint64_t sync_bytes = 16U << 20;    // at most so much is not durable
    int compression_level = 1;
};

class outcome_log {
  public:
    static constexpr std::size_t backlog_bytes_max = 32U << 20;

    // Makes outcomes.ndjson in the run's folder; it must not exist.
    static core::result<outcome_log> create(disk& where, const std::string& folder,
                                            outcome_log_options options);

    // Goes on after a crash: finishes a rotation that was under way, cuts the log back to its last
    // whole line, and finds out which settled rows have no line (missing_after). Lines of an
    // interrupted `resolve` are taken out: they say `unknown`, as the journal once did. Fails
    // (journal) where the log knows outcomes that the journal does not: then that is an older one.
    // To be called before journal::open() takes the recovery.
    static core::result<outcome_log> open(disk& where, const std::string& folder,
                                          const std::string& journal_folder,
                                          outcome_log_options options, const recovery& from);

    outcome_log(outcome_log&&) noexcept;
    outcome_log& operator=(outcome_log&&) noexcept;
    ~outcome_log();

    // A line for each settlement, which the journal must have made durable. Into the page cache:
    // what a power failure takes away is completed by the next open(). disk_full: the lines are
    // kept (backlog_bytes_max of them) and written by a later append() or tend(). After any other
    // failure the log takes nothing more, and the next open() completes it.
    core::result<void> append(const core::journal_batch& batch);

    // Rows that are settled and had no line when the log was opened.
    std::uint64_t missing() const noexcept;
    // Up to rows_max of them from row `from` on, in ascending order, with their settlements as the
    // journal has them (`to` is empty: the list knows it). One pass over the journal. Put their
    // numbers in and hand them to append(); append() takes a row off the list of the missing.
    core::result<core::journal_batch> missing_after(core::row_number from, std::size_t rows_max);

    // Work that is not urgent, a slice of some milliseconds: starts the writing out of what was
    // appended, compresses the piece that was rotated last. True: there is more to do.
    core::result<bool> tend();

    // Makes all of it durable and says where it ends; for journal::begin_checkpoint. `sequence` is
    // the journal's after the last batch appended. While rows are missing the position is "not
    // known".
    core::result<log_position> sync_all(std::uint64_t sequence);

    std::uint64_t lines_written() const noexcept;  // by this process

  private:
    struct parts;
    explicit outcome_log(std::unique_ptr<parts> made);

    std::unique_ptr<parts> parts_;
};

// Every line of the log in order, pieces first, until `visit` says false. `whole` is false for a
// last line that is cut or unreadable (row and outcome are then not set).
struct logged_line {
    std::string_view text;  // without its newline
    codec::scanned_line seen;
    bool whole = false;
};
using line_visitor = std::function<bool(const logged_line&)>;
core::result<void> visit_lines(disk& where, const std::string& folder, const line_visitor& visit);

// Goes over all lines and writes those pieces anew where `change` wants it: nullopt keeps a line, a
// text (with its newline) replaces it, an empty text takes it out. Each piece by a temporary file
// that is renamed; interrupted, it leaves whole pieces old or new. Before the first change the
// journal must hold a checkpoint whose log position is "not known" (journal::checkpoint_now({})),
// and what the change says: then the next open() repairs an interrupted rewriting.
// Returns how many lines were changed.
using line_change = std::function<std::optional<std::string>(const logged_line&)>;
core::result<std::uint64_t> rewrite_lines(disk& where, const std::string& folder,
                                          const line_change& change, int compression_level = 1);

}  // namespace tidings::store
