// The header of a CSV or TSV list: csv_rows::read_header (codec/lists/csv_rows.hpp).
#include "codec/lists/csv_rows.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace tidings::codec {
namespace {

constexpr std::string_view separators = ",;\t|";

core::failure list_failure(std::string text) {
    return {core::trouble::list, std::move(text)};
}

std::string_view view(const char* from, const char* to) {
    return {from, static_cast<std::size_t>(to - from)};
}

const char* line_end(const char* at, const char* end) {
    return std::find(at, end, '\n');
}

// "sep=;", as spreadsheets write it above the header: what is behind it, else 0.
char named_separator(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() > 1 && line.front() == '"' && line.back() == '"')
        line = line.substr(1, line.size() - 2);
    if (line == "sep=" || line == "SEP=") return '\t';  // a tab that was trimmed off
    if (line.size() != 5) return 0;
    const auto word = line.substr(0, 4);
    return word == "sep=" || word == "SEP=" || word == "Sep=" ? line[4] : '\0';
}

bool is_date_or_time(std::string_view text) {
    const bool iso = text.size() >= 10 && text[4] == '-' && text[7] == '-';
    const bool slashes = std::count(text.begin(), text.end(), '/') == 2;
    return iso || slashes || text.find(':') != std::string_view::npos;
}

bool is_like_a_phone(std::string_view text) {
    const auto digits =
        std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits >= 8 && digits <= 16 && looks_like_number(text) && !is_date_or_time(text);
}

}  // namespace

void csv_rows::learn_places() {
    last_wanted_ = places_.to;
    for (const auto& asked : list_fields)
        if (places_.*asked.place != column_places::absent)
            last_wanted_ = std::max(last_wanted_, places_.*asked.place);
    wanted_columns_.assign(last_wanted_ + 1, 0);
    for (const auto& asked : list_fields)
        if (places_.*asked.place != column_places::absent)
            wanted_columns_[places_.*asked.place] = 1;
}

// The line as a header, by separator_.
csv_rows::header_try csv_rows::try_separator(const char* at, const char* end, bool last,
                                             const char*& next) {
    const auto failed = [&](std::string text) {
        if (!failure_) failure_ = list_failure(std::move(text));
        return header_try::failed;
    };
    const bool may_grow = !last && static_cast<std::size_t>(end - at) <= row_bytes_max;
    header_.clear();
    unquoted_.clear();
    for (;;) {
        auto one = read_field(at, end);
        if (one.fault == row_fault::open_quote && may_grow) return header_try::needs_more;
        if (one.fault != row_fault::none)
            return failed("the header has " + std::string(text_of(one.fault)));
        if (one.end == field_end::window && !last) return header_try::needs_more;
        if (header_.size() == columns_max) return failed("the header has over 4096 columns");
        header_.emplace_back(value_of(one));
        unquoted_.clear();
        at = one.end == field_end::window ? end : one.next;
        if (one.end != field_end::separator) break;
    }
    next = at;
    if (header_.back().ends_with('\r')) header_.back().pop_back();
    auto found = find_columns(header_, wanted_);
    if (!found) return failed(found.error().text);
    places_ = *found;
    return header_try::found;
}

csv_rows::header_try csv_rows::try_line(const char* at, const char* end, bool last,
                                        const char*& next) {
    auto result = try_separator(at, end, last, next);
    if (result != header_try::failed || layout_.certain) return result;
    const auto likeliest = separator_;
    std::size_t widest = header_.size();
    char best = likeliest;
    for (const char other : separators) {
        if (other == likeliest) continue;
        separator_ = other;
        const auto tried = try_separator(at, end, last, next);
        if (tried != header_try::failed) return tried;
        if (header_.size() > widest && widest == 1) {
            widest = header_.size();
            best = other;
        }
    }
    // For what is said of it, the one that divides it.
    separator_ = best;
    failure_.reset();
    return try_separator(at, end, last, next);
}

