// The part of core/limiter.hpp for requests that are no messages, and for slots of messages that
// were given up.
#include "core/limiter.hpp"

#include <algorithm>

#include <boost/assert.hpp>

namespace tidings::core {

// The run's own rate is for messages, and what they ask names no sender.
bool limiter::counts_aside(const scope& in) noexcept {
    return in.kind == scope_kind::bot || in.kind == scope_kind::account;
}

template <class Do>
void limiter::each_ring_aside(lane_id id, Do act) noexcept {
    for (const scope_id which : lanes_[id].all()) {
        const scope& in = scopes_[which];
        if (!counts_aside(in)) continue;
        for (std::uint32_t r = in.first_ring; r != in.first_ring + in.ring_count; ++r)
            act(rings_[r]);
    }
}

instant limiter::earliest_aside(lane_id id, instant now) noexcept {
    instant latest{};
    each_ring_aside(id, [&](slot_ring& ring) {
        ring.collect(now);
        latest = std::max(latest, ring.earliest());
    });
    return latest;
}

void limiter::take_aside(lane_id id, instant now) noexcept {
    each_ring_aside(id, [&](slot_ring& ring) {
        ring.collect(now);
        BOOST_ASSERT(ring.free() > 0);
        ring.take();
    });
}

void limiter::answered_aside(lane_id id, instant at) noexcept {
    each_ring_aside(id, [&](slot_ring& ring) { ring.answered(at); });
}

void limiter::returned_aside(lane_id id) noexcept {
    each_ring_aside(id, [](slot_ring& ring) { ring.returned_unused(); });
}

void limiter::given_up(lane_id id, instant at) noexcept {
    over(id, at, true, false);
}

void limiter::given_back(lane_id id, instant at) noexcept {
    for (const scope_id which : lanes_[id].all()) {
        scope& in = scopes_[which];
        --in.owed;
        for (std::uint32_t r = in.first_ring; r != in.first_ring + in.ring_count; ++r)
            rings_[r].answered(at);
    }
}

bool limiter::owes_from_before(lane_id id) const noexcept {
    for (const scope_id which : lanes_[id].all()) {
        const scope& in = scopes_[which];
        for (std::uint32_t r = in.first_ring; r != in.first_ring + in.ring_count; ++r)
            if (notes_[r].unread > 0) return true;
    }
    return false;
}

void limiter::given_back_from_before(lane_id id, instant at) noexcept {
    for (const scope_id which : lanes_[id].all()) {
        const scope& in = scopes_[which];
        for (std::uint32_t r = in.first_ring; r != in.first_ring + in.ring_count; ++r)
            for (; notes_[r].unread > 0; --notes_[r].unread)
                rings_[r].answered(at);
    }
}

}  // namespace tidings::core
