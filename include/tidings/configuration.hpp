// The settings of a campaign, by the program's own keys (docs/campaign-file.md): a campaign file's
// text with values laid over it. It is read and checked when a campaign is planned or begun.
#pragma once

#include "tidings/export.hpp"
#include "tidings/result.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace tidings {
inline namespace v0 {

class configuration {
  public:
    // Fails (unusable) when the file cannot be read; what is wrong in it is told by check().
    TIDINGS_API static result<configuration> from_file(const std::filesystem::path& file);
    // `named` is how messages call it, and files in it are relative to its folder.
    static configuration from_text(std::string toml,
                                   std::filesystem::path named = "campaign.toml") {
        configuration made;
        made.text = std::move(toml);
        made.file = std::move(named);
        return made;
    }

    // As `--set key=value`: "recipients.file", "bot.0.connections_max". The last one wins, over the
    // environment's TIDINGS_SECTION__KEY, and both over the text.
    configuration& set(std::string key, std::string value) {
        values.emplace_back(std::move(key), std::move(value));
        return *this;
    }

    // Fails (unusable) with all mistakes at once, a line each, with line and column.
    TIDINGS_API result<void> check() const;

    std::string text;
    std::filesystem::path file;
    std::vector<std::pair<std::string, std::string>> values;
};

}  // namespace v0
}  // namespace tidings
