#include "settings/kinds.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace tidings::settings {
namespace {

std::string_view type_in_words(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::none: return "nothing";
        case toml::node_type::table: return "a table";
        case toml::node_type::array: return "a list";
        case toml::node_type::string: return "a text";
        case toml::node_type::integer: return "a whole number";
        case toml::node_type::floating_point: return "a decimal number";
        case toml::node_type::boolean: return "true or false";
        case toml::node_type::date:
        case toml::node_type::time:
        case toml::node_type::date_time: return "a TOML date";
    }
    return "something else";
}

std::string expected(std::string_view what, const toml::node& node) {
    return "must be " + std::string(what) + ", and is " + std::string(type_in_words(node));
}

// "a, b" as it comes from a flag or the environment.
std::vector<std::string> split_at_commas(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto comma = text.find(',');
        auto part = text.substr(0, comma);
        while (!part.empty() && part.front() == ' ')
            part.remove_prefix(1);
        while (!part.empty() && part.back() == ' ')
            part.remove_suffix(1);
        parts.emplace_back(part);
        if (comma == std::string_view::npos) break;
        text.remove_prefix(comma + 1);
    }
    return parts;
}

wrong_with wrong_text(const std::string& text) {
    if (text.size() > text_bytes_max)
        return "is longer than " + std::to_string(text_bytes_max) + " bytes";
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (std::any_of(text.begin(), text.end(), control))
        return "holds a control character (a line end or the like), which no value here may";
    return std::nullopt;
}

}  // namespace

std::optional<std::string> text_of(const setting& at, wrong_with& wrong) {
    const auto text = at.node.value_exact<std::string>();
    if (!text) {
        wrong = expected("a text in quotes", at.node);
        return std::nullopt;
    }
    if ((wrong = wrong_text(*text))) return std::nullopt;
    return text;
}

std::optional<std::uint64_t> number_of(const setting& at, wrong_with& wrong) {
    if (const auto number = at.node.value_exact<std::int64_t>()) {
        if (*number >= 0) return static_cast<std::uint64_t>(*number);
        wrong = "is negative";
        return std::nullopt;
    }
    const auto text = at.node.value_exact<std::string>();
    if (!text || !at.whole.laid_over(at.path)) {
        wrong = expected("a whole number without quotes", at.node);
        return std::nullopt;
    }
    const auto number = codec::count_from(*text);
    if (number) return *number;
    wrong = number.error().text;
    return std::nullopt;
}

std::optional<std::vector<std::string>> texts_of(const setting& at, std::size_t max,
                                                 wrong_with& wrong) {
    std::vector<std::string> texts;
    const auto single = at.node.value_exact<std::string>();
    if (single && at.whole.laid_over(at.path)) {
        texts = split_at_commas(*single);
    } else if (const auto* const array = at.node.as_array()) {
        for (const auto& one : *array) {
            const auto text = one.value_exact<std::string>();
            if (text) {
                texts.push_back(*text);
                continue;
            }
            wrong = "must hold texts in quotes, and holds " + std::string(type_in_words(one));
            return std::nullopt;
        }
    } else {
        wrong = expected("a list, [\"...\", \"...\"]", at.node);
        return std::nullopt;
    }
    if (texts.size() > max) {
        wrong = "has more than " + std::to_string(max) + " entries";
        return std::nullopt;
    }
    for (const auto& text : texts)
        if ((wrong = wrong_text(text))) return std::nullopt;
    return texts;
}

std::string resolved(const setting& at, const std::string& file) {
    if (file.empty() || file == "-" || at.whole.laid_over(at.path)) return file;
    return (at.whole.named().parent_path() / file).lexically_normal().string();
}

std::string in_quotes(std::string_view text) {
    std::string made = "\"";
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            made += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
            continue;
        }
        if (c == '"' || c == '\\') made += '\\';
        made += c;
    }
    return made += '"';
}

std::string in_quotes(const std::vector<std::string>& texts) {
    std::string made = "[";
    for (const auto& text : texts)
        made += (made.size() > 1 ? ", " : "") + in_quotes(text);
    return made += ']';
}

