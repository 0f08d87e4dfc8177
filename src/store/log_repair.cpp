#include "store/log_repair.hpp"

#include "codec/records/outcome_line.hpp"
#include "store/checkpoint.hpp"
#include "store/log_pieces.hpp"
#include "store/log_walk.hpp"
#include "store/outcome_log.hpp"
#include "store/row_fates.hpp"

#include <bit>
#include <cerrno>
#include <optional>

#include <fmt/format.h>

namespace tidings::store {

namespace {

core::result<void> remove(disk& where, const std::string& path) {
    if (const int got = where.unlink(path); got < 0 && got != -ENOENT)
        return disk_failure(-got, "remove", path, core::trouble::journal);
    return {};
}

// Temporary files, and uncompressed pieces whose compressed twin is in place.
core::result<void> remove_leftovers(disk& where, const std::string& folder) {
    std::vector<std::string> names;
    if (const int got = where.list(folder, names); got < 0)
        return disk_failure(-got, "list", folder, core::trouble::missing);
    for (const auto& name : names) {
        if (!name.starts_with("outcomes")) continue;
        const auto path = folder + "/" + name;
        const bool is_temporary = name.ends_with(".new");
        if (is_temporary || where.exists(path + ".zst"))
            if (auto done = remove(where, path); !done) return done;
    }
    return {};
}

class log_repair {
  public:
    log_repair(disk& where, const std::string& folder, const std::string& journal_folder,
               const recovery& from)
        : where_(where), folder_(folder), journal_folder_(journal_folder), from_(from) {}

    core::result<repaired_log> run() {
        if (auto done = prepare(); !done) return done.error();
        auto clean = compare(true);
        if (clean && !*clean && partial_) clean = compare(false);
        if (!clean) return clean.error();
        if (ahead_ != 0) return older_journal();
        if (cut_at_)
            if (auto done = cut(pieces_.back().path, *cut_at_); !done) return done.error();
        if (!*clean)
            if (auto done = take_out_wrong_lines(); !done) return done.error();
        repaired_log done;
        for (core::row_number row = 1; row < expected_.end(); ++row)
            if (is_settled(expected_[row])) done.missing.add(row);
        for (const auto& piece : pieces_)
            if (!piece.compressed && &piece != &pieces_.back())
                done.not_packed.push_back(piece.number);
        done.piece = pieces_.back().number;
        auto file = disk_file::open(where_, pieces_.back().path, open_mode::read);
        if (!file) return file.error();
        const auto size = file->size();
        if (!size) return size.error();
        done.size = *size;
        return done;
    }

  private:
    core::result<void> prepare() {
        if (auto done = remove_leftovers(where_, folder_); !done) return done;
        const auto current = current_piece_path(folder_);
        if (!where_.exists(current)) {
            auto made = disk_file::open(where_, current, open_mode::create_new);
            if (!made) return made.error();
        }
        auto pieces = list_pieces(where_, folder_);
        if (!pieces) return pieces.error();
        pieces_ = std::move(*pieces);
        return read_from_the_device();
    }

    // After a failed sync the cache still shows what the device has lost, and calls the next sync a
    // success: so what is compared is read past it, as the journal is.
    core::result<void> read_from_the_device() {
        for (const auto& piece : pieces_) {
            if (piece.compressed) continue;
            auto file = disk_file::open(where_, piece.path, open_mode::read);
            if (!file) return file.error();
            if (auto done = file->sync(); !done) return done;
            if (auto done = file->forget_cached(); !done) return done;
        }
        return {};
    }

    // Whether the checkpoint's position can be trusted: it is known, belongs to the frame that the
    // recovery began behind, all pieces are there, and it is the end of a line.
    core::result<bool> position_holds() {
        const auto& log = from_.log;
        if (!from_.from_checkpoint || log.piece == 0 || log.sequence != from_.begun_behind)
            return false;
        if (pieces_.back().number != pieces_.size() || log.piece > pieces_.size()) return false;
        if (log.offset == 0) return true;
        auto reader = piece_reader::open(where_, pieces_[log.piece - 1]);
        if (!reader) return reader.error();
        if (auto done = reader->skip_to(log.offset - 1); !done) return done.error();
        const auto line = reader->next();
        if (!line) return line.error();
        return *line && (*line)->ended && (*line)->text.empty() &&
               (*line)->offset == log.offset - 1;
    }

    core::result<void> expect_from_journal() {
        expected_ = {};
        auto walk = log_walk::open(where_, journal_folder_, true);
        if (!walk) return walk.error();
        const auto at = partial_ ? from_.begun_at : journal_place{};
        auto done = walk->walk(
            at, partial_ ? from_.begun_behind : 0,
            [&](const codec::frame_head&, const core::journal_batch& batch) -> core::result<void> {
                expect(batch);
                return {};
            });
        if (done) expect(from_.emergency);
        return done;
    }

    void expect(const core::journal_batch& batch) {
        expected_.apply(batch);
        for (const auto& one : batch.settled)
            if (one.what == core::outcome::unknown) once_unknown_.add(one.row);
    }

    // Ticks off the rows that have their line. False when there are lines that should not be.
    core::result<bool> compare(bool from_position) {
        partial_ = false;
        cut_at_.reset();
        if (from_position) {
            const auto holds = position_holds();
            if (!holds) return holds.error();
            partial_ = *holds;
        }
        if (auto done = expect_from_journal(); !done) return done.error();
        bool clean = true;
        for (const auto& piece : pieces_) {
            if (partial_ && piece.number < from_.log.piece) continue;
            const auto fine = compare_piece(piece);
            if (!fine) return fine.error();
            clean = clean && *fine;
        }
        return clean;
    }

