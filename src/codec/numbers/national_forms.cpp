#include "codec/numbers/national_forms.hpp"

#include <algorithm>
#include <utility>

#include <phonenumbers/phonemetadata.pb.h>
#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>

// libphonenumber's own metadata, which it exports without a header.
namespace i18n::phonenumbers {
int metadata_size();
const void* metadata_get();
}  // namespace i18n::phonenumbers

namespace tidings::codec {

namespace {

using i18n::phonenumbers::PhoneMetadata;
using i18n::phonenumbers::PhoneMetadataCollection;
using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberDesc;
using i18n::phonenumbers::PhoneNumberUtil;

// What IsValidNumber looks at: the general description, the types, and a region's own beginning.
bool add_numbers(const PhoneMetadata& region, digit_automaton& into) {
    const PhoneNumberDesc* const all[] = {&region.general_desc(),    &region.fixed_line(),
                                          &region.mobile(),          &region.toll_free(),
                                          &region.premium_rate(),    &region.shared_cost(),
                                          &region.personal_number(), &region.voip(),
                                          &region.pager(),           &region.uan(),
                                          &region.voicemail()};
    const bool read = std::all_of(std::begin(all), std::end(all), [&](const auto* one) {
        return !one->has_national_number_pattern() ||
               into.add_number_pattern(one->national_number_pattern());
    });
    return read &&
           (!region.has_leading_digits() || into.add_number_beginning(region.leading_digits()));
}

// What Parse looks at before: a prefix for dialling abroad, which needs a digit other than 0 behind
// it, and one for dialling within the country. A rule that puts digits into a number makes one that
// stands nowhere in the text.
bool add_prefixes(const PhoneMetadata& region, digit_automaton& into) {
    const auto& rule = region.national_prefix_transform_rule();
    if (!rule.empty() && rule != "$1" && rule != "$2") return false;
    return (!region.has_international_prefix() ||
            into.add_first("(?:" + region.international_prefix() + ")0",
                           digit_automaton::point::nothing)) &&
           (!region.has_national_prefix_for_parsing() ||
            into.add_prefix(region.national_prefix_for_parsing()));
}

}  // namespace

national_forms::national_forms(std::string region) : region_(std::move(region)) {
    const auto& library = *PhoneNumberUtil::GetInstance();
    country_code_ = std::to_string(library.GetCountryCodeForRegion(region_));
    learns_ = learn_patterns();
}

// The regions that share a country code are told apart by their numbers. The main one's prefixes
// count as well: they are those of a number that begins with the country code, behind which Parse
// takes a prefix away twice.
bool national_forms::learn_patterns() {
    using i18n::phonenumbers::metadata_get;
    using i18n::phonenumbers::metadata_size;
    PhoneMetadataCollection all;
    if (!all.ParseFromArray(metadata_get(), metadata_size())) return false;
    bool found = false;
    for (const PhoneMetadata& one : all.metadata()) {
        if (std::to_string(one.country_code()) != country_code_) continue;
        if (!add_numbers(one, patterns_)) return false;
        const bool here = one.id() == region_;
        if ((here || one.main_country_for_code()) && !add_prefixes(one, patterns_)) return false;
        found = found || here;
    }
    return found && patterns_.add_first(country_code_, digit_automaton::point::prefixes_may_come);
}

national_forms::answer national_forms::ask_library(std::string_view digits) {
    ++asked_;
    const auto& library = *PhoneNumberUtil::GetInstance();
    PhoneNumber parsed;
    const auto error = library.ParseAndKeepRawInput(std::string(digits), region_, &parsed);
    // Of a number abroad other patterns decide. So may they of what cannot be read at all.
    if (error != PhoneNumberUtil::NO_PARSING_ERROR) return {};
    const bool ours = std::to_string(parsed.country_code()) == country_code_ &&
                      parsed.country_code_source() != PhoneNumber::FROM_NUMBER_WITH_IDD;
    if (!library.IsValidNumber(parsed)) return {.number = {}, .holds = ours ? no_number : ask};
    std::string e164;
    library.Format(parsed, PhoneNumberUtil::E164, &e164);
    answer made{.number = core::phone_number::from_e164(e164)};
    if (!ours || !made.number) return made;
    const auto own = std::string_view(e164).substr(1 + country_code_.size());
    if (digits.ends_with(own))
        made.holds = number_behind - static_cast<place>(digits.size() - own.size());
    return made;
}

// Pre: forks_[at] knows nothing of the digit at `depth`. What it is to know; not_seen: too much.
national_forms::place national_forms::grow(place at, std::size_t depth, std::string_view digits) {
    const auto digit = static_cast<unsigned>(digits[depth] - '0');
    const auto next = patterns_.follow(forks_[static_cast<std::size_t>(at)].at, digit);
    if (!next) return not_seen;
    place made = not_seen;
    if (patterns_.indifferent(*next)) {
        made = ask_library(digits).holds;
    } else {
        if (forks_.size() >= forks_max) return not_seen;
        made = static_cast<place>(forks_.size());
        forks_.push_back({.at = *next});
    }
    forks_[static_cast<std::size_t>(at)].next[digit] = made;
    return made;
}

// What is known of all numbers that begin as this one does; not_seen: nothing, and no more will be.
national_forms::place national_forms::known(std::string_view digits) {
    place at = roots_[digits.size()];
    if (at == not_seen) {
        const auto begin = patterns_.begin(digits.size());
        if (!begin || forks_.size() >= forks_max) return not_seen;
        at = roots_[digits.size()] = static_cast<place>(forks_.size());
        forks_.push_back({.at = *begin});
    }
    for (std::size_t depth = 0; depth < digits.size(); ++depth) {
        const auto digit = static_cast<std::size_t>(digits[depth] - '0');
        place next = forks_[static_cast<std::size_t>(at)].next[digit];
        if (next == not_seen) next = grow(at, depth, digits);
        if (next <= not_seen) return next;
        at = next;
    }
    return not_seen;
}

std::optional<core::phone_number> national_forms::read(std::string_view digits) {
    const place what =
        learns_ && digits.size() <= digit_automaton::digits_max ? known(digits) : ask;
    if (what == no_number) return std::nullopt;
    if (what == ask || what == not_seen) return ask_library(digits).number;
    const auto own = digits.substr(static_cast<std::size_t>(number_behind - what));
    std::array<char, 1 + core::phone_number::digits_max> text{'+'};
    if (1 + country_code_.size() + own.size() > text.size()) return ask_library(digits).number;
    const auto end = std::copy(own.begin(), own.end(),
                               std::copy(country_code_.begin(), country_code_.end(), &text[1]));
    return core::phone_number::from_e164({text.data(), end});
}

}  // namespace tidings::codec
