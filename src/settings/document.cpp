#include "settings/document.hpp"

namespace tidings::settings {
namespace {

// A | inside a table's cell would end it.
std::string cell(std::string_view text) {
    std::string escaped;
    for (const char c : text)
        escaped += c == '|' ? std::string("\\|") : std::string(1, c);
    return escaped;
}

}  // namespace

std::string document_of(const std::vector<key_description>& keys) {
    std::string text;
    const std::string* section = nullptr;
    for (const auto& key : keys) {
        if (section == nullptr || *section != key.section) {
            section = &key.section;
            text += "\n## " + (section->empty() ? std::string("top level") : *section) +
                    "\n\n| key | kind | default | meaning |\n|---|---|---|---|\n";
        }
        const auto initial = key.initial.empty() ? std::string("none") : "`" + key.initial + "`";
        text += "| `" + std::string(key.name) + "` | " + cell(key.kind) + " | " + cell(initial) +
                " | " + cell(key.meaning) + " |\n";
    }
    return text;
}

}  // namespace tidings::settings
