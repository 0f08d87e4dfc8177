#include "runner/bot_carriers.hpp"

#include <algorithm>

namespace tidings::runner {

std::size_t bot_carriers::room() const {
    std::size_t sum = 0;
    for (const carrier* const one : all_)
        sum += one->room();
    return sum;
}

void bot_carriers::begin(const core::departure& one, core::phone_number from, core::wall_time now) {
    carrier* to = all_.front();
    if (all_.size() > 1) {
        to = *std::max_element(all_.begin(), all_.end(), [](const carrier* a, const carrier* b) {
            return a->room() < b->room();
        });
    }
    to->begin(one, from, now);
}

void bot_carriers::want(std::size_t messages) {
    const std::size_t share = (messages + all_.size() - 1) / all_.size();
    for (carrier* const one : all_)
        one->want(share);
}

net::pool_stats bot_carriers::stats() const {
    net::pool_stats sum;
    for (const carrier* const one : all_)
        sum += one->stats();
    return sum;
}

}  // namespace tidings::runner
