#include "codec/numbers/number_text.hpp"

#include "codec/text/utf8.hpp"

#include <algorithm>
#include <array>

namespace tidings::codec {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool has_digit(std::string_view text) {
    return std::any_of(text.begin(), text.end(), is_digit);
}
bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), is_digit);
}

// What one character outside ASCII is to a number.
enum class glyph : std::uint8_t { space, dash, plus, digit, other };

// Zero and the nine behind it, of the scripts in which people write numbers: Arabic-Indic, its
// Persian and Urdu form, Devanagari, Bengali, full width.
constexpr std::array<char32_t, 5> zeros = {0x0660, 0x06F0, 0x0966, 0x09E6, 0xFF10};

// '0' .. '9'; 0: it is no digit of theirs.
char digit_of(char32_t c) {
    for (const auto zero : zeros)
        if (c >= zero && c <= zero + 9) return static_cast<char>('0' + (c - zero));
    return 0;
}

glyph glyph_of(char32_t c) {
    if (c == 0xA0 || (c >= 0x2000 && c <= 0x200F) || (c >= 0x202A && c <= 0x202F) || c == 0x205F ||
        (c >= 0x2060 && c <= 0x2064) || (c >= 0x2066 && c <= 0x2069) || c == 0x3000 ||
        c == 0xFEFF || c == 0xAD)
        return glyph::space;  // spaces, and the invisible marks that address books leave behind
    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFF0D || c == 0x30FC)
        return glyph::dash;
    if (c == 0xFF0B) return glyph::plus;
    if (digit_of(c) != 0) return glyph::digit;
    return glyph::other;
}

// The text in ASCII, with every space as ' ', every dash as '-' and every line end as '\n'; or the
// reason.
invalid_reason flatten(std::string_view text, std::string& flat) {
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (static_cast<unsigned char>(c) < 0x80) {
            if (c == '\t')
                flat.push_back(' ');
            else if (c == '\n' || c == '\r')
                flat.push_back('\n');
            else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
                return invalid_reason::control_character;
            else
                flat.push_back(c);
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
            case glyph::digit: flat.push_back(digit_of(next.code_point)); break;
            case glyph::other: return invalid_reason::stray_character;
        }
    }
    return invalid_reason::none;
}

std::string_view trimmed_of_blanks(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\n'; };
    while (!text.empty() && blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && blank(text.back()))
        text.remove_suffix(1);
    return text;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
    if (text.size() < prefix.size()) return false;
    for (std::size_t i = 0; i < prefix.size(); ++i)
        if (lower(text[i]) != prefix[i]) return false;
    text.remove_prefix(prefix.size());
    return true;
}

// "%2B1%20201": what is written so in a URI.
std::string percent_decoded(std::string_view text) {
    const auto value = [](char c) {
        return is_digit(c)                          ? c - '0'
               : lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10
                                                    : -1;
    };
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool coded = text[i] == '%' && i + 2 < text.size() && value(text[i + 1]) >= 0 &&
                           value(text[i + 1]) < 8 && value(text[i + 2]) >= 0;
        out.push_back(coded ? static_cast<char>(value(text[i + 1]) * 16 + value(text[i + 2]))
                            : text[i]);
        if (coded) i += 2;
    }
    return out;
}

// What follows the scheme of a URI (RFC 3966, RFC 5724): a context is put before the number, a
// message is not ours, an extension cannot be texted.
invalid_reason read_uri(std::string_view rest, std::string& out) {
    take_prefix(rest, "//");
    const std::string decoded = percent_decoded(rest);
    std::string_view number = decoded;
    number = number.substr(0, number.find('?'));
    std::string_view parameters;
    if (const auto end = number.find(';'); end != std::string_view::npos) {
        parameters = number.substr(end);
        number = number.substr(0, end);
    }
    out.clear();
    while (!parameters.empty()) {
        parameters.remove_prefix(1);
        auto one = parameters.substr(0, parameters.find(';'));
        parameters.remove_prefix(one.size());
        if (take_prefix(one, "ext=") || take_prefix(one, "isub=")) return invalid_reason::extension;
        if (all_digits(one)) return invalid_reason::several_numbers;
        if (take_prefix(one, "phone-context=+") && number.find('+') == std::string_view::npos)
            out = "+" + std::string(one) + " ";
    }
    out += number;
    return invalid_reason::none;
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
           all_digits(tail);
}

