// Takes the rows of a list without columns off a window of bytes: one number a line. Blank lines
// are no rows. Numbers are phone_spelling's, files store/list_rows's.
#pragma once

#include "codec/lists/raw_row.hpp"
#include "codec/lists/row_lines.hpp"

#include <span>
#include <string_view>

namespace tidings::codec {

class line_rows {
  public:
    // comments: what follows a # is not read, and a line that begins with one is no row.
    explicit line_rows(bool comments) : comments_(comments) {}

    // Takes rows off the window until it or `out` ends. last: no bytes come after the window.
    row_progress read(std::string_view window, bool last, std::span<raw_row> out);

    // The next window begins at the front of the list again.
    void rewind() noexcept { lines_.rewind(); }

  private:
    bool comments_;
    row_lines lines_;
};

}  // namespace tidings::codec
