#include "core/limiter.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <boost/assert.hpp>

namespace tidings::core {

limiter::limiter() {
    // The run's own scope stands first and in every lane; its ring gets a meaning by set_rate.
    scope whole;
    whole.name = "this run";
    scopes_.push_back(std::move(whole));
    rings_.emplace_back(rate_limit{1, std::chrono::seconds(1)});
    notes_.emplace_back();
}

scope_id limiter::add_scope(scope_kind kind, std::string name,
                            const std::vector<rate_limit>& limits, pace how) {
    scope made;
    made.kind = kind;
    made.name = std::move(name);
    made.how = how;
    made.first_ring = static_cast<std::uint32_t>(rings_.size());
    made.ring_count = static_cast<std::uint32_t>(limits.size());
    // Of senders there may be ten thousand.
    const auto steps = kind == scope_kind::sender ? slot_ring::grains_coarse : slot_ring::grains;
    for (const auto& limit : limits) {
        rings_.emplace_back(limit, steps);
        notes_.emplace_back();
    }
    set_spacing(made);
    scopes_.push_back(std::move(made));
    return static_cast<scope_id>(scopes_.size() - 1);
}

lane_id limiter::add_lane(std::span<const scope_id> scopes) {
    BOOST_ASSERT(scopes.size() <= scopes_per_lane_max);
    lane made;
    made.scopes[made.count++] = 0;
    for (const auto one : scopes)
        made.scopes[made.count++] = one;
    lanes_.push_back(made);
    return static_cast<lane_id>(lanes_.size() - 1);
}

instant limiter::ring_earliest(const scope& in, std::uint32_t ring) const noexcept {
    const slot_ring& one = rings_[ring];
    const instant slot = one.earliest();
    if (one.free() == 0 && in.state == gate::open && one.believed() < one.asked().count)
        return std::min(slot, notes_[ring].probe_at);
    return slot;
}

limiter::hold limiter::held(lane_id id, instant now) noexcept {
    hold slot;   // not instant::min(): callers subtract from it
    hold other;  // when it might leave but for the limit that blocks
    std::uint32_t blocking = no_ring;
    const auto at_least = [&other](instant until, scope_id by) {
        if (until > other.until) other = {until, by};
    };
    for (const scope_id which : lanes_[id].all()) {
        const scope& in = scopes_[which];
        if (in.state != gate::open && in.in_flight > 0) return {never, which};
        at_least(std::max(in.next_due, in.frozen_until), which);
        for (std::uint32_t r = in.first_ring; r != in.first_ring + in.ring_count; ++r) {
            rings_[r].collect(now);
            if (rings_[r].free() > 0) {
                // What the pace would have allowed while there was no slot was never possible.
                at_least(rings_[r].free_since(), which);
                continue;
            }
            const instant free = ring_earliest(in, r);
            if (free <= slot.until) {
                at_least(free, which);
                continue;
            }
            at_least(slot.until, slot.scope);
            slot = {free, which};
            blocking = r;
        }
    }
    if (blocking == no_ring || slot.until <= other.until)
        return slot.until > other.until ? slot : other;
    if (slot.until > now && notes_[blocking].blocked_since == never)
        notes_[blocking].blocked_since = std::max(now, other.until);
    return slot;
}

std::uint32_t limiter::pace_allows(const scope& in, instant now) const noexcept {
    if (in.spacing.count() == 0) return 0xFFFF'FFFF;
    const auto steps = (now - std::max(in.next_due, now - slack)) / in.spacing;
    return static_cast<std::uint32_t>(std::min<std::int64_t>(steps, 0xFFFF'FFFE)) + 1;
}

std::uint32_t limiter::available(lane_id id, instant now, std::uint32_t max) noexcept {
    if (max == 0 || earliest(id, now) > now) return 0;
    std::int64_t most = max;
    for (const scope_id which : lanes_[id].all()) {
        const scope& in = scopes_[which];
        if (in.state != gate::open) return 1;
        most = std::min<std::int64_t>(most, pace_allows(in, now));
        for (std::uint32_t r = in.first_ring; r != in.first_ring + in.ring_count; ++r)
            most = std::min(most, std::max<std::int64_t>(rings_[r].free(), 1));
    }
    return static_cast<std::uint32_t>(most);
}

void limiter::take(lane_id id, instant now) noexcept {
    for (const scope_id which : lanes_[id].all()) {
        scope& in = scopes_[which];
        ++in.in_flight;
        if (in.state == gate::trial) in.state = gate::trial_out;
        if (in.ring_count == 0) continue;
        for (std::uint32_t r = in.first_ring; r != in.first_ring + in.ring_count; ++r) {
            slot_ring& ring = rings_[r];
            ring.collect(now);
            if (ring.free() <= 0) {
                // Nobody may pass a limit by calling take() without asking.
                if (ring.believed() >= ring.asked().count) std::abort();
                if (in.state == gate::open) in.probing_ring = r;
                in.state = gate::probe_out;
            }
            ring.take();
            ring_notes& notes = notes_[r];
            if (notes.blocked_since == never) continue;
            notes.waited += std::max(now - notes.blocked_since, duration{});
            notes.blocked_since = never;
        }
        if (in.spacing.count() == 0) continue;
        const slot_ring& leads = rings_[in.pacing_ring];
        const bool nearly_used_up = leads.free() <= leads.believed() / 32;
        in.next_due =
            std::max(in.next_due, now - slack) + (nearly_used_up ? in.spacing_quick : in.spacing);
    }
}

void limiter::over(lane_id id, instant at, bool proven, bool read) noexcept {
    for (const scope_id which : lanes_[id].all()) {
        scope& in = scopes_[which];
        --in.in_flight;
        if (!read) ++in.owed;
        for (std::uint32_t r = in.first_ring; read && r != in.first_ring + in.ring_count; ++r)
            rings_[r].answered(at);
        if (in.stragglers > 0) {
            --in.stragglers;
            // It was let in while another was refused: the window held one more than was counted.
            if (proven && in.learning_ring != no_ring) {
                ++notes_[in.learning_ring].observed;
                believe_observed(in, in.learning_ring);
            }
        }
        if (in.in_flight == 0 && in.state != gate::open) drained(in, proven, at);
    }
}

void limiter::answered(lane_id id, instant at) noexcept {
    over(id, at, true);
}

void limiter::returned_unused(lane_id id) noexcept {
    for (const scope_id which : lanes_[id].all()) {
        scope& in = scopes_[which];
        --in.in_flight;
        if (in.stragglers > 0) --in.stragglers;
        for (std::uint32_t r = in.first_ring; r != in.first_ring + in.ring_count; ++r)
            rings_[r].returned_unused();
        if (in.in_flight != 0) continue;
        if (in.state == gate::trial_out) in.state = gate::trial;
        if (in.state == gate::probe_out) in.state = gate::open;
    }
}

void limiter::set_spacing(scope& in) noexcept {
    in.spacing = in.spacing_quick = duration{};
    if (in.ring_count == 0 || in.how == pace::burst) return;
    const auto every = [&](std::uint32_t r) {
        return rings_[r].asked().window / rings_[r].believed();
    };
    in.pacing_ring = in.first_ring;
    for (std::uint32_t r = in.first_ring + 1; r < in.first_ring + in.ring_count; ++r) {
        const bool better = in.how == pace::earliest
                                ? rings_[r].asked().window < rings_[in.pacing_ring].asked().window
                                : every(r) > every(in.pacing_ring);
        if (better) in.pacing_ring = r;
    }
    in.spacing = every(in.pacing_ring);
    // Earliest: answers come late by a varying time, and spacing alone would let the longest of
    // them accumulate, round after round; close to the limit the ring itself regulates, so the pace
    // may be 3 % quicker there. Even: 0.4 % slower than the limit, so that round trips of up to
    // W/256 never make it stop.
    in.spacing_quick = in.spacing - in.spacing / 32;
    if (in.how == pace::even) in.spacing_quick = in.spacing = in.spacing + in.spacing / 256;
}

void limiter::set_rate(std::optional<rate_limit> limit, instant now) {
    scope& whole = scopes_.front();
    const auto known = whole.ring_count == 0 ? std::vector<spent_slots>{} : rings_.front().spent();
    whole.ring_count = limit ? 1 : 0;
    if (limit) {
        rings_.front() = slot_ring(*limit);
        rings_.front().restore_in_flight(whole.in_flight + whole.owed);
        for (const auto& one : known)
            rings_.front().restore_spent(one.answered, one.count, now);
    }
    set_spacing(whole);
    whole.next_due = std::min(whole.next_due, now + whole.spacing);
}

}  // namespace tidings::core
