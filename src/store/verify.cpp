#include "store/verify.hpp"

#include "store/log_repair.hpp"
#include "store/outcome_log.hpp"
#include "store/recovery.hpp"
#include "store/row_fates.hpp"

#include <fmt/format.h>

namespace tidings::store {

namespace {

// 1234567 as 1,234,567
std::string grouped(std::uint64_t value) {
    auto text = std::to_string(value);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
        text.insert(static_cast<std::size_t>(at), 1, ',');
    return text;
}

void note(verify_report& report, std::string finding) {
    if (report.findings.size() < verify_report::findings_max)
        report.findings.push_back(std::move(finding));
}

void judge_line(verify_report& report, const row_fates& fates, row_set& seen,
                const logged_line& line) {
    if (!line.whole) {
        ++report.unreadable_lines;
        return note(report,
                    fmt::format("a line of the outcome log cannot be read: {:.60}", line.text));
    }
    const auto row = line.seen.row;
    const auto fate = fates[row];
    if (row >= fates.end() || !is_settled(fate)) {
        ++report.disagreeing;
        return note(report, fmt::format("row {} has a line ({}) and no outcome in the journal", row,
                                        core::name_of(line.seen.what)));
    }
    if (seen.has(row)) {
        ++report.doubled_lines;
        return note(report, fmt::format("row {} has more than one line", row));
    }
    seen.add(row);
    ++report.log[line.seen.what];
    if (outcome_of(fate) == line.seen.what) return;
    ++report.disagreeing;
    note(report, fmt::format("row {} is {} in the outcome log and {} in the journal", row,
                             core::name_of(line.seen.what), core::name_of(outcome_of(fate))));
}

// A number that is masked says too little.
core::result<void> judge_number(verify_report& report, people_file& people,
                                const logged_line& line) {
    const auto text = line.seen.number;
    const auto number = core::phone_number::from_e164(text);
    if (!line.whole || (!number && !text.empty())) return {};
    const auto is = people.names(line.seen.row, number.value_or(core::phone_number()));
    if (!is) return is.error();
    if (*is) return {};
    if (line.seen.what == core::outcome::suppressed) {
        // Rows that the campaign is not for are none of its people, and their lines have numbers.
        const auto nobody = people.names(line.seen.row, core::phone_number());
        if (!nobody) return nobody.error();
        if (*nobody) return {};
    }
    ++report.other_numbers;
    note(report, fmt::format("row {} has a line with a number that is not the row's in the list "
                             "that the run began with",
                             line.seen.row));
    return {};
}

// Each row of the list, and of the journal above it, in exactly one place.
void count_rows(verify_report& report, const row_fates& fates, const row_set& seen, bool live) {
    for (core::row_number row = 1; row <= report.rows || row < fates.end(); ++row) {
        const auto fate = fates[row];
        if (row > report.rows && fate != row_fate::untouched) {
            ++report.beyond_list;
            note(report, fmt::format("row {} is in the journal, and the list ends with row {}", row,
                                     report.rows));
        }
        if (is_settled(fate)) {
            ++report.journal[outcome_of(fate)];
            if (seen.has(row) || live) continue;
            ++report.missing_lines;
            note(report, fmt::format("row {} is {} and has no line in the outcome log", row,
                                     core::name_of(outcome_of(fate))));
        } else if (row <= report.rows) {
            fate == row_fate::released ? ++report.in_doubt : ++report.unsent;
        }
    }
}

}  // namespace

bool verify_report::holds() const {
    return missing_lines == 0 && doubled_lines == 0 && disagreeing == 0 && unreadable_lines == 0 &&
           beyond_list == 0 && other_numbers == 0 && journal.total() + unsent + in_doubt == rows;
}

std::string verify_report::sentence() const {
    auto text = fmt::format("{} rows =", grouped(rows));
    bool first = true;
    const auto part = [&](std::uint64_t count, std::string_view name) {
        if (count == 0) return;
        text += fmt::format("{} {} {}", first ? "" : " +", grouped(count), name);
        first = false;
    };
    for (std::size_t i = 0; i < core::outcome_count; ++i) {
        const auto what = static_cast<core::outcome>(i);
        part(journal[what], core::name_of(what));
    }
    part(in_doubt, "in doubt");
    part(unsent, "unsent");
    if (first) text += " 0";
    return text + fmt::format("; {} twice", grouped(doubled_lines));
}

core::result<verify_report> verify(disk& where, const std::string& run_folder,
                                   const std::string& journal_folder, std::uint64_t rows, bool live,
                                   people_file* people) {
    verify_report report;
    report.rows = rows;
    const auto fates = read_fates(where, journal_folder, live);
    if (!fates) return fates.error();
    row_set seen;
    core::result<void> judged;
    auto read = visit_lines(where, run_folder, [&](const logged_line& line) {
        // Settled since the journal was read: so is everything behind it.
        if (live && (!line.whole || !is_settled((*fates)[line.seen.row]))) return false;
        judge_line(report, *fates, seen, line);
        if (people != nullptr) judged = judge_number(report, *people, line);
        return judged.has_value();
    });
    if (!read) return read.error();
    if (!judged) return judged.error();
    count_rows(report, *fates, seen, live);
    return report;
}

}  // namespace tidings::store
