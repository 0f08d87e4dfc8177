// The exit statuses of the program: what scripts rely on. Which of them applies to a run is told by
// its facts; when several do, the worst wins. docs/exit-statuses.md is generated from this table.
#pragma once

#include "core/failure.hpp"
#include "core/outcome.hpp"
#include "tidings/exit_status.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace tidings::app {

using tidings::exit_status;

struct exit_status_row {
    exit_status status;
    std::uint8_t badness;  // the higher one wins; all differ
    std::string_view name;
    std::string_view meaning;  // one sentence
};

inline constexpr std::size_t exit_status_count = 12;
// In the order of their numbers.
const std::array<exit_status_row, exit_status_count>& exit_statuses();
const exit_status_row& row_of(exit_status status);

exit_status worst_of(std::initializer_list<exit_status> applicable);
exit_status status_of(core::trouble kind);

// The facts about an ended run that its status follows from.
struct run_ending {
    core::outcome_counts ended;
    std::uint64_t unsent = 0;        // rows without an outcome
    bool stop_rule_tripped = false;  // one of [stop]'s thresholds
    bool credentials_refused = false;
    bool journal_failed = false;
};
exit_status status_of(const run_ending& ending);

// "  0  accepted   All sendable rows were accepted." ..., for --help.
std::string exit_status_help();
// docs/exit-statuses.md, whole.
std::string exit_status_document();

}  // namespace tidings::app
