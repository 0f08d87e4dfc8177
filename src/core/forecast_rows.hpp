// The rows that core/forecast has still to send: by who may send them (one lane, or any) and by the
// zone of the calendar that judges them. Tells how many may leave now and keeps account of what
// left; it knows no limits and no time but what it is told.
#pragma once

#include "core/calendar.hpp"
#include "core/forecast.hpp"
#include "core/row.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <vector>

namespace tidings::core {

class forecast_rows {
  public:
    // `loads` name lanes below `lanes`, or lane_none.
    forecast_rows(const std::vector<forecast_load>& loads, std::size_t lanes);

    // Which zones are open at `now` decides what may leave from then on. Returns when that changes;
    // beyond calendar::far_ahead: never.
    wall_time look(calendar& hours, wall_time now);

    std::uint64_t left() const noexcept { return left_; }  // in all
    std::uint64_t open() const noexcept { return open_; }  // of them may leave now
    // What may leave now of a lane's own rows, and of those that any lane may send.
    std::uint64_t open_of(lane_id lane) const noexcept { return holders_[lane].open; }
    std::uint64_t open_of_any() const noexcept { return holders_.back().open; }
    std::uint64_t open_for(lane_id lane) const noexcept { return open_of(lane) + open_of_any(); }

    // So many leave, at most what is open; returns how many did. By `take` a lane's own go first.
    std::uint64_t take(lane_id lane, std::uint64_t rows) noexcept;
    std::uint64_t take_own(lane_id lane, std::uint64_t rows) noexcept {
        return take_from(holders_[lane], rows);
    }
    std::uint64_t take_of_any(std::uint64_t rows) noexcept {
        return take_from(holders_.back(), rows);
    }
    // What is left, as loads again.
    std::vector<forecast_load> loads();

  private:
    struct work {
        zone_id zone;
        std::uint64_t rows;  // at first
        std::uint64_t left;
        bool open;
    };
    struct holder {
        std::size_t first = 0;  // of works_
        std::size_t end = 0;
        std::uint64_t open = 0;  // rows in zones that are open
        std::uint64_t gone = 0;  // rows that left since works_ were last brought up to date
    };

    std::uint64_t take_from(holder& from, std::uint64_t rows) noexcept;
    void share_out(holder& its);

    std::vector<work> works_;      // holder by holder
    std::vector<holder> holders_;  // lane by lane, and the last for rows that any may send
    std::uint64_t left_ = 0;
    std::uint64_t open_ = 0;
};

}  // namespace tidings::core