// "447700900104.0": data frames make whole numbers of a column with blanks into decimal ones. Any
// other fraction is none of a number.
invalid_reason take_fraction(std::string_view& text, bool& wrapped) {
    const auto point = text.find_first_of(".,");
    if (point == std::string_view::npos || text.find_first_of(".,", point + 1) != text.npos)
        return invalid_reason::none;
    const auto head =
        text.substr(text.starts_with('+') ? 1 : 0, point - (text.starts_with('+') ? 1 : 0));
    const auto tail = text.substr(point + 1);
    const bool fraction = tail.size() <= 2 && all_digits(tail) && all_digits(head) && !head.empty();
    if (!fraction) return invalid_reason::none;
    if (tail.empty() || tail.find_first_not_of('0') != tail.npos)
        return invalid_reason::decimal_number;
    text = text.substr(0, point);
    wrapped = true;
    return invalid_reason::none;
}

// What letters between or behind digits say.
invalid_reason meaning_of(std::string_view word) {
    constexpr std::array<std::string_view, 11> extensions = {
        "x", "ext", "extn", "extension", "xt", "int", "anexo", "ramal", "durchwahl", "dw", "poste"};
    constexpr std::array<std::string_view, 9> joints = {"or", "and", "oder", "und", "ou",
                                                        "et", "o",   "y",    "u"};
    std::string small;
    for (const char c : word)
        small.push_back(lower(c));
    if (std::find(extensions.begin(), extensions.end(), small) != extensions.end())
        return invalid_reason::extension;
    if (std::find(joints.begin(), joints.end(), small) != joints.end())
        return invalid_reason::several_numbers;
    return invalid_reason::letter;
}

invalid_reason reason_of_letters(std::string_view text, std::size_t at) {
    auto end = at;
    while (end < text.size() && is_letter(text[end]))
        ++end;
    const bool between = has_digit(text.substr(0, at)) && has_digit(text.substr(end));
    return between ? meaning_of(text.substr(at, end - at)) : invalid_reason::letter;
}

// Peels off what spreadsheets and address books put around a number.
invalid_reason peel(std::string& text, bool& wrapped) {
    constexpr std::array<std::string_view, 5> schemes = {
        "tel:", "sms:", "smsto:", "callto:", "whatsapp:"};
    std::string_view rest = trimmed_of_blanks(text);
    const auto taken = [&](std::size_t front, std::size_t back) {
        wrapped = true;
        rest = trimmed_of_blanks(rest.substr(front, rest.size() - front - back));
    };
    if (rest.starts_with('\'')) taken(1, 0);  // a spreadsheet's mark for text
    if (rest.size() >= 2 && rest.starts_with('=') &&
        (is_digit(rest[1]) || rest[1] == '+' || rest[1] == '"'))
        taken(1, 0);
    if (rest.size() >= 2 && rest.front() == '"' && rest.back() == '"') taken(1, 1);
    for (const auto scheme : schemes) {
        auto behind = rest;
        if (!take_prefix(behind, scheme)) continue;
        wrapped = true;
        std::string number;
        if (const auto why = read_uri(trimmed_of_blanks(behind), number);
            why != invalid_reason::none)
            return why;
        text = trimmed_of_blanks(number);
        return invalid_reason::none;
    }
    text = std::string(rest);
    return invalid_reason::none;
}

