// How a value of each kind is read from a settings tree into a member of a section. A reader says
// what is wrong in words that show a right value; the place is put in front by the caller.
#pragma once

#include "app/settings/campaign_words.hpp"
#include "app/settings/settings_tree.hpp"
#include "codec/text/near_miss.hpp"
#include "codec/text/units.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tidings::app {

// A value that is there, and where it stands.
struct setting {
    const settings_tree& tree;
    std::string path;
    const toml::node& node;
};

// nullopt: read. Otherwise what is wrong with the value.
using wrong_with = std::optional<std::string>;

inline constexpr std::size_t text_bytes_max = 4096;
inline constexpr std::size_t limits_max = 8;
inline constexpr std::size_t files_max = 100;

// The value as text, as a whole number, as a list of texts. On failure the second is filled.
std::optional<std::string> text_of(const setting& at, wrong_with& wrong);
std::optional<std::uint64_t> number_of(const setting& at, wrong_with& wrong);
std::optional<std::vector<std::string>> texts_of(const setting& at, std::size_t max,
                                                 wrong_with& wrong);
// Relative to the campaign file, or as it is when it was laid over the file. "-" and "" stay.
std::filesystem::path resolved(const setting& at, const std::string& file);
wrong_with read_limits(const setting& at, std::vector<core::rate_limit>& into);
wrong_with read_secret_place(const setting& at, secret_place& into);

template <class Member>
struct owner_of;
template <class Section, class Value>
struct owner_of<Value Section::*> {
    using section = Section;
    using value = Value;
};
template <auto member>
using section_of = typename owner_of<decltype(member)>::section;
template <auto member>
using value_of = typename owner_of<decltype(member)>::value;

// Text that `check` (text -> wrong_with) finds well.
template <auto member, auto check>
struct text_reader {
    static std::string kind() { return "text"; }
    static wrong_with read(const setting& at, section_of<member>& into) {
        wrong_with wrong;
        const auto text = text_of(at, wrong);
        if (!text || (wrong = check(*text))) return wrong;
        into.*member = *text;
        return std::nullopt;
    }
};
inline wrong_with any_text(const std::string&) {
    return std::nullopt;
}

template <auto member, std::uint64_t low, std::uint64_t high>
struct number_reader {
    static std::string kind() { return "whole number"; }
    static wrong_with read(const setting& at, section_of<member>& into) {
        wrong_with wrong;
        const auto number = number_of(at, wrong);
        if (!number) return wrong;
        if (*number < low || *number > high)
            return std::to_string(*number) + " is outside " + std::to_string(low) + " .. " +
                   std::to_string(high);
        into.*member = static_cast<value_of<member>>(*number);
        return std::nullopt;
    }
};

template <auto member>
struct choice_reader {
    using choice = value_of<member>;
    static std::string kind() { return listed_words<choice>(); }
    static wrong_with read(const setting& at, section_of<member>& into) {
        wrong_with wrong;
        const auto text = text_of(at, wrong);
        if (!text) return wrong;
        const auto found = choice_named<choice>(*text);
        if (!found) {
            std::vector<std::string_view> words;
            for (const auto& one : words_of<choice>::table)
                words.push_back(one.first);
            return "\"" + text->substr(0, 60) + "\" is not " + listed_words<choice>() +
                   codec::did_you_mean(*text, words);
        }
        into.*member = *found;
        return std::nullopt;
    }
};

// Through one of codec/text/units' functions; an optional member is emptied by "", a span by "none"
// and
// "" alike, which both stand for 0.
template <auto member, auto parse>
struct unit_reader {
    static constexpr bool is_span = std::is_same_v<value_of<member>, core::duration>;
    static std::string kind() {
        if constexpr (is_span) return "span of time";
        return "text";
    }
    static wrong_with read(const setting& at, section_of<member>& into) {
        wrong_with wrong;
        const auto text = text_of(at, wrong);
        if (!text) return wrong;
        if constexpr (!std::is_integral_v<value_of<member>>)
            if (text->empty() || (is_span && *text == "none")) {
                into.*member = {};
                return std::nullopt;
            }
        const auto value = parse(*text);
        if (!value) return value.error().text;
        into.*member = *value;
        return std::nullopt;
    }
};

// A span from low_ms milliseconds to high_s seconds; with low_ms = 0, "none" means 0.
template <auto member, std::int64_t low_ms, std::int64_t high_s>
struct span_reader {
    static std::string kind() { return "span of time"; }
    static wrong_with read(const setting& at, section_of<member>& into) {
        wrong_with wrong;
        const auto text = text_of(at, wrong);
        if (!text) return wrong;
        const bool none = low_ms == 0 && (text->empty() || *text == "none");
        const auto value = codec::duration_from(none ? std::string_view("0s") : *text);
        if (!value) return value.error().text;
        const core::duration low = std::chrono::milliseconds(low_ms);
        const core::duration high = std::chrono::seconds(high_s);
        if (*value < low || *value > high)
            return "\"" + *text + "\" is outside " + core::spelled(low) + " .. " +
                   core::spelled(high);
        into.*member = *value;
        return std::nullopt;
    }
};

template <auto member>
struct limits_reader {
    static std::string kind() { return "list of limits"; }
    static wrong_with read(const setting& at, section_of<member>& into) {
        return read_limits(at, into.*member);
    }
};

template <auto member>
struct secret_reader {
    static std::string kind() { return "{ env = \"NAME\" } or { file = \"PATH\" }"; }
    static wrong_with read(const setting& at, section_of<member>& into) {
        return read_secret_place(at, into.*member);
    }
};

// A file that is relative to the campaign file, or (`from_here`) to the current folder.
template <auto member, bool from_here = false>
struct file_reader {
    static std::string kind() { return "file"; }
    static wrong_with read(const setting& at, section_of<member>& into) {
        wrong_with wrong;
        const auto text = text_of(at, wrong);
        if (!text) return wrong;
        into.*member = from_here ? std::filesystem::path(*text) : resolved(at, *text);
        return std::nullopt;
    }
};

template <auto member>
struct files_reader {
    static std::string kind() { return "list of files"; }
    static wrong_with read(const setting& at, section_of<member>& into) {
        wrong_with wrong;
        const auto texts = texts_of(at, files_max, wrong);
        if (!texts) return wrong;
        (into.*member).clear();
        for (const auto& one : *texts) {
            if (one.empty()) return "an empty text names no file";
            (into.*member).push_back(resolved(at, one));
        }
        return std::nullopt;
    }
};

}  // namespace tidings::app
