#include "codec/numbers/phone_spelling.hpp"

#include "codec/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace tidings::codec {
namespace {

// More digits than any number has with the prefixes that people leave before it.
constexpr std::size_t digits_behind_plus_max = 20;
// An area code that a slash may stand behind; what is longer is a number by itself.
constexpr std::size_t area_digits_max = 5;
// What stands behind a dash as an extension rather than as a group of digits.
constexpr std::size_t extension_digits_max = 2;

spelling refused(invalid_reason why) {
    spelling said;
    said.why = why;
    return said;
}

invalid_reason reason_of(number_fit fit) {
    switch (fit) {
        case number_fit::known:
        case number_fit::possible: return invalid_reason::none;
        case number_fit::too_short: return invalid_reason::too_short_there;
        case number_fit::too_long: return invalid_reason::too_long_there;
        case number_fit::wrong_length:
        case number_fit::abroad: return invalid_reason::wrong_length_there;
    }
    return invalid_reason::wrong_length_there;
}

constexpr std::array<std::string_view, invalid_reason_count> reason_texts = {
    "",
    "empty",
    "too few digits",
    "too many digits (two numbers in one field?)",
    "a country code cannot begin with 0",
    "a letter in it",
    "a character that has no place in a number",
    "two numbers in one field?",
    "an extension or a label behind the number, which cannot be texted",
    "a control character in it",
    "bytes that are not UTF-8",
    "a ? in it: a character was lost in an export, take the number from where it came from",
    "scientific notation: a spreadsheet dropped digits, export the column as text",
    "a decimal point: a spreadsheet took it for an amount, export the column as text",
    "no country code and no default_region",
    "too short for its country (an area code is missing?)",
    "too long for its country (two numbers in one field?)",
    "no number of its country is as long"};

}  // namespace

// A number as the plan reads it.
struct phone_speller::found_number {
    read_form form{};
    bool changed = false;        // behind the country code stood other digits
    std::size_t own_digits = 0;  // behind country code and zeros, also where it does not fit
};

phone_speller::phone_speller(const numbering_plan& plan) : plan_(&plan), leading_(leading_end) {
    for (const auto& region : plan.regions()) {
        const auto digits = std::to_string(region.code).size();
        std::size_t count = 1;
        for (auto n = digits; n < code_digits_max; ++n)
            count *= 10;
        for (std::size_t i = 0; i < count; ++i)
            leading_[region.code * count + i] = {.code = region.code,
                                                 .code_digits = static_cast<std::uint8_t>(digits)};
    }
}

phone_speller::~phone_speller() = default;
phone_speller::phone_speller(phone_speller&&) noexcept = default;
phone_speller& phone_speller::operator=(phone_speller&&) noexcept = default;

core::result<phone_speller> phone_speller::make(std::string_view default_region,
                                                const numbering_plan& plan) {
    phone_speller made(plan);
    if (default_region.empty()) return made;
    made.region_ = default_region;
    for (auto& c : made.region_)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    const auto* const region = plan.region(made.region_);
    if (region == nullptr) {
        std::string shown;
        append_printable(shown, default_region, 16);
        return core::failure{core::trouble::configuration,
                             "recipients.default_region \"" + shown +
                                 "\" is not known: use a two-letter country code such as \"US\", "
                                 "or \"\" for numbers with a country code only"};
    }
    made.national_ = std::make_unique<number_forms>(plan, *region);
    return made;
}

// The digits behind the plus.
phone_speller::found_number phone_speller::international(std::string_view digits) {
    found_number found;
    auto& of = leading_[leading_of(digits)];
    if (of.code == 0) {
        found.form = codeless;
        found.own_digits = digits.size();
        if (digits.size() < codeless_digits_min) found.form.fit = number_fit::too_short;
        if (digits.size() > core::phone_number::digits_max)
            found.form.fit = number_fit::too_long;
        else
            found.form.number = core::phone_number::from_e164("+" + std::string(digits))
                                    .value_or(core::phone_number{});
        return found;
    }
    if (digits.size() <= of.code_digits) {
        found.form.fit = number_fit::too_short;
        return found;
    }
    if (of.forms == nullptr) {
        behind_codes_.push_back(std::make_unique<number_forms>(*plan_, of.code));
        for (auto& one : leading_)
            if (one.code == of.code) one.forms = behind_codes_.back().get();
    }
    auto behind = digits.substr(of.code_digits);
    found.form = of.forms->read(behind);
    found.changed = found.form.taken_away != 0 || found.form.rewritten;
    behind.remove_prefix(found.form.taken_away);
    found.own_digits = behind.size() - std::min(behind.find_first_not_of('0'), behind.size());
    return found;
}

