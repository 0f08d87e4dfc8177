// `tidings status`, `verify` and `report`: what a run folder tells, while the run goes on or after.
// They read; nothing here changes a run.
#include "app/commands/commands.hpp"
#include "app/part_file.hpp"
#include "app/run_files.hpp"
#include "app/screen/presenter.hpp"
#include "app/viewed_run.hpp"
#include "core/foreign_text.hpp"
#include "core/wording.hpp"
#include "run/report.hpp"
#include "runner/control_socket.hpp"
#include "runner/live_state.hpp"
#include "store/posix_disk.hpp"
#include "store/verify.hpp"
#include "view/metrics_text.hpp"
#include "view/progress_block.hpp"
#include "view/progress_json.hpp"

#include <cstdio>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>

namespace tidings::app {

namespace {

// From the journal alone, with what a person should know of a run that nobody sends.
core::result<core::progress_snapshot> snapshot_of(viewed_run& viewed) {
    const bool live = viewed.holder != 0;
    const auto list = viewed.standing(run::looking::quickly);
    if (!list) return list.error();
    auto made = run::recovered_progress(viewed.disk, viewed.record, viewed.paths, list->rows, live);
    if (!made) return made.error();
    if (!list->same) made->notes.push_back(list->words);
    if (live) {
        made->phase = core::run_phase::running;
        if (const auto said = runner::say_to_run(viewed.paths.control, "state"))
            if (const auto state = runner::live_state_from(*said)) runner::tell(*made, *state);
        return made;
    }
    if (made->in_doubt_max > 0)
        made->notes.push_back(core::shown_count(made->in_doubt_max) +
                              " rows are in doubt: the process died while they were under way");
    if (made->unsent() > 0)
        made->notes.push_back("interrupted; go on with: tidings resume " + viewed.paths.folder);
    return made;
}

void print(const core::progress_snapshot& now, const status_command& asked) {
    if (asked.metrics)
        std::printf("%s", view::metrics_text(now).c_str());
    else if (asked.display.json)
        std::printf("%s\n", view::progress_json(now).c_str());
    else
        std::printf("%s", view::progress_block(now, page_for(asked.display)).c_str());
    std::fflush(stdout);
}

std::string verify_json(const store::verify_report& report, const run::list_standing& list) {
    std::string text = fmt::format(R"({{"type":"verify","holds":{},"complete":{},"rows":{})",
                                   report.holds(), report.complete(), report.rows);
    for (std::size_t i = 0; i < core::outcome_count; ++i)
        text += fmt::format(R"(,"{}":{})", core::outcome_names[i], report.log.by_outcome[i]);
    text += fmt::format(R"(,"unsent":{},"in_doubt":{},"missing_lines":{},"doubled_lines":{})",
                        report.unsent, report.in_doubt, report.missing_lines, report.doubled_lines);
    return text + fmt::format(R"(,"disagreeing":{},"twice":{},"other_numbers":{},"list":"{}"}})",
                              report.disagreeing, report.doubled_lines, report.other_numbers,
                              list.same ? "same" : "changed");
}

}  // namespace

core::result<exit_status> perform(const status_command& asked) {
    while (true) {
        auto run = view_run(asked.run.folder.string());
        if (!run) return run.error();
        const auto now = snapshot_of(**run);
        if (!now) return now.error();
        print(*now, asked);
        if (!asked.watch || (*run)->holder == 0) return exit_status::accepted;
        std::this_thread::sleep_for(std::chrono::seconds(1));
    }
}

core::result<exit_status> perform(const verify_command& asked) {
    auto found = view_run(asked.run.folder.string());
    if (!found) return found.error();
    auto& viewed = **found;
    const auto list = viewed.standing(run::looking::closely);
    if (!list) return list.error();
    const auto report = verify_run(viewed, *list);
    if (!report) return report.error();
    if (asked.display.json)
        std::printf("%s\n", verify_json(*report, *list).c_str());
    else
        std::printf("%s\n", core::lines_of(report->sentence()).c_str());
    if (!list->same)
        std::fprintf(stderr, "%s: what is verified is the run's own record\n",
                     core::lines_of(list->words).c_str());
    if (!asked.display.json)
        for (const auto& finding : report->findings)
            std::printf("  %s\n", core::lines_of(finding).c_str());
    if (!report->holds()) return exit_status::internal;
    return exit_status::accepted;
}

namespace {

// Where it is kept: among the run's files, or where the person wants it.
core::result<std::string> keep_page(viewed_run& viewed, const std::filesystem::path& out,
                                    std::string_view page) {
    if (out.empty()) {
        const auto kept =
            store::write_whole_file(viewed.disk, viewed.paths.report, page, core::trouble::usage);
        if (!kept) return kept.error();
        return viewed.paths.report;
    }
    auto part = part_file::begin("--out", out);
    if (!part) return part.error();
    part->stream() << page;
    if (const auto kept = part->finish(); !kept) return kept.error();
    return out.string();
}

}  // namespace

core::result<exit_status> perform(const report_command& asked) {
    auto found = view_run(asked.run.folder.string());
    if (!found) return found.error();
    auto& viewed = **found;
    const auto list = viewed.standing(run::looking::quickly);
    if (!list) return list.error();
    if (!list->same)
        std::fprintf(stderr, "%s: what is reported is the run's own record\n",
                     core::lines_of(list->words).c_str());
    auto last = run::recovered_progress(viewed.disk, viewed.record, viewed.paths, list->rows, true);
    if (!last) return last.error();
    core::run_summary sums;
    sums.last = std::move(*last);
    sums.last.opt_outs = recorded_opt_outs(viewed.paths);
    sums.hours = recorded_hours(viewed.paths);
    sums.finished = sums.last.now;
    const auto content =
        run::report_content_of(viewed.disk, viewed.record, viewed.paths, std::move(sums));
    if (!content) return content.error();
    const auto page = view::html_report(*content, local_offset);
    if (asked.out == "-") {
        std::printf("%s", page.c_str());
        return exit_status::accepted;
    }
    const auto kept = keep_page(viewed, asked.out, page);
    if (!kept) return kept.error();
    std::printf("%s\n", core::lines_of(*kept).c_str());
    return exit_status::accepted;
}

}  // namespace tidings::app
