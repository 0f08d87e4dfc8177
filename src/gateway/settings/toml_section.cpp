#include "gateway/settings/toml_section.hpp"

#include "codec/text/near_miss.hpp"
#include "codec/text/units.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <simdjson.h>

namespace tidings::gateway {

namespace {

// toml++ has no way from JSON, and our tables need nothing but these.
void put_json(toml::table& table, std::string_view key, simdjson::dom::element value);

void put_json(toml::array& array, simdjson::dom::element value) {
    toml::table one;
    put_json(one, "x", value);
    if (auto* const node = one.get("x")) node->visit([&array](auto& it) { array.push_back(it); });
}

void put_json(toml::table& table, std::string_view key, simdjson::dom::element value) {
    using simdjson::dom::element_type;
    switch (value.type()) {
        case element_type::OBJECT: {
            toml::table inner;
            for (const auto field : simdjson::dom::object(value))
                put_json(inner, field.key, field.value);
            table.insert_or_assign(key, std::move(inner));
            return;
        }
        case element_type::ARRAY: {
            toml::array inner;
            for (const auto one : simdjson::dom::array(value))
                put_json(inner, one);
            table.insert_or_assign(key, std::move(inner));
            return;
        }
        case element_type::STRING:
            table.insert_or_assign(key, std::string(std::string_view(value)));
            return;
        case element_type::INT64: table.insert_or_assign(key, std::int64_t(value)); return;
        case element_type::UINT64: table.insert_or_assign(key, double(value)); return;
        case element_type::DOUBLE: table.insert_or_assign(key, double(value)); return;
        case element_type::BOOL: table.insert_or_assign(key, bool(value)); return;
        case element_type::NULL_VALUE: return;
    }
}

}  // namespace

void settings_mistakes::add_line(std::string_view where, std::string_view what) {
    if (++count_ > lines_max) return;
    if (!lines_.empty()) lines_ += '\n';
    lines_ += where;
    lines_ += ": ";
    lines_ += what;
}

void settings_mistakes::add(const toml::source_region& where, std::string_view what) {
    if (where.begin.line == 0) return add_line(file_, what);
    add_line(
        file_ + ":" + std::to_string(where.begin.line) + ":" + std::to_string(where.begin.column),
        what);
}

void settings_mistakes::add(const toml::node& at, std::string_view what) {
    if (is_laid_over(at)) return add_line(laid_over_->at(&at), what);
    add(at.source(), what);
}

core::failure settings_mistakes::as_failure() const {
    auto text = lines_;
    if (count_ > lines_max)
        text += "\n" + file_ + ": and " + std::to_string(count_ - lines_max) + " mistakes more";
    return {core::trouble::configuration, std::move(text)};
}

std::string toml_section::path_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

void toml_section::complain(std::string_view key, std::string_view what) {
    const auto* const node = table_.get(key);
    mistakes_.add(node != nullptr ? *node : table_, path_of(key) + ": " + std::string(what));
}

toml_section::~toml_section() {
    for (const auto& [key, value] : table_) {
        const std::string_view name = key.str();
        if (std::find(asked_.begin(), asked_.end(), name) != asked_.end()) continue;
        const auto text =
            path_of(name) + ": there is no such key" + codec::did_you_mean(name, asked_);
        if (mistakes_.is_laid_over(value))
            mistakes_.add(value, text);
        else
            mistakes_.add(key.source(), text);
    }
}

const toml::node* toml_section::find(std::string_view key) {
    asked_.push_back(key);
    return table_.get(key);
}

bool toml_section::has(std::string_view key) {
    return find(key) != nullptr;
}

bool toml_section::knows(std::string_view key) const {
    return std::find(asked_.begin(), asked_.end(), key) != asked_.end();
}

std::optional<std::string> toml_section::laid_over_text(const toml::node& one) const {
    return mistakes_.is_laid_over(one) ? one.value_exact<std::string>() : std::nullopt;
}

void toml_section::read(std::string_view key, std::string& value) {
    const auto* const node = find(key);
    if (node == nullptr) return;
    if (const auto text = node->value_exact<std::string>())
        value = *text;
    else
        complain(key, "must be a text in quotes");
}

void toml_section::read(std::string_view key, bool& value) {
    const auto* const node = find(key);
    if (node == nullptr) return;
    const auto text = laid_over_text(*node);
    if (const auto flag = node->value_exact<bool>())
        value = *flag;
    else if (text == "true" || text == "false")
        value = text == "true";
    else
        complain(key, "must be true or false");
}

bool toml_section::whole_number(std::string_view key, std::uint64_t& value, std::uint64_t least,
                                std::uint64_t most) {
    const auto* const node = find(key);
    if (node == nullptr) return false;
    auto number = node->value_exact<std::int64_t>();
    if (const auto text = laid_over_text(*node))
        if (const auto count = codec::count_from(*text); count && *count <= INT64_MAX)
            number = static_cast<std::int64_t>(*count);
    if (number && *number >= 0 && static_cast<std::uint64_t>(*number) >= least &&
        static_cast<std::uint64_t>(*number) <= most) {
        value = static_cast<std::uint64_t>(*number);
        return true;
    }
    complain(key, "must be a whole number from " + std::to_string(least) + " to " +
                      std::to_string(most));
    return false;
}

void toml_section::read(std::string_view key, double& value, double least, double most) {
    const auto* const node = find(key);
    if (node == nullptr) return;
    auto number = node->is_number() ? node->value<double>() : std::nullopt;
    if (const auto text = laid_over_text(*node)) {
        double read = 0;
        const auto* const end = text->data() + text->size();
        if (std::from_chars(text->data(), end, read).ptr == end && !text->empty()) number = read;
    }
    if (number && *number >= least && *number <= most)
        value = *number;
    else
        complain(key,
                 "must be a number from " + std::to_string(least) + " to " + std::to_string(most));
}

void toml_section::read(std::string_view key, core::duration& value) {
    std::string text;
    read(key, text);
    if (text.empty()) return;
    const auto read = codec::duration_from(text);
    if (read)
        value = *read;
    else
        complain(key, read.error().text);
}

void toml_section::read(std::string_view key, std::vector<std::string>& value) {
    const auto* const node = find(key);
    if (node == nullptr) return;
    const auto* const array = node->as_array();
    std::vector<std::string> made;
    if (auto text = laid_over_text(*node)) {
        value = text->empty() ? std::vector<std::string>() : std::vector{std::move(*text)};
        return;
    }
    if (array != nullptr)
        for (const auto& one : *array)
            if (const auto text = one.value_exact<std::string>()) made.push_back(*text);
    if (array == nullptr || made.size() != array->size())
        complain(key, "must be a list of texts: [\"...\", \"...\"]");
    else
        value = std::move(made);
}

void toml_section::read(std::string_view key, std::vector<core::rate_limit>& value,
                        std::uint32_t count_max) {
    if (table_.get(key) == nullptr) {
        asked_.push_back(key);
        return;
    }
    std::vector<std::string> texts;
    read(key, texts);
    std::vector<core::rate_limit> made;
    for (const auto& text : texts) {
        const auto limit = codec::rate_limit_from(text);
        if (!limit)
            complain(key, limit.error().text);
        else if (limit->count > count_max)
            complain(key, text + ": more than " + std::to_string(count_max) +
                              " a window cannot be counted here");
        else
            made.push_back(*limit);
    }
    value = std::move(made);
}

std::size_t toml_section::choice(std::string_view key, const std::vector<std::string_view>& words,
                                 std::size_t otherwise) {
    std::string text;
    read(key, text);
    if (text.empty()) return otherwise;
    const auto found = std::find(words.begin(), words.end(), text);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    std::string all;
    for (const auto word : words)
        all += (all.empty() ? "" : ", ") + std::string(word);
    complain(key, "\"" + text + "\" is none of " + all + codec::did_you_mean(text, words));
    return otherwise;
}

const toml::table* toml_section::table(std::string_view key) {
    const auto* const node = find(key);
    if (node == nullptr) return nullptr;
    if (!node->is_table()) complain(key, "must be a table: [" + path_of(key) + "]");
    return node->as_table();
}

std::vector<const toml::table*> toml_section::tables(std::string_view key) {
    std::vector<const toml::table*> found;
    const auto* const node = find(key);
    if (node == nullptr) return found;
    const auto* const array = node->as_array();
    if (array != nullptr)
        for (const auto& one : *array)
            if (one.is_table()) found.push_back(one.as_table());
    if (array == nullptr || found.size() != array->size())
        complain(key, "must be tables: [[" + path_of(key) + "]]");
    return found;
}

std::optional<toml::table> table_from_text(std::string_view text, settings_mistakes& mistakes) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && text[first] == '{') {
        simdjson::dom::parser parser;
        simdjson::dom::object fields;
        const auto error = parser.parse(text).get(fields);
        toml::table made;
        if (error == simdjson::SUCCESS) {
            for (const auto field : fields)
                put_json(made, field.key, field.value);
            return made;
        }
        mistakes.add(toml::source_region{},
                     std::string("the JSON cannot be read: ") + simdjson::error_message(error));
        return std::nullopt;
    }
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& error) {
        mistakes.add(error.source(), error.description());
        return std::nullopt;
    }
}

}  // namespace tidings::gateway
