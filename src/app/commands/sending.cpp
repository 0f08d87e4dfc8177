// `tidings send` and `tidings resume`.
#include "app/campaign_assembly.hpp"
#include "app/campaign_run.hpp"
#include "app/campaign_start.hpp"
#include "app/commands/commands.hpp"
#include "app/kept_list.hpp"
#include "app/live_audience.hpp"
#include "app/run_files.hpp"
#include "app/screen/opt_outs_text.hpp"
#include "app/screen/presenter.hpp"
#include "app/screen/screen.hpp"
#include "app/screen/terminal.hpp"
#include "app/signals.hpp"
#include "app/this_machine.hpp"
#include "core/foreign_text.hpp"
#include "core/wording.hpp"
#include "view/summary.hpp"

#include <cstdio>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace tidings::app {

namespace {

// A person is asked, unless they have answered beforehand; who cannot be asked must have.
core::result<void> answered_or_askable(const send_command& asked) {
    if (asked.yes) return {};
    if (!asked.display.json && look_at_terminal(asked.display.colour).can_ask) return {};
    return core::failure{core::trouble::usage,
                         "there is nobody to ask whether this may be sent: answer beforehand with "
                         "--yes (tidings plan shows what it would do)"};
}

// "Send 982,113 messages from +16693422058 of bot st-...?"
std::string question_for(const campaign& settings, const campaign_prospect& ahead) {
    const auto& survey = ahead.survey;
    const auto& when = ahead.when;
    std::string text = "Send " + core::shown_count(survey.to_send()) + " messages from ";
    const auto lanes = lanes_of(settings);
    if (lanes.size() == 1)
        text += lanes[0].identity.from + " of bot " + lanes[0].identity.bot;
    else
        text += std::to_string(lanes.size()) + " senders of " +
                std::to_string(settings.bots.size()) + " bots";
    text += " (" + core::shown_count(survey.counts.rows - survey.to_send()) +
            " rows of the list are not sent";
    if (when.finish && when.decider != core::forecast_decider::nothing)
        text += "; done in about " + core::shown(*when.finish - ahead.now.wall) + ", " +
                in_words(ahead.answers);
    return text + ")?";
}

core::result<bool> ask(const campaign& settings, const campaign_prospect& ahead) {
    for (const auto& note : ahead.survey.notes.texts())
        std::fprintf(stderr, "%s\n", core::lines_of(note).c_str());
    for (const auto& note : ahead.survey.oddities.notes)
        std::fprintf(stderr, "%s\n", core::lines_of(note).c_str());
    return ask_yes_no(question_for(settings, ahead));
}

// Says how many opt-outs there are.
void tell_opt_outs(std::span<const store::suppression_findings> found,
                   const display_arguments& display) {
    if (display.json)
        std::printf("{\"type\":\"opt_outs\",\"opt_outs\":%s}\n", opt_outs_json(found).c_str());
    else if (!display.quiet)
        std::fprintf(stderr, "%s", core::lines_of(opt_outs_text(found)).c_str());
}

void tell_end(const run_result& result, const display_arguments& display,
              const store::run_paths& paths) {
    if (display.json)
        std::printf("%s\n", view::summary_json_line(result.summary).c_str());
    else if (!display.quiet)
        std::printf("%s", view::summary_table(result.summary, page_for(display)).c_str());
    if (display.quiet || display.json) return;
    if (result.status == exit_status::some_unknown)
        std::fprintf(stderr,
                     "Some rows are in doubt: tidings resolve %s --ask, or --unknown sent|resend\n",
                     core::lines_of(paths.folder).c_str());
    if (result.summary.last.unsent() > 0 || result.status == exit_status::work_left ||
        result.status == exit_status::credentials || result.status == exit_status::stop_rule)
        std::fprintf(stderr, "%s\nGo on with: tidings resume %s\n",
                     core::lines_of(result.summary.reason).c_str(),
                     core::lines_of(paths.folder).c_str());
}

core::result<exit_status> perform_in(const campaign& settings, opened_run& held,
                                     this_machine& machine, const display_arguments& display,
                                     signal_watch& signals, live::port* port) {
    screen person(display, signals);
    live_audience shown(person, port);
    const auto variables = environment_of_process();
    auto ended = run_campaign(
        settings, held, {.machine = machine, .variables = variables, .talk = messages_for(display)},
        shown);
    if (!ended) return ended.error();
    tell_end(*ended, display, held.session->paths());
    return ended->status;
}

}  // namespace

