#include "core/held_rows.hpp"

#include <algorithm>

namespace tidings::core {

held_rows::bounds held_rows::bounds_of(const held_rows_options& options, std::size_t lanes) {
    const std::size_t lane_max = options.lane_max;
    const std::size_t queued_max = std::max(options.queued_max, options.queued_a_lane * lanes);
    return {.lane_max = lane_max,
            .tight_from = lane_max < rows_per_batch_max ? 0 : lane_max - rows_per_batch_max + 1,
            .queued_max = queued_max,
            .floor = std::min(lane_max / 4, queued_max / std::max<std::size_t>(1, 4 * lanes))};
}

held_rows::held_rows(held_rows_options options, const lane_roster& roster)
    : bounds_(bounds_of(options, roster.lanes())),
      roster_(roster),
      delayed_(options.delayed_max),
      supply_(roster.lanes()),
      dry_of_bot_(roster.bots()) {
    lanes_.reserve(roster.lanes());
    for (lane_id lane = 0; lane < roster.lanes(); ++lane) {
        lanes_.push_back({.queue = lane_queue(chunks_), .due = {}});
        count_anew(lanes_.back(), lane);
    }
}

void held_rows::count_anew(lane_rows& its, lane_id lane) noexcept {
    const auto count = [](bool& flag, bool now, auto& sum) {
        if (std::exchange(flag, now) != now) sum = now ? sum + 1 : sum - 1;
    };
    const auto& queue = its.queue;
    count(its.dry, queue.ready() == 0 && queue.waiting() > 0, dry_of_bot_[roster_.bot_of(lane)]);
    count(its.tight, queue.size() >= bounds_.tight_from, tight_);
    supply_.set_short(lane, queue.size() < bounds_.floor);
}

void held_rows::mark_bot_changed(bot_id bot) {
    for (lane_id lane = 0; lane < lanes_.size(); ++lane)
        if (roster_.bot_of(lane) == bot && lanes_[lane].queue.waiting() > 0) mark_changed(lane);
}

void held_rows::mark_bot_wanting(bot_id bot) {
    for (lane_id lane = 0; lane < lanes_.size(); ++lane)
        if (roster_.bot_of(lane) == bot && in_lane(lane) > 0) newly_there_.push_back(lane);
}

void held_rows::on_durable(wall_time frame, instant now) {
    for (const lane_id lane : releasing_) {
        auto& its = lanes_[lane];
        its.releasing = false;
        its.queue.on_batch_durable(frame, now);
        newly_there_.push_back(lane);
        count_anew(its, lane);
    }
    releasing_.clear();
}

std::size_t held_rows::take_back_releases() {
    std::size_t rows = 0;
    for (const lane_id lane : releasing_) {
        auto& its = lanes_[lane];
        its.releasing = false;
        rows += its.queue.take_back_releases();
        count_anew(its, lane);
        mark_changed(lane);
    }
    releasing_.clear();
    return rows;
}

void held_rows::push_due(const delayed_row& row) {
    lanes_[row.lane].due.push(row);
    ++due_;
    newly_there_.push_back(row.lane);
}

delayed_row held_rows::pop_due(lane_id lane) {
    --due_;
    return lanes_[lane].due.pop();
}

void held_rows::delay_due(lane_id lane) {
    auto& its = lanes_[lane];
    due_ -= its.due.size();
    for (const auto& row : its.due.take_all())
        delayed_.push(row);
}

}  // namespace tidings::core
