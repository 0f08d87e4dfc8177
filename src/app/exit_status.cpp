#include "app/exit_status.hpp"

#include "app/screen/wrapped_text.hpp"

#include <algorithm>

namespace tidings::app {
namespace {

// What ends the run beats how the rows ended; what endangers the record beats everything.
constexpr std::array<exit_status_row, exit_status_count> table = {{
    {exit_status::accepted, 0, "accepted", "All sendable rows were accepted."},
    {exit_status::internal, 10, "internal error",
     "A bug, or a resource of this machine gave out; of tidings verify: the sum does not hold."},
    {exit_status::usage, 9, "usage", "The command line was wrong; nothing was done."},
    {exit_status::some_not_accepted, 2, "some not accepted",
     "Finished; some rows were rejected, failed or expired."},
    {exit_status::some_unknown, 3, "some unknown",
     "Finished; some rows may have been texted and no answer says so: see tidings resolve."},
    {exit_status::nothing_to_send, 1, "nothing to send", "The list holds no row to be sent."},
    {exit_status::stop_rule, 5, "stop rule", "A rule of [stop] tripped; tidings resume goes on."},
    {exit_status::work_left, 4, "work left",
     "Stopped with work left, by control stop, a cap, a signal or an endpoint that cannot be "
     "reached; tidings resume goes on."},
    {exit_status::credentials, 6, "credentials",
     "The server refuses the credentials; the rows are kept, tidings resume goes on."},
    {exit_status::busy, 7, "busy", "Another process holds the run or the bot."},
    {exit_status::unusable, 8, "unusable",
     "The configuration, the list or the run cannot be used as it is; nothing was sent."},
    {exit_status::journal, 11, "journal",
     "The journal cannot be read or written; nothing more was sent."},
}};

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.resize(width, ' ');
    return text;
}

}  // namespace

const std::array<exit_status_row, exit_status_count>& exit_statuses() {
    return table;
}

const exit_status_row& row_of(exit_status status) {
    return *std::find_if(table.begin(), table.end(),
                         [&](const auto& row) { return row.status == status; });
}

exit_status worst_of(std::initializer_list<exit_status> applicable) {
    auto worst = exit_status::accepted;
    for (const auto one : applicable)
        if (row_of(one).badness > row_of(worst).badness) worst = one;
    return worst;
}

exit_status status_of(core::trouble kind) {
    switch (kind) {
        case core::trouble::usage: return exit_status::usage;
        case core::trouble::configuration:
        case core::trouble::list:
        case core::trouble::missing: return exit_status::unusable;
        case core::trouble::credentials: return exit_status::credentials;
        case core::trouble::network: return exit_status::work_left;
        // A run that is there already: --again or resume is what was meant.
        case core::trouble::exists: return exit_status::usage;
        case core::trouble::busy: return exit_status::busy;
        case core::trouble::journal:
        case core::trouble::disk_full: return exit_status::journal;
        case core::trouble::internal: break;
    }
    return exit_status::internal;
}

exit_status status_of(const run_ending& ending) {
    using core::outcome;
    const auto& ended = ending.ended;
    const auto not_accepted =
        ended[outcome::rejected] + ended[outcome::failed] + ended[outcome::expired];
    const auto sendable = ended[outcome::accepted] + ended[outcome::unknown] + not_accepted;
    const auto when = [](bool applies, exit_status status) {
        return applies ? status : exit_status::accepted;
    };
    return worst_of({
        when(sendable == 0 && ending.unsent == 0, exit_status::nothing_to_send),
        when(not_accepted > 0, exit_status::some_not_accepted),
        when(ended[outcome::unknown] > 0, exit_status::some_unknown),
        when(ending.unsent > 0, exit_status::work_left),
        when(ending.stop_rule_tripped, exit_status::stop_rule),
        when(ending.credentials_refused, exit_status::credentials),
        when(ending.journal_failed, exit_status::journal),
    });
}

std::string exit_status_help() {
    std::string text = "Exit status (the worst that applies):\n";
    for (const auto& row : table) {
        const auto number = std::to_string(static_cast<int>(row.status));
        text += "  " + std::string(number.size() < 2 ? " " : "") + number + "  " +
                padded(std::string(row.name), 19) +
                wrapped(row.meaning, std::string(25, ' '), 80).substr(25) + "\n";
    }
    return text;
}

std::string exit_status_document() {
    std::string text =
        "# Exit statuses\n\n"
        "Made from the table in `src/app/exit_status.cpp`; a test keeps the two the same.\n"
        "When several apply, the worst one wins: the order stands below the table.\n\n"
        "| status | name | meaning |\n|---|---|---|\n";
    for (const auto& row : table)
        text += "| " + std::to_string(static_cast<int>(row.status)) + " | " +
                std::string(row.name) + " | " + std::string(row.meaning) + " |\n";
    auto by_badness = table;
    std::sort(by_badness.begin(), by_badness.end(),
              [](const auto& a, const auto& b) { return a.badness > b.badness; });
    text += "\nWorst first: ";
    for (const auto& row : by_badness)
        text += std::string(row.badness == by_badness.front().badness ? "" : ", ") +
                std::to_string(static_cast<int>(row.status));
    return text + ".\n";
}

}  // namespace tidings::app
