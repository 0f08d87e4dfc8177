// What core/limiter.hpp tells and what it is rebuilt from; the words of core/limiter_facts.hpp.
#include "core/limiter_facts.hpp"

#include "core/limiter.hpp"
#include "core/wording.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace tidings::core {

namespace {

// "18,000/1h": as it is spelled, but readable.
std::string shown(const rate_limit& limit) {
    const std::string exact = spelled(limit);
    return shown_count(limit.count) + exact.substr(exact.find('/'));
}

}  // namespace

std::string in_words(const wait_reason& why) {
    const std::string whose = in_words(why.scope, why.name);
    switch (why.what) {
        case wait_reason::cause::nothing: return "nothing";
        case wait_reason::cause::pace: return "the pace of " + whose;
        case wait_reason::cause::limit: return shown(why.limit) + " of " + whose;
        case wait_reason::cause::refusal:
            return "a refusal by limit of " + whose +
                   (why.asked.count() > 0 ? " (asked for " + shown(why.asked) +
                                                ", which no window explains: one message asks "
                                                "sooner)"
                                          : "");
        case wait_reason::cause::trial: return "a single trial message of " + whose;
    }
    return {};
}

std::string in_words(const overlong_wait& wait) {
    return "the server asked " + in_words(wait.scope, wait.name) + " to wait " + shown(wait.asked) +
           " (Retry-After), longer than any window it can mean: single messages ask sooner";
}

std::vector<overlong_wait> limiter::overlong_waits() const {
    std::vector<overlong_wait> out;
    for (const auto& in : scopes_)
        if (in.overlong.count() > 0) out.push_back({in.kind, in.name, in.overlong});
    return out;
}

wait_reason limiter::why_waiting(lane_id id, instant now) {
    wait_reason why;
    why.until = instant::min();
    const auto later = [&](instant until, wait_reason::cause what, const scope& in) {
        if (until <= now || until <= why.until) return false;
        why = {what, in.kind, in.name, {}, until, {}};
        return true;
    };
    const auto believed = [&](std::uint32_t r) {
        return rate_limit{rings_[r].believed(), rings_[r].asked().window};
    };
    for (const scope_id which : lanes_[id].all()) {
        const scope& in = scopes_[which];
        if (later(in.next_due, wait_reason::cause::pace, in)) why.limit = believed(in.pacing_ring);
        for (std::uint32_t r = in.first_ring; r != in.first_ring + in.ring_count; ++r) {
            rings_[r].collect(now);
            if (rings_[r].free() > 0) continue;
            if (later(ring_earliest(in, r), wait_reason::cause::limit, in)) why.limit = believed(r);
        }
        if (later(in.frozen_until, wait_reason::cause::refusal, in) && in.cut_short)
            why.asked = in.overlong;
        if (in.state != gate::open && in.in_flight > 0) later(never, wait_reason::cause::trial, in);
    }
    return why;
}

std::vector<limit_report> limiter::reports(instant now) const {
    std::vector<limit_report> out;
    for (const auto& in : scopes_) {
        for (std::uint32_t r = in.first_ring; r != in.first_ring + in.ring_count; ++r) {
            const auto worst = static_cast<std::uint32_t>(rings_[r].worst_used());
            out.push_back({in.kind, in.name, rings_[r].asked(), rings_[r].believed(), worst,
                           notes_[r].waited, notes_[r].refusals,
                           static_cast<std::uint32_t>(rings_[r].used_at(now)), rings_[r].taken()});
        }
    }
    return out;
}

limiter_snapshot limiter::snapshot() const {
    limiter_snapshot out;
    for (const auto& in : scopes_) {
        if (in.kind == scope_kind::run) continue;
        for (std::uint32_t r = in.first_ring; r != in.first_ring + in.ring_count; ++r) {
            const auto in_flight = static_cast<std::uint32_t>(rings_[r].in_flight());
            out.push_back({in.kind, in.name, rings_[r].asked(), rings_[r].believed(),
                           notes_[r].believed_at, in_flight, 0, rings_[r].spent()});
        }
    }
    return out;
}

void limiter::spent_before(lane_id id, instant at, instant now, std::uint32_t count) {
    for (const scope_id which : lanes_[id].all()) {
        const scope& in = scopes_[which];
        for (std::uint32_t r = in.first_ring; r != in.first_ring + in.ring_count; ++r)
            rings_[r].restore_spent(at, count, now);
    }
}

void limiter::restore(const limiter_snapshot& known, instant now) {
    using whose = std::pair<scope_kind, std::string_view>;
    std::map<whose, std::vector<const window_snapshot*>> by_scope;
    for (const auto& one : known)
        by_scope[{one.scope, one.name}].push_back(&one);
    for (auto& in : scopes_) {
        const auto its = by_scope.find({in.kind, in.name});
        if (its == by_scope.end()) continue;
        for (std::uint32_t r = in.first_ring; r != in.first_ring + in.ring_count; ++r) {
            const duration window = rings_[r].asked().window;
            // The nearest window at least as long knows everything this one needs; else the
            // longest.
            const window_snapshot* best = nullptr;
            for (const auto* one : its->second) {
                const bool covers = one->limit.window >= window;
                if (best == nullptr || (best->limit.window < window
                                            ? one->limit.window > best->limit.window
                                            : covers && one->limit.window < best->limit.window))
                    best = one;
            }
            for (const auto& one : best->spent)
                rings_[r].restore_spent(one.answered, one.count, now);
            rings_[r].restore_spent(now, best->in_flight, now);
            rings_[r].restore_unread(best->unread);
            notes_[r].unread = best->unread;
            if (best->limit != rings_[r].asked() || best->believed >= best->limit.count) continue;
            rings_[r].believe(std::max<std::uint32_t>(best->believed, 1));
            notes_[r].believed_at = std::min(best->believed_at, now);
            notes_[r].probe_wait = first_probe_wait(window);
            notes_[r].probe_at = notes_[r].believed_at + notes_[r].probe_wait;
        }
        set_spacing(in);
    }
}

}  // namespace tidings::core
