#include "store/log_walk.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace tidings::store {

namespace {

constexpr std::string_view way_out =
    "nothing was changed; put the file back from a copy of the run folder";

core::failure corrupt(std::string text) {
    return {core::trouble::journal, std::move(text)};
}

// "rows 17 to 42", as far as a damaged frame can still be read; empty when it cannot.
std::string rows_named_in(std::span<const std::byte> bytes) {
    core::journal_batch guessed;
    codec::guess_records(bytes, guessed);
    core::row_number low = std::numeric_limits<core::row_number>::max();
    core::row_number high = 0;
    const auto take = [&](core::row_number first, std::uint64_t count) {
        low = std::min(low, first);
        high = std::max(high, first + count - 1);
    };
    for (const auto& one : guessed.settled)
        take(one.row, 1);
    for (const auto row : guessed.parked)
        take(row, 1);
    for (const auto& run : guessed.released)
        take(run.first, run.count);
    return high == 0 ? std::string() : fmt::format("rows {} to {}", low, high);
}

}  // namespace

core::result<log_walk> log_walk::open(disk& where, const std::string& folder, bool live) {
    log_walk made(where, folder, live);
    if (auto done = made.read_heads(); !done) return done.error();
    return made;
}

core::result<void> log_walk::read_heads() {
    const auto numbers = list_segments(*where_, folder_);
    if (!numbers) return numbers.error();
    std::vector<std::uint32_t> unused;
    for (const auto number : *numbers) {
        const auto path = segment_path(folder_, number);
        auto reader = segment_reader::open(*where_, path, live_);
        if (!reader) return reader.error();
        switch (reader->state()) {
            case head_state::blank: unused.push_back(number); continue;
            case head_state::other_version:
                return corrupt(
                    fmt::format("{} was written by another version of tidings: go on with the one "
                                "that run.json names",
                                path));
            case head_state::damaged:
                if (live_ && !heads_.empty()) continue;
                return corrupt(
                    fmt::format("the head of {} is damaged, so all of its rows are "
                                "concerned; {}",
                                path, way_out));
            case head_state::good: break;
        }
        const auto& head = reader->head();
        const auto expected = heads_.size() + 1;
        if (head.number != number || number != expected || !unused.empty())
            return corrupt(
                fmt::format("{} does not follow segment {}: a segment is missing or "
                            "was renamed; {}",
                            path, heads_.size(), way_out));
        if (!heads_.empty() && head.journal_id != heads_.front().journal_id)
            return corrupt(fmt::format("{} belongs to another journal; {}", path, way_out));
        heads_.push_back(head);
    }
    if (heads_.empty())
        for (const auto number : unused)
            if (auto done = check_never_begun(number); !done) return done;
    if (heads_.empty())
        return core::failure{core::trouble::missing,
                             fmt::format("the journal in {} was never begun: nothing was sent; "
                                         "remove the run folder and start the campaign again",
                                         folder_)};
    for (const auto number : unused)
        if (auto done = check_unused(number, heads_.front().journal_id); !done) return done;
    return {};
}

// The first segment's head is durable before anything else is written. Without one there must be
// nothing at all: "never begun" is what lets a folder be cleared away.
core::result<void> log_walk::check_never_begun(std::uint32_t number) {
    const auto path = segment_path(folder_, number);
    auto reader = segment_reader::open(*where_, path, true);
    if (!reader) return reader.error();
    reader->go_to(0);
    const auto behind = reader->look_behind(std::numeric_limits<std::uint64_t>::max(), 0);
    if (!behind) return behind.error();
    if (behind->used_end != 0)
        return corrupt(
            fmt::format("the head of {} is lost, and something follows it, so all of "
                        "its rows are concerned; {}",
                        path, way_out));
    return {};
}

// A segment without a head must be without frames, or its head was lost after it was begun.
core::result<void> log_walk::check_unused(std::uint32_t number, std::uint64_t journal_id) {
    if (live_) return {};
    const auto path = segment_path(folder_, number);
    auto reader = segment_reader::open(*where_, path, true);
    if (!reader) return reader.error();
    reader->go_to(0);
    segment_head head;
    head.number = number;
    head.journal_id = journal_id;
    const auto behind = reader->look_behind(heads_.back().first_sequence, head.salt());
    if (!behind) return behind.error();
    if (behind->good)
        return corrupt(
            fmt::format("the head of {} is lost, and frames follow it; {}", path, way_out));
    return {};
}

