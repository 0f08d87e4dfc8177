// Decides when a message may leave, so that no limit is exceeded in any window by construction and
// the budget is used (design.md section 4). A limit is a core/slot_ring; a scope (account, bot,
// sender, the run) has several and a pace; a lane lists its scopes. A message takes a slot in every
// ring of its lane's scopes or in none. It learns from refusals what a server really grants.
//
// It never reads a clock, never counts attempts and never chooses a row or a lane: core/dispatcher
// and core/lane_choice do. One thread. `now` never goes back from call to call. The calls of the
// hot path never throw; after a ring's fullest window they do not allocate either.
#pragma once

#include "core/limiter_facts.hpp"
#include "core/rate_limit.hpp"
#include "core/row.hpp"
#include "core/slot_ring.hpp"
#include "core/time.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tidings::core {

class limiter {
  public:
    static constexpr std::size_t scopes_per_lane_max = 7;
    // How much a late departure may be made up for: enough that ticks of a millisecond reach any
    // rate, far too little for a burst.
    static constexpr duration slack = std::chrono::milliseconds(4);

    limiter();

    // --- set-up, before the first message ---
    // Limits may be empty: then the scope holds nothing back until the server refuses.
    scope_id add_scope(scope_kind kind, std::string name, const std::vector<rate_limit>& limits,
                       pace how);
    // Lanes are numbered 0, 1, 2 ... Pre: at most scopes_per_lane_max scopes, each once.
    lane_id add_lane(std::span<const scope_id> scopes);
    std::size_t lane_count() const noexcept { return lanes_.size(); }
    std::size_t scope_count() const noexcept { return scopes_.size(); }
    // The run's own scope first, then as add_lane was told.
    std::span<const scope_id> scopes_of(lane_id id) const noexcept { return lanes_[id].all(); }

    // --- hot path ---
    // What holds a lane back the longest: `until` <= now: nothing does; `never`: an answer must
    // come first. Not before instant{}, so differences are safe.
    struct hold {
        instant until{};
        scope_id scope = 0;
    };
    hold held(lane_id lane, instant now) noexcept;
    // When a message of this lane may leave: held().until.
    instant earliest(lane_id id, instant now) noexcept { return held(id, now).until; }
    // How many of this lane may leave right now, at most `max`; 0 exactly if earliest() > now.
    std::uint32_t available(lane_id lane, instant now, std::uint32_t max) noexcept;
    // One leaves. Pre: earliest(lane, now) <= now; aborts where that would pass a limit.
    void take(lane_id lane, instant now) noexcept;
    // What took a slot is known to be over at `at`: answered.
    void answered(lane_id lane, instant at) noexcept;
    // It was given up, and the server may still read it: its slot is owed until given_back() says
    // that it has, at `at` at the latest (core/owed_slots).
    void given_up(lane_id lane, instant at) noexcept;
    void given_back(lane_id lane, instant at) noexcept;
    // Nothing of it left this machine: its slots are free at once.
    void returned_unused(lane_id lane) noexcept;

    // --- requests beside the messages (core/endpoint_watch) ---
    // They take slots of the bot and its account, and have nothing to do with pace, refusals and
    // what is learned. When they have one to spare: `now` or before, or when the first comes back;
    // never: an answer must come first.
    instant earliest_aside(lane_id lane, instant now) noexcept;
    // Pre: earliest_aside(lane, now) <= now.
    void take_aside(lane_id lane, instant now) noexcept;
    void answered_aside(lane_id lane, instant at) noexcept;
    void returned_aside(lane_id lane) noexcept;  // it never left

    // --- refusals and steering ---
    // Instead of answered(), for a refusal by limit. The slots stay taken (the server may count
    // refused calls). Freezes the account if that has limits, else the bot: for Retry-After, else
    // for a time that doubles from W/60 up to W; then single messages try it. A second refusal of
    // what was already out changes nothing but the time. A Retry-After that no window explains
    // holds nothing up: single messages ask after the longest window that it can mean, and where it
    // is longer than an hour and every window, as if it had not been sent. Returns for how long the
    // scope is frozen from `at` on.
    duration refused(lane_id lane, instant at, const refusal& why);
    // One limit over the whole run, from now on (`control rate "5/s"`); nullopt takes it away. It
    // knows what is in flight and, if there was one before, what that one knew. Allocates.
    void set_rate(std::optional<rate_limit> limit, instant now);

    // --- facts of the past, before the first message ---
    // A message of this lane was answered at `at`; may be before this process or this boot began
    // (then `at` is negative). `at` > now counts as now. Any order; ascending is cheap.
    void spent_before(lane_id lane, instant at, instant now, std::uint32_t count = 1);
    // Puts back what snapshot() told, for scopes of the same kind and name; slots that were in
    // flight count as answered now. A limit whose window has changed is rebuilt from the nearest
    // longer one; a lowered one is believed where the same is asked for, and probed as if nothing
    // had ended: at once where it was found long ago.
    void restore(const limiter_snapshot& known, instant now);
    limiter_snapshot snapshot() const;
    // Slots restored as unread, of any scope of the lane: taken until they have been read.
    bool owes_from_before(lane_id lane) const noexcept;
    void given_back_from_before(lane_id lane, instant at) noexcept;

