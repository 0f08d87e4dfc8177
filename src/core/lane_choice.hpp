// Which lane (a sender of a bot) a row goes to: the row's own `from` where it has one, else a
// stable choice by its number (weighted rendezvous hashing). So a resume, and a second campaign
// with the same senders, choose the same one, and a lane more or less moves only its own share of
// the rows. It keeps no order and knows no limits: core/dispatcher and core/limiter do.
#pragma once

#include "core/failure.hpp"
#include "core/phone_number.hpp"
#include "core/row.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::core {

struct lane_option {
    std::string bot;  // its bot_id: with `from` the lane's identity, whatever its place
    phone_number from;
    std::uint32_t weight = 1;  // share of the rows among its like; 1 .. 1,000,000
};

class lane_choice {
  public:
    // Lane l is lanes[l]. Pre: at least one. `move_rows`: a lane that is excluded gives its rows to
    // the others (not those whose `from` names it); otherwise they stay with it and wait.
    explicit lane_choice(std::vector<lane_option> lanes, bool move_rows = false);

    // The lane of a row. Fails when `from` is given and no lane sends from it; the text is the
    // row's detail. When every candidate is excluded the choice is as if none were: the row waits
    // there.
    result<lane_id> choose(phone_number to, phone_number from = {}) const;

    // Takes a lane that is drained or failed out of the choice, or back in.
    void exclude(lane_id lane, bool out = true);
    bool excluded(lane_id lane) const { return lanes_[lane].out; }
    phone_number from_of(lane_id lane) const { return lanes_[lane].from; }

  private:
    struct candidate {
        std::uint64_t seed;
        phone_number from;
        double weight;
        bool out = false;
    };

    // Where `from` is not empty only lanes that send from it compete.
    lane_id best_of(phone_number to, phone_number from, bool mind_excluded) const;

    std::vector<candidate> lanes_;
    bool even_weights_ = true;
    bool move_rows_;
};

}  // namespace tidings::core
