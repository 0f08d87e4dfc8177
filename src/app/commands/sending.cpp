// `tidings send` and `tidings resume`.
#include "app/campaign_assembly.hpp"
#include "app/campaign_run.hpp"
#include "app/commands/commands.hpp"
#include "app/opened_run.hpp"
#include "app/run_files.hpp"
#include "app/screen/opt_outs_text.hpp"
#include "app/screen/presenter.hpp"
#include "app/screen/terminal.hpp"
#include "app/signals.hpp"
#include "app/this_machine.hpp"
#include "core/wording.hpp"
#include "run/look_ahead.hpp"
#include "view/summary.hpp"

#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>

#include <unistd.h>

namespace tidings::app {

namespace {

namespace fs = std::filesystem;

// A person is asked, unless they have answered beforehand; who cannot be asked must have.
core::result<void> answered_or_askable(const send_command& asked) {
    if (asked.yes) return {};
    if (!asked.display.json && look_at_terminal(asked.display.colour).can_ask) return {};
    return core::failure{core::trouble::usage,
                         "there is nobody to ask whether this may be sent: answer beforehand with "
                         "--yes (tidings plan shows what it would do)"};
}

// "Send 982,113 messages from +16693422058 of bot st-...?"
std::string question_for(const campaign& settings, const run::list_survey& survey,
                         const core::forecast_answer& when, const run::answer_times& answers,
                         core::wall_time now) {
    std::string text =
        "Send " + core::shown_count(survey.counts.sendable - survey.no_lane) + " messages from ";
    const auto lanes = lanes_of(settings);
    if (lanes.size() == 1)
        text += lanes[0].identity.from + " of bot " + lanes[0].identity.bot;
    else
        text += std::to_string(lanes.size()) + " senders of " +
                std::to_string(settings.bots.size()) + " bots";
    text += " (" + core::shown_count(survey.counts.rows - survey.counts.sendable) +
            " rows of the list are not sent";
    if (when.finish && when.decider != core::forecast_decider::nothing)
        text += "; done in about " + core::shown(*when.finish - now) + ", " + in_words(answers);
    return text + ")?";
}

core::result<bool> agreed(const campaign& settings, const std::string& list, bool yes,
                          const run::surroundings& around) {
    if (yes) return true;
    auto cores = make_cores(settings, around.now().wall);
    if (!cores) return cores.error();
    const auto survey = run::survey_list(list_of(settings, list), *cores);
    if (!survey) return survey.error();
    const auto answers =
        run::restore_for_looking(around, state_folder_of_process(), window_owners_of(settings),
                                 *cores->limits, cores->window_longest);
    if (!answers) return answers.error();
    const auto now = around.now();
    const auto when = run::look_ahead(*cores->limits, *cores, survey->loads, now,
                                      run::forecast_options_of(settings.stop, *answers));
    if (!when) return when.error();
    for (const auto& note : survey->notes.texts())
        std::fprintf(stderr, "%s\n", note.c_str());
    return ask_yes_no(question_for(settings, *survey, *when, *answers, now.wall));
}

// What comes in on standard input, kept beside the place where the run's folder will be until that
// is made: everything that can be wrong is found before.
class kept_input {
  public:
    static core::result<kept_input> take(const campaign& settings, const store::run_paths& paths) {
        kept_input made;
        made.list_ = settings.recipients.file.string();
        if (made.list_ != "-") return made;
        std::error_code failed;
        fs::create_directories(fs::path(paths.folder).parent_path(), failed);
        made.list_ = paths.folder + ".stdin";
        made.temporary_ = made.list_;
        fs::remove(made.list_, failed);
        const auto kept = store::keep_input(STDIN_FILENO, made.list_);
        if (!kept) return kept.error();
        return made;
    }
    kept_input(kept_input&& other) noexcept
        : list_(std::move(other.list_)), temporary_(std::exchange(other.temporary_, {})) {}
    ~kept_input() {
        std::error_code failed;
        if (!temporary_.empty()) fs::remove(temporary_, failed);
    }

    const std::string& list() const { return list_; }
    // The copy, which the run moves into its folder; empty: the list is a file.
    const std::string& kept() const { return temporary_; }