phone_speller::found_number phone_speller::read(std::string_view digits, bool has_code) {
    if (has_code) return international(digits);
    found_number found;
    found.form = national_->read(digits);
    digits.remove_prefix(found.form.taken_away);
    if (found.form.fit == number_fit::abroad) return international(digits);
    found.changed = found.form.old_form;
    found.own_digits = digits.size() - std::min(digits.find_first_not_of('0'), digits.size());
    return found;
}

// "+44 (0)20": who dials the country code leaves the zero out; but Italy's belongs to the number.
phone_speller::found_number phone_speller::read_best(const number_text& text, bool has_code) {
    auto found = read(text.digits, has_code);
    if (!text.bracketed_zero || *text.bracketed_zero == 0 || found.form.fit == number_fit::known)
        return found;
    auto without = text.digits;
    without.erase(*text.bracketed_zero, 1);
    auto other = read(without, has_code);
    const bool better =
        other.form.fit == number_fit::known || (fits(other.form.fit) && !fits(found.form.fit));
    if (!better) return found;
    other.changed = true;
    return other;
}

// Where a part of what is written is a number by itself, the rest is another one or an extension,
// and who runs them together texts a stranger. A slash may stand behind an area code too.
bool phone_speller::has_second_number(const number_text& text, bool has_code) {
    for (auto rest = text.slashes; rest != 0; rest &= rest - 1) {
        const auto cut = static_cast<std::size_t>(std::countr_zero(rest));
        const auto left = read(std::string_view(text.digits).substr(0, cut), has_code);
        if (left.form.fit == number_fit::known || left.own_digits > area_digits_max) return true;
    }
    return false;
}

invalid_reason phone_speller::extension_of(const number_text& text, bool has_code,
                                           const found_number& found) {
    const std::string_view digits = text.digits;
    const auto is_number = [&](std::size_t first_digits) {
        return read(digits.substr(0, first_digits), has_code).form.fit == number_fit::known;
    };
    const auto cut = text.last_cut();
    if (cut == 0) return invalid_reason::none;
    if (found.form.fit != number_fit::known && is_number(cut)) return invalid_reason::extension;
    const bool only_dash = text.dashes == std::uint64_t{1} << cut;
    if (only_dash && digits.size() - cut <= extension_digits_max && is_number(cut))
        return invalid_reason::extension;
    return invalid_reason::none;
}

spelling phone_speller::spell_text(std::string_view written) {
    if (written.size() > text_max) return refused(invalid_reason::too_many_digits);
    number_text text;
    if (const auto why = read_number_text(written, text); why != invalid_reason::none)
        return refused(why);
    bool has_code = text.plus;
    if (!has_code && text.digits.starts_with("00")) {
        // Abroad is dialled with 00 in most of the world; a region may have more behind it.
        const bool of_region = national_ != nullptr &&
                               national_->read(text.digits).fit == number_fit::abroad &&
                               fits(read(text.digits, false).form.fit);
        if (!of_region) {
            text.drop(2);
            has_code = true;
        }
    }
    if (text.digits.size() < 2) return refused(invalid_reason::too_few_digits);
    if (has_code && text.digits.front() == '0') return refused(invalid_reason::leading_zero);
    if (text.digits.size() > digits_behind_plus_max)
        return refused(invalid_reason::too_many_digits);
    if (!has_code && national_ == nullptr) return refused(invalid_reason::no_country);

    if (has_second_number(text, has_code)) return refused(invalid_reason::several_numbers);
    const auto found = read_best(text, has_code);
    if (!fits(found.form.fit)) return refused(reason_of(found.form.fit));
    if (const auto why = extension_of(text, has_code, found); why != invalid_reason::none)
        return refused(why);
    if (found.changed || found.form.taken_away != 0) {
        // Two zeros behind a country code: without one of them it would be read once more, and as
        // another number. A phone has one form.
        const auto again = international(found.form.number.text().substr(1));
        if (!fits(again.form.fit) || again.form.number != found.form.number)
            return refused(invalid_reason::wrong_length_there);
    }
    auto said = said_of(found.form.number, found.form);
    said.corrected = text.wrapped || found.changed;
    return said;
}

core::phone_number spelling::near_duplicate() const noexcept {
    if (twin == nullptr || number.empty()) return {};
    char text[core::phone_number::text_max + 1];
    const auto size = static_cast<std::size_t>(number.write_to(text) - text);
    const auto at = 1 + std::to_string(twin->code).size() + twin->place;
    if (at >= size) return {};
    std::string other(text, size);
    if (twin->inserts)
        other.insert(at, 1, static_cast<char>('0' + twin->digit));
    else
        other.erase(at, 1);
    return core::phone_number::from_e164(other).value_or(core::phone_number{});
}

std::string_view phone_speller::text_of(invalid_reason why) noexcept {
    return reason_texts[static_cast<std::size_t>(why)];
}

}  // namespace tidings::codec