core::result<exit_status> perform(const send_command& asked) {
    signal_watch signals(static_cast<int>(exit_status::work_left));
    if (const auto answer = answered_or_askable(asked); !answer) return answer.error();
    wanted_campaign wanted{
        .settings = {}, .configuration = {}, .variables = environment_of_process()};
    auto settings = load_campaign(asked.campaign.file, asked.campaign.overrides, wanted.variables);
    if (!settings) return settings.error();
    wanted.settings = std::move(*settings);
    auto configuration =
        recorded_configuration(asked.campaign.file, asked.campaign.overrides, wanted.variables);
    if (!configuration) return configuration.error();
    wanted.configuration = std::move(*configuration);
    start_options how;
    how.again = !asked.again.empty();
    how.on_opt_outs = [&](const auto found) { tell_opt_outs(found, asked.display); };
    if (!asked.display.quiet && !asked.display.json)
        how.on_files = [](const auto& files) {
            std::fprintf(stderr, "%s\n", core::lines_of(store::in_words(files)).c_str());
        };
    how.on_earlier_runs = [](const auto runs) {
        for (const auto& sentence : run::shared_in_words(runs))
            std::fprintf(stderr, "%s\n", core::lines_of(sentence).c_str());
    };
    if (!asked.yes) how.agree = [&](const auto& ahead) { return ask(wanted.settings, ahead); };
    std::optional<signal_watch::target> cleaning;
    how.on_unfinished = [&](const std::vector<std::string>& files) {
        cleaning.reset();
        if (files.empty()) return;
        cleaning.emplace(signals, [files](int) {
            for (const auto& file : files)
                ::unlink(file.c_str());
            ::_exit(static_cast<int>(exit_status::work_left));
        });
    };
    this_machine machine;
    const auto port = open_port(asked.listen, asked.display, machine);
    if (!port) return port.error();
    auto started = start_run(wanted, how, machine);
    if (!started) return started.error();
    if (started->held)
        return perform_in(wanted.settings, *started->held, machine, asked.display, signals,
                          port->get());
    switch (started->refusal) {
        case start_refusal::no_rows:
            std::fprintf(stderr, "tidings: %s: the list has no rows\n",
                         core::lines_of(list_source_of(wanted.settings.recipients)).c_str());
            return exit_status::nothing_to_send;
        case start_refusal::not_agreed: break;
    }
    std::fprintf(stderr, "Nothing was sent.\n");
    return exit_status::work_left;
}

core::result<exit_status> perform(const resume_command& asked) {
    signal_watch signals(static_cast<int>(exit_status::work_left));
    this_machine machine;
    const auto port = open_port(asked.listen, asked.display, machine);
    if (!port) return port.error();
    resume_options how;
    how.moved = asked.moved;
    how.overrides = asked.overrides;
    how.on_opt_outs = [&](const auto found) { tell_opt_outs(found, asked.display); };
    auto resumed = resume_run(asked.run.folder.string(), how, environment_of_process(), machine);
    if (!resumed) return resumed.error();
    auto& held = resumed->held;
    const auto in_doubt = held.session->past().in_doubt;
    if (!asked.display.quiet && !asked.display.json && in_doubt > 0)
        std::fprintf(stderr,
                     "%llu rows were on their way when the run was interrupted; they are in doubt "
                     "and are not sent again.\n",
                     static_cast<unsigned long long>(in_doubt));
    return perform_in(resumed->settings, held, machine, asked.display, signals, port->get());
}

}  // namespace tidings::app
