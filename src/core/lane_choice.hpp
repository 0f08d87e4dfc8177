// Which lane (a sender of a bot) a row goes to: the row's own `from` where it has one, else a
// stable choice by its number, in proportion to the lanes' weights (weighted rendezvous hashing,
// and core/share_ring for large pools). So a resume, and a second campaign with the same senders,
// choose the same one, and a lane more or less moves only its own share of the rows. It keeps no
// order and knows no limits: core/dispatcher and core/limiter do.
#pragma once

#include "core/failure.hpp"
#include "core/phone_number.hpp"
#include "core/row.hpp"
#include "core/share_ring.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace tidings::core {

struct lane_option {
    std::string bot;  // its bot_id: with `from` the lane's identity, whatever its place
    phone_number from;
    double weight = 1;  // > 0; share of the rows among its like
};

struct lane_choice_options {
    // A lane that is excluded gives its rows to the others (not those whose `from` names it);
    // otherwise they stay with it and wait.
    bool move_rows = false;
    // The weights are what limits allow, not what somebody wrote: they need not be kept to exactly,
    // and a row may as well go to another lane where that can send it sooner.
    bool by_limits = false;
};

class lane_choice {
  public:
    // So many lanes are asked one by one, which is exact; more of them are core/share_ring's, and a
    // pool that grows beyond it is dealt anew.
    static constexpr std::size_t asked_each_max = 128;

    // Lane l is lanes[l]. Pre: at least one.
    explicit lane_choice(std::vector<lane_option> lanes, lane_choice_options options = {});

    // The lane of a row. Fails when `from` is given and no lane sends from it; the text is the
    // row's detail. When every candidate is excluded the choice is as if none were: the row waits
    // there.
    result<lane_id> choose(phone_number to, phone_number from = {}) const;
    // Whether rows without a sender of their own may go to whichever lane is the soonest.
    bool by_limits() const noexcept { return options_.by_limits; }

    // Takes a lane that is drained or failed out of the choice, or back in.
    void exclude(lane_id lane, bool out = true);
    bool excluded(lane_id lane) const { return out_[lane] != 0; }
    phone_number from_of(lane_id lane) const { return lanes_[lane].from; }
    // The lane's share of rows without a sender of their own, as it was made; 0 .. 1.
    double share_of(lane_id lane) const { return lanes_[lane].weight / weights_; }

  private:
    struct candidate {
        std::uint64_t seed;
        phone_number from;
        double weight;
    };

    // The best of them for a row; lane_none: all are excluded.
    lane_id best_of(std::span<const lane_id> some, phone_number to, bool mind_excluded) const;
    lane_id choose_of(std::span<const lane_id> some, phone_number to) const;

    std::vector<candidate> lanes_;
    std::vector<std::uint8_t> out_;
    std::size_t out_count_ = 0;
    std::vector<lane_id> all_;
    std::unordered_map<std::uint64_t, std::vector<lane_id>> by_from_;  // by the sender's digits
    std::optional<share_ring> ring_;
    double weights_ = 0;  // sum
    bool even_weights_ = true;
    lane_choice_options options_;
};

}  // namespace tidings::core
