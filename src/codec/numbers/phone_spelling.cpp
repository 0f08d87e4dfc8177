#include "codec/numbers/phone_spelling.hpp"

#include "codec/numbers/national_forms.hpp"
#include "codec/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <phonenumbers/phonenumberutil.h>

namespace tidings::codec {
namespace {

using i18n::phonenumbers::PhoneNumberUtil;

spelling refused(invalid_reason why) {
    return {{}, why};
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// What one character outside ASCII is to a number.
enum class glyph { space, dash, plus, digit, other };

glyph glyph_of(char32_t c) {
    if (c == 0xA0 || (c >= 0x2000 && c <= 0x200F) || (c >= 0x202A && c <= 0x202F) || c == 0x205F ||
        (c >= 0x2060 && c <= 0x2064) || (c >= 0x2066 && c <= 0x2069) || c == 0x3000 ||
        c == 0xFEFF || c == 0xAD)
        return glyph::space;  // spaces, and the invisible marks that address books leave behind
    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFF0D || c == 0x30FC)
        return glyph::dash;
    if (c == 0xFF0B) return glyph::plus;
    if (c >= 0xFF10 && c <= 0xFF19) return glyph::digit;
    return glyph::other;
}

// The text in ASCII, with every space as ' ' and every dash as '-'; or the reason.
invalid_reason flatten(std::string_view text, std::string& flat) {
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (static_cast<unsigned char>(c) < 0x80) {
            if (c == '\t') {
                flat.push_back(' ');
            } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
                return invalid_reason::control_character;
            } else {
                flat.push_back(c);
            }
            ++at;
            continue;
        }
        const auto next = decode_utf8(text.substr(at));
        if (next.size == 0) return invalid_reason::broken_utf8;
        at += next.size;
        switch (glyph_of(next.code_point)) {
            case glyph::space: flat.push_back(' '); break;
            case glyph::dash: flat.push_back('-'); break;
            case glyph::plus: flat.push_back('+'); break;
            case glyph::digit:
                flat.push_back(static_cast<char>('0' + (next.code_point - 0xFF10)));
                break;
            case glyph::other: return invalid_reason::stray_character;
        }
    }
    return invalid_reason::none;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
    if (text.size() < prefix.size()) return false;
    for (std::size_t i = 0; i < prefix.size(); ++i) {
        const char c = text[i];
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (lower != prefix[i]) return false;
    }
    text.remove_prefix(prefix.size());
    return true;
}

// A spreadsheet's figure instead of the text: digits, a point or comma, digits, E, sign, digits.
bool is_scientific(std::string_view text) {
    const auto e = text.find_first_of("eE");
    if (e == std::string_view::npos || e == 0 || e + 1 == text.size()) return false;
    const auto head = text.substr(0, e);
    auto tail = text.substr(e + 1);
    if (tail.front() == '+' || tail.front() == '-') tail.remove_prefix(1);
    const auto figure = [](char c) { return is_digit(c) || c == '.' || c == ','; };
    return is_digit(head.back()) && !tail.empty() &&
           std::all_of(head.begin() + (head.front() == '+' ? 1 : 0), head.end(), figure) &&
           std::all_of(tail.begin(), tail.end(), is_digit);
}

// "919877654321.0": read as a separator, the point would add a digit and name somebody else.
bool is_decimal(std::string_view text) {
    const auto point = text.find('.');
    if (point == std::string_view::npos || text.find('.', point + 1) != std::string_view::npos)
        return false;
    const auto tail = text.substr(point + 1);
    return tail.size() <= 2 && std::all_of(tail.begin(), tail.end(), is_digit) &&
           std::none_of(text.begin(), text.end(), [](char c) { return c == ' ' || c == '-'; });
}

// Italy and San Marino keep the zero that others drop after the country code.
bool keeps_trunk_zero(std::string_view digits) {
    return digits == "39" || digits == "378";
}

struct digit_run {
    bool plus = false;
    std::string digits;
};

