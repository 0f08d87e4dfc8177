#include "app/screen/terminal.hpp"

#include "core/foreign_text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <ctime>

#include <sys/ioctl.h>
#include <unistd.h>

namespace tidings::app {
namespace {

std::string_view variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string_view() : std::string_view(value);
}

// What is lost here was for a person's eyes only; a send does not fail for it.
void write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

winsize size_of(int fd) {
    winsize size{};
    if (::ioctl(fd, TIOCGWINSZ, &size) != 0) size = {};
    return size;
}

bool locale_is_utf8() {
    // The first that is set decides, as in setlocale.
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const auto value = variable(name);
        if (value.empty()) continue;
        return value.find("UTF-8") != std::string_view::npos ||
               value.find("utf8") != std::string_view::npos;
    }
    return false;
}

}  // namespace

terminal_facts look_at_terminal(colour_choice wanted) {
    terminal_facts facts;
    facts.can_ask = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
    const auto term = variable("TERM");
    facts.messages = ::isatty(STDERR_FILENO) == 1 && !term.empty() && term != "dumb";
    const auto columns = static_cast<int>(size_of(STDERR_FILENO).ws_col);
    if (columns > 0) facts.columns = std::clamp(columns, 20, 500);
    facts.utf8 = locale_is_utf8();
    switch (wanted) {
        case colour_choice::always: facts.colour = true; break;
        case colour_choice::never: facts.colour = false; break;
        case colour_choice::automatic:
            facts.colour = facts.messages && variable("NO_COLOR").empty();
            break;
    }
    return facts;
}

std::chrono::minutes local_offset(core::wall_time at) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
    const auto when = static_cast<std::time_t>(seconds);
    std::tm local{};
    if (::localtime_r(&when, &local) == nullptr) return std::chrono::minutes(0);
    return std::chrono::minutes(local.tm_gmtoff / 60);
}

bool ask_yes_no(std::string_view question) {
    constexpr std::size_t answer_max = 100;
    write_all(STDERR_FILENO, core::lines_of(question) + " [y/N] ");
    std::string answer;
    for (char c = 0; answer.size() < answer_max;) {
        const auto got = ::read(STDIN_FILENO, &c, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0 || c == '\n') break;
        if (c != ' ' && c != '\r') answer += c;
    }
    return answer == "y" || answer == "Y" || answer == "yes" || answer == "Yes" || answer == "YES";
}

void drawn_block::draw(std::string_view block) {
    const auto rows = static_cast<std::size_t>(size_of(fd_).ws_row);
    std::string text = rewind();
    std::size_t lines = 0;
    // A block that is higher than the terminal could not be redrawn in place: its end is left out.
    while (!block.empty() && (rows == 0 || lines + 1 < rows)) {
        const auto end = std::min(block.find('\n'), block.size());
        text += std::string(block.substr(0, end)) + "\x1b[K\n";
        block.remove_prefix(std::min(end + 1, block.size()));
        ++lines;
    }
    if (lines < lines_) text += "\x1b[J";
    write_all(fd_, text);
    lines_ = lines;
}

std::string drawn_block::rewind() const {
    return lines_ == 0 ? "" : "\x1b[" + std::to_string(lines_) + "F";
}

}  // namespace tidings::app
