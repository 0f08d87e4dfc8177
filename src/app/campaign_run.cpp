#include "app/campaign_run.hpp"

#include "app/campaign_assembly.hpp"
#include "app/run_files.hpp"
#include "app/run_outlook.hpp"
#include "app/run_report.hpp"
#include "app/run_watch.hpp"
#include "app/screen/messages.hpp"
#include "app/screen/presenter.hpp"
#include "app/signals.hpp"
#include "core/wording.hpp"
#include "runner/control_socket.hpp"

#include <algorithm>
#include <fstream>
#include <utility>

#include <spdlog/spdlog.h>

#include <sys/stat.h>

namespace tidings::app {

namespace {

exit_status status_of_end(const runner::campaign_end& end, bool journal_failed) {
    run_ending facts;
    facts.ended = end.last.ended;
    facts.unsent = end.finished && end.all_read
                       ? end.last.unsent()
                       : std::max<std::uint64_t>(end.last.unsent(), end.halted ? 1 : 0);
    facts.journal_failed = journal_failed;
    if (!end.halted) return status_of(facts);
    switch (end.halted->status) {
        case core::stop_status::rule_tripped: facts.stop_rule_tripped = true; break;
        case core::stop_status::credentials_refused: facts.credentials_refused = true; break;
        case core::stop_status::journal_failed: facts.journal_failed = true; break;
        case core::stop_status::unusable:
            return worst_of({status_of(facts), exit_status::unusable});
        case core::stop_status::stopped: break;
    }
    return status_of(facts);
}

std::string reason_of(const runner::campaign_end& end) {
    if (end.halted) return end.halted->text;
    return "every row of the list has its outcome";
}

core::result<std::unique_ptr<runner::campaign>> make_campaign(const campaign& settings,
                                                              run_session& session,
                                                              core::stop_rules& rules,
                                                              const environment& variables) {
    auto bots = make_bots(settings, variables);
    if (!bots) return bots.error();
    auto list = open_list(settings, list_path_of(settings, session.paths()));
    if (!list) return list.error();
    auto suppression = load_suppression(settings);
    if (!suppression) return suppression.error();
    if (*suppression)
        if (const auto usable = check_suppression(settings, (*suppression)->findings()); !usable)
            return usable.error();
    auto& cores = session.cores();
    runner::campaign_parts parts{.run = settings.name,
                                 .run_id = session.record().journal_id,
                                 .bots = std::move(*bots),
                                 .lanes = runner_lanes_of(settings),
                                 .limits = *cores.limits,
                                 .lane_choice = *cores.lanes,
                                 .hours = *cores.hours,
                                 .row_zones = *cores.zones,
                                 .rules = rules,
                                 .retry = core::retry_policy(settings.retry),
                                 .dispatch = dispatch_options_of(settings, runner::random_seed()),
                                 .past = session.take_past(),
                                 .list = std::move(*list),
                                 .suppression = std::move(*suppression),
                                 .writer = session.writer(),
                                 .clock = session.clock()};
    parts.tell = [](std::string_view text) { spdlog::warn("{}", text); };
    runner::campaign_options options;
    options.threads = settings.threads;
    options.unreadable_opt_outs_max = settings.stop.unreadable_opt_outs;
    // Whoever asks for more connections wants them used.
    std::size_t connections = 0;
    for (const auto& bot : settings.bots)
        connections += bot.pool.connections_max;
    options.turn.in_flight_max = std::max(options.turn.in_flight_max, connections);
    return runner::campaign::make(std::move(parts), options);
}

outlook_parts outlook_parts_of(const campaign& settings, run_session& session,
                               runner::campaign& running, core::row_states before,
                               std::uint64_t requests_before) {
    return {.settings = settings,
            .list = list_path_of(settings, session.paths()),
            .limits = *session.cores().limits,
            .lanes = *session.cores().lanes,
            .running = running,
            .clock = session.clock(),
            .before = std::move(before),
            .requests_before = requests_before,
            .answers = session.answers_before()};
}

// A page for people; a long run's is made when it is asked for (tidings report).
void write_report(const run_session& session, const core::run_summary& sums) {
    constexpr std::uint64_t rows_max = 1'000'000;
    if (sums.last.rows_read > rows_max) return;
    store::posix_disk disk;
    const auto page = make_report(disk, session.record(), session.paths(), sums);
    if (!page) return;
    std::ofstream(session.paths().report, std::ios::trunc) << *page;
    ::chmod(session.paths().report.c_str(), 0600);
}

}  // namespace

core::result<run_result> run_campaign(const campaign& settings, run_session& session,
                                      const display_arguments& display,
                                      const environment& variables, signal_watch& signals) {
    messages_options talk;
    talk.format = display.log;
    // Where a block is drawn it has the notes; the file has everything anyway.
    talk.quiet = display.quiet || display.json || look_at_terminal(display.colour).messages;
    messages log(std::move(talk));
    if (const auto added = log.add_file(session.paths().messages, settings.output.log_format);
        !added)
        return added.error();
    core::stop_rules rules(settings.stop, session.clock().now(), session.texted_before());
    core::row_states before = session.past().states;  // make_campaign takes the past
    const auto requests_before = session.past().requests;
    auto made = make_campaign(settings, session, rules, variables);
    if (!made) return made.error();
    auto& running = **made;
    spdlog::info("{}: begins; at most {} rows are in doubt from before", settings.name,
                 session.in_doubt());

    runner::campaign_end end;
    {
        const signal_watch::target here(signals,
                                        [&](int) { running.interrupt("stopped by a signal"); });
        const run_outlook outlook(
            outlook_parts_of(settings, session, running, std::move(before), requests_before));
        const auto look = [&] { return outlook.filled(running.snapshot()); };
        const auto control = runner::control_socket::open(session.paths().control, running, look);
        if (!control) spdlog::warn("{}", control.error().text);
        const run_watch watch(session, [&] { return running.snapshot(); });
        presenter shown(display, look,
                        [&](const auto& state) { running.on_bound_told(state.in_doubt_max); });
        end = running.run([&] { shown.show_soon(); });
    }
    const auto closed = session.close(end.finished && !end.halted, end.last, end.latency);

    run_result result;
    result.cost = end.cost;
    result.lateness = end.lateness.percentiles();
    result.journal_cost = session.writer().cpu();
    auto& summary = result.summary;
    summary.last = end.last;
    summary.last.phase = core::run_phase::finished;
    summary.last.started = session.first_started().wall;
    summary.finished = session.clock().wall_now();
    summary.last.elapsed = summary.finished - summary.last.started;
    result.status = status_of_end(end, session.writer().recorder().broken());
    if (!closed) result.status = worst_of({result.status, status_of(closed.error().kind)});
    summary.exit_status = static_cast<int>(result.status);
    summary.reason = closed ? reason_of(end) : closed.error().text;
    spdlog::info("{}: ends with status {}: {}", settings.name, summary.exit_status, summary.reason);
    if (const auto written = write_summary(session.paths(), summary); !written)
        return written.error();
    write_report(session, summary);
    return result;
}

}  // namespace tidings::app