  private:
    kept_input() = default;
    std::string list_;
    std::string temporary_;
};

// Says how many opt-outs there are; fails when some cannot be read and that is not to be ignored.
core::result<void> tell_opt_outs(const campaign& settings, const display_arguments& display) {
    const auto suppression = run::load_suppression(list_of(settings, {}));
    if (!suppression) return suppression.error();
    if (!*suppression) return {};
    const auto found = (*suppression)->findings();
    if (display.json)
        std::printf("{\"type\":\"opt_outs\",\"opt_outs\":%s}\n", opt_outs_json(found).c_str());
    else if (!display.quiet)
        std::fprintf(stderr, "%s", opt_outs_text(found).c_str());
    return check_suppression(settings, found);
}

// False: the list has no rows at all.
core::result<bool> has_rows(const campaign& settings, const std::string& list) {
    auto reader = runner::list_reader::open(list_of(settings, list).list);
    if (!reader) return reader.error();
    core::listed_batch batch;
    const auto more = reader->read(batch);
    if (!more && reader->counts().rows == 0 && reader->first_pass_done()) return false;
    if (!more) return more.error();
    return *more;
}

void tell_end(const run_result& result, const display_arguments& display,
              const store::run_paths& paths) {
    if (display.json)
        std::printf("%s\n", view::summary_json_line(result.summary).c_str());
    else if (!display.quiet)
        std::printf("%s", view::summary_table(result.summary, page_for(display)).c_str());
    if (display.quiet || display.json) return;
    if (result.status == exit_status::some_unknown)
        std::fprintf(stderr, "Some rows are in doubt: tidings resolve %s --unknown sent|resend\n",
                     paths.folder.c_str());
    if (result.summary.last.unsent() > 0 || result.status == exit_status::work_left ||
        result.status == exit_status::credentials || result.status == exit_status::stop_rule)
        std::fprintf(stderr, "%s\nGo on with: tidings resume %s\n", result.summary.reason.c_str(),
                     paths.folder.c_str());
}

core::result<exit_status> perform_in(const campaign& settings, opened_run& held,
                                     this_machine& machine, const display_arguments& display,
                                     signal_watch& signals) {
    auto ended = run_campaign(settings, held, machine, display, environment_of_process(), signals);
    if (!ended) return ended.error();
    tell_end(*ended, display, held.session->paths());
    return ended->status;
}

}  // namespace

core::result<exit_status> perform(const send_command& asked) {
    signal_watch signals(static_cast<int>(exit_status::work_left));
    if (const auto answer = answered_or_askable(asked); !answer) return answer.error();
    const auto variables = environment_of_process();
    auto settings = load_campaign(asked.campaign.file, asked.campaign.overrides, variables);
    if (!settings) return settings.error();
    const auto folder = (settings->output.dir / settings->name).string();
    const store::run_paths paths(store::absolute_path(folder));
    this_machine machine;
    if (machine.disk.exists(paths.record))
        return core::failure{core::trouble::exists,
                             "there is a run \"" + settings->name + "\" already (" + folder +
                                 "): `tidings resume " + folder +
                                 "` goes on with it, `--again "
                                 "NAME` starts another that texts everybody again"};
    // Everything that can be wrong is found before anything is made.
    if (auto bots = make_bots(*settings, variables); !bots) return bots.error();
    auto configuration =
        recorded_configuration(asked.campaign.file, asked.campaign.overrides, variables);
    if (!configuration) return configuration.error();
    if (const auto told = tell_opt_outs(*settings, asked.display); !told) return told.error();
    auto input = kept_input::take(*settings, paths);
    if (!input) return input.error();
    const auto rows = has_rows(*settings, input->list());
    if (!rows) return rows.error();
    if (!*rows) {
        std::fprintf(stderr, "tidings: %s: the list has no rows\n", input->list().c_str());
        return exit_status::nothing_to_send;
    }
    const auto fingerprint = store::whole_fingerprint(input->list());
    if (!fingerprint) return fingerprint.error();
    const auto around = machine.around();
    const auto yes = agreed(*settings, input->list(), asked.yes, around);
    if (!yes) return yes.error();
    if (!*yes) {
        std::fprintf(stderr, "Nothing was sent.\n");
        return exit_status::work_left;
    }
    auto held = begin_run(*settings,
                          {.configuration = std::move(*configuration),
                           .list = *fingerprint,
                           .kept_list = input->kept(),
                           .again = !asked.again.empty()},
                          around, state_folder_of_process());
    if (!held) return held.error();
    return perform_in(*settings, *held, machine, asked.display, signals);
}

core::result<exit_status> perform(const resume_command& asked) {
    signal_watch signals(static_cast<int>(exit_status::work_left));
    this_machine machine;
    auto folder = store::run_folder::open(
        machine.disk, store::absolute_path(asked.run.folder.string()), asked.moved);
    if (!folder) return folder.error();
    const auto variables = environment_of_process();
    auto settings = campaign_of_run(folder->record(), asked.overrides, variables);
    if (!settings) return settings.error();
    if (auto bots = make_bots(*settings, variables); !bots) return bots.error();
    if (const auto told = tell_opt_outs(*settings, asked.display); !told) return told.error();
    const auto path = list_path_of(*settings, folder->paths());
    const auto recorded = store::list_fingerprint::parse(folder->record().list_fingerprint);
    if (!recorded) return core::failure{core::trouble::journal, "run.json: no list_fingerprint"};
    const auto match = store::compare(*recorded, path);
    if (!match) return match.error();
    if (*match == store::list_match::changed)
        return core::failure{
            core::trouble::list,
            path +
                " is not the list this run was started with: its rows would go "
                "to other people. Put the old file back, or start a new campaign with "
                "the rows that are left (tidings export)"};
    auto held =
        go_on_with_run(*settings, std::move(*folder), machine.around(), state_folder_of_process());
    if (!held) return held.error();
    const auto in_doubt = held->session->past().in_doubt;
    if (!asked.display.quiet && !asked.display.json && in_doubt > 0)
        std::fprintf(stderr,
                     "%llu rows were on their way when the run was interrupted; they are in doubt "
                     "and are not sent again.\n",
                     static_cast<unsigned long long>(in_doubt));
    return perform_in(*settings, *held, machine, asked.display, signals);
}

}  // namespace tidings::app
