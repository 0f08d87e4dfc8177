#include "app/run_report.hpp"

#include "app/run_files.hpp"
#include "app/screen/terminal.hpp"
#include "store/recovery.hpp"
#include "view/html_report.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace tidings::app {

namespace {

constexpr std::size_t reasons_max = 12;

void gather(view::report_content& into, std::map<std::string, std::uint64_t>& reasons,
            const core::journal_batch& batch) {
    for (const auto& one : batch.settled) {
        into.over_time.add(one.at, one.what, one.latency_us);
        if (one.status != 0) into.latency.record_us(one.latency_us);
        if (one.what == core::outcome::accepted || one.text_size == 0) continue;
        // Bounded: a run with a million different reasons shows the first ones.
        const std::string text(batch.text_of(one));
        if (reasons.size() < 1000 || reasons.contains(text)) ++reasons[text];
    }
}

}  // namespace

core::result<core::progress_snapshot> recovered_progress(store::disk& disk,
                                                         const campaign& settings,
                                                         const store::run_record& record,
                                                         const store::run_paths& paths, bool live) {
    const auto known = store::recover(disk, paths.journal, {.live = live});
    if (!known) return known.error();
    const auto rows = count_rows(settings, paths);
    if (!rows) return rows.error();
    core::progress_snapshot made;
    made.run = record.name;
    made.phase = core::run_phase::finished;
    made.rows_total = *rows;
    made.rows_read = *rows;
    made.ended = known->state.counts;
    made.requests = known->state.requests;
    // As the dispatcher counts them.
    const auto last_ones = made.ended[core::outcome::accepted] +
                           made.ended[core::outcome::rejected] +
                           made.ended[core::outcome::unknown] + made.ended[core::outcome::failed];
    made.retries = made.requests - std::min(made.requests, last_ones);
    made.in_doubt_max = known->in_doubt();
    made.started = known->state.first.wall;
    made.now = known->state.last.wall;
    made.elapsed = made.now - made.started;
    const auto answered = made.ended[core::outcome::accepted] + made.ended[core::outcome::rejected];
    const double seconds = std::chrono::duration<double>(made.elapsed).count();
    if (seconds > 0) made.rate_mean = static_cast<double>(answered) / seconds;
    return made;
}

core::result<core::run_summary> recovered_sums(store::disk& disk, const campaign& settings,
                                               const store::run_record& record,
                                               const store::run_paths& paths) {
    auto last = recovered_progress(disk, settings, record, paths, true);
    if (!last) return last.error();
    core::run_summary sums;
    sums.last = std::move(*last);
    sums.last.opt_outs = recorded_opt_outs(paths);
    sums.finished = sums.last.now;
    return sums;
}

core::result<std::string> make_report(store::disk& disk, const store::run_record& record,
                                      const store::run_paths& paths, core::run_summary sums) {
    view::report_content content;
    content.summary = std::move(sums);
    std::map<std::string, std::uint64_t> reasons;
    const auto visited = store::visit_frames(
        disk, paths.journal,
        [&](std::uint64_t, const core::journal_batch& batch) { gather(content, reasons, batch); },
        true);
    if (!visited) return visited.error();
    for (auto& [text, count] : reasons)
        content.reasons.emplace_back(text, count);
    std::sort(content.reasons.begin(), content.reasons.end(),
              [](const auto& a, const auto& b) { return a.second > b.second; });
    if (content.reasons.size() > reasons_max) content.reasons.resize(reasons_max);
    content.summary.last.latency = content.latency.percentiles();
    content.facts = {{"list", record.list_path}, {"version", record.version}};
    for (const auto& lane : record.lanes)
        content.facts.emplace_back("sender", lane.identity.from + " of " + lane.identity.bot);
    return view::html_report(content, local_offset);
}

std::string verify_json(const store::verify_report& report) {
    std::string text = fmt::format(R"({{"type":"verify","holds":{},"complete":{},"rows":{})",
                                   report.holds(), report.complete(), report.rows);
    for (std::size_t i = 0; i < core::outcome_count; ++i)
        text += fmt::format(R"(,"{}":{})", core::outcome_names[i], report.log.by_outcome[i]);
    text += fmt::format(R"(,"unsent":{},"in_doubt":{},"missing_lines":{},"doubled_lines":{})",
                        report.unsent, report.in_doubt, report.missing_lines, report.doubled_lines);
    return text + fmt::format(R"(,"disagreeing":{},"twice":{}}})", report.disagreeing,
                              report.doubled_lines);
}

}  // namespace tidings::app