// Takes the characters one by one.
class digit_gatherer {
  public:
    digit_gatherer(std::string_view text, number_text& out) : text_(text), out_(out) {}

    invalid_reason all() {
        for (; at_ < text_.size(); ++at_)
            if (const auto why = one(text_[at_]); why != invalid_reason::none) return why;
        if (out_.digits.empty()) return invalid_reason::too_few_digits;
        return invalid_reason::none;
    }

  private:
    invalid_reason one(char c) {
        if (is_digit(c)) return digit(c);
        if (is_letter(c)) return reason_of_letters(text_, at_);
        const bool between = !out_.digits.empty() && has_digit(text_.substr(at_));
        switch (c) {
            case '+':
                if (out_.plus || !out_.digits.empty()) return invalid_reason::several_numbers;
                out_.plus = true;
                return invalid_reason::none;
            case '(': return bracket();
            case ' ':
            case '.':
            case ')': blank_ = true; return invalid_reason::none;
            case '-':
                if (at_ == 0) return invalid_reason::stray_character;
                dash_ = true;
                return invalid_reason::none;
            case '/': slash_ = true; return invalid_reason::none;
            case '#': return between ? invalid_reason::extension : invalid_reason::stray_character;
            case ',':
            case ';':
            case '|':
            case '&':
            case '\n':
                return between ? invalid_reason::several_numbers : invalid_reason::stray_character;
            case '?':
                return has_digit(text_) ? invalid_reason::lost_character
                                        : invalid_reason::stray_character;
            default: return invalid_reason::stray_character;
        }
    }

    invalid_reason digit(char c) {
        const auto count = out_.digits.size();
        if (count == number_text::digits_max) return invalid_reason::too_many_digits;
        if (count > 0) {
            const auto here = std::uint64_t{1} << count;
            if (slash_)
                out_.slashes |= here;
            else if (dash_)
                out_.dashes |= here;
            else if (blank_)
                out_.blanks |= here;
        }
        blank_ = dash_ = slash_ = false;
        out_.digits.push_back(c);
        return invalid_reason::none;
    }

    // Digits in brackets: an area code, or "(0)" for who dials within the country. Behind all
    // others they are a label.
    invalid_reason bracket() {
        const auto end = std::min(text_.find(')', at_), text_.size());
        const auto inside = trimmed_of_blanks(text_.substr(at_ + 1, end - at_ - 1));
        const auto behind = text_.substr(std::min(end + 1, text_.size()));
        if (!out_.digits.empty() && has_digit(inside) && !has_digit(behind))
            return invalid_reason::extension;
        if (inside == "0" && !out_.bracketed_zero) out_.bracketed_zero = out_.digits.size();
        blank_ = true;
        return invalid_reason::none;
    }

    std::string_view text_;
    number_text& out_;
    std::size_t at_ = 0;
    bool blank_ = false;
    bool dash_ = false;
    bool slash_ = false;
};

}  // namespace

void number_text::drop(std::size_t count) {
    digits.erase(0, count);
    for (auto* separators : {&blanks, &dashes, &slashes})
        *separators = (*separators >> count) & ~std::uint64_t{1};
    if (bracketed_zero)
        bracketed_zero =
            *bracketed_zero >= count ? std::optional(*bracketed_zero - count) : std::nullopt;
}

invalid_reason read_number_text(std::string_view text, number_text& out) {
    std::string flat;
    flat.reserve(text.size());
    if (const auto why = flatten(text, flat); why != invalid_reason::none) return why;
    if (const auto why = peel(flat, out.wrapped); why != invalid_reason::none) return why;
    std::string_view rest = flat;
    if (rest.empty()) return invalid_reason::empty;
    if (is_scientific(rest)) return invalid_reason::scientific_notation;
    if (const auto why = take_fraction(rest, out.wrapped); why != invalid_reason::none) return why;
    return digit_gatherer(rest, out).all();
}

}  // namespace tidings::codec
