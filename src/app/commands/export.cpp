// `tidings export`: chosen rows of a run as a list again, as they stand in its list, or, when that
// is not what it was, their numbers as the outcome log has them.
#include "app/commands/commands.hpp"
#include "app/part_file.hpp"
#include "app/viewed_run.hpp"
#include "core/wording.hpp"
#include "runner/row_export.hpp"
#include "store/outcome_log.hpp"
#include "store/row_fates.hpp"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <optional>
#include <string>
#include <utility>

namespace tidings::app {

namespace {

bool is_wanted(const export_command& asked, store::row_fate fate) {
    return store::is_settled(fate) && std::find(asked.outcomes.begin(), asked.outcomes.end(),
                                                store::outcome_of(fate)) != asked.outcomes.end();
}

core::result<std::uint64_t> from_list(const export_command& asked, viewed_run& viewed,
                                      const store::row_fates& fates, std::ostream& out) {
    const auto reading = viewed.list();
    store::list_rows_options list;
    list.path = reading.path;
    list.format = reading.format;
    list.columns = reading.columns;
    list.header_row = reading.header_row;
    return runner::export_rows(std::move(list), out,
                               [&](core::row_number row) { return is_wanted(asked, fates[row]); });
}

// Fails before anything is written where the rows would be other people.
core::result<void> check_source(const export_command& asked, viewed_run& viewed) {
    if (asked.from_log && viewed.settings.output.numbers == codec::number_style::masked)
        return core::failure{
            core::trouble::usage,
            "--from-log: this run's outcome log has masked numbers (output.numbers "
            "= \"masked\"): export needs its list"};
    if (asked.from_log) return {};
    const auto list = viewed.standing(run::looking::closely);
    if (!list) return list.error();
    if (list->same) return {};
    return core::failure{core::trouble::list,
                         list->words +
                             ": put the old file back, or take the numbers from the outcome log "
                             "(tidings export --from-log)"};
}

// A field of a CSV file, in quotes where it needs them.
std::string csv_field(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text)
        quoted.append(c == '"' ? 2 : 1, c);
    return quoted + "\"";
}

// Numbers under the name of their column, so that the same campaign file reads them.
core::result<std::uint64_t> from_log(const export_command& asked, viewed_run& viewed,
                                     const store::row_fates& fates, std::ostream& out) {
    if (viewed.settings.recipients.format != codec::list_format::lines)
        out << csv_field(viewed.settings.recipients.columns.to) << '\n';
    std::uint64_t written = 0;
    const auto read =
        store::visit_lines(viewed.disk, viewed.paths.folder, [&](const store::logged_line& line) {
            const bool wanted = line.whole && is_wanted(asked, fates[line.seen.row]) &&
                                store::outcome_of(fates[line.seen.row]) == line.seen.what;
            if (!wanted || line.seen.number.empty()) return true;
            out << line.seen.number << '\n';
            ++written;
            return true;
        });
    if (!read) return read.error();
    out.flush();
    if (!out) return core::failure{core::trouble::disk_full, "the numbers cannot be written"};
    return written;
}

}  // namespace

core::result<exit_status> perform(const export_command& asked) {
    auto found = view_run(asked.run.folder.string());
    if (!found) return found.error();
    auto& viewed = **found;
    const auto fates = store::read_fates(viewed.disk, viewed.paths.journal, viewed.holder != 0);
    if (!fates) return fates.error();
    if (const auto sound = check_source(asked, viewed); !sound) return sound.error();
    std::optional<part_file> part;
    if (asked.out != "-") {
        auto begun = part_file::begin("--out", asked.out);
        if (!begun) return begun.error();
        part.emplace(std::move(*begun));
    }
    auto& out = part ? part->stream() : std::cout;
    const auto count = asked.from_log ? from_log(asked, viewed, *fates, out)
                                      : from_list(asked, viewed, *fates, out);
    if (!count) return count.error();
    if (part)
        if (const auto kept = part->finish(); !kept) return kept.error();
    if (!asked.display.quiet) std::fprintf(stderr, "%s rows\n", core::shown_count(*count).c_str());
    return exit_status::accepted;
}

}  // namespace tidings::app
