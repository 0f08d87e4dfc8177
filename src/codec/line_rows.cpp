#include "tidings/codec/line_rows.hpp"

#include <cstring>

namespace tidings::codec {
namespace {

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

void line_rows::rewind() {
    line_ = 1;
    skipping_ = false;
}

row_progress line_rows::read(std::string_view window, bool last, std::span<raw_row> out) {
    row_progress done;
    while (done.rows < out.size() && done.bytes != window.size()) {
        const auto rest = window.substr(done.bytes);
        const auto line_end = rest.find('\n');
        const bool whole = line_end != std::string_view::npos;
        const auto size = whole ? line_end + 1 : rest.size();
        if (skipping_) {
            skipping_ = !whole;
            if (whole) ++line_;
            done.bytes += size;
            done.tail_bytes = done.bytes;
            continue;
        }
        if (!whole && !last && size <= row_bytes_max) break;
        auto& row = out[done.rows];
        row = {};
        row.line = line_;
        if (size > row_bytes_max) {
            row.fault = row_fault::too_long;
            row.bytes = rest.substr(0, row_bytes_max);
            row.to = rest.substr(0, field_bytes_max);
            skipping_ = true;
            done.bytes += row_bytes_max;
            ++done.rows;
            // What follows belongs to the next call, so that it can be told as the tail.
            break;
        }
        ++line_;
        done.bytes += size;
        row.bytes = rest.substr(0, size);
        auto text = rest.substr(0, whole ? line_end : size);
        if (comments_) text = text.substr(0, text.find('#'));
        if (text.ends_with('\r')) text.remove_suffix(1);
        if (is_blank(text)) continue;
        row.to = text.substr(0, field_bytes_max);
        ++done.rows;
    }
    return done;
}

}  // namespace tidings::codec
