// A line of a terminal that never grows wider than the page: text with tints, cut at the edge,
// padded to columns. Widths count code points; control characters become blanks.
#pragma once

#include "view/page.hpp"

#include <string>
#include <string_view>

namespace tidings::view {

enum class tint { plain, bold, faint, good, warn, bad };

class painted_line {
  public:
    explicit painted_line(const page& on) : on_(on) {}

    painted_line& add(std::string_view text, tint as = tint::plain);
    // Blanks up to that column; at least one when the line is already there and not empty.
    painted_line& to_column(int column);
    // At the right edge; left out where it does not fit behind a gap of two.
    painted_line& add_right(std::string_view text, tint as = tint::plain);

    int width() const noexcept { return width_; }
    int room() const noexcept { return on_.columns - width_; }
    // The line with \n, without blanks at its end.
    std::string ended() const;

  private:
    const page& on_;
    std::string text_;
    int width_ = 0;
};

// In columns, as painted_line counts.
int width_of(std::string_view text);
// Cut to that many columns, the last one an ellipsis when something is missing.
std::string cut_to(std::string_view text, int columns, bool utf8);

}  // namespace tidings::view
