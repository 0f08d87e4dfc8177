#include "codec/numbers/country_rules.hpp"

#include "codec/numbers/digit_match.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace tidings::codec {

namespace {

constexpr std::size_t national_digits_min = 2;
constexpr std::size_t national_digits_max = 17;

std::optional<digit_expression> pattern_of(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return digit_expression::read(text);
}

// It puts in nothing that does not stand in the text, so that texts which begin alike are alike.
bool only_takes_away(std::string_view rule) {
    return rule == "$1" || rule == "$2";
}

bool has(std::uint32_t lengths, std::size_t length) {
    return length <= digit_expression::length_max && (lengths >> length & 1) != 0;
}

}  // namespace

country_rules::region_rules country_rules::rules_of(const plan_region& region, region_index index) {
    region_rules made{.plan = &region,
                      .index = index,
                      .any = digit_expression::read(region.any).value_or(digit_expression{}),
                      .types = {},
                      .begins = pattern_of(region.begins),
                      .abroad = pattern_of(region.abroad),
                      .trunk = pattern_of(region.trunk)};
    for (const auto& one : region.types)
        if (auto pattern = digit_expression::read(one.pattern))
            made.types.push_back({one.type, one.lengths, std::move(*pattern)});
    return made;
}

country_rules::country_rules(const numbering_plan& plan, unsigned code)
    : code_(std::to_string(code)) {
    const auto regions = plan.regions_of(code);
    const auto first = static_cast<std::size_t>(regions.data() - plan.regions().data());
    for (std::size_t i = 0; i < regions.size(); ++i)
        regions_.push_back(rules_of(regions[i], static_cast<region_index>(first + i)));
    for (const auto& one : plan.changes())
        if (one.code == code) changes_.push_back({&one, *digit_expression::read(one.pattern)});
    for (const auto& one : plan.twins())
        if (one.code == code) twins_.push_back({&one, *digit_expression::read(one.pattern)});
}

number_fit country_rules::length_in(const plan_region& region, std::size_t digits) {
    if (has(region.lengths, digits)) return number_fit::possible;
    if (has(region.local_lengths, digits)) return number_fit::too_short;
    const auto least = static_cast<std::size_t>(std::countr_zero(region.lengths));
    const auto most = static_cast<std::size_t>(std::bit_width(region.lengths) - 1);
    if (digits < least) return number_fit::too_short;
    return digits > most ? number_fit::too_long : number_fit::wrong_length;
}

// Fixed lines and mobile phones last: what is dear or free often lies within their ranges.
number_type country_rules::type_in(const region_rules& region, std::string_view national) {
    if (!has(region.plan->lengths, national.size()) || !matches_whole(region.any, national))
        return number_type::unknown;
    bool is_fixed = false;
    bool is_mobile = false;
    for (const auto type :
         {number_type::premium, number_type::toll_free, number_type::shared_cost, number_type::voip,
          number_type::personal, number_type::pager, number_type::uan, number_type::voicemail,
          number_type::fixed, number_type::mobile}) {
        const auto fits =
            std::any_of(region.types.begin(), region.types.end(), [&](const type_rule& rule) {
                return rule.type == type &&
                       (rule.lengths == 0 || has(rule.lengths, national.size())) &&
                       matches_whole(rule.pattern, national);
            });
        if (!fits) continue;
        if (type == number_type::fixed)
            is_fixed = true;
        else if (type == number_type::mobile)
            is_mobile = true;
        else
            return type;
    }
    if (is_fixed) return is_mobile ? number_type::fixed_or_mobile : number_type::fixed;
    return is_mobile ? number_type::mobile : number_type::unknown;
}

// Takes a trunk prefix away, or puts in what stands for it; never so that a number that fits
// becomes one that does not.
bool country_rules::strip_trunk(const region_rules& region, std::string& digits, bool& alone) {
    if (!region.trunk || digits.empty()) return false;
    const auto taken = take_beginning(*region.trunk, digits);
    if (!taken) return false;
    std::string rest = digits.substr(taken->size);
    const auto& rule = region.plan->trunk_becomes;
    if (!rule.empty() && !taken->last_group().empty()) {
        rest.insert(0, rewritten(rule, *taken));
        alone = alone || !only_takes_away(rule) || !digits.ends_with(rest);
    }
    if (matches_whole(region.any, digits) && !matches_whole(region.any, rest)) return false;
    digits = std::move(rest);
    return true;
}