// Digits and a leading plus; separators go. "(0)" after a country code is a trunk zero and goes
// too.
invalid_reason gather(std::string_view text, digit_run& out) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (is_digit(c)) {
            out.digits.push_back(c);
        } else if (c == '+') {
            if (out.plus || !out.digits.empty()) return invalid_reason::misplaced_plus;
            out.plus = true;
        } else if (is_letter(c)) {
            return invalid_reason::letter;
        } else if (text.substr(i, 3) == "(0)" && out.digits.size() >= 1 && out.digits.size() <= 5) {
            const bool abroad = out.plus || out.digits.starts_with("00");
            const std::size_t prefix = out.plus || !abroad ? 0 : 2;
            const auto code = std::string_view(out.digits).substr(prefix);
            if (!abroad || keeps_trunk_zero(code)) out.digits.push_back('0');
            i += 2;
        } else if (c == '-' && i == 0) {
            return invalid_reason::stray_character;
        } else if (c != ' ' && c != '-' && c != '.' && c != '(' && c != ')' && c != '/') {
            return invalid_reason::stray_character;
        }
    }
    return invalid_reason::none;
}

spelling international(std::string_view digits) {
    if (digits.size() < 2) return refused(invalid_reason::too_few_digits);
    if (digits.front() == '0') return refused(invalid_reason::leading_zero);
    if (digits.size() > core::phone_number::digits_max)
        return refused(invalid_reason::too_many_digits);
    std::uint64_t value = 0;
    for (const char c : digits)
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    return {core::phone_number::from_digits(value), {}};
}

constexpr std::array<std::string_view, 13> reason_texts = {
    "",
    "empty",
    "too few digits",
    "too many digits",
    "a country code cannot begin with 0",
    "a letter in it",
    "a character that has no place in a number",
    "a + inside it (two numbers in one field?)",
    "a control character in it",
    "bytes that are not UTF-8",
    "scientific notation: a spreadsheet dropped digits, export the column as text",
    "a decimal point: a spreadsheet took it for an amount, export the column as text",
    "no country code and no default_region"};

}  // namespace

phone_speller::phone_speller() = default;
phone_speller::~phone_speller() = default;
phone_speller::phone_speller(phone_speller&&) noexcept = default;
phone_speller& phone_speller::operator=(phone_speller&&) noexcept = default;

core::result<phone_speller> phone_speller::make(std::string_view default_region) {
    phone_speller made;
    if (default_region.empty()) return made;
    made.region_ = default_region;
    for (auto& c : made.region_)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    std::set<std::string> known;
    PhoneNumberUtil::GetInstance()->GetSupportedRegions(&known);
    if (!known.contains(made.region_)) {
        std::string shown;
        append_printable(shown, default_region, 16);
        return core::failure{core::trouble::configuration,
                             "recipients.default_region \"" + shown +
                                 "\" is not known: use a two-letter country code such as \"US\", "
                                 "or \"\" for numbers with a country code only"};
    }
    made.not_in_region_ = "not a valid number for " + made.region_;
    made.national_ = std::make_unique<national_forms>(made.region_);
    return made;
}

spelling phone_speller::repair(std::string_view text) {
    if (text.size() > text_max) return refused(invalid_reason::too_many_digits);
    std::string flat;
    flat.reserve(text.size());
    if (const auto why = flatten(text, flat); why != invalid_reason::none) return refused(why);
    auto rest = trimmed(flat);
    if (rest.starts_with('\'')) rest = trimmed(rest.substr(1));  // a spreadsheet's mark for text
    take_prefix(rest, "tel:");
    rest = trimmed(rest);
    if (rest.empty()) return refused(invalid_reason::empty);
    if (is_scientific(rest)) return refused(invalid_reason::scientific_notation);
    if (is_decimal(rest)) return refused(invalid_reason::decimal_number);

    digit_run run;
    if (const auto why = gather(rest, run); why != invalid_reason::none) return refused(why);
    if (run.digits.empty()) return refused(invalid_reason::too_few_digits);
    if (run.plus) return international(run.digits);
    if (run.digits.starts_with("00")) return international(std::string_view(run.digits).substr(2));
    if (run.digits.size() < 2) return refused(invalid_reason::too_few_digits);
    if (!national_) return refused(invalid_reason::no_country);
    const auto number = national_->read(run.digits);
    return number ? spelling{*number, {}} : refused(invalid_reason::not_in_region);
}

std::string_view phone_speller::text_of(invalid_reason why) const noexcept {
    if (why == invalid_reason::not_in_region) return not_in_region_;
    return reason_texts[static_cast<std::size_t>(why)];
}

}  // namespace tidings::codec
