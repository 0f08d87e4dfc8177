// Counts rows by the lane that sends them and the zone of the calendar that judges them: what a
// list holds (run/list_survey) and what of it is done (core/dispatcher), so that core/forecast can
// be asked about what is left. It knows no rows and decides nothing.
#pragma once

#include "core/forecast.hpp"
#include "core/row.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tidings::core {

class load_tally {
  public:
    explicit load_tally(std::size_t lanes = 0) : lanes_(lanes) {}

    // Pre: lane < lanes. Allocates only for a zone that is higher than any before.
    void add(lane_id lane, zone_id zone, std::uint64_t rows = 1) {
        const std::size_t at = std::size_t{zone} * lanes_ + lane;
        if (at >= counts_.size()) counts_.resize((std::size_t{zone} + 1) * lanes_);
        counts_[at] += rows;
    }
    std::uint64_t of(lane_id lane, zone_id zone) const noexcept {
        const std::size_t at = std::size_t{zone} * lanes_ + lane;
        return at < counts_.size() ? counts_[at] : 0;
    }
    // Zone by zone, lane by lane; none that is empty.
    std::vector<forecast_load> loads() const;

  private:
    std::size_t lanes_;
    std::vector<std::uint64_t> counts_;  // of lane l in zone z: counts_[z * lanes_ + l]
};

// What of `listed` is not `done`, never more than `most` in all: rows may have found another end
// meanwhile. What is left of a lane that `out` names goes to the others, alike.
std::vector<forecast_load> what_is_left(const std::vector<forecast_load>& listed,
                                        const load_tally& done, const std::vector<bool>& out,
                                        std::uint64_t most);

}  // namespace tidings::core
