#include "codec/lists/csv_rows.hpp"

#include "codec/lists/field_text.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace tidings::codec {
namespace {

constexpr std::size_t unquoted_room = std::size_t{64} << 10;
constexpr std::size_t wanted_max = list_fields.size();

// The first of two characters, or `end`.
const char* find_either(const char* at, const char* end, char one, char other) {
#ifdef __SSE2__
    const auto ones = _mm_set1_epi8(one);
    const auto others = _mm_set1_epi8(other);
    for (; end - at >= 16; at += 16) {
        __m128i bytes;
        std::memcpy(&bytes, at, sizeof bytes);
        const auto hits = static_cast<unsigned>(_mm_movemask_epi8(
            _mm_or_si128(_mm_cmpeq_epi8(bytes, ones), _mm_cmpeq_epi8(bytes, others))));
        if (hits != 0) return at + std::countr_zero(hits);
    }
#endif
    while (at != end && *at != one && *at != other)
        ++at;
    return at;
}

const char* find(const char* at, const char* end, char wanted) {
    const auto* const found = std::memchr(at, wanted, static_cast<std::size_t>(end - at));
    return found == nullptr ? end : static_cast<const char*>(found);
}

std::string_view view(const char* from, const char* to) {
    return {from, static_cast<std::size_t>(to - from)};
}

}  // namespace

csv_rows::csv_rows(csv_layout layout, column_names wanted)
    : layout_(layout), separator_(layout.separator), wanted_(std::move(wanted)) {
    unquoted_.reserve(unquoted_room);
}

// One field, from its first byte. Ends at the window's end when that comes first.
csv_rows::field csv_rows::read_field(const char* at, const char* limit) const {
    field out;
    if (at == limit || *at != '"') {
        const char* const stop = find_either(at, limit, separator_, '\n');
        out.text = view(at, stop);
        if (stop == limit) return out;
        out.end = *stop == '\n' ? field_end::line : field_end::separator;
        out.next = stop + 1;
        if (out.end == field_end::line && out.text.ends_with('\r')) out.text.remove_suffix(1);
        return out;
    }
    out.quoted = true;
    const char* close = find(at + 1, limit, '"');
    while (close != limit && limit - close > 1 && close[1] == '"') {
        out.doubled = true;
        close = find(close + 2, limit, '"');
    }
    if (close == limit) {
        out.fault = row_fault::open_quote;
        return out;
    }
    out.text = view(at + 1, close);
    const char* behind = close + 1;
    while (behind != limit && *behind == ' ')
        ++behind;
    if (limit - behind > 1 && behind[0] == '\r' && behind[1] == '\n') ++behind;
    if (behind == limit) return out;
    if (*behind == '\n' || *behind == separator_) {
        out.end = *behind == '\n' ? field_end::line : field_end::separator;
        out.next = behind + 1;
    } else if (*behind != '\r' || limit - behind > 1) {
        out.fault = row_fault::after_quote;
    }
    return out;
}

// The text of a field; where quotes were doubled, a copy of its beginning with single ones.
std::string_view csv_rows::value_of(const field& found) {
    if (!found.doubled) return field_text(found.text);
    const auto start = unquoted_.size();
    for (std::size_t i = 0; i < found.text.size() && unquoted_.size() - start < field_bytes_max;
         ++i) {
        unquoted_.push_back(found.text[i]);
        if (found.text[i] == '"') ++i;
    }
    return std::string_view(unquoted_).substr(start);
}

void csv_rows::keep(std::size_t column, const field& found, raw_row& row) {
    const auto text = value_of(found);
    for (const auto& asked : list_fields)
        if (places_.*asked.place == column) row.*asked.text = text;
}

void csv_rows::rewind() {
    line_ = 1 + header_lines_;
    skipping_ = false;
}

// A broken row ends with its first line.
const char* csv_rows::first_line_only(const char* at, const char* limit, bool closed,
                                      row_fault fault, raw_row& row) {
    const char* const stop = find(at, limit, '\n');
    if (stop == limit && !closed) return nullptr;
    row.fault = fault;
    clear_fields(row);
    row.to = view(at, stop).substr(0, field_bytes_max);
    ++line_;
    return stop == limit ? limit : stop + 1;
}

