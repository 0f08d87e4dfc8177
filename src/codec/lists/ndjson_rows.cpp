#include "codec/lists/ndjson_rows.hpp"

#include "codec/lists/cell_spelling.hpp"
#include "codec/lists/field_text.hpp"
#include "codec/text/utf8.hpp"

#include <vector>

#include <simdjson.h>

namespace tidings::codec {
namespace {

namespace json = simdjson::ondemand;

constexpr std::size_t unescaped_room = std::size_t{64} << 10;
constexpr std::size_t wanted_max = list_fields.size();
constexpr std::size_t fields_shown_max = 64;
static_assert(ndjson_rows::padding >= simdjson::SIMDJSON_PADDING);

simdjson::padded_string_view padded(std::string_view text) {
    return simdjson::padded_string_view(text.data(), text.size(),
                                        text.size() + ndjson_rows::padding);
}

}  // namespace

struct ndjson_rows::parser {
    json::parser of;
};

ndjson_rows::ndjson_rows(column_names wanted)
    : wanted_(std::move(wanted)), parser_(std::make_unique<parser>()) {
    unescaped_.reserve(unescaped_room);
}
ndjson_rows::~ndjson_rows() = default;
ndjson_rows::ndjson_rows(ndjson_rows&&) noexcept = default;
ndjson_rows& ndjson_rows::operator=(ndjson_rows&&) noexcept = default;

core::result<bool> ndjson_rows::check_first(std::string_view window, bool last) {
    const auto failed = [](std::string text) {
        return core::failure{core::trouble::list, std::move(text)};
    };
    auto rest = window;
    auto line_end = rest.find('\n');
    while (line_end != std::string_view::npos && is_blank(rest.substr(0, line_end))) {
        rest.remove_prefix(line_end + 1);
        line_end = rest.find('\n');
    }
    if (line_end == std::string_view::npos && !last) {
        if (window.size() <= row_bytes_max) return false;
        return failed("the first line is longer than 1 MiB: one JSON object a line is wanted");
    }
    auto line = rest.substr(0, line_end);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
        line.remove_suffix(1);
    if (is_blank(line)) return failed("the list is empty");
    const char first = line.front();
    if (first == '"' || (first >= '0' && first <= '9')) return true;
    if (first == '[')
        return failed("this is one JSON array: one object a line is wanted (NDJSON; jq -c '.[]')");
    json::document document;
    json::object object;
    if (parser_->of.iterate(padded(line)).get(document) || document.get_object().get(object))
        return failed("the first line is no JSON object: one object a line is wanted (NDJSON)");
    std::vector<std::string> names;
    for (auto one : object) {
        std::string_view name;
        if (one.unescaped_key().get(name)) return true;  // broken: the row itself says so
        if (name == wanted_.to) return true;
        if (names.size() < fields_shown_max) names.emplace_back(name);
        if (one.value().error()) return true;
    }
    return failed("the first object has " + missing_name_text("field", "to", wanted_.to, names));
}

// Digits stay as they are; what was written as a floating number is read as one.
std::string_view ndjson_rows::number_text(std::string_view token) {
    const bool plain = token.find_first_not_of("0123456789") == std::string_view::npos;
    if (plain) return token;
    const auto whole = whole_json_number(token, number_);
    return whole.empty() ? token : whole;
}

// A text or a number instead of an object is the number itself.
bool ndjson_rows::read_scalar(std::string_view text, raw_row& row) {
    const auto value = trimmed(text.substr(0, text.find_last_not_of(" \t\r") + 1));
    if (value.empty() || value.front() == '{') return false;
    json::document document;
    if (parser_->of.iterate(padded(text)).get(document)) return false;
    std::string_view content;
    if (value.front() == '"' && !document.get_string().get(content)) {
        row.to = keep(content);
        return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
    }
    if (value.find_first_not_of("0123456789.eE-") != std::string_view::npos) return false;
    row.to = keep(number_text(value));
    return true;
}

std::string_view ndjson_rows::keep(std::string_view value) {
    const auto start = unescaped_.size();
    unescaped_.append(field_text(value));
    return std::string_view(unescaped_).substr(start);
}

void ndjson_rows::read_object(std::string_view text, raw_row& row) {
    const auto broken = [&] {
        clear_fields(row);
        row.to = text.substr(0, field_bytes_max);
        row.fault = row_fault::broken_json;
    };
    json::document document;
    json::object object;
    if (parser_->of.iterate(padded(text)).get(document) || document.get_object().get(object))
        return broken();
    unsigned seen = 0;
    row.fault = row_fault::no_field;
    for (auto one : object) {
        std::string_view name;
        json::value value;
        if (one.unescaped_key().get(name) || std::move(one).value().get(value)) return broken();
        if (name.empty()) continue;
        unsigned asked = 0;  // the fields that it is, by their places in the table
        for (std::size_t i = 0; i < list_fields.size(); ++i)
            if (name == wanted_.*list_fields[i].name) asked |= 1U << i;
        if (asked == 0) continue;
        if ((seen & asked) != 0) {
            row.fault = row_fault::field_twice;
            continue;
        }
        seen |= asked;
        std::string_view text_of_it;
        json::json_type type{};
        if (value.type().get(type)) return broken();
        if (type == json::json_type::string) {
            std::string_view content;
            if (value.get_string().get(content)) return broken();
            text_of_it = keep(content);
        } else if (type == json::json_type::number) {
            auto token = value.raw_json_token();
            while (!token.empty() && (token.back() == ' ' || token.back() == '\t'))
                token.remove_suffix(1);
            text_of_it = keep(number_text(token));
        } else if (type != json::json_type::null && row.fault != row_fault::field_twice) {
            row.fault = row_fault::not_text;
        }
        for (std::size_t i = 0; i < list_fields.size(); ++i)
            if ((asked >> i & 1) != 0) row.*list_fields[i].text = text_of_it;
        const bool found = (asked & 1) != 0 && type != json::json_type::null;
        if (found && row.fault == row_fault::no_field) row.fault = row_fault::none;
    }
    // Two objects on one line would hide the second.
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) return broken();
}

row_progress ndjson_rows::read(std::string_view window, bool last, std::span<raw_row> out) {
    row_progress done;
    unescaped_.clear();
    while (done.rows < out.size() &&
           unescaped_room - unescaped_.size() >= wanted_max * field_bytes_max) {
        auto& row = out[done.rows];
        const auto line = lines_.next(window, last, done, row);
        if (!line) break;
        if (is_blank(*line)) continue;
        if (!read_scalar(*line, row)) read_object(*line, row);
        ++done.rows;
    }
    return done;
}

}  // namespace tidings::codec
