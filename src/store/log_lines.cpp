// visit_lines and rewrite_lines of store/outcome_log.hpp.
#include "store/log_pieces.hpp"
#include "store/outcome_log.hpp"

namespace tidings::store {

namespace {

logged_line look_at(const piece_line& line) {
    logged_line seen;
    seen.text = line.text;
    const auto scanned = line.ended ? codec::scan_line(line.text) : std::nullopt;
    if (scanned) seen.seen = *scanned;
    seen.whole = scanned.has_value();
    return seen;
}

// Writes one piece anew; it is put in its place only if a line of it has changed.
core::result<std::uint64_t> rewrite_piece(disk& where, const log_piece& piece,
                                          const line_change& change, int level) {
    auto reader = piece_reader::open(where, piece);
    if (!reader) return reader.error();
    auto writer = piece_writer::open(where, piece.path, piece.compressed ? level : 0);
    if (!writer) return writer.error();
    std::uint64_t changed = 0;
    const auto copy = [&]() -> core::result<void> {
        for (;;) {
            const auto line = reader->next();
            if (!line) return line.error();
            if (!*line) return {};
            const auto fresh = change(look_at(**line));
            if (fresh) ++changed;
            core::result<void> done =
                writer->append(fresh ? std::string_view(*fresh) : (*line)->text);
            if (done && !fresh && (*line)->ended) done = writer->append("\n");
            if (!done) return done;
        }
    };
    auto done = copy();
    if (done && changed != 0) done = writer->finish();
    if (!done || changed == 0) writer->discard();
    if (!done) return done.error();
    return changed;
}

}  // namespace

core::result<void> visit_lines(disk& where, const std::string& folder, const line_visitor& visit) {
    const auto pieces = list_pieces(where, folder);
    if (!pieces) return pieces.error();
    for (const auto& piece : *pieces) {
        if (!where.exists(piece.path)) continue;
        auto reader = piece_reader::open(where, piece);
        if (!reader) return reader.error();
        for (;;) {
            const auto line = reader->next();
            if (!line) return line.error();
            if (!*line) break;
            if (!visit(look_at(**line))) return {};
        }
    }
    return {};
}

core::result<std::uint64_t> rewrite_lines(disk& where, const std::string& folder,
                                          const line_change& change, int compression_level) {
    const auto pieces = list_pieces(where, folder);
    if (!pieces) return pieces.error();
    std::uint64_t changed = 0;
    for (const auto& piece : *pieces) {
        if (!where.exists(piece.path)) continue;
        const auto done = rewrite_piece(where, piece, change, compression_level);
        if (!done) return done.error();
        changed += *done;
    }
    return changed;
}

}  // namespace tidings::store
