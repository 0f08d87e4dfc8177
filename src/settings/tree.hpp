// A file of settings with the environment and the command line laid over it, and the place where
// each value came from. It knows TOML and paths, no key: the rooms' tables of keys know those.
#pragma once

#include "core/failure.hpp"
#include "settings/mistakes.hpp"
#include "settings/overrides.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <toml++/toml.h>

namespace tidings::settings {

// What has to be known of a file's form before its keys are.
struct tree_shape {
    std::vector<std::string_view> lists;  // paths that are [[lists]]: "bot", "bot.sender"
    // Keys that say the same thing in two ways ("limits", "profile"), wherever they stand: one that
    // is laid over takes the place of the other.
    std::vector<std::pair<std::string_view, std::string_view>> rivals;
};

class tree {
  public:
    // A text that is beyond settings/bounds, or none in TOML, is a failure: "file:line:column:
    // ...".
    static core::result<tree> parse(std::string_view toml, const std::filesystem::path& named,
                                    tree_shape shape);
    // What came in another way than as TOML.
    tree(toml::table root, std::filesystem::path named, tree_shape shape)
        : root_(std::move(root)), named_(std::move(named)), shape_(std::move(shape)) {}

    // Lays a value over the tree. Path: "section.key", "bot.0.url"; a list's first entry may leave
    // the 0 out. The index after the last one adds an entry. A text that begins with [ or { or a
    // quote is TOML, any other is itself.
    void lay_over(const setting_override& one, mistake_list& mistakes);

    const std::filesystem::path& named() const noexcept { return named_; }
    const tree_shape& shape() const noexcept { return shape_; }
    // By canonical path, with every index: "bot.0.sender.1.from"; "" is the whole. Null where
    // nothing is.
    const toml::node* find(std::string_view path) const;
    bool has(std::string_view path) const { return find(path) != nullptr; }
    // How many entries [[path]] has.
    std::size_t entries(std::string_view path) const;
    // Where the value stands, or the nearest thing around it: "campaign.toml:12:3", "--set
    // bot.0.url".
    std::string where(std::string_view path) const;
    // The value, or something around it, was laid over the file. It is a text then, whatever the
    // key wants, unless it was written as TOML; and files it names are not relative to the file.
    bool laid_over(std::string_view path) const;
    // How a section is written: "[[bot.sender]]" of "bot.0.sender.1", "[retry]", "" of "".
    std::string heading(std::string_view path) const;

  private:
    const std::string* origin_of(std::string_view path) const;
    void drop_rivals(toml::table& from, const std::string& key, const std::string& before);

    toml::table root_;
    std::filesystem::path named_;
    tree_shape shape_;
    std::map<std::string, std::string, std::less<>> origins_;  // canonical path -> how to name it
};

// The path one level further in.
std::string inside(std::string_view path, std::string_view key);

}  // namespace tidings::settings
