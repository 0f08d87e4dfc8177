// Whether the promises were kept, as far as the journal and the provider tell.
#include "simulation/process.hpp"
#include "simulation/world.hpp"
#include "store/row_fates.hpp"
#include "store/verify.hpp"

#include <fmt/format.h>

namespace tidings::simulation {

// What the journal says of each row against what the provider did.
void world::judge_fates(bool at_end) {
    const auto fates = disk_.aside([this] { return store::read_fates(disk_, journal_folder()); });
    require(fates || (!at_end && fates.error().kind == core::trouble::missing),
            "the fates cannot be read");
    if (!fates) return;
    using store::row_fate;
    for (const auto& row : rows()) {
        const auto fate = (*fates)[row.row];
        if (at_end) require(store::is_settled(fate), fmt::format("row {} has no outcome", row.row));
        const bool unique =
            row.found == core::screening::sendable || row.found == core::screening::suppressed;
        if (!store::is_settled(fate) || !unique || fate == row_fate::unknown) continue;
        const auto order = orders_.find(row.row);
        const bool ordered = order != orders_.end();
        if (ordered && order->second.sent) continue;  // the operator's word, not the provider's
        // What was sent again on an order is judged by what came of that.
        const auto times = provider_.processed(row.to) - (ordered ? order->second.processed : 0);
        // One that stood still may read the first copy after the order.
        const auto late = ordered && plan_.stands_still ? order->second.again : 0;
        const bool kept = fate != row_fate::accepted ? times <= late
                          : resends()                ? times >= 1
                                                     : times >= 1 && times <= 1 + late;
        require(kept, fmt::format("row {} has fate {} and was texted {} times", row.row,
                                  static_cast<int>(fate), times));
    }
}

void world::judge_windows() {
    const auto within = [&](tests::rolling_counter& of, const std::vector<core::rate_limit>& all,
                            const std::string& whose) {
        for (const auto& limit : all) {
            const auto worst = of.worst(limit.window);
            require(worst <= limit.count,
                    fmt::format("{} requests of {} in a window of {:.3f} s, which takes {}", worst,
                                whose, std::chrono::duration<double>(limit.window).count(),
                                limit.count));
        }
    };
    for (std::size_t account = 0; account < plan_.accounts; ++account)
        within(provider_.of_account(account), plan_.account_limits,
               fmt::format("account {}", account));
    for (std::size_t bot = 0; bot < plan_.bots; ++bot)
        within(provider_.of_bot(bot), plan_.bot_limits, fmt::format("bot {}", bot));
    for (std::size_t lane = 0; lane < plan_.lanes.size(); ++lane)
        within(provider_.of_lane(lane), plan_.lane_limits, fmt::format("lane {}", lane));
}

void world::judge_end() {
    judge_fates(true);
    judge_windows();
    const auto before = store::recover(disk_, journal_folder());
    require(before && before->state.finished, "the journal does not say that it is finished");
    const auto proof = store::verify(disk_, run_folder(), journal_folder(), rows().size());
    require(bool(proof), "the run cannot be verified");
    if (!broken_.empty() || !proof) return;
    require(proof->complete(),
            proof->sentence() + (proof->findings.empty() ? "" : ": " + proof->findings.front()));
    // Going on with what is finished changes nothing.
    const auto requests = counts_.requests;
    const auto crashes = std::exchange(plan_.crashes, 0);
    const bool quiet = std::exchange(quiet_, true);
    disk_.kill_process();
    require(live() == ending::finished, "a finished run does not finish again");
    require(counts_.requests == requests, "a finished run sent again");
    const auto after = store::recover(disk_, journal_folder());
    require(after && after->state.counts == before->state.counts, "a finished run changed");
    judge_fates(true);
    plan_.crashes = crashes;
    quiet_ = quiet;
}

}  // namespace tidings::simulation
