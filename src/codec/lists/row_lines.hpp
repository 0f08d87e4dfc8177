// Takes the lines off a window of bytes, for the formats in which a row is a line (line_rows,
// ndjson_rows): counts them, and makes an invalid row of one that is too long. What stands on a
// line is the format's own business.
#pragma once

#include "codec/lists/raw_row.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace tidings::codec {

class row_lines {
  public:
    // The next line of `window` behind what is `done`, without its '\n'; `row` then says where it
    // begins and what its bytes are. nullopt ends the call of the reader: the window is used up,
    // its last line may go on (`last`: it does not), or the line is too long; that is counted as
    // a row in `done`, and what is left of it is the tail of the next call.
    std::optional<std::string_view> next(std::string_view window, bool last, row_progress& done,
                                         raw_row& row) {
        for (;;) {
            const auto rest = window.substr(done.bytes);
            if (rest.empty()) return std::nullopt;
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
            if (!whole && !last && size <= row_bytes_max) return std::nullopt;
            row = {};
            row.line = line_;
            if (size > row_bytes_max) {
                row.fault = row_fault::too_long;
                row.bytes = rest.substr(0, row_bytes_max);
                row.to = rest.substr(0, field_bytes_max);
                skipping_ = true;
                done.bytes += row_bytes_max;
                ++done.rows;
                return std::nullopt;
            }
            ++line_;
            done.bytes += size;
            row.bytes = rest.substr(0, size);
            return rest.substr(0, whole ? line_end : size);
        }
    }

    // The next window begins at the front of the list again.
    void rewind() noexcept { *this = {}; }

  private:
    bool skipping_ = false;  // inside a line that was too long
    std::uint64_t line_ = 1;
};

}  // namespace tidings::codec
