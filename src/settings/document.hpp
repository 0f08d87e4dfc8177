// Tables of keys as text: for documents, and as descriptions for whoever writes another form.
#pragma once

#include "settings/key.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::settings {

struct key_description {
    std::string section;  // its heading: "", "[recipients]", "[[bot.sender]]", "[account.NAME]"
    std::string_view name;
    std::string kind;
    std::string initial;  // the default, as TOML; empty: there is none
    std::string_view meaning;
};

// Adds a section's keys; the defaults are what `usual` holds.
template <class Section>
void describe(const std::string& heading, std::span<const key<Section>> keys,
              std::vector<key_description>& into, const Section& usual = {}) {
    for (const auto& one : keys) {
        const bool none = one.without_default || !one.example.empty();
        into.push_back(
            {heading, one.name, one.kind(), none ? std::string() : one.write(usual), one.meaning});
    }
}

// A table in Markdown for each section, under its heading.
std::string document_of(const std::vector<key_description>& keys);

}  // namespace tidings::settings