    core::result<bool> compare_piece(const log_piece& piece) {
        const bool is_current = &piece == &pieces_.back();
        auto reader = piece_reader::open(where_, piece);
        if (!reader) return reader.error();
        if (partial_ && piece.number == from_.log.piece)
            if (auto done = reader->skip_to(from_.log.offset); !done) return done.error();
        bool clean = true;
        for (;;) {
            const auto line = reader->next();
            if (!line) return line.error();
            if (!*line) return clean;
            const auto seen = (*line)->ended ? codec::scan_line((*line)->text) : std::nullopt;
            // What a power failure has left behind a hole is cut with it, and looked at before: it
            // may be all that tells of an older journal.
            if (!seen && is_current) {
                if (!cut_at_) cut_at_ = (*line)->offset;
                continue;
            }
            const bool kept = !is_current || !cut_at_;
            if (seen && (kept ? tick(*seen) : agrees(*seen))) continue;
            const bool known = seen && explained(*seen);
            if (kept || !known) clean = false;
            if (seen && !partial_ && !known) note_ahead(*seen);
        }
    }

    // A line against the journal that an interrupted `resolve` leaves, or one too many of a row.
    bool explained(const codec::scanned_line& seen) const {
        if (seen.what == core::outcome::unknown && once_unknown_.has(seen.row)) return true;
        return from_.state.rows[seen.row] == core::row_state::settled &&
               !is_settled(expected_[seen.row]);
    }

    void note_ahead(const codec::scanned_line& seen) {
        if (ahead_++ != 0) return;
        ahead_row_ = seen.row;
        ahead_as_ = seen.what;
    }

    core::failure older_journal() const {
        return {core::trouble::journal,
                fmt::format("the outcome log in {} has lines of {} rows that its journal does not "
                            "know (row {} is {}): the journal is older than the log, like a copy "
                            "that was put back, and to go on would text people again. Put the "
                            "whole run folder back as it was; where that is lost, send the rows "
                            "of the list that have no line as a new campaign",
                            folder_, ahead_, ahead_row_, core::name_of(ahead_as_))};
    }

    bool agrees(const codec::scanned_line& seen) const {
        const auto fate = expected_[seen.row];
        return is_settled(fate) && outcome_of(fate) == seen.what;
    }

    bool tick(const codec::scanned_line& seen) {
        if (!agrees(seen)) return false;
        expected_.set(seen.row, row_fate::untouched);
        return true;
    }

    core::result<void> cut(const std::string& path, std::uint64_t size) {
        auto file = disk_file::open(where_, path, open_mode::write);
        if (!file) return file.error();
        if (auto done = file->truncate(size); !done) return done;
        return file->sync();
    }

    // Offsets change, so the checkpoint's position would lie: it goes first.
    core::result<void> take_out_wrong_lines() {
        if (auto done = remove(where_, checkpoint_path(journal_folder_)); !done) return done;
        if (const int got = where_.sync_folder(journal_folder_); got < 0)
            return disk_failure(-got, "sync", journal_folder_, core::trouble::journal);
        if (auto done = expect_from_journal(); !done) return done;
        auto done = rewrite_lines(where_, folder_,
                                  [&](const logged_line& line) -> std::optional<std::string> {
                                      if (line.whole && tick(line.seen)) return std::nullopt;
                                      return std::string();
                                  });
        if (!done) return done.error();
        auto pieces = list_pieces(where_, folder_);
        if (!pieces) return pieces.error();
        pieces_ = std::move(*pieces);
        return {};
    }

    disk& where_;
    const std::string& folder_;
    const std::string& journal_folder_;
    const recovery& from_;
    std::vector<log_piece> pieces_;
    row_fates expected_;
    row_set once_unknown_;
    std::uint64_t ahead_ = 0;  // lines that the journal knows nothing of, and the first of them
    core::row_number ahead_row_ = 0;
    core::outcome ahead_as_ = core::outcome::unknown;
    bool partial_ = false;
    std::optional<std::uint64_t> cut_at_;  // in the last piece: from there on nothing is kept
};

}  // namespace

void row_set::add(core::row_number row) {
    const auto word = static_cast<std::size_t>(row / 64);
    if (word >= words_.size()) words_.resize(word + 1);
    if (!has(row)) ++size_;
    words_[word] |= std::uint64_t{1} << (row % 64);
}

void row_set::remove(core::row_number row) {
    if (!has(row)) return;
    words_[static_cast<std::size_t>(row / 64)] &= ~(std::uint64_t{1} << (row % 64));
    --size_;
}

core::row_number row_set::next(core::row_number from) const {
    for (auto word = static_cast<std::size_t>(from / 64); word < words_.size(); ++word) {
        auto bits = words_[word];
        if (word == from / 64) bits &= ~std::uint64_t{0} << (from % 64);
        if (bits != 0)
            return static_cast<core::row_number>(word) * 64 +
                   static_cast<core::row_number>(std::countr_zero(bits));
    }
    return 0;
}

core::result<repaired_log> repair_log(disk& where, const std::string& folder,
                                      const std::string& journal_folder, const recovery& from) {
    return log_repair(where, folder, journal_folder, from).run();
}

}  // namespace tidings::store
