#include "settings/bounds.hpp"

#include <algorithm>

namespace tidings::settings {
namespace {

bool is_in_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '+' || c == ':' || static_cast<unsigned char>(c) >= 0x80;
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

class bounds_scan {
  public:
    explicit bounds_scan(std::string_view text) : text_(text) {}

    std::optional<beyond_bounds> run() {
        while (at_ < text_.size() && !broken_) {
            const char c = text_[at_];
            if (c == '"' || c == '\'') {
                skip_string(c);
            } else if (c == '#') {
                skip_comment();
            } else {
                step(c);
            }
        }
        return broken_;
    }

  private:
    void complain(std::string what) {
        if (!broken_) broken_ = beyond_bounds{line_, at_ - line_begin_ + 1, std::move(what)};
    }

    void on_line_end() {
        ++line_;
        line_begin_ = at_ + 1;
        parts_ = 1;
        word_ = 0;
    }

    void advance() {
        if (text_[at_] == '\n')
            on_line_end();
        else if (at_ - line_begin_ >= line_size_max)
            complain("is a line of more than " + std::to_string(line_size_max) + " bytes");
        ++at_;
    }

    void skip_comment() {
        while (at_ < text_.size() && text_[at_] != '\n' && !broken_)
            advance();
    }

    bool stands_here(std::string_view mark) const { return text_.substr(at_).starts_with(mark); }

    void skip_string(char quote) {
        word_ = 0;
        const std::string three(3, quote);
        const bool long_form = stands_here(three);
        const auto mark = long_form ? std::string_view(three) : std::string_view(three).substr(2);
        at_ += mark.size();
        while (at_ < text_.size() && !broken_ && !stands_here(mark)) {
            // One that is not closed on its line is none, and nothing behind it is parsed.
            if (!long_form && text_[at_] == '\n') at_ = text_.size();
            if (at_ < text_.size() && quote == '"' && text_[at_] == '\\') advance();
            if (at_ < text_.size()) advance();
        }
        at_ = std::min(text_.size(), at_ + mark.size());
        // Up to two more belong to the text.
        for (int more = 0; long_form && more < 2 && at_ < text_.size() && text_[at_] == quote;
             ++more)
            ++at_;
    }

    void step(char c) {
        word_ = is_in_word(c) ? word_ + 1 : 0;
        if (word_ > word_size_max)
            complain("is a word of more than " + std::to_string(word_size_max) + " bytes");
        if (c == '.' && ++parts_ > key_parts_max)
            complain("is a key of more than " + std::to_string(key_parts_max) + " parts");
        if (c == '=' || c == ',') parts_ = 1;
        if (c == '[' || c == '{') {
            parts_ = 1;
            if (++depth_ > nesting_max)
                complain("is nested deeper than " + std::to_string(nesting_max));
        }
        if ((c == ']' || c == '}') && depth_ > 0) --depth_;
        advance();
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1, line_begin_ = 0;
    std::size_t depth_ = 0;  // of open brackets
    std::size_t parts_ = 1;  // of the key that is being read
    std::size_t word_ = 0;   // bytes of the word that is being read
    std::optional<beyond_bounds> broken_;
};

// Wherever it stands, in texts and comments too; a CR belongs to its line's end.
std::optional<beyond_bounds> control_character_in(std::string_view text) {
    std::size_t line = 1, line_begin = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const bool lone_cr = c == '\r' && (at + 1 == text.size() || text[at + 1] != '\n');
        if (is_control(c) || lone_cr)
            return beyond_bounds{line, at - line_begin + 1,
                                 "holds a control character, which TOML forbids"};
        if (c != '\n') continue;
        ++line;
        line_begin = at + 1;
    }
    return std::nullopt;
}

}  // namespace

std::optional<beyond_bounds> bounds_broken(std::string_view toml) {
    if (toml.size() > text_size_max)
        return beyond_bounds{0, 0, "is larger than 1 MiB, so it is no file of settings"};
    if (auto found = control_character_in(toml)) return found;
    return bounds_scan(toml).run();
}

}  // namespace tidings::settings
