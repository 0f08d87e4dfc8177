#include "app/settings/setting_readers.hpp"

#include <algorithm>

namespace tidings::app {
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

bool is_variable_name(std::string_view name) {
    const auto fits = [](char c) {
        return c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               (c >= '0' && c <= '9');
    };
    return !name.empty() && name.size() <= 200 && !(name[0] >= '0' && name[0] <= '9') &&
           std::all_of(name.begin(), name.end(), fits);
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
    if (!text || !at.tree.laid_over(at.path)) {
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
    if (single && at.tree.laid_over(at.path)) {
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

std::filesystem::path resolved(const setting& at, const std::string& file) {
    if (file.empty() || file == "-" || at.tree.laid_over(at.path)) return file;
    return (at.tree.named().parent_path() / file).lexically_normal();
}

wrong_with read_limits(const setting& at, std::vector<core::rate_limit>& into) {
    wrong_with wrong;
    const auto texts = texts_of(at, limits_max, wrong);
    if (!texts) return wrong;
    std::vector<core::rate_limit> limits;
    for (const auto& text : *texts) {
        const auto limit = codec::rate_limit_from(text);
        if (!limit) return limit.error().text;
        for (const auto& other : limits)
            if (other.window == limit->window)
                return "has two limits for a window of " + core::spelled(limit->window) +
                       ": keep the smaller one";
        limits.push_back(*limit);
    }
    into = std::move(limits);
    return std::nullopt;
}

// The value itself is never quoted here: it may be the secret.
wrong_with read_secret_place(const setting& at, secret_place& into) {
    constexpr auto fix = "write { env = \"TIDINGS_CLIENT_SECRET\" } or { file = \"secret.txt\" }";
    const auto* const table = at.node.as_table();
    if (table == nullptr && at.tree.laid_over(at.path))
        return std::string(
            "a secret is not given here, where the process list and the shell's "
            "history show it: name its place, bot.client_secret.env=NAME or "
            "bot.client_secret.file=PATH");
    if (table == nullptr)
        return std::string(
                   "a secret does not stand in this file, which gets copied and "
                   "committed: ") +
               fix;
    for (const auto& [key, value] : *table)
        if (key.str() != "env" && key.str() != "file")
            return std::string("is a table with env or file: ") + fix;
    const auto env_path = at.path + ".env", file_path = at.path + ".file";
    const auto* const env = at.tree.find(env_path);
    const auto* const file = at.tree.find(file_path);
    // What was laid over the file wins over its other form in the file.
    const bool env_over = env != nullptr && at.tree.laid_over(env_path);
    const bool file_over = file != nullptr && at.tree.laid_over(file_path);
    if (env == nullptr && file == nullptr)
        return std::string("names no place for the secret: ") + fix;
    if (env != nullptr && file != nullptr && env_over == file_over)
        return std::string("names two places for the secret: keep env or file");
    const bool use_env = env != nullptr && (file == nullptr || env_over);
    wrong_with wrong;
    const setting inner{at.tree, use_env ? env_path : file_path, use_env ? *env : *file};
    const auto text = text_of(inner, wrong);
    if (!text) return wrong;
    if (use_env && !is_variable_name(*text))
        return std::string("env names a variable by letters, digits and _: ") + fix;
    if (text->empty()) return std::string("names no place for the secret: ") + fix;
    if (use_env)
        into = {secret_place::kind::environment, *text};
    else
        into = {secret_place::kind::file, resolved(inner, *text).string()};
    return std::nullopt;
}

}  // namespace tidings::app
