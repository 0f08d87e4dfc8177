#include "core/lane_turns.hpp"

#include <utility>

#include <boost/assert.hpp>

namespace tidings::core {

lane_turns::lane_turns(limiter& limits)
    : limits_(limits),
      scopes_from_(static_cast<member>(limits.lane_count())),
      members_(limits.lane_count() + limits.scope_count()) {
    std::vector<std::uint32_t> users(limits.scope_count());
    for (lane_id lane = 0; lane < limits.lane_count(); ++lane)
        for (const scope_id scope : limits.scopes_of(lane))
            members_[of(scope)].shared = ++users[scope] > 1;
    for (lane_id lane = 0; lane < limits.lane_count(); ++lane) {
        member line = of(0);
        for (const scope_id scope : limits.scopes_of(lane).subspan(1)) {
            auto& its = members_[of(scope)];
            if (!its.shared) continue;
            BOOST_ASSERT(its.line == nobody || its.line == line);
            its.line = line;
            line = of(scope);
        }
        members_[lane].line = line;
    }
}

void lane_turns::wants(lane_id lane) {
    if (members_[lane].where == place::resting) join(lane);
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
    members_[one].where = until == never ? place::waiting : place::timed;
    if (until != never) moments_.push({until, one});
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
    BOOST_ASSERT(asked_ == lane_none);
    while (!moments_.empty() && moments_.top().when <= now) {
        const member one = moments_.top().whose;
        moments_.pop();
        join(one);
    }
    const auto& whole = members_[of(0)];
    while (whole.where == place::in_line) {
        member one = of(0);
        while (one >= scopes_from_)
            one = members_[one].first;
        const auto lane = static_cast<lane_id>(one);
        const auto why = limits_.held(lane, now);
        if (why.until <= now) return asked_ = lane;
        const member by = of(why.scope);
        // A scope goes with its line; what stands behind it in the lines above may go on.
        const bool shared = members_[by].shared || by == of(0);
        shared_waits_ += shared ? 1 : 0;
        leave_line(shared ? by : one);
        hold_back(shared ? by : one, why.until);
    }
    return lane_none;
}

// To the end of its line, and each scope above it to the end of its own: turns go round.
void lane_turns::left() {
    member one = std::exchange(asked_, lane_none);
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

void lane_turns::rests() {
    const lane_id lane = std::exchange(asked_, lane_none);
    leave_line(lane);
    members_[lane].where = place::resting;
}

void lane_turns::wake(lane_id lane) {
    if (members_[lane].where == place::waiting) join(lane);
    for (const scope_id scope : limits_.scopes_of(lane))
        if (members_[of(scope)].where == place::waiting) join(of(scope));
}

instant lane_turns::next_due() const noexcept {
    if (members_[of(0)].where == place::in_line) return instant::min();
    return moments_.empty() ? never : moments_.top().when;
}

}  // namespace tidings::core