core::result<void> log_walk::walk(journal_place from, std::uint64_t before, const visitor& visit) {
    sequence_ = before;
    bytes_cut_ = 0;
    const std::size_t first = from.segment == 0 ? 0 : from.segment - 1;
    if (first >= heads_.size())
        return corrupt(
            fmt::format("segment {} of the journal in {} is missing: the checkpoint "
                        "knows of it; {}",
                        from.segment, folder_, way_out));
    for (std::size_t i = first; i < heads_.size(); ++i) {
        const bool in_it = i == first && from.segment != 0;
        if (auto done = walk_segment(i, in_it ? from.offset : segment_head_bytes, visit); !done)
            return done;
    }
    return {};
}

core::result<void> log_walk::check_before(journal_place until, std::uint64_t sequence) {
    sequence_ = 0;
    if (until.segment > heads_.size()) return {};  // walk() tells
    for (std::size_t i = 0; i < until.segment; ++i) {
        const bool whole = i + 1 < until.segment;
        const auto end = whole ? std::numeric_limits<std::uint64_t>::max() : until.offset;
        if (auto done = check_segment(i, end); !done) return done;
    }
    if (sequence_ == sequence) return {};
    return corrupt(
        fmt::format("the checkpoint of the journal in {} stands behind frame {}, where "
                    "frame {} is; {}",
                    folder_, sequence, sequence_, way_out));
}

core::result<void> log_walk::check_segment(std::size_t index, std::uint64_t until) {
    auto reader = segment_reader::open(*where_, segment_path(folder_, heads_[index].number), true);
    if (!reader) return reader.error();
    while (reader->offset() < until) {
        const auto found = reader->next();
        if (!found) return found.error();
        if (found->state != codec::frame_state::good) break;
        if (found->head.sequence != sequence_ + 1)
            return corrupt(fmt::format("frame {} of {} does not follow frame {}; {}",
                                       found->head.sequence, reader->path(), sequence_, way_out));
        sequence_ = found->head.sequence;
    }
    if (until != std::numeric_limits<std::uint64_t>::max())
        return reader->offset() == until ? core::result<void>() : damaged(*reader, sequence_ + 2);
    if (const auto next = heads_[index + 1].first_sequence; next != sequence_ + 1)
        return damaged(*reader, next);
    return {};
}

core::result<void> log_walk::walk_segment(std::size_t index, std::uint64_t offset,
                                          const visitor& visit) {
    const bool is_last = index + 1 == heads_.size();
    current_ = index;
    const auto path = segment_path(folder_, heads_[index].number);
    auto reader = segment_reader::open(*where_, path, true);
    if (!reader) return reader.error();
    reader->go_to(offset);
    core::journal_batch batch;
    for (;;) {
        const auto at = reader->offset();
        const auto found = reader->next();
        if (!found) return found.error();
        if (found->state != codec::frame_state::good) break;
        if (found->head.sequence != sequence_ + 1)
            return corrupt(fmt::format("frame {} at byte {} of {} does not follow frame {}; {}",
                                       found->head.sequence, at, path, sequence_, way_out));
        if (!codec::read_records(*found, batch))
            return corrupt(
                fmt::format("frame {} at byte {} of {} is whole but makes no sense: it "
                            "was written by another version; {}",
                            found->head.sequence, at, path, way_out));
        sequence_ = found->head.sequence;
        for (const auto& run : batch.released)
            last_row_ = std::max(last_row_, run.first + run.count - 1);
        if (auto done = visit(found->head, batch); !done) return done;
    }
    end_ = {heads_[index].number, reader->offset()};
    bytes_walked_ += reader->offset() - offset;
    if (is_last) return check_tail(*reader);
    // The next segment says where it goes on. What else is in this one is a torn tail of then.
    if (const auto next = heads_[index + 1].first_sequence; next != sequence_ + 1)
        return damaged(*reader, next);
    return {};
}

core::result<void> log_walk::check_tail(segment_reader& reader) {
    if (live_) return {};
    const auto behind = reader.look_behind(sequence_, reader.head().salt());
    if (!behind) return behind.error();
    if (behind->good) return damaged(reader, behind->good->sequence);
    if (behind->used_end > reader.offset()) bytes_cut_ = behind->used_end - reader.offset();
    return {};
}

core::failure log_walk::damaged(segment_reader& reader, std::uint64_t good_sequence) const {
    const auto rest = reader.rest();
    auto rows = rest ? rows_named_in(*rest) : std::string();
    if (rows.empty()) rows = fmt::format("rows after {}", last_row_);
    return corrupt(
        fmt::format("{} is damaged at byte {}: frame {} cannot be read, and frame {} "
                    "follows it. Concerned, as far as can be told: {}; {}",
                    reader.path(), reader.offset(), sequence_ + 1, good_sequence, rows, way_out));
}

}  // namespace tidings::store
