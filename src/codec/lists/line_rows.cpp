#include "codec/lists/line_rows.hpp"

#include "codec/lists/field_text.hpp"

namespace tidings::codec {

row_progress line_rows::read(std::string_view window, bool last, std::span<raw_row> out) {
    row_progress done;
    while (done.rows < out.size()) {
        auto& row = out[done.rows];
        auto line = lines_.next(window, last, done, row);
        if (!line) break;
        if (comments_) line = line->substr(0, line->find('#'));
        if (line->ends_with('\r')) line->remove_suffix(1);
        if (is_blank(*line)) continue;
        row.to = field_text(*line);
        ++done.rows;
    }
    return done;
}

}  // namespace tidings::codec
