// Requests on their way: a fixed table with a free list, so that starting and ending one costs no
// allocation. A ticket names a place in it until the report comes.
#pragma once

#include "core/answer_watch.hpp"
#include "core/attempt.hpp"
#include "core/held_row.hpp"

#include <cassert>
#include <cstdint>
#include <vector>

namespace tidings::core {

struct flight {
    held_row held;
    instant left{};           // when its slot was taken
    std::uint32_t token = 0;  // generation of the bot's token it carries
    lane_id lane = lane_none;
    bool probe = false;
    answer_watch::number number = 0;  // for core/endpoint_watch
};

class flight_table {
  public:
    explicit flight_table(std::uint32_t capacity) : capacity_(capacity) {}

    std::uint32_t in_use() const noexcept {
        return static_cast<std::uint32_t>(flights_.size() - free_.size());
    }
    std::uint32_t room() const noexcept { return capacity_ - in_use(); }

    // Pre: room() > 0. Grows to the most that were ever in flight at once.
    ticket begin(const flight& one) {
        assert(room() > 0);
        if (free_.empty()) {
            flights_.push_back(one);
            free_.reserve(flights_.capacity());
            return static_cast<ticket>(flights_.size() - 1);
        }
        const ticket which = free_.back();
        free_.pop_back();
        flights_[which] = one;
        return which;
    }

    // Takes it out; pre: `which` is in flight.
    flight end(ticket which) {
        const flight one = flights_[which];
        assert(one.lane != lane_none && "a ticket was reported twice");
        flights_[which].lane = lane_none;
        free_.push_back(which);
        return one;
    }

  private:
    std::vector<flight> flights_;
    std::vector<ticket> free_;
    std::uint32_t capacity_;
};

}  // namespace tidings::core