wrong_with not_empty(const std::string& text) {
    if (text.empty()) return "is empty";
    return std::nullopt;
}

wrong_with kind::flag::read(const setting& at, bool& into) {
    const auto value = at.node.value_exact<bool>();
    const auto text = at.node.value_exact<std::string>();
    const bool spelled = at.whole.laid_over(at.path) && (text == "true" || text == "false");
    if (!value && !spelled) return expected("true or false, without quotes", at.node);
    into = value ? *value : text == "true";
    return std::nullopt;
}

wrong_with number_between(const setting& at, std::uint64_t low, std::uint64_t high,
                          std::uint64_t& into) {
    wrong_with wrong;
    const auto value = number_of(at, wrong);
    if (!value) return wrong;
    if (*value < low || *value > high)
        return fmt::format("{} is outside {} .. {}", *value, low, high);
    into = *value;
    return std::nullopt;
}

std::string kind::share::write(double value) {
    return fmt::format("{}", value);
}

wrong_with kind::share::read(const setting& at, double& into) {
    auto value = at.node.is_number() ? at.node.value<double>() : std::nullopt;
    const auto text = at.node.value_exact<std::string>();
    if (text && at.whole.laid_over(at.path)) {
        double number = 0;
        const auto* const end = text->data() + text->size();
        const auto [stop, error] = std::from_chars(text->data(), end, number);
        if (error == std::errc() && stop == end) value = number;
    }
    if (!value) return expected("a number from 0 to 1, without quotes", at.node);
    // Written so that what is no number is refused, too.
    if (!(*value >= 0 && *value <= 1)) return fmt::format("{} is outside 0 .. 1", *value);
    into = *value;
    return std::nullopt;
}

std::string not_among(const std::string& word, const std::vector<std::string_view>& words) {
    return "\"" + word.substr(0, 60) + "\" is not " + listed(words) +
           codec::did_you_mean(word, words);
}

wrong_with span_between(const setting& at, core::duration low, core::duration high,
                        core::duration& into) {
    wrong_with wrong;
    const auto text = text_of(at, wrong);
    if (!text) return wrong;
    const bool none = low == core::duration{} && (text->empty() || *text == "none");
    const auto value = codec::duration_from(none ? std::string_view("0s") : *text);
    if (!value) return value.error().text;
    if (*value < low || *value > high)
        return "\"" + *text + "\" is outside " + core::spelled(low) + " .. " + core::spelled(high);
    into = *value;
    return std::nullopt;
}

wrong_with read_limits(const setting& at, std::uint32_t count_max,
                       std::vector<core::rate_limit>& into) {
    wrong_with wrong;
    const auto texts = texts_of(at, limits_max, wrong);
    if (!texts) return wrong;
    std::vector<core::rate_limit> limits;
    for (const auto& text : *texts) {
        const auto limit = codec::rate_limit_from(text);
        if (!limit) return limit.error().text;
        if (limit->count > count_max)
            return fmt::format("{}: more than {} a window cannot be counted here", text, count_max);
        for (const auto& other : limits)
            if (other.window == limit->window)
                return "has two limits for a window of " + core::spelled(limit->window) +
                       ": keep the smaller one";
        limits.push_back(*limit);
    }
    into = std::move(limits);
    return std::nullopt;
}

std::string written_limits(const std::vector<core::rate_limit>& limits) {
    std::vector<std::string> texts;
    for (const auto& limit : limits)
        texts.push_back(core::spelled(limit));
    return in_quotes(texts);
}

wrong_with kind::texts::read(const setting& at, std::vector<std::string>& into) {
    wrong_with wrong;
    auto value = texts_of(at, texts_max, wrong);
    if (value) into = std::move(*value);
    return wrong;
}

wrong_with read_files(const setting& at, std::vector<std::string>& into) {
    wrong_with wrong;
    const auto names = texts_of(at, texts_max, wrong);
    if (!names) return wrong;
    for (const auto& name : *names) {
        if (name.empty()) return "an empty text names no file";
        into.push_back(resolved(at, name));
    }
    return std::nullopt;
}

}  // namespace tidings::settings
