#include "tidings/campaign.hpp"

#include "app/campaign_assembly.hpp"
#include "app/campaign_run.hpp"
#include "app/campaign_start.hpp"
#include "app/door/listening.hpp"
#include "app/door/own_carrier.hpp"
#include "app/door/translation.hpp"
#include "app/kept_list.hpp"
#include "app/run_files.hpp"
#include "app/viewed_run.hpp"
#include "codec/text/units.hpp"

#include <atomic>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <utility>

namespace tidings {
inline namespace v0 {

namespace {

using app::told;

core::result<app::wanted_campaign> wanted_of(const configuration& from) {
    app::wanted_campaign made;
    made.variables = app::environment_of_process();
    const auto overrides = app::overrides_of(from.values);
    auto settings = app::campaign_from(from.text, from.file, overrides, made.variables);
    if (!settings) return settings.error();
    made.settings = std::move(*settings);
    made.configuration =
        app::recorded_configuration(from.file, from.text, overrides, made.variables);
    return made;
}

std::vector<std::string> bots_of(const app::campaign& settings) {
    std::vector<std::string> ids;
    for (const auto& bot : settings.bots)
        ids.push_back(bot.bot_id);
    return ids;
}

// One at a time: messages go through one logger.
std::mutex running_in_process;

}  // namespace

result<configuration> configuration::from_file(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) return failure{exit_status::unusable, file.string() + " cannot be read"};
    return from_text({std::istreambuf_iterator<char>(in), {}}, file);
}

result<void> configuration::check() const {
    const auto wanted = wanted_of(*this);
    if (!wanted) return told(wanted.error());
    return {};
}

struct campaign::held {
    app::this_machine machine;
    app::environment variables;
    app::campaign settings;
    std::optional<app::opened_run> opened;
    carrier_maker carriers;
    app::helm steered;
    std::atomic<bool> ran{false};
};

result<campaign_plan> campaign::plan(const configuration& settings) {
    const auto wanted = wanted_of(settings);
    if (!wanted) return told(wanted.error());
    const auto list = app::kept_list::look(wanted->settings);
    if (!list) return told(list.error());
    app::this_machine machine;
    const auto ahead = app::prospect_of(wanted->settings, list->path(), machine.around());
    if (!ahead) return told(ahead.error());
    return told(*ahead);
}

result<campaign> campaign::begin(const configuration& settings, begin_options how) {
    auto wanted = wanted_of(settings);
    if (!wanted) return told(wanted.error());
    auto made = std::make_unique<held>();
    app::start_options start;
    start.again = how.again;
    start.own_carriers = how.carriers != nullptr;
    auto started = app::start_run(*wanted, start, made->machine);
    if (!started) return told(started.error());
    if (!started->held)
        return failure{exit_status::nothing_to_send,
                       app::list_source_of(wanted->settings.recipients) + ": the list has no rows"};
    made->variables = std::move(wanted->variables);
    made->settings = std::move(wanted->settings);
    made->opened = std::move(*started->held);
    made->carriers = std::move(how.carriers);
    return campaign(std::move(made));
}

result<campaign> campaign::resume(const std::filesystem::path& run, resume_options how) {
    auto made = std::make_unique<held>();
    made->variables = app::environment_of_process();
    app::resume_options resume;
    resume.moved = how.moved;
    resume.overrides = app::overrides_of(how.values);
    resume.own_carriers = how.carriers != nullptr;
    auto resumed = app::resume_run(run.string(), resume, made->variables, made->machine);
    if (!resumed) return told(resumed.error());
    made->settings = std::move(resumed->settings);
    made->opened = std::move(resumed->held);
    made->carriers = std::move(how.carriers);
    return campaign(std::move(made));
}

campaign::campaign(std::unique_ptr<held> made) : held_(std::move(made)) {}
campaign::campaign(campaign&&) noexcept = default;
campaign& campaign::operator=(campaign&&) noexcept = default;
campaign::~campaign() = default;

result<summary> campaign::run(listener& hears) {
    auto& mine = *held_;
    if (mine.ran.exchange(true))
        return failure{exit_status::usage,
                       "a campaign runs once: tidings::campaign::resume goes on with its run"};
    const std::unique_lock alone(running_in_process, std::try_to_lock);
    if (!alone) return failure{exit_status::busy, "another campaign runs in this process already"};
    app::listening watching(hears, mine.steered);
    const auto ended = app::run_campaign(
        mine.settings, *mine.opened,
        {.machine = mine.machine,
         .variables = mine.variables,
         .talk = watching.talk(),
         .carriers = app::carriers_of(mine.carriers, bots_of(mine.settings), mine.machine.clock)},
        watching);
    if (!ended) return told(ended.error());
    mine.steered.keep(ended->summary.last);
    return told(*ended);
}

result<summary> campaign::run() {
    listener nobody;
    return run(nobody);
}

void campaign::interrupt(std::string_view why) {
    held_->steered.steer([&](runner::campaign& running) { running.interrupt(std::string(why)); });
}

void campaign::pause() {
    held_->steered.steer([](runner::campaign& running) {
        running.steer({.wish = runner::steering::what::pause, .rate = {}});
    });
}

void campaign::go_on() {
    held_->steered.steer([](runner::campaign& running) {
        running.steer({.wish = runner::steering::what::go_on, .rate = {}});
    });
}

result<void> campaign::rate(std::string_view limit) {
    runner::steering wish{.wish = runner::steering::what::rate, .rate = {}};
    if (limit != "none") {
        const auto parsed = codec::rate_limit_from(limit);
        if (!parsed)
            return failure{exit_status::usage, "rate \"" + std::string(limit) +
                                                   "\": say a number and a time, 100/1s, or none"};
        wish.rate = *parsed;
    }
    held_->steered.steer([&](runner::campaign& running) { running.steer(wish); });
    return {};
}

snapshot campaign::state() const {
    std::optional<core::progress_snapshot> found;
    held_->steered.steer([&](runner::campaign& running) { found = running.snapshot(); });
    return told(found ? *found : held_->steered.last());
}

std::filesystem::path campaign::folder() const {
    return held_->opened->session->paths().folder;
}

result<verification> campaign::verify(const std::filesystem::path& run) {
    const auto viewed = app::view_run(run.string());
    if (!viewed) return told(viewed.error());
    const auto list = (*viewed)->standing(run::looking::closely);
    if (!list) return told(list.error());
    const auto report = app::verify_run(**viewed, *list);
    if (!report) return told(report.error());
    return told(*report);
}

}  // namespace v0
}  // namespace tidings