// What comes behind the wanted columns: only where the row ends is of interest.
const char* csv_rows::rest_of_row(const char* at, const char* limit, bool closed, raw_row& row) {
    const char* const line_end = find(at, limit, '\n');
    if (find(at, line_end, '"') == line_end) {
        if (line_end != limit) {
            ++line_;
            return line_end + 1;
        }
        return closed ? limit : nullptr;
    }
    const char* const begin = row.bytes.data();
    for (const char* here = at;;) {
        const auto one = read_field(here, limit);
        if (one.fault != row_fault::none && (closed || one.fault != row_fault::open_quote))
            return first_line_only(begin, limit, closed, one.fault, row);
        if (one.end == field_end::window) {
            if (!closed) return nullptr;
            line_ += static_cast<std::uint64_t>(std::count(begin, limit, '\n')) + 1;
            return limit;
        }
        here = one.next;
        if (one.end == field_end::line) {
            line_ += static_cast<std::uint64_t>(std::count(begin, here, '\n'));
            return here;
        }
    }
}

// One row, from its first byte to behind its line end; nullptr when it goes on behind `limit`.
// closed: nothing of the row can come behind the limit.
const char* csv_rows::read_row(const char* at, const char* limit, bool closed, raw_row& row) {
    const char* here = at;
    bool spans_lines = false;
    for (std::size_t column = 0;; ++column) {
        auto one = read_field(here, limit);
        if (one.fault != row_fault::none) {
            if (!closed && one.fault == row_fault::open_quote) return nullptr;
            return first_line_only(at, limit, closed, one.fault, row);
        }
        if (one.end == field_end::window && !closed) return nullptr;
        if (one.quoted && one.text.find('\n') != std::string_view::npos) spans_lines = true;
        if (one.end == field_end::window && one.text.ends_with('\r')) one.text.remove_suffix(1);
        if (wanted_columns_[column]) keep(column, one, row);
        here = one.end == field_end::window ? limit : one.next;
        if (one.end != field_end::separator) {
            if (column < last_wanted_) row.fault = row_fault::short_row;
            line_ += spans_lines ? static_cast<std::uint64_t>(std::count(at, here, '\n')) : 1;
            return here;
        }
        if (column == last_wanted_) {
            row.bytes = view(at, here);
            const auto line_before = line_;
            const char* const next = rest_of_row(here, limit, closed, row);
            if (next != nullptr && spans_lines && row.fault == row_fault::none)
                line_ = line_before + static_cast<std::uint64_t>(std::count(at, next, '\n'));
            return next;
        }
    }
}

// Blank, or nothing but separators and empty quotes.
bool csv_rows::has_nothing(std::string_view row) const {
    return std::all_of(row.begin(), row.end(), [this](char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '"' || c == separator_;
    });
}

const char* csv_rows::skip_line(const char* at, const char* end) {
    const char* const stop = find(at, end, '\n');
    if (stop == end) return end;
    skipping_ = false;
    ++line_;
    return stop + 1;
}

row_progress csv_rows::read(std::string_view window, bool last, std::span<raw_row> out) {
    const char* const begin = window.data();
    const char* const end = begin + window.size();
    const char* at = begin;
    row_progress done;
    unquoted_.clear();
    if (skipping_) {
        at = skip_line(at, end);
        done.tail_bytes = static_cast<std::size_t>(at - begin);
    }
    while (done.rows < out.size() && at != end && !skipping_ &&
           unquoted_room - unquoted_.size() >= wanted_max * field_bytes_max) {
        const auto left = static_cast<std::size_t>(end - at);
        const bool capped = left > row_bytes_max;
        const char* const limit = capped ? at + row_bytes_max : end;
        auto& row = out[done.rows];
        row = {};
        row.line = line_;
        const char* const next = read_row(at, limit, capped || last, row);
        if (next == nullptr) break;
        if (next == limit && capped && *(limit - 1) != '\n') {
            row.fault = row_fault::too_long;
            clear_fields(row);
            row.to = view(at, limit).substr(0, field_bytes_max);
            line_ = row.line + static_cast<std::uint64_t>(std::count(at, next, '\n'));
            skipping_ = true;
        }
        row.bytes = view(at, next);
        row.lines = std::max<std::uint64_t>(line_ - row.line, 1);
        at = next;
        const bool maybe_blank = row.to.empty() || row.to.front() <= ' ';
        if (maybe_blank && has_nothing(row.bytes)) continue;
        ++done.rows;
    }
    done.bytes = static_cast<std::size_t>(at - begin);
    return done;
}

}  // namespace tidings::codec
