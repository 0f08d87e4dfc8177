#include "codec/numbers/number_forms.hpp"

#include <algorithm>
#include <utility>

namespace tidings::codec {

namespace {

// What tells whether a number is one, of whom and of which type.
bool add_numbers(const plan_region& region, digit_automaton& into) {
    return into.add_number_pattern(region.any) &&
           std::all_of(region.types.begin(), region.types.end(),
                       [&](const auto& one) { return into.add_number_pattern(one.pattern); }) &&
           (region.begins.empty() || into.add_number_beginning(region.begins));
}

bool alike(const read_form& a, const read_form& b) {
    return a.fit == b.fit && a.type == b.type && a.region == b.region &&
           a.taken_away == b.taken_away && a.old_form == b.old_form && a.twin == b.twin;
}

}  // namespace

number_forms::number_forms(const numbering_plan& plan, unsigned code)
    : code_(std::to_string(code)), rules_(plan, code) {
    learns_ = learn_patterns(plan, nullptr);
}

number_forms::number_forms(const numbering_plan& plan, const plan_region& region)
    : code_(std::to_string(region.code)), dialled_(&region), rules_(plan, region.code) {
    learns_ = learn_patterns(plan, &region);
}

// The regions that share a country code are told apart by their numbers. The main one's trunk
// prefixes count as well: they are those of a number that begins with the country code, behind
// which a prefix may be taken away twice.
bool number_forms::learn_patterns(const numbering_plan& plan, const plan_region* dialled) {
    const auto code = static_cast<unsigned>(std::stoul(code_));
    const auto regions = plan.regions_of(code);
    for (const auto& one : regions) {
        if (!add_numbers(one, patterns_)) return false;
        const bool prefixes_count = &one == dialled || &one == &regions.front();
        if (prefixes_count && !one.trunk.empty() && !patterns_.add_prefix(one.trunk)) return false;
    }
    for (const auto& one : plan.changes())
        if (one.code == code && !patterns_.add_number_rewriting(one.pattern)) return false;
    for (const auto& one : plan.twins())
        if (one.code == code && !patterns_.add_number_pattern(one.pattern)) return false;
    if (dialled == nullptr) return true;
    // The prefix for abroad needs a digit other than 0 behind it.
    return (dialled->abroad.empty() ||
            patterns_.add_first("(?:" + dialled->abroad + ")0", digit_automaton::point::nothing)) &&
           patterns_.add_first(code_, digit_automaton::point::prefixes_may_come);
}

core::phone_number number_forms::number_behind_code(std::string_view national) const {
    std::array<char, 1 + core::phone_number::digits_max> text{'+'};
    if (1 + code_.size() + national.size() > text.size()) return {};
    const auto end = std::copy(national.begin(), national.end(),
                               std::copy(code_.begin(), code_.end(), &text[1]));
    return core::phone_number::from_e164({text.data(), end}).value_or(core::phone_number{});
}

read_form number_forms::ask_rules(std::string_view digits, bool& alone) {
    ++asked_;
    const auto said =
        dialled_ != nullptr ? rules_.dialled_in(*dialled_, digits) : rules_.behind_code(digits);
    alone = said.alone;
    read_form form{.number = {},
                   .fit = said.fit,
                   .type = said.type,
                   .region = said.region,
                   .taken_away = 0,
                   .rewritten = !digits.ends_with(said.national),
                   .old_form = said.old_form,
                   .twin = said.twin};
    if (!form.rewritten)
        form.taken_away = static_cast<std::uint8_t>(digits.size() - said.national.size());
    if (fits(form.fit)) {
        form.number = number_behind_code(said.national);
        if (form.number.empty()) form.fit = number_fit::too_long;
    }
    return form;
}

number_forms::place number_forms::kept(const read_form& form) {
    const auto same = std::find_if(answers_.begin(), answers_.end(),
                                   [&](const read_form& one) { return alike(one, form); });
    if (same == answers_.end()) {
        if (answers_.size() >= answers_max) return ask;
        answers_.push_back(form);
        answers_.back().number = {};
        return first_answer - static_cast<place>(answers_.size() - 1);
    }
    return first_answer - static_cast<place>(same - answers_.begin());
}

// Pre: forks_[at] knows nothing of the digit at `depth`. What it is to know; not_seen: too much.
number_forms::place number_forms::grow(place at, std::size_t depth, std::string_view digits) {
    const auto digit = static_cast<unsigned>(digits[depth] - '0');
    const auto next = patterns_.follow(forks_[static_cast<std::size_t>(at)].at, digit);
    if (!next) return not_seen;
    place made = not_seen;
    if (patterns_.indifferent(*next)) {
        bool alone = false;
        const auto form = ask_rules(digits, alone);
        made = alone || form.rewritten ? ask : kept(form);
    } else {
        if (forks_.size() >= forks_max) return not_seen;
        made = static_cast<place>(forks_.size());
        forks_.push_back({.at = *next});
    }
    forks_[static_cast<std::size_t>(at)].next[digit] = made;
    return made;
}

// What is known of all numbers that begin as this one does; not_seen: nothing, and no more will be.
number_forms::place number_forms::known(std::string_view digits) {
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

read_form number_forms::read(std::string_view digits) {
    if (const auto* const kept = read_kept(digits)) {
        read_form form = *kept;
        if (fits(form.fit)) form.number = number_behind_code(digits.substr(form.taken_away));
        return form;
    }
    bool alone = false;
    return ask_rules(digits, alone);
}

}  // namespace tidings::codec