void country_rules::judge(plan_reading& reading) const {
    const auto& national = reading.national;
    reading.region = region_unknown;
    reading.type = number_type::unknown;
    reading.fit = length_in(*regions_.front().plan, national.size());
    if (national.size() < national_digits_min) reading.fit = number_fit::too_short;
    if (national.size() > national_digits_max) reading.fit = number_fit::too_long;
    for (const auto& one : regions_) {
        const auto type = type_in(one, national);
        // A region that has beginnings of its own has every number that begins so.
        if (one.begins && regions_.size() > 1) {
            if (!matches_beginning(*one.begins, national)) continue;
        } else if (type == number_type::unknown && regions_.size() > 1) {
            continue;
        }
        reading.region = one.index;
        reading.type = type;
        if (type != number_type::unknown) reading.fit = number_fit::known;
        return;
    }
}

void country_rules::read_old_form(plan_reading& reading) const {
    const bool known = reading.fit == number_fit::known;
    for (const auto& change : changes_) {
        if (known && !change.plan->still_valid) continue;
        const auto taken = take_beginning(change.pattern, reading.national);
        if (!taken || taken->size != reading.national.size()) continue;
        plan_reading today = reading;
        today.national = rewritten(change.plan->becomes, *taken);
        today.alone = reading.alone = reading.alone || !only_takes_away(change.plan->becomes) ||
                                      !reading.national.ends_with(today.national);
        judge(today);
        const bool better = today.fit == number_fit::known || (today.fit == number_fit::possible &&
                                                               reading.fit != number_fit::possible);
        if (!better) continue;
        reading = std::move(today);
        reading.old_form = true;
        return;
    }
}

plan_reading country_rules::finished(const region_rules& strips, std::string digits,
                                     bool alone) const {
    plan_reading reading;
    std::string stripped = digits;
    if (strip_trunk(strips, stripped, alone)) {
        const auto fit = length_in(*strips.plan, stripped.size());
        if (fit == number_fit::possible || fit == number_fit::too_long)
            digits = std::move(stripped);
    }
    reading.national = std::move(digits);
    reading.alone = alone;
    judge(reading);
    read_old_form(reading);
    if (!fits(reading.fit)) return reading;
    for (const auto& twin : twins_)
        if (matches_whole(twin.pattern, reading.national)) {
            reading.twin = twin.plan;
            break;
        }
    return reading;
}

plan_reading country_rules::behind_code(std::string_view digits) const {
    return finished(regions_.front(), std::string(digits), false);
}

// A number that begins with the region's own country code, written without a plus: only when it
// is no number as it stands, and one without the code.
std::optional<std::string> country_rules::without_code(const region_rules& dialled,
                                                       const std::string& digits,
                                                       bool& alone) const {
    if (!digits.starts_with(code_)) return std::nullopt;
    const std::string rest = digits.substr(code_.size());
    std::string stripped = rest;
    strip_trunk(dialled, stripped, alone);
    const bool fits_only_without =
        !matches_whole(dialled.any, digits) && matches_whole(dialled.any, stripped);
    const bool too_long = length_in(*dialled.plan, digits.size()) == number_fit::too_long;
    if (!fits_only_without && !too_long) return std::nullopt;
    return stripped;
}

plan_reading country_rules::dialled_in(const plan_region& region, std::string_view text) const {
    const auto& dialled = *std::find_if(regions_.begin(), regions_.end(),
                                        [&](const auto& one) { return one.plan == &region; });
    std::string digits(text);
    if (dialled.abroad) {
        const auto taken = take_beginning(*dialled.abroad, digits);
        // A country code cannot begin with 0.
        if (taken && taken->size < digits.size() && digits[taken->size] != '0') {
            plan_reading reading;
            reading.national = digits.substr(taken->size);
            reading.fit = number_fit::abroad;
            return reading;
        }
    }
    bool alone = false;
    if (auto own = without_code(dialled, digits, alone))
        return finished(regions_.front(), std::move(*own), alone);
    return finished(dialled, std::move(digits), alone);
}

}  // namespace tidings::codec
