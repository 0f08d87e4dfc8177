#include "codec/numbers/digit_automaton.hpp"

#include "codec/numbers/digit_expression.hpp"

#include <algorithm>

namespace tidings::codec {

digit_automaton::state_id digit_automaton::add(state one) {
    if (states_.size() >= states_max) return nowhere;
    const bool forks = one.digits == 0;
    one.indifferent =
        one.here == point::nothing && states_[one.next].indifferent &&
        (forks ? states_[one.other].indifferent : one.digits == digit_expression::every_digit);
    states_.push_back(one);
    return static_cast<state_id>(states_.size() - 1);
}

// From the back to the front: what follows is there before what leads to it.
digit_automaton::state_id digit_automaton::compile(const digit_expression& what, state_id next,
                                                   point in_groups) {
    using kind = digit_expression::kind;
    switch (what.what) {
        case kind::end: return next;  // texts are told apart by their lengths anyway
        case kind::digit: return add({.digits = what.digits, .next = next});
        case kind::group:
        case kind::sequence:
            for (std::size_t i = what.parts.size(); i-- > 0;)
                next = compile(what.parts[i], next, in_groups);
            if (what.what == kind::group && in_groups != point::nothing)
                next = add({.here = in_groups, .next = next});
            return next;
        case kind::choice: {
            state_id all = nowhere;
            for (const auto& one : what.parts)
                all = add({.next = compile(one, next, in_groups), .other = all});
            return all;
        }
        case kind::repeat: {
            state_id from = next;
            for (std::size_t n = what.most; n > 0; --n) {
                const auto once = compile(what.parts.front(), from, in_groups);
                from = n > what.least ? add({.next = once, .other = next}) : once;
            }
            return from;
        }
    }
    return next;
}

std::optional<digit_automaton::state_id> digit_automaton::compile(std::string_view pattern,
                                                                  point behind, point in_groups,
                                                                  std::uint32_t* lengths) {
    const auto read = digit_expression::read(pattern);
    if (!read) return std::nullopt;
    if (lengths != nullptr) *lengths = read->lengths();
    const state_id end = behind == point::nothing ? nowhere : add({.here = behind});
    const state_id start = compile(*read, end, in_groups);
    if (states_.size() >= states_max) return std::nullopt;
    return start;
}

bool digit_automaton::add_number_pattern(std::string_view pattern) {
    std::uint32_t lengths = 0;
    const auto start = compile(pattern, point::nothing, point::nothing, &lengths);
    if (start) numbers_.push_back({*start, lengths});
    return start.has_value();
}

bool digit_automaton::add_number_beginning(std::string_view pattern) {
    const auto start = compile(pattern, point::nothing, point::nothing, nullptr);
    if (start) numbers_.push_back({*start, ~std::uint32_t{0}});
    return start.has_value();
}

bool digit_automaton::add_number_rewriting(std::string_view pattern) {
    std::uint32_t lengths = 0;
    const auto start = compile(pattern, point::nothing, point::number_begins, &lengths);
    if (start) numbers_.push_back({*start, lengths});
    return start.has_value();
}

bool digit_automaton::add_prefix(std::string_view pattern) {
    const auto last = compile(pattern, point::number_begins, point::number_begins, nullptr);
    const auto first = compile(pattern, point::prefix_may_come, point::prefix_may_come, nullptr);
    if (!last || !first) return false;
    prefixes_.push_back(*last);
    prefixes_two_.push_back(*first);
    return true;
}

bool digit_automaton::add_first(std::string_view pattern, point behind) {
    const auto start = compile(pattern, behind, point::nothing, nullptr);
    if (start) firsts_.push_back(*start);
    return start.has_value();
}

// Adds the consuming states that are reached without a digit.
void digit_automaton::enter(state_id at, std::size_t left, std::vector<state_id>& into) {
    std::vector<state_id> open{at};
    while (!open.empty()) {
        const state_id here = open.back();
        open.pop_back();
        if (here == nowhere || std::exchange(entered_[here], round_) == round_) continue;
        const state& one = states_[here];
        if (one.here != point::nothing)
            for (const auto& number : numbers_)
                if ((number.lengths >> left & 1) != 0) open.push_back(number.start);
        if (one.here == point::prefix_may_come)
            open.insert(open.end(), prefixes_.begin(), prefixes_.end());
        if (one.here == point::prefixes_may_come)
            open.insert(open.end(), prefixes_two_.begin(), prefixes_two_.end());
        if (one.digits != 0) {
            into.push_back(here);
            continue;
        }
        open.push_back(one.next);
        open.push_back(one.other);
    }
}

std::optional<digit_automaton::step_id> digit_automaton::find_or_make(std::vector<state_id> states,
                                                                      std::size_t left) {
    std::sort(states.begin(), states.end());
    auto key = std::make_pair(left, std::move(states));
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
    if (steps_.size() >= steps_max) return std::nullopt;
    const bool same =
        left == 0 || std::all_of(key.second.begin(), key.second.end(),
                                 [this](state_id one) { return states_[one].indifferent; });
    step made{.states = key.second, .left = left, .indifferent = same, .next = {}};
    made.next.fill(unknown);
    steps_.push_back(std::move(made));
    const auto id = static_cast<step_id>(steps_.size() - 1);
    known_.emplace(std::move(key), id);
    return id;
}

std::optional<digit_automaton::step_id> digit_automaton::begin(std::size_t digits) {
    if (digits > digits_max) return std::nullopt;
    entered_.resize(states_.size());
    ++round_;
    std::vector<state_id> states;
    const auto enter_all = [&](const std::vector<state_id>& which) {
        for (const auto one : which)
            enter(one, digits, states);
    };
    enter_all(firsts_);
    enter_all(prefixes_);
    for (const auto& number : numbers_)
        if ((number.lengths >> digits & 1) != 0) enter(number.start, digits, states);
    return find_or_make(std::move(states), digits);
}

std::optional<digit_automaton::step_id> digit_automaton::follow(step_id at, unsigned digit) {
    if (const auto known = steps_[at].next[digit]; known != unknown) return known;
    const std::size_t left = steps_[at].left - 1;
    ++round_;
    std::vector<state_id> states;
    for (const auto one : steps_[at].states)
        if ((states_[one].digits >> digit & 1) != 0) enter(states_[one].next, left, states);
    const auto next = find_or_make(std::move(states), left);
    if (next) steps_[at].next[digit] = *next;
    return next;
}

}  // namespace tidings::codec
