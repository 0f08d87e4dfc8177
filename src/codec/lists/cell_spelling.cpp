#include "codec/lists/cell_spelling.hpp"

#include "codec/lists/raw_row.hpp"
#include "codec/text/legacy_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace tidings::codec {
namespace {

constexpr double json_exact_below = 1e15;
constexpr std::size_t padded_bytes = 64;

}  // namespace

spelling spell_cell(phone_speller& speller, std::string_view text) {
    if (text.size() >= field_bytes_max) {
        // Cut there: what stands behind may be another number.
        spelling cut;
        cut.why = invalid_reason::too_many_digits;
        return cut;
    }
    // Columns of a fixed width are padded.
    if (text.size() > padded_bytes) text = trimmed(text);
    const auto spelt = speller.spell(text);
    if (spelt.why != invalid_reason::broken_utf8) return spelt;
    return speller.spell(from_windows_1252(text));
}

std::string_view whole_json_number(std::string_view token, std::string& out) {
    double value = 0;
    const auto end = std::from_chars(token.data(), token.data() + token.size(), value);
    if (end.ec != std::errc() || end.ptr != token.data() + token.size()) return {};
    if (!(value >= 0 && value < json_exact_below) || value != std::trunc(value)) return {};
    const auto mantissa = token.substr(0, token.find_first_of("eE"));
    const auto digits = std::count_if(mantissa.begin(), mantissa.end(),
                                      [](char c) { return c >= '0' && c <= '9'; });
    out.clear();
    fmt::format_to(std::back_inserter(out), "{}", static_cast<std::uint64_t>(value));
    const bool dropped =
        mantissa.size() != token.size() && static_cast<std::size_t>(digits) < out.size();
    return dropped ? std::string_view() : std::string_view(out);
}

}  // namespace tidings::codec
