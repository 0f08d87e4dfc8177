#include "run/report.hpp"

#include "store/recovery.hpp"
#include "view/summary.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace tidings::run {

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
                                                         const store::run_record& record,
                                                         const store::run_paths& paths,
                                                         std::uint64_t rows, bool live) {
    const auto known =
        store::recover(disk, paths.journal, {.live = live, .journal_id = record.journal_id});
    if (!known) return known.error();
    core::progress_snapshot made;
    made.run = record.name;
    made.phase = core::run_phase::finished;
    made.rows_total = rows;
    made.rows_read = rows;
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

core::result<view::report_content> report_content_of(store::disk& disk,
                                                     const store::run_record& record,
                                                     const store::run_paths& paths,
                                                     core::run_summary sums) {
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
    for (const auto& rule : content.summary.hours)
        content.facts.emplace_back("hours", rule);
    return content;
}

core::result<core::exclusion_counts> exclusions_of(store::disk& disk,
                                                   const store::run_paths& paths) {
    core::exclusion_counts made;
    const auto visited = store::visit_frames(
        disk, paths.journal,
        [&](std::uint64_t, const core::journal_batch& batch) {
            for (const auto& one : batch.settled)
                if (one.what == core::outcome::suppressed)
                    made.add(core::exclusion_told_by(batch.text_of(one)));
        },
        true);
    if (!visited) return visited.error();
    return made;
}

core::result<void> write_summary(store::disk& disk, const store::run_paths& paths,
                                 const core::run_summary& summary) {
    return store::write_whole_file(disk, paths.summary, view::summary_json(summary),
                                   core::trouble::journal);
}

}  // namespace tidings::run
