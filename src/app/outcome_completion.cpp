#include "app/outcome_completion.hpp"

#include "app/campaign_assembly.hpp"
#include "app/run_files.hpp"

#include <utility>

namespace tidings::app {

namespace {

constexpr std::size_t rows_at_once = 65536;

// Puts the numbers of the list into settlements that have none; both are in ascending order.
core::result<void> fill_numbers(runner::list_reader& list, core::journal_batch& missing) {
    core::listed_batch rows;
    auto next = missing.settled.begin();
    while (next != missing.settled.end()) {
        const auto more = list.read(rows);
        if (!more) return more.error();
        if (!*more) return {};
        for (const auto& row : rows.rows) {
            if (next == missing.settled.end()) break;
            if (row.row == next->row) (next++)->to = row.to;
        }
    }
    return {};
}

}  // namespace

core::result<void> complete_outcomes(const campaign& settings, store::outcome_log& log,
                                     const store::run_paths& paths) {
    core::row_number from = 1;
    while (log.missing() > 0) {
        auto missing = log.missing_after(from, rows_at_once);
        if (!missing) return missing.error();
        if (missing->settled.empty()) return {};
        auto options = list_options_of(settings);
        options.path = list_path_of(settings, paths);
        options.screen_duplicates = false;
        auto list = runner::list_reader::open(std::move(options));
        if (!list) return list.error();
        if (const auto filled = fill_numbers(*list, *missing); !filled) return filled.error();
        from = missing->settled.back().row + 1;
        if (const auto written = log.append(*missing); !written) return written.error();
    }
    return {};
}

}  // namespace tidings::app
