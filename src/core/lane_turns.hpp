// Whose turn it is among lanes that share limits, without asking those that cannot go. A lane that
// a limit of its own holds back waits for its moment. The others stand in the line of the innermost
// scope that they share with others, that scope in the line of the next one, up to the run's own;
// what a scope holds back leaves the line it stands in until its moment, with all that stand behind
// it. So a message costs a few steps however many lanes wait. In a line turns go round.
//
// It takes no slots and knows no rows: whoever asks does. One thread; `now` never goes back.
#pragma once

#include "core/limiter.hpp"
#include "core/row.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <functional>
#include <queue>
#include <span>
#include <vector>

namespace tidings::core {

class lane_turns {
  public:
    // `limits` has all its scopes and lanes, and outlives this. Pre: the scopes that lanes share
    // nest, as those of core/limit_plan do.
    explicit lane_turns(limiter& limits);
    // Only these lanes take part. What other lanes do to scopes that both use is asked of the
    // limits; of their answers wake() is to be told as well.
    lane_turns(limiter& limits, std::span<const lane_id> lanes);

    // It has something to leave: it takes part until it rests.
    void wants(lane_id lane);
    // The next lane that may leave at `now`; lane_none: nobody before next_due() or a wake. What
    // became of it is told by left, stays or rests before the next call.
    lane_id next(instant now);
    void left();   // something of it left, and it may have more
    void stays();  // nothing could leave for another reason: it keeps its turn
    void rests();  // it has nothing
    // An answer of this lane came: who waited for that is asked.
    void wake(lane_id lane) {
        if (waiting_ > 0) wake(lane, false);
    }
    // A slot of this lane is free that nobody could foresee: who waits for a moment is asked, too.
    void wake_early(lane_id lane) {
        if (waiting_ > 0 || !moments_.empty()) wake(lane, true);
    }
    // When somebody may go without an answer; never: nobody. instant::min(): somebody has a turn.
    instant next_due() const noexcept;
    // After stays(): how many lanes besides that one stand in its line; at most some dozens.
    std::uint32_t others_in_line() const noexcept;
    // The lane that goes first when nobody may go now; lane_none: all rest. Linear where all wait
    // for answers.
    lane_id first_held_back() const noexcept;
    // Several lanes have it.
    bool is_shared(scope_id scope) const noexcept {
        return of(scope) != nobody && members_[of(scope)].shared;
    }
    // How often a lane was held back by a scope that others share.
    std::uint64_t shared_waits() const noexcept { return shared_waits_; }

  private:
    enum class place : std::uint8_t {
        resting,  // nothing to leave
        in_line,  // in that of its scope; the run's own: it has the turn
        timed,    // held back until a moment
        waiting,  // held back until an answer comes
    };
    // What stands in a line: a lane, or a scope with all that stand in its line. An index into
    // members_: lanes come first.
    using member = std::uint32_t;
    static constexpr member nobody = 0xFFFF'FFFF;
    struct standing {
        place where = place::resting;
        bool shared = false;   // by several lanes
        member line = nobody;  // the scope in whose line it stands, or will; nobody: the run's own
        member behind = nobody;  // the next one in that line
        member first = nobody;   // of the line of its own, where it is a scope
        member last = nobody;
        instant until{};  // while timed
    };
    struct moment {
        instant when;
        member whose;
        bool operator>(const moment& other) const noexcept { return when > other.when; }
    };

    member of(scope_id scope) const noexcept { return member_of_scope_[scope]; }
    void wake(lane_id lane, bool early);
    void join(member one);
    member take_first(standing& line) noexcept;
    void hold_back(member one, instant until);
    void leave_line(member first);

    limiter& limits_;
    std::vector<lane_id> lanes_;           // by member
    std::vector<member> member_of_lane_;   // nobody: takes no part
    std::vector<member> member_of_scope_;  // nobody: none of its lanes does
    std::vector<standing> members_;
    std::priority_queue<moment, std::vector<moment>, std::greater<>> moments_;
    std::size_t waiting_ = 0;  // members that are held back until an answer comes
    member asked_ = nobody;    // what next() named last
    std::uint64_t shared_waits_ = 0;
};

}  // namespace tidings::core
