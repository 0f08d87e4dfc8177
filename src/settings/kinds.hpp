// Kinds of values: how one is read from a settings tree, how it is written, and how a document
// calls it. A reader says what is wrong in words that show a right value; the place and the key are
// put in front by the caller (settings/section). A kind knows no key and no option.
#pragma once

#include "codec/text/near_miss.hpp"
#include "codec/text/units.hpp"
#include "settings/tree.hpp"
#include "settings/words.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::settings {

// A value that is there, and where it stands.
struct setting {
    const tree& whole;
    std::string path;
    const toml::node& node;
};

// nullopt: read. Otherwise what is wrong with the value.
using wrong_with = std::optional<std::string>;

inline constexpr std::size_t text_bytes_max = 4096;
inline constexpr std::size_t limits_max = 8;
inline constexpr std::size_t texts_max = 100;

// The value as text, as a whole number, as a list of texts. On failure `wrong` is filled.
std::optional<std::string> text_of(const setting& at, wrong_with& wrong);
std::optional<std::uint64_t> number_of(const setting& at, wrong_with& wrong);
std::optional<std::vector<std::string>> texts_of(const setting& at, std::size_t max,
                                                 wrong_with& wrong);
// Relative to the file of settings, or as it is when it was laid over the file. "-" and "" stay.
std::string resolved(const setting& at, const std::string& file);

// As TOML: in quotes, with escapes.
std::string in_quotes(std::string_view text);
std::string in_quotes(const std::vector<std::string>& texts);

// A value that core/wording and codec/text/units have a spelling for, as TOML; "" for none.
template <class Value>
std::string written(const Value& value) {
    using codec::spelled;
    using core::spelled;
    return in_quotes(spelled(value));
}
inline std::string written(const codec::duration_range& range) {
    return in_quotes(core::spelled(range.low) + ".." + core::spelled(range.high));
}
template <class Value>
std::string written(const std::optional<Value>& value) {
    return value ? written(*value) : in_quotes(std::string_view());
}

// Checks of a text, and what the kinds below share.
inline wrong_with any_text(const std::string&) {
    return std::nullopt;
}
wrong_with not_empty(const std::string& text);
wrong_with number_between(const setting& at, std::uint64_t low, std::uint64_t high,
                          std::uint64_t& into);
std::string not_among(const std::string& word, const std::vector<std::string_view>& words);
wrong_with span_between(const setting& at, core::duration low, core::duration high,
                        core::duration& into);
wrong_with read_limits(const setting& at, std::uint32_t count_max,
                       std::vector<core::rate_limit>& into);
std::string written_limits(const std::vector<core::rate_limit>& limits);
wrong_with read_files(const setting& at, std::vector<std::string>& into);

