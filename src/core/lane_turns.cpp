#include "core/lane_turns.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <boost/assert.hpp>

namespace tidings::core {

namespace {

std::vector<lane_id> all_of(const limiter& limits) {
    std::vector<lane_id> lanes(limits.lane_count());
    std::iota(lanes.begin(), lanes.end(), lane_id{0});
    return lanes;
}

}  // namespace

lane_turns::lane_turns(limiter& limits) : lane_turns(limits, all_of(limits)) {}

lane_turns::lane_turns(limiter& limits, std::span<const lane_id> lanes)
    : limits_(limits),
      lanes_(lanes.begin(), lanes.end()),
      member_of_lane_(limits.lane_count(), nobody),
      member_of_scope_(limits.scope_count(), nobody),
      members_(lanes.size()) {
    // By lanes that take no part as well: what they do can hold ours back.
    std::vector<std::uint32_t> users(limits.scope_count());
    for (lane_id lane = 0; lane < limits.lane_count(); ++lane)
        for (const scope_id scope : limits.scopes_of(lane))
            ++users[scope];
    const auto place_for = [&](scope_id scope) {
        if (of(scope) != nobody) return;
        member_of_scope_[scope] = static_cast<member>(members_.size());
        members_.emplace_back().shared = users[scope] > 1;
    };
    place_for(0);
    for (member i = 0; i < lanes_.size(); ++i) {
        member_of_lane_[lanes_[i]] = i;
        for (const scope_id scope : limits.scopes_of(lanes_[i]))
            place_for(scope);
    }
    for (member i = 0; i < lanes_.size(); ++i) {
        member line = of(0);
        for (const scope_id scope : limits.scopes_of(lanes_[i]).subspan(1)) {
            auto& its = members_[of(scope)];
            if (!its.shared) continue;
            BOOST_ASSERT(its.line == nobody || its.line == line);
            its.line = line;
            line = of(scope);
        }
        members_[i].line = line;
    }
}

void lane_turns::wants(lane_id lane) {
    const member one = member_of_lane_[lane];
    if (members_[one].where == place::resting) join(one);
}

// Behind those who stand there already; and so does the scope whose line it is, where it was empty.
void lane_turns::join(member one) {
    while (true) {
        auto& its = members_[one];
        its.where = place::in_line;
        its.behind = nobody;
        if (its.line == nobody) return;
        auto& line = members_[its.line];
        (line.first == nobody ? line.first : members_[line.last].behind) = one;
        line.last = one;
        if (line.where != place::resting) return;
        one = its.line;
    }
}

lane_turns::member lane_turns::take_first(standing& line) noexcept {
    const member one = line.first;
    line.first = members_[one].behind;
    return one;
}

void lane_turns::hold_back(member one, instant until) {
    auto& its = members_[one];
    its.where = until == never ? place::waiting : place::timed;
    its.until = until;
    if (until == never)
        ++waiting_;
    else
        moments_.push({until, one});
}

// One that is first in its line and all above: it leaves, and so does each scope whose line is
// empty then.
void lane_turns::leave_line(member first) {
    for (member line = members_[first].line; line != nobody; line = members_[line].line) {
        auto& its = members_[line];
        take_first(its);
        if (its.first != nobody) return;
        its.where = place::resting;
    }
}

lane_id lane_turns::next(instant now) {
    BOOST_ASSERT(asked_ == nobody);
    while (!moments_.empty() && moments_.top().when <= now) {
        const moment due = moments_.top();
        moments_.pop();
        // Who was woken early may have another moment by now, or none.
        const auto& its = members_[due.whose];
        if (its.where == place::timed && its.until == due.when) join(due.whose);
    }
    const member run = of(0);
    while (members_[run].where == place::in_line) {
        member one = run;
        while (one >= lanes_.size())
            one = members_[one].first;
        const auto why = limits_.held(lanes_[one], now);
        if (why.until <= now) return lanes_[asked_ = one];
        const member by = of(why.scope);
        // A scope goes with its line; what stands behind it in the lines above may go on.
        const bool shared = members_[by].shared || by == run;
        shared_waits_ += shared ? 1 : 0;
        leave_line(shared ? by : one);
        hold_back(shared ? by : one, why.until);
    }
    return lane_none;
}

// To the end of its line, and each scope above it to the end of its own: turns go round.
void lane_turns::left() {
    member one = std::exchange(asked_, nobody);
    for (member line = members_[one].line; line != nobody; line = members_[line].line) {
        auto& its = members_[line];
        if (its.first != its.last) {
            take_first(its);
            members_[one].behind = nobody;
            members_[its.last].behind = one;
            its.last = one;
        }
        one = line;
    }
}

void lane_turns::stays() {
    asked_ = nobody;
}

void lane_turns::rests() {
    const member one = std::exchange(asked_, nobody);
    leave_line(one);
    members_[one].where = place::resting;
}

void lane_turns::wake(lane_id lane, bool early) {
    const auto ask = [&](member one) {
        if (one == nobody) return;
        const place where = members_[one].where;
        if (where == place::waiting)
            --waiting_;
        else if (!early || where != place::timed)
            return;
        join(one);
    };
    ask(member_of_lane_[lane]);
    for (const scope_id scope : limits_.scopes_of(lane))
        ask(of(scope));
}

std::uint32_t lane_turns::others_in_line() const noexcept {
    constexpr std::uint32_t counted_max = 63;
    member one = of(0);
    while (one >= lanes_.size())
        one = members_[one].first;
    std::uint32_t others = 0;
    while (others < counted_max && (one = members_[one].behind) != nobody)
        ++others;
    return others;
}

lane_id lane_turns::first_held_back() const noexcept {
    const auto held_back = [](const standing& one) {
        return one.where == place::timed || one.where == place::waiting;
    };
    auto found = members_.end();
    if (!moments_.empty() && held_back(members_[moments_.top().whose]))
        found = members_.begin() + moments_.top().whose;
    else
        found = std::find_if(members_.begin(), members_.end(), held_back);
    if (found == members_.end()) return lane_none;
    auto one = static_cast<member>(found - members_.begin());
    while (one >= lanes_.size())
        one = members_[one].first;
    return lanes_[one];
}

instant lane_turns::next_due() const noexcept {
    if (members_[of(0)].where == place::in_line) return instant::min();
    return moments_.empty() ? never : moments_.top().when;
}

}  // namespace tidings::core
