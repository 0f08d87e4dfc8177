#include "app/screen/wrapped_text.hpp"

#include <algorithm>

namespace tidings::app {

std::string wrapped(std::string_view text, const std::string& indent, std::size_t columns) {
    std::string lines, line;
    while (!text.empty()) {
        const auto blank = std::min(text.find(' '), text.size());
        const auto word = text.substr(0, blank);
        if (!line.empty() && indent.size() + line.size() + 1 + word.size() > columns) {
            lines += indent + line + "\n";
            line.clear();
        }
        line += (line.empty() ? "" : " ") + std::string(word);
        text.remove_prefix(std::min(blank + 1, text.size()));
    }
    return lines + indent + line;
}

}  // namespace tidings::app
