// The part of core/limiter.hpp that learns from refusals by limit.
#include "core/limiter.hpp"

#include <algorithm>

namespace tidings::core {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// The window a documented text speaks of.
duration window_named(answer_text text) {
    return text == answer_text::limit_hour ? duration(hours(1)) : duration(minutes(1));
}

// How far two windows are apart, as a ratio >= 1.
double apart(duration one, duration other) {
    const auto a = static_cast<double>(one.count());
    const auto b = static_cast<double>(other.count());
    return std::max(a, b) / std::min(a, b);
}

}  // namespace

limiter::scope& limiter::freezes_for(lane_id id) noexcept {
    scope* bot = nullptr;
    for (const scope_id which : lanes_[id].all()) {
        scope& in = scopes_[which];
        if (in.kind == scope_kind::account && in.ring_count > 0) return in;
        if (in.kind == scope_kind::bot) bot = &in;
    }
    return bot != nullptr ? *bot : scopes_[lanes_[id].scopes[lanes_[id].count - 1]];
}

// The ring whose window the text names, if there is one within a factor of ten; without a name, the
// one that is used the most.
std::uint32_t limiter::ring_meant(const scope& in, answer_text text) const noexcept {
    std::uint32_t best = no_ring;
    double best_score = 0;
    for (std::uint32_t r = in.first_ring; r != in.first_ring + in.ring_count; ++r) {
        double score = 0;
        if (text == answer_text::limit_minute || text == answer_text::limit_hour) {
            const double ratio = apart(rings_[r].asked().window, window_named(text));
            score = ratio <= 10 ? 1 / ratio : 0;
        } else {
            score = (static_cast<double>(rings_[r].used()) + 1) / rings_[r].believed();
        }
        if (score <= best_score) continue;
        best = r;
        best_score = score;
    }
    return best;
}

duration limiter::next_freeze(const scope& in, std::uint32_t ring, const refusal& why,
                              instant at) const noexcept {
    const duration window = ring == no_ring ? window_named(why.text) : rings_[ring].asked().window;
    const auto first = std::clamp<duration>(window / 60, seconds(1), minutes(1));
    // Quiet for half a window: a new story, not the same one going on.
    if (in.freeze.count() == 0 || at - window / 2 > in.last_refused) return first;
    return std::clamp<duration>(in.freeze * 2, first, std::max<duration>(window, first));
}

void limiter::believe_observed(scope& in, std::uint32_t ring) noexcept {
    // Never down by more than a factor of ten at once: others may share the window for a moment, or
    // its history may be unknown to us. Always down by something.
    const auto& notes = notes_[ring];
    const std::int64_t before = notes.before;
    const std::int64_t floor = std::max<std::int64_t>(before / 10, 1);
    const std::int64_t most = before - std::max<std::int64_t>(before / 64, 1);
    const std::int64_t now =
        std::max<std::int64_t>(std::min(std::max(notes.observed, floor), most), 1);
    rings_[ring].believe(static_cast<std::uint32_t>(now));
    set_spacing(in);
}

void limiter::lower(scope& in, std::uint32_t ring, instant at) noexcept {
    ring_notes& notes = notes_[ring];
    ++notes.refusals;
    notes.before = rings_[ring].believed();
    notes.observed = rings_[ring].used() - rings_[ring].in_flight();
    const duration window = rings_[ring].asked().window;
    const bool was_probe = in.state == gate::probe_out && in.probing_ring == ring;
    notes.probe_wait = was_probe ? std::min<duration>(notes.probe_wait * 2, window * 16)
                                 : first_probe_wait(window);
    notes.probe_at = at + notes.probe_wait;
    notes.probe_step = 1;
    notes.believed_at = at;
    believe_observed(in, ring);
}

// What Retry-After asks for, as far as a rolling window explains it: when the window that the text
// names (without a name, the longest of the scope) has passed once, all of it is free again. What
// is longer is asked about then; what is longer than any window anybody documented is no wait at
// all.
duration limiter::heeded(scope& in, std::uint32_t ring, const refusal& why, duration own) noexcept {
    if (!why.retry_after || why.retry_after->count() <= 0) return own;
    const duration asked = *why.retry_after;
    duration longest = hours(1);
    duration explained{};
    for (std::uint32_t r = in.first_ring; r != in.first_ring + in.ring_count; ++r)
        explained = std::max(explained, rings_[r].asked().window);
    longest = std::max(longest, explained);
    if (why.text == answer_text::limit_minute || why.text == answer_text::limit_hour)
        explained = std::max(window_named(why.text),
                             ring == no_ring ? duration{} : rings_[ring].asked().window);
    else if (in.ring_count == 0)
        explained = longest;
    explained += explained / 10 + seconds(1);  // whole seconds, rounded up, and the way here
    if (asked <= explained) return asked;
    in.overlong = asked;
    in.cut_short = true;
    return asked > longest + longest / 10 ? own : explained;
}

duration limiter::refused(lane_id id, instant at, const refusal& why) {
    scope& in = freezes_for(id);
    const bool old_news = in.stragglers > 0;
    const std::uint32_t ring = ring_meant(in, why.text);
    if (!old_news) {
        in.freeze = next_freeze(in, ring, why, at);
        in.last_refused = at;
        in.learning_ring = ring;
        in.cut_short = false;
        if (ring != no_ring) lower(in, ring, at);
    }
    in.state = gate::trial;
    over(id, at, false);
    if (!old_news) in.stragglers = in.in_flight;

    const duration wait = heeded(in, ring, why, old_news ? duration{} : in.freeze);
    in.frozen_until = std::max(in.frozen_until, at + wait);
    return in.frozen_until - at;
}

void limiter::drained(scope& in, bool proven, instant at) noexcept {
    switch (in.state) {
        case gate::open:
        case gate::trial: return;
        case gate::trial_out: in.state = proven ? gate::open : gate::trial; return;
        case gate::probe_out: break;
    }
    in.state = gate::open;
    if (!proven) return;
    slot_ring& ring = rings_[in.probing_ring];
    ring_notes& notes = notes_[in.probing_ring];
    const std::uint64_t raised = std::uint64_t{ring.believed()} + notes.probe_step;
    ring.believe(static_cast<std::uint32_t>(std::min<std::uint64_t>(raised, ring.asked().count)));
    notes.believed_at = at;
    // One more beyond it may try at once; a limit that has come back is found in a few steps.
    notes.probe_step = std::min<std::uint32_t>(notes.probe_step * 2, 1U << 20);
    notes.probe_at = ring.believed() == ring.asked().count ? never : at;
    set_spacing(in);
}

}  // namespace tidings::core
