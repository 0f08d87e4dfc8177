#include "app/campaign_run.hpp"

#include "tidings/core/wording.hpp"
#include "tidings/runner/control_socket.hpp"

#include <algorithm>
#include <utility>

#include "app/campaign_assembly.hpp"
#include "app/presenter.hpp"
#include "app/run_files.hpp"
#include "app/signals.hpp"

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

}  // namespace

core::result<run_result> run_campaign(const campaign& settings, run_session& session,
                                      const display_arguments& display,
                                      const environment& variables, signal_watch& signals) {
    auto bots = make_bots(settings, variables);
    if (!bots) return bots.error();
    auto list = open_list(settings, list_path_of(settings, session.paths()));
    if (!list) return list.error();
    auto suppression = load_suppression(settings);
    if (!suppression) return suppression.error();
    auto& cores = session.cores();
    const auto now = session.clock().stamp();
    core::stop_rules rules(stop_options_of(settings), now.steady, session.texted_before());
    auto made =
        runner::campaign::make({.run = settings.name,
                                .run_id = session.record().journal_id,
                                .bots = std::move(*bots),
                                .lanes = runner_lanes_of(settings),
                                .limits = *cores.limits,
                                .lane_choice = *cores.lanes,
                                .hours = *cores.hours,
         .row_zones = *cores.zones,
                                .rules = rules,
                                .retry = retry_of(settings),
                                .dispatch = dispatch_options_of(settings, runner::random_seed()),
                                .past = session.take_past(),
                                .list = std::move(*list),
         .suppression = std::move(*suppression),
                                .writer = session.writer(),
                                .clock = session.clock()},
                               {});
    if (!made) return made.error();
    auto& running = **made;

    runner::campaign_end end;
    {
        const signal_watch::target here(signals,
                                        [&](int) { running.interrupt("stopped by a signal"); });
        const auto control = runner::control_socket::open(session.paths().control, running);
        const presenter shown(display, [&] { return running.snapshot(); });
        end = running.run();
    }
    const auto closed = session.close(end.finished && !end.halted);

    run_result result;
    result.summary.last = end.last;
    result.summary.last.started = session.first_started().wall;
    result.summary.last.phase = core::run_phase::finished;
    result.summary.finished = session.clock().wall_now();
    result.status = status_of_end(end, session.writer().broken());
    result.summary.exit_status = static_cast<int>(result.status);
    result.summary.reason = closed ? reason_of(end) : closed.error().text;
    if (!closed) result.status = worst_of({result.status, status_of(closed.error().kind)});
    if (const auto written = write_summary(session.paths(), result.summary); !written)
        return written.error();
    return result;
}

}  // namespace tidings::app
