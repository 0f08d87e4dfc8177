// A file of settings with the environment and the command line laid over it, and the place where
// each value came from. It knows TOML and paths, no key: app/settings/campaign_keys knows those.
#pragma once

#include "app/settings/campaign_file.hpp"
#include "core/failure.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

namespace tidings::app {

inline constexpr std::size_t settings_file_bytes_max = 1 << 20;

// Gathers what is wrong, so that everything is told at once.
class mistake_list {
  public:
    static constexpr std::size_t shown_max = 100;

    // One line: "campaign.toml:12:3: ...". Beyond shown_max they are only counted.
    void add(std::string_view where, std::string_view what);
    bool empty() const noexcept { return lines_.empty(); }
    // All of them, one a line, in the order they were added. Pre: not empty.
    core::failure as_failure();

  private:
    struct line {
        std::string where, what;
    };
    std::vector<line> lines_;
    std::size_t left_out_ = 0;
};

class settings_tree {
  public:
    // A syntax error is a failure: "file:line:column: ...".
    static core::result<settings_tree> parse(std::string_view toml,
                                             const std::filesystem::path& named);

    // Lays a value over the tree. Path: "section.key", "bot.0.url"; a list's first entry may leave
    // the 0 out (`lists` names the paths that are lists: "bot", "bot.sender"). The index after the
    // last one adds an entry. A text that begins with [ or { or a quote is TOML, any other is
    // itself.
    void lay_over(const setting_override& one, const std::vector<std::string_view>& lists,
                  mistake_list& mistakes);

    const toml::table& root() const noexcept { return root_; }
    const std::filesystem::path& named() const noexcept { return named_; }
    // By canonical path, with every index: "bot.0.sender.1.from". Null where nothing is.
    const toml::node* find(std::string_view path) const;
    // Where the value stands, or the nearest thing around it: "campaign.toml:12:3", "--set
    // bot.0.url".
    std::string where(std::string_view path) const;
    // The value, or something around it, was laid over the file. It is a text then, whatever the
    // key wants, unless it was written as TOML; and files it names are not relative to the file.
    bool laid_over(std::string_view path) const;
    // Everything that was laid over: canonical path, and how it is named.
    const std::map<std::string, std::string, std::less<>>& origins() const noexcept {
        return origins_;
    }

  private:
    const std::string* origin_of(std::string_view path) const;

    toml::table root_;
    std::filesystem::path named_;
    std::map<std::string, std::string, std::less<>> origins_;  // canonical path -> how to name it
};

// TIDINGS_SECTION__KEY as overrides. Variables without a double underscore count only where
// `top_level` names them (TIDINGS_NAME), for others, like TIDINGS_CLIENT_SECRET, mean other things.
std::vector<setting_override> overrides_from(const environment& variables,
                                             const std::vector<std::string_view>& top_level);

}  // namespace tidings::app
