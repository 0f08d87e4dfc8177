// Which lanes and bots take part in the run, and which bots can be reached. Who is given up, and
// why, others decide (core/row_recall, core/token_watch).
#pragma once

#include "core/departure.hpp"
#include "core/row.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace tidings::core {

class lane_roster {
  public:
    // Lane l is of bot lane_bots[l].
    explicit lane_roster(std::vector<bot_id> lane_bots)
        : bot_of_(std::move(lane_bots)), lane_given_up_(bot_of_.size()) {
        const auto last = std::max_element(bot_of_.begin(), bot_of_.end());
        bots_.resize(last == bot_of_.end() ? 0 : std::size_t{*last} + 1);
    }

    std::size_t lanes() const noexcept { return bot_of_.size(); }
    std::size_t bots() const noexcept { return bots_.size(); }
    bot_id bot_of(lane_id lane) const noexcept { return bot_of_[lane]; }
    std::vector<lane_id> lanes_of(bot_id bot) const {
        std::vector<lane_id> its;
        for (lane_id lane = 0; lane < lanes(); ++lane)
            if (bot_of_[lane] == bot) its.push_back(lane);
        return its;
    }

    // Whether the bot has a connection at all. At first it has none.
    bool connected(lane_id lane) const noexcept { return bots_[bot_of_[lane]].connected; }
    bool bot_connected(bot_id bot) const noexcept { return bots_[bot].connected; }
    void set_connected(bot_id bot, bool connected) noexcept { bots_[bot].connected = connected; }

    // Sends nothing more in this run.
    bool given_up(lane_id lane) const noexcept { return lane_given_up_[lane]; }
    bool some_given_up() const noexcept { return given_up_ > 0; }
    bool all_given_up() const noexcept { return given_up_ == lanes(); }
    void give_up(lane_id lane) noexcept {
        if (!lane_given_up_[lane]) ++given_up_;
        lane_given_up_[lane] = true;
    }
    bool bot_given_up(bot_id bot) const noexcept { return bots_[bot].given_up; }
    // Its lanes; empty: it had been given up before.
    std::vector<lane_id> give_up_bot(bot_id bot) {
        if (std::exchange(bots_[bot].given_up, true)) return {};
        return lanes_of(bot);
    }

  private:
    struct bot_part {
        bool connected = false;
        bool given_up = false;
    };

    std::vector<bot_id> bot_of_;
    std::vector<bool> lane_given_up_;
    std::size_t given_up_ = 0;  // lanes
    std::vector<bot_part> bots_;
};

}  // namespace tidings::core
