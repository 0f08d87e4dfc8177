#include "app/campaign_run.hpp"

#include "app/campaign_assembly.hpp"
#include "app/run_files.hpp"
#include "app/screen/terminal.hpp"
#include "core/foreign_text.hpp"
#include "core/wording.hpp"
#include "run/list_standing.hpp"
#include "run/outlook.hpp"
#include "run/report.hpp"
#include "run/watch.hpp"
#include "runner/control_socket.hpp"
#include "runner/journal_writer.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

namespace tidings::app {

namespace {

// A server's words have numbers of people in them, too: so they are masked with the others.
std::string told(codec::number_style style, std::string_view text) {
    return style == codec::number_style::full ? std::string(text) : core::with_numbers_masked(text);
}

core::progress_snapshot told(codec::number_style style, core::progress_snapshot now) {
    for (auto& note : now.notes)
        note = told(style, note);
    return now;
}

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

// Of bots whose messages somebody else carries.
core::result<std::vector<runner::campaign_bot>> bots_by_name(const campaign& settings) {
    std::vector<runner::campaign_bot> made(settings.bots.size());
    for (std::size_t i = 0; i < made.size(); ++i)
        made[i].id = settings.bots[i].bot_id;
    return made;
}

core::result<std::unique_ptr<runner::campaign>> make_campaign(const campaign& settings,
                                                              opened_run& held,
                                                              runner::journal_writer& writer,
                                                              core::stop_rules& rules,
                                                              const campaign_surroundings& around) {
    auto& [cores, session] = held;
    auto bots = around.carriers ? bots_by_name(settings) : make_bots(settings, around.variables);
    if (!bots) return bots.error();
    auto screened = list_of(settings, list_path_of(settings, session->paths()));
    auto witness = run::witness_of(around.machine.disk, session->paths(), screened.list.path);
    if (!witness) return witness.error();
    screened.list.witness = std::move(*witness);
    if (const auto done = add_objections(screened, settings, around.machine.around(),
                                         session->record().journal_id);
        !done)
        return done.error();
    auto list = runner::list_reader::open(screened.list);
    if (!list) return list.error();
    auto suppression = run::load_suppression(screened);
    if (!suppression) return suppression.error();
    if (*suppression)
        if (const auto usable = check_suppression(settings, (*suppression)->findings()); !usable)
            return usable.error();
    auto dispatch = dispatch_options_of(settings, runner::random_seed());
    auto caps = caps_of(settings);
    if (!caps) return caps.error();
    dispatch.caps = std::move(*caps);
    runner::campaign_parts parts{.run = settings.name,
                                 .run_id = session->record().journal_id,
                                 .bots = std::move(*bots),
                                 .lanes = runner_lanes_of(settings),
                                 .limits = *cores.limits,
                                 .lane_choice = *cores.lanes,
                                 .hours = *cores.hours,
                                 .row_zones = *cores.zones,
                                 .rules = rules,
                                 .retry = core::retry_policy(settings.retry),
                                 .dispatch = std::move(dispatch),
                                 .past = std::move(session->past().rows),
                                 .list = std::make_unique<runner::list_reader>(std::move(*list)),
                                 .suppression = std::move(*suppression),
                                 .writer = writer,
                                 .clock = around.machine.clock,
                                 .carriers = around.carriers};
    parts.tell = [style = settings.output.numbers](std::string_view text) {
        spdlog::warn("{}", told(style, text));
    };
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

run::outlook_parts outlook_parts_of(const campaign& settings, const opened_run& held,
                                    runner::campaign& running, const run::surroundings& around,
                                    core::row_states before, std::uint64_t requests_before) {
    const auto& session = *held.session;
    auto list = list_of(settings, list_path_of(settings, session.paths()));
    // Without them more rows are looked ahead for than will be sent.
    static_cast<void>(add_objections(list, settings, around, session.record().journal_id));
    return {.list = std::move(list),
            .make_cores = [&settings, now = around.now]() -> core::result<run::campaign_cores> {
                return make_cores(settings, now().wall);
            },
            .caps = settings.stop,
            .limits = *held.cores.limits,
            .lanes = *held.cores.lanes,
            .running = running,
            .around = around,
            .before = std::move(before),
            .requests_before = requests_before,
            .answers = session.answers_before()};
}

// A page for people; a long run's is made when it is asked for (tidings report).
void write_report(store::disk& disk, const run::session& session, const core::run_summary& sums) {
    constexpr std::uint64_t rows_max = 1'000'000;
    if (sums.last.rows_read > rows_max) return;
    const auto content = run::report_content_of(disk, session.record(), session.paths(), sums);
    if (!content) return;
    const auto kept = store::write_whole_file(disk, session.paths().report,
                                              view::html_report(*content, local_offset),
                                              core::trouble::configuration);
    if (!kept) spdlog::warn("{}", kept.error().text);
}

// Whoever watches looks only while there is something to look at.
class watched_while {
  public:
    watched_while(audience& who, runner::campaign& running,
                  std::function<core::progress_snapshot()> look)
        : who_(who) {
        who_.on_running(running, std::move(look));
    }
    ~watched_while() { who_.on_over(); }
    watched_while(const watched_while&) = delete;
    watched_while& operator=(const watched_while&) = delete;

  private:
    audience& who_;
};

}  // namespace

core::result<run_result> run_campaign(const campaign& settings, opened_run& held,
                                      campaign_surroundings around, audience& watching) {
    auto& machine = around.machine;
    messages log(std::move(around.talk));
    auto& session = *held.session;
    if (const auto added = log.add_file(session.paths().messages, settings.output.log_format);
        !added)
        return added.error();
    const auto& past = session.past();
    core::row_states before = past.rows.states;  // make_campaign takes the rows' past
    const auto requests_before = past.rows.requests;
    core::stop_rules rules(settings.stop, machine.clock.now(), past.texted);
    runner::journal_writer writer(session.recorder(), machine.clock);
    auto made = make_campaign(settings, held, writer, rules, around);
    if (!made) return made.error();
    auto& running = **made;
    spdlog::info("{}: begins; at most {} rows are in doubt from before", settings.name,
                 past.in_doubt);

    runner::campaign_end end;
    {
        const run::outlook outlook(outlook_parts_of(settings, held, running, machine.around(),
                                                    std::move(before), requests_before));
        const auto look = [&] {
            return told(settings.output.numbers, outlook.filled(running.snapshot()));
        };
        const auto control = runner::control_socket::open(session.paths().control, running, look);
        if (!control) spdlog::warn("{}", control.error().text);
        const run::watch watch(session, [&] { return running.snapshot(); });
        const watched_while seen(watching, running, look);
        end = running.run([&] { watching.show_soon(); });
    }
    writer.stop();
    const auto closed = session.close(end.finished && !end.halted, end.last, end.latency);

    run_result result;
    result.cost = end.cost;
    result.lateness = end.lateness.percentiles();
    result.journal_cost = writer.cpu();
    auto& summary = result.summary;
    summary.last = told(settings.output.numbers, end.last);
    summary.last.phase = core::run_phase::finished;
    summary.last.started = past.first_started.wall;
    summary.finished = machine.clock.wall_now();
    summary.last.elapsed = summary.finished - summary.last.started;
    result.status = status_of_end(end, session.recorder().broken());
    if (!closed) result.status = worst_of({result.status, status_of(closed.error().kind)});
    summary.exit_status = static_cast<int>(result.status);
    summary.reason = told(settings.output.numbers, closed ? reason_of(end) : closed.error().text);
    if (summary.last.ended[core::outcome::suppressed] > 0)
        if (const auto why = run::exclusions_of(machine.disk, session.paths()); why)
            summary.suppressed_by = *why;
    summary.hours = core::told_with_sources(held.cores.zones->rules().rules());
    spdlog::info("{}: ends with status {}: {}", settings.name, summary.exit_status, summary.reason);
    if (const auto written = run::write_summary(machine.disk, session.paths(), summary); !written)
        return written.error();
    write_report(machine.disk, session, summary);
    return result;
}

}  // namespace tidings::app
