// The terminal that a person sits at: what it can do, asking a question, and the block that is
// drawn in place. What the block says is view/progress_block's.
#pragma once

#include "app/settings/command_line.hpp"
#include "core/time.hpp"

#include <string>
#include <string_view>

namespace tidings::app {

struct terminal_facts {
    bool can_ask = false;   // stdin and stderr are terminals, dumb ones too
    bool messages = false;  // stderr is a terminal that can move the cursor (TERM is not dumb)
    int columns = 80;       // of stderr's terminal; 20 .. 500
    bool colour = false;    // asked for, or automatic: a terminal, and NO_COLOR is not set
    bool utf8 = false;      // the locale's character set, so that bars may be drawn finely
};
// Asks the system; columns change when the window does, so ask again before each drawing.
terminal_facts look_at_terminal(colour_choice wanted);

// Whole minutes between UTC and the local time of this machine at that moment.
std::chrono::minutes local_offset(core::wall_time at);

// Puts the question to stderr and reads one line from stdin: true for y or yes. Anything else, the
// end of the input too, is a no. Pre: can_ask.
bool ask_yes_no(std::string_view question);

// Redraws a block of lines in place on stderr, each drawing in one write, so that it does not
// flicker or tear. Nothing else may write to stderr meanwhile: app/screen/messages is quiet then.
// The last drawing is left standing. One thread.
class drawn_block {
  public:
    explicit drawn_block(int fd) : fd_(fd) {}
    drawn_block(const drawn_block&) = delete;
    drawn_block& operator=(const drawn_block&) = delete;

    // `block` ends each of its lines with \n and fits the terminal's width.
    void draw(std::string_view block);

  private:
    std::string rewind() const;

    int fd_;
    std::size_t lines_ = 0;
};

}  // namespace tidings::app
