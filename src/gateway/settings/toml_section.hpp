// Reads one table of a settings file key by key: checks types and ranges, notes every mistake with
// its line, and finds the keys that nobody asked for. It knows no key itself.
#pragma once

#include "core/failure.hpp"
#include "core/rate_limit.hpp"
#include "core/time.hpp"
#include "gateway/settings/settings_table.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

namespace tidings::gateway {

class settings_mistakes {
  public:
    static constexpr std::size_t lines_max = 50;
    // `laid_over` must outlive it.
    explicit settings_mistakes(std::string file, const laid_over_values* laid_over = nullptr)
        : file_(std::move(file)), laid_over_(laid_over) {}

    void add(const toml::source_region& where, std::string_view what);
    void add(const toml::node& at, std::string_view what);
    // It did not come from the file, so that it is a text, whatever the key wants.
    bool is_laid_over(const toml::node& one) const {
        return laid_over_ != nullptr && laid_over_->contains(&one);
    }
    bool empty() const noexcept { return count_ == 0; }
    core::failure as_failure() const;

  private:
    void add_line(std::string_view where, std::string_view what);

    std::string file_;
    const laid_over_values* laid_over_;
    std::string lines_;
    std::size_t count_ = 0;
};

class toml_section {
  public:
    // `path` is how the table is called in messages: "bot.number". An empty one is the file.
    toml_section(const toml::table& table, std::string path, settings_mistakes& mistakes)
        : table_(table), path_(std::move(path)), mistakes_(mistakes) {}
    // Complains about the keys that nobody asked for.
    ~toml_section();
    toml_section(const toml_section&) = delete;
    toml_section& operator=(const toml_section&) = delete;

    bool has(std::string_view key);
    bool is_laid_over(std::string_view key) const {
        const auto* const node = table_.get(key);
        return node != nullptr && mistakes_.is_laid_over(*node);
    }
    // Some call asked for it: it is a key of this section.
    bool knows(std::string_view key) const;
    const toml::table& table() const noexcept { return table_; }
    // Each leaves `value` as it is when the key is not there or is wrong.
    void read(std::string_view key, std::string& value);
    void read(std::string_view key, bool& value);
    void read(std::string_view key, double& value, double least, double most);
    void read(std::string_view key, core::duration& value);
    void read(std::string_view key, std::vector<std::string>& value);
    void read(std::string_view key, std::vector<core::rate_limit>& value, std::uint32_t count_max);
    template <class Number>
    void read_number(std::string_view key, Number& value, std::uint64_t least, std::uint64_t most) {
        std::uint64_t read = value;
        if (whole_number(key, read, least, most)) value = static_cast<Number>(read);
    }
    // One of some words; returns its place in `words`, or `otherwise`.
    std::size_t choice(std::string_view key, const std::vector<std::string_view>& words,
                       std::size_t otherwise);
    const toml::table* table(std::string_view key);
    // The tables of [[key]]; none when it is not there.
    std::vector<const toml::table*> tables(std::string_view key);

    void complain(std::string_view key, std::string_view what);
    const std::string& path() const noexcept { return path_; }
    settings_mistakes& mistakes() noexcept { return mistakes_; }
    std::string path_of(std::string_view key) const;

  private:
    const toml::node* find(std::string_view key);
    // The text of a value that was laid over the file as one.
    std::optional<std::string> laid_over_text(const toml::node& one) const;
    bool whole_number(std::string_view key, std::uint64_t& value, std::uint64_t least,
                      std::uint64_t most);

    const toml::table& table_;
    std::string path_;
    settings_mistakes& mistakes_;
    std::vector<std::string_view> asked_;
};

// The source as a table: TOML, or JSON of the same shape when it begins with a brace. Nullopt after
// a mistake was noted.
std::optional<toml::table> table_from_text(std::string_view text, settings_mistakes& mistakes);

}  // namespace tidings::gateway
