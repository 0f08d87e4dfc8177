#include "core/load_tally.hpp"

#include <algorithm>

namespace tidings::core {

std::vector<forecast_load> load_tally::loads() const {
    std::vector<forecast_load> made;
    for (std::size_t at = 0; at < counts_.size(); ++at)
        if (counts_[at] > 0)
            made.push_back({static_cast<lane_id>(at % lanes_), static_cast<zone_id>(at / lanes_),
                            counts_[at]});
    return made;
}

std::vector<forecast_load> what_is_left(const std::vector<forecast_load>& listed,
                                        const load_tally& done, const std::vector<bool>& out,
                                        std::uint64_t most) {
    const auto others = static_cast<std::uint64_t>(std::count(out.begin(), out.end(), false));
    load_tally expected(out.size());
    for (const auto& load : listed) {
        if (!out[load.lane] || others == 0) {
            expected.add(load.lane, load.zone, load.rows);
            continue;
        }
        const std::uint64_t gone = std::min(load.rows, done.of(load.lane, load.zone));
        expected.add(load.lane, load.zone, gone);
        std::uint64_t turn = 0;
        for (lane_id lane = 0; lane < out.size(); ++lane) {
            if (out[lane]) continue;
            const std::uint64_t moves = load.rows - gone;
            expected.add(lane, load.zone, moves / others + (turn++ < moves % others ? 1 : 0));
        }
    }
    std::vector<forecast_load> left;
    std::uint64_t sum = 0;
    for (auto load : expected.loads()) {
        load.rows -= std::min(load.rows, done.of(load.lane, load.zone));
        sum += load.rows;
        if (load.rows > 0) left.push_back(load);
    }
    if (sum <= most) return left;
    for (auto& load : left)
        load.rows = static_cast<std::uint64_t>(
            static_cast<double>(load.rows) * static_cast<double>(most) / static_cast<double>(sum));
    std::erase_if(left, [](const forecast_load& load) { return load.rows == 0; });
    return left;
}

}  // namespace tidings::core
