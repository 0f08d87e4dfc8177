// One run ahead on a virtual clock, for core/forecast: the same limiter and calendar as the run
// itself, message by message, while stretches in which every one is like the one before are
// skipped. Lanes take turns; answers take what they take. It decides nothing about a real message.
#pragma once

#include "core/calendar.hpp"
#include "core/forecast.hpp"
#include "core/forecast_rows.hpp"
#include "core/lane_turns.hpp"
#include "core/limiter.hpp"
#include "core/sending_stretches.hpp"
#include "core/time.hpp"
#include "core/virtual_clock.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

namespace tidings::core {

// What several runs ahead have in common.
struct virtual_world {
    calendar& hours;
    // How long answers take, one after the other, over and over again; not empty.
    std::vector<duration> latencies;
    duration latency{};                    // their mean
    wall_time ends_at = wall_time::max();  // nothing leaves then
    bool skip = true;
    // False: windows that lanes seem to have too few rows to fill do not keep from skipping.
    bool heeds_all = false;
};

class virtual_run {
  public:
    // `each[l]`: so many lanes like lane l there are, which leave together with it (for rows that
    // any lane may send); empty: one each. `world` outlives this.
    virtual_run(virtual_world& world, limiter limits, const std::vector<forecast_load>& loads,
                time_stamp now, std::vector<std::uint32_t> each = {});

    // To the end. nullopt: a window that was not heeded would have mattered.
    std::optional<forecast_answer> run();
    // Until so many have left and the answers to all of them have come; what is told of the rest
    // is where the next run goes on.
    forecast_answer run_canary(std::uint64_t messages);
    const limiter& limits() const { return limits_; }
    std::vector<forecast_load> rows_left() { return rows_.loads(); }
    time_stamp now() const { return {clock_.now(), clock_.wall()}; }

  private:
    struct lane_state {
        std::uint64_t gone = 0;  // messages that left, but for those in skipped stretches
        std::uint64_t gone_at_mark = 0;
        std::uint64_t went_before = 0;
        std::uint64_t skipped = 0;  // messages in skipped stretches
        // So many leave before a window that is not heeded matters.
        std::uint64_t unheeded_room = ~std::uint64_t{0};
        std::uint32_t each = 1;
        bool limited = true;
    };
    // Where the stretch began that is compared with the next one.
    struct span_mark {
        bool begun = false;
        bool compared = false;     // lane_state::went_before is of the span just before
        std::uint32_t cycles = 1;  // in a span
        instant from{};
        std::uint64_t of_any = 0;          // rows that any lane might send, then
        std::vector<std::uint64_t> taken;  // of each limit, then
        // In the span before no limit that lanes share was used up: what one does is nothing to
        // another.
        bool apart = false;
    };

    bool goes_on() const {
        const wall_time now = clock_.wall();
        return rows_.left() > 0 && !world_.hours.expired(now) && now < world_.ends_at;
    }
    bool canary_out() const { return departed_ == most_ && !out_.empty(); }
    void begin();
    void look_at_hours();
    void come_back();
    void depart();
    std::uint64_t depart_from(lane_id lane);
    bool pass_time();

    void skip_ahead();
    void find_cycles(const std::vector<forecast_load>& loads);
    bool past_unheeded() const;
    bool none_used_up(duration span, const std::vector<limiter::limit_use>& uses) const;
    void begin_span(std::uint32_t count);
    void skip_spans(duration span, bool apart);
    forecast_answer told();
    void decide(forecast_answer& answer) const;

    virtual_world& world_;
    limiter limits_;
    lane_turns turns_;
    forecast_rows rows_;
    virtual_clock clock_;
    std::vector<lane_state> lanes_;
    // By when their answers come, the next one on top.
    using coming = std::pair<instant, lane_id>;
    std::priority_queue<coming, std::vector<coming>, std::greater<>> out_;
    std::size_t drawn_ = 0;
    std::uint64_t most_ = ~std::uint64_t{0};  // messages that leave before it ends
    std::uint64_t departed_ = 0;
    instant next_change_{};
    duration cycle_{};                         // how long a slot of the longest window is away
    std::vector<std::uint64_t> taken_before_;  // by limit, as reports() has them
    span_mark mark_;
    sending_stretches stretches_;
};

}  // namespace tidings::core