core::result<std::size_t> csv_rows::read_header(std::string_view window, bool last) {
    const char* const begin = window.data();
    const char* const end = begin + window.size();
    const char* at = begin;
    std::optional<core::failure> first_failure;
    std::vector<std::string> first_header;  // what header() is where none was found
    separator_ = layout_.separator;
    titles_ = 0;
    for (std::size_t row = 1; row <= std::max(layout_.header_row, titles_max + 1);) {
        const char* const stop = line_end(at, end);
        if (stop == end && !last) {
            if (window.size() <= row_bytes_max) break;
            return list_failure(
                "the first line is longer than 1 MiB: this is no list with a header");
        }
        const auto line = view(at, stop);
        if (is_blank(line)) {
            if (stop == end) break;
            at = stop + 1;
            continue;
        }
        if (const char named = named_separator(line); named != 0 && row == 1) {
            separator_ = layout_.separator = named;
            layout_.certain = true;
            at = stop == end ? end : stop + 1;
            continue;
        }
        const auto inside = line.substr(0, line.size() - 1);
        if (row == 1 && inside.find('\r') != std::string_view::npos)
            return list_failure(
                "lines end with a lone CR: save the list with LF or CRLF line ends");
        if (layout_.header_row == 1 || row == layout_.header_row) {
            const char* next = end;
            failure_.reset();
            const auto tried = try_line(at, end, last, next);
            if (tried == header_try::needs_more) break;
            if (tried == header_try::found) {
                titles_ = row - 1;
                header_line_ = 1 + static_cast<std::uint64_t>(std::count(begin, at, '\n'));
                header_lines_ = static_cast<std::uint64_t>(std::count(begin, next, '\n'));
                learn_places();
                rewind();
                return static_cast<std::size_t>(next - begin);
            }
            if (!first_failure) {
                first_failure = why_no_header(view(next, end));
                first_header = header_;
            }
            separator_ = layout_.separator;
        }
        if (row == layout_.header_row && row > 1) break;
        ++row;
        if (stop == end) break;
        at = stop + 1;
    }
    const bool decided = first_failure && layout_.header_row > 1;
    if (!decided && !last && window.size() <= head_bytes_max) return std::size_t{0};
    header_ = std::move(first_header);
    if (first_failure) return *first_failure;
    if (!last && window.size() <= row_bytes_max) return std::size_t{0};
    return list_failure(layout_.header_row > 1 ? "recipients.header_row is behind the list's end"
                                               : "the list is empty");
}

// What find_columns says, with the column that holds numbers where there is one.
core::failure csv_rows::why_no_header(std::string_view rows) const {
    const auto is_to = [&](const std::string& name) {
        return match_names(name, wanted_.to) != name_match::none;
    };
    const bool lacks_to = std::none_of(header_.begin(), header_.end(), is_to) &&
                          std::none_of(header_.begin(), header_.end(), looks_like_number);
    if (!lacks_to || header_.empty()) return *failure_;
    const auto guess = guessed_column(rows);
    auto text = missing_name_text("column", "to", wanted_.to, header_, guess);
    const auto& only = header_.front();
    if (header_.size() == 1 && only.find_first_of(";\t|") != std::string::npos)
        text += ": each line is in one cell, whole; save the list again with columns";
    return list_failure(std::move(text));
}

// "\"Phone 1 - Value\": 98 % of it are numbers"; empty: no column is like that.
std::string csv_rows::guessed_column(std::string_view rows) const {
    constexpr std::size_t columns_looked_at = 128;
    std::size_t best_share = 0, best_column = 0;
    std::array<raw_row, 256> some;
    for (std::size_t i = 0; i < header_.size() && i < columns_looked_at; ++i) {
        csv_rows reader({separator_, true, 1}, {.to = {}});
        reader.header_ = header_;
        reader.places_.to = i;
        reader.learn_places();
        const auto got = reader.read(rows, false, some);
        const auto first = some.begin();
        const auto like = static_cast<std::size_t>(
            std::count_if(first, first + static_cast<std::ptrdiff_t>(got.rows),
                          [](const raw_row& row) { return is_like_a_phone(trimmed(row.to)); }));
        const auto share = got.rows == 0 ? 0 : 100 * like / got.rows;
        if (share > best_share) {
            best_share = share;
            best_column = i;
        }
    }
    if (best_share < 50) return {};
    return fmt::format("\"{}\": {} % of it are numbers", trimmed(header_[best_column]), best_share);
}

}  // namespace tidings::codec
