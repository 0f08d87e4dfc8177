// `tidings recent`: what frequency caps remember of whom was texted, and forgetting somebody.
#include "app/commands/commands.hpp"
#include "app/this_machine.hpp"
#include "codec/numbers/number_hash.hpp"
#include "core/foreign_text.hpp"
#include "core/wording.hpp"
#include "store/known_runs.hpp"
#include "store/recent_numbers.hpp"

#include <cstdio>
#include <string>

#include <fmt/format.h>

namespace tidings::app {

namespace {

core::result<exit_status> forget(const recent_command& asked, store::disk& disk,
                                 const std::string& folder) {
    const auto key = store::read_key(disk, folder);
    if (!key) return key.error();
    std::uint64_t records = 0;
    if (*key) {
        const auto forgotten =
            store::forget_recent(disk, folder, codec::number_hash(**key)(asked.forget));
        if (!forgotten) return forgotten.error();
        records = *forgotten;
    }
    if (asked.display.json)
        std::printf("%s\n", fmt::format(R"({{"type":"recent","forgotten":{}}})", records).c_str());
    else if (!asked.display.quiet)
        std::printf("%s\n", records == 0 ? "Nothing was remembered of that number."
                                         : "That number is forgotten.");
    return exit_status::accepted;
}

}  // namespace

core::result<exit_status> perform(const recent_command& asked) {
    const auto folders = state_folders_of(asked.state);
    if (folders.empty())
        return core::failure{core::trouble::usage,
                             "there is no $HOME to look in: name the folder with --state"};
    this_machine machine;
    const auto& folder = folders.front();
    if (!asked.forget.empty()) return forget(asked, machine.disk, folder);
    const auto known = store::recent_numbers::load(machine.disk, folder, 0, core::wall_time{});
    if (!known) return known.error();
    if (asked.display.json)
        std::printf("%s\n", fmt::format(R"({{"type":"recent","messages":{},"runs":{}}})",
                                        known->size(), known->runs())
                                .c_str());
    else
        std::printf("%s messages of %s runs are remembered in %s\n",
                    core::shown_count(known->size()).c_str(),
                    core::shown_count(known->runs()).c_str(), core::lines_of(folder).c_str());
    return exit_status::accepted;
}

}  // namespace tidings::app