    // --- to look ahead (core/forecast), on a copy ---
    // Whatever is in flight was answered at `when`; nothing is learned from it, and what is
    // believed stays: nobody knows what a probe would find.
    void assume_answered(instant when);
    bool limited(lane_id lane) const;  // some scope of the lane has a limit
    // How each limit stands, in the order of reports() but without a name.
    struct limit_use {
        scope_id scope = 0;
        rate_limit believed;
        std::int64_t free = 0;
        std::uint64_t taken = 0;
    };
    std::vector<limit_use> uses() const;
    // The lanes in groups that share no limit: what one group sends is nothing to another.
    std::vector<std::vector<lane_id>> groups() const;
    // Only these lanes, numbered 0, 1, 2 ..., and their scopes as they are now.
    limiter part(std::span<const lane_id> lanes) const;
    // What a lane that has its limits for itself is like, while nothing counts against them and
    // nothing holds it back (else nullopt): two that are told alike do alike.
    std::optional<std::string> fresh_kind(lane_id lane, instant now) const;

    // --- to be shown; not for the hot path ---
    wait_reason why_waiting(lane_id lane, instant now);
    std::vector<limit_report> reports(instant now = instant{}) const;  // `used` is as of `now`
    std::vector<overlong_wait> overlong_waits() const;

  private:
    // What a scope lets through.
    enum class gate : std::uint8_t {
        open,       // whatever has a slot
        trial,      // one message, once the freeze is over and nothing else is out
        trial_out,  // nothing: that one message is out
        probe_out,  // nothing: one message beyond the believed limit is out
    };

    struct scope {
        instant next_due = instant::min();  // of the pace
        instant frozen_until = instant::min();
        duration spacing{};        // between departures; 0: no pace
        duration spacing_quick{};  // the same while the pacing ring is nearly used up
        std::int64_t in_flight = 0;
        std::int64_t owed = 0;  // given up, and may still be read
        std::uint32_t first_ring = 0;
        std::uint32_t ring_count = 0;
        std::uint32_t pacing_ring = 0;  // of which spacing is made
        std::uint32_t probing_ring = 0;
        gate state = gate::open;
        pace how = pace::earliest;
        scope_kind kind = scope_kind::run;
        std::int64_t stragglers = 0;  // out when it froze: their refusals are old news
        std::uint32_t learning_ring = 0xFFFF'FFFF;  // to which the last refusal was laid
        instant last_refused = instant::min();
        duration freeze{};       // the last one made without Retry-After
        duration overlong{};     // the last Retry-After that no window explained; 0: none
        bool cut_short = false;  // the freeze of now is shorter than what it asked for
        std::string name;
    };

    // What is learned and told about one ring; beside it, so that the ring stays small.
    struct ring_notes {
        instant probe_at = never;  // when one message beyond the believed limit may try
        duration probe_wait{};
        std::uint32_t probe_step = 1;
        std::int64_t observed = 0;  // what the server had granted in the window when it refused
        std::uint32_t before = 0;   // believed until then
        std::uint32_t unread = 0;   // slots in flight that are from before this process
        instant believed_at{};      // when what is believed was found
        std::uint32_t refusals = 0;
        instant blocked_since = never;
        duration waited{};
    };

    struct lane {
        std::uint16_t count = 0;
        scope_id scopes[scopes_per_lane_max + 1] = {};
        std::span<const scope_id> all() const noexcept { return {scopes, count}; }
    };

    static constexpr std::uint32_t no_ring = 0xFFFF'FFFF;

    // How long a lowered limit is left alone before one message tries beyond it.
    static duration first_probe_wait(duration window) noexcept {
        return std::min<duration>(window, std::chrono::minutes(10));
    }
    static bool counts_aside(const scope& in) noexcept;
    template <class Do>
    void each_ring_aside(lane_id lane, Do act) noexcept;
    // Whether what one lane of the scope does can hold another one back.
    static bool binds(const scope& in) noexcept {
        return in.ring_count > 0 || in.state != gate::open;
    }
    instant ring_earliest(const scope& in, std::uint32_t ring) const noexcept;
    // `read`: what took the slot; else it is owed.
    void over(lane_id lane, instant at, bool proven, bool read = true) noexcept;
    void drained(scope& in, bool proven, instant at) noexcept;
    scope& freezes_for(lane_id lane) noexcept;
    std::uint32_t ring_meant(const scope& in, answer_text text) const noexcept;
    duration next_freeze(const scope& in, std::uint32_t ring, const refusal& why,
                         instant at) const noexcept;
    duration heeded(scope& in, std::uint32_t ring, const refusal& why, duration own) noexcept;
    void lower(scope& in, std::uint32_t ring, instant at) noexcept;
    void believe_observed(scope& in, std::uint32_t ring) noexcept;
    void set_spacing(scope& in) noexcept;
    std::uint32_t pace_allows(const scope& in, instant now) const noexcept;

    std::vector<scope> scopes_;
    std::vector<slot_ring> rings_;  // a scope's are neighbours
    std::vector<ring_notes> notes_;
    std::vector<lane> lanes_;
};

}  // namespace tidings::core