namespace kind {

// Text that `check` finds well.
template <wrong_with (*check)(const std::string&) = any_text>
struct text {
    static std::string kind() { return "text"; }
    static std::string write(const std::string& value) { return in_quotes(value); }
    static wrong_with read(const setting& at, std::string& into) {
        wrong_with wrong;
        auto value = text_of(at, wrong);
        if (!value || (wrong = check(*value))) return wrong;
        into = std::move(*value);
        return std::nullopt;
    }
};

struct flag {
    static std::string kind() { return "true or false"; }
    static std::string write(bool value) { return value ? "true" : "false"; }
    static wrong_with read(const setting& at, bool& into);
};

template <std::uint64_t low, std::uint64_t high>
struct number {
    static std::string kind() {
        return "whole number, " + std::to_string(low) + " .. " + std::to_string(high);
    }
    static std::string write(std::uint64_t value) { return std::to_string(value); }
    template <class Value>
    static wrong_with read(const setting& at, Value& into) {
        std::uint64_t value = 0;
        const auto wrong = number_between(at, low, high, value);
        if (!wrong) into = static_cast<Value>(value);
        return wrong;
    }
};

// From 0 to 1.
struct share {
    static std::string kind() { return "number, 0 .. 1"; }
    static std::string write(double value);
    static wrong_with read(const setting& at, double& into);
};

template <const auto& words>
struct choice {
    static std::string kind() { return listed(words_in(words)); }
    template <class Value>
    static std::string write(const Value& value) {
        return in_quotes(word_for(words, value));
    }
    template <class Value>
    static wrong_with read(const setting& at, Value& into) {
        wrong_with wrong;
        const auto word = text_of(at, wrong);
        if (!word) return wrong;
        const auto found = choice_named(words, *word);
        if (!found) return not_among(*word, words_in(words));
        into = *found;
        return std::nullopt;
    }
};

// Read by one of codec/text/units' functions; "" empties an optional member.
template <auto parse>
struct unit {
    static std::string kind() { return "text"; }
    template <class Value>
    static std::string write(const Value& value) {
        return written(value);
    }
    template <class Value>
    static wrong_with read(const setting& at, std::optional<Value>& into) {
        wrong_with wrong;
        const auto word = text_of(at, wrong);
        if (!word) return wrong;
        if (word->empty()) {
            into.reset();
            return wrong;
        }
        Value value{};
        wrong = read(at, value);
        if (!wrong) into = value;
        return wrong;
    }
    template <class Value>
    static wrong_with read(const setting& at, Value& into) {
        wrong_with wrong;
        const auto word = text_of(at, wrong);
        if (!word) return wrong;
        const auto value = parse(*word);
        if (!value) return value.error().text;
        into = *value;
        return std::nullopt;
    }
};

struct byte_size {
    static std::string kind() { return "size"; }
    static std::string write(std::uint64_t value) { return in_quotes(core::spelled_bytes(value)); }
    static wrong_with read(const setting& at, std::uint64_t& into) {
        return unit<codec::byte_size_from>::read(at, into);
    }
};

// A span from low_ms milliseconds to high_s seconds; with low_ms = 0, "none" means 0.
template <std::int64_t low_ms, std::int64_t high_s>
struct span {
    static constexpr core::duration low = std::chrono::milliseconds(low_ms);
    static constexpr core::duration high = std::chrono::seconds(high_s);
    static std::string kind() {
        return "span, " + core::spelled(low) + " .. " + core::spelled(high);
    }
    static std::string write(core::duration value) {
        return in_quotes(value == core::duration{} ? std::string("none") : core::spelled(value));
    }
    static wrong_with read(const setting& at, core::duration& into) {
        return span_between(at, low, high, into);
    }
};

template <std::uint32_t count_max = UINT32_MAX>
struct limits {
    static std::string kind() { return "list of limits"; }
    static std::string write(const std::vector<core::rate_limit>& value) {
        return written_limits(value);
    }
    static wrong_with read(const setting& at, std::vector<core::rate_limit>& into) {
        return read_limits(at, count_max, into);
    }
};

struct texts {
    static std::string kind() { return "list of texts"; }
    static std::string write(const std::vector<std::string>& value) { return in_quotes(value); }
    static wrong_with read(const setting& at, std::vector<std::string>& into);
};

// A file that is relative to the file of settings, or (`from_here`) to the current folder. Into a
// text or a path.
template <bool from_here>
struct file_named {
    static std::string kind() { return "file"; }
    template <class Path>
    static std::string write(const Path& value) {
        return in_quotes(std::string(value));
    }
    template <class Path>
    static wrong_with read(const setting& at, Path& into) {
        wrong_with wrong;
        const auto name = text_of(at, wrong);
        if (name) into = from_here ? *name : resolved(at, *name);
        return wrong;
    }
};
using file = file_named<false>;
using file_from_here = file_named<true>;

struct files {
    static std::string kind() { return "list of files"; }
    template <class Path>
    static std::string write(const std::vector<Path>& value) {
        return in_quotes(std::vector<std::string>(value.begin(), value.end()));
    }
    template <class Path>
    static wrong_with read(const setting& at, std::vector<Path>& into) {
        std::vector<std::string> names;
        const auto wrong = read_files(at, names);
        if (!wrong) into.assign(names.begin(), names.end());
        return wrong;
    }
};

}  // namespace kind

}  // namespace tidings::settings
