// `tidings demo`: the endpoint, a sample list, a campaign and its proof, with nothing configured.
#include "app/campaign_run.hpp"
#include "app/commands/commands.hpp"
#include "app/local_gateway.hpp"
#include "app/run_files.hpp"
#include "app/sample_list.hpp"
#include "app/screen/presenter.hpp"
#include "app/screen/screen.hpp"
#include "core/wording.hpp"
#include "store/posix_disk.hpp"
#include "store/verify.hpp"
#include "view/summary.hpp"

#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>

namespace tidings::app {

namespace {

namespace fs = std::filesystem;

// The demo's files are ordinary ones, so that a newcomer can read them and go on with them.
struct demo_files {
    fs::path folder, list, suppressed, secret, campaign;
};

core::result<void> write_file(const fs::path& path, const std::string& text) {
    store::posix_disk disk;
    return store::write_whole_file(disk, path.string(), text, core::trouble::configuration);
}

std::string campaign_text(const gateway::service_options& service, const gateway::served& where,
                          const core::rate_limit& limit, const std::string& name, bool suppresses) {
    const auto& bot = service.bots.front();
    return "# The demo's campaign. conf/campaign.toml shows every key.\n"
           "name = \"" +
           name +
           "\"\n\n"
           "[recipients]\nfile = \"recipients.csv\"\nto = \"toNo\"\nsuppress = [" +
           (suppresses ? "\"suppressed.txt\"" : "") +
           "]\n\n"
           "[[bot]]\nurl = \"https://localhost:" +
           std::to_string(where.port) +
           "\"\n"
           "bot_id = \"" +
           bot.id +
           "\"\nca_file = \"ca.pem\"\nproxy = \"none\"\n"
           "limits = [\"" +
           core::spelled(limit) +
           "\"]\n"
           "client_id = \"" +
           service.apps.front().client_id +
           "\"\n"
           "client_secret = { file = \"client-secret\" }\n\n"
           "[[bot.sender]]\nfrom = \"" +
           bot.numbers.front().number.text() + "\"\n";
}

gateway::settings endpoint_for(const demo_command& asked, const fs::path& folder,
                               const core::rate_limit& limit) {
    gateway::settings how;
    how.server.port = 0;
    how.server.admin = false;
    how.server.folder = folder.string();
    for (auto& bot : how.service.bots)
        bot.limits = {limit};
    how.faults.seed = asked.seed;
    return how;
}

std::string free_name(const fs::path& dir) {
    for (int i = 1;; ++i) {
        const auto name = "demo-" + std::to_string(i);
        if (!fs::exists(dir / name)) return name;
    }
}

core::result<demo_files> write_files(const demo_command& asked, const fs::path& folder,
                                     const gateway::settings& how, const gateway::served& where,
                                     const core::rate_limit& limit, const std::string& name) {
    const demo_files files{folder, folder / "recipients.csv", folder / "suppressed.txt",
                           folder / "client-secret", folder / "campaign.toml"};
    const auto made =
        write_sample_files({.rows = asked.rows, .seed = asked.seed}, files.list, files.suppressed);
    if (!made) return made.error();
    const auto& app = how.service.apps.front();
    if (const auto done = write_file(files.secret, app.client_secret); !done) return done.error();
    if (const auto done = write_file(folder / "ca.pem", where.ca_pem); !done) return done.error();
    if (const auto done = write_file(
            files.campaign, campaign_text(how.service, where, limit, name, made->suppressed > 0));
        !done)
        return done.error();
    return files;
}

}  // namespace

core::result<exit_status> perform(const demo_command& asked) {
    signal_watch signals(static_cast<int>(exit_status::work_left));
    const auto limit = asked.rate.value_or(core::rate_limit{1000, std::chrono::seconds(1)});
    const auto name = free_name(asked.dir);
    const auto folder = asked.dir / (name + "-files");
    store::posix_disk disk;
    if (auto done = store::make_folders(disk, folder.string(), core::trouble::configuration); !done)
        return done.error();
    const auto how = endpoint_for(asked, folder, limit);
    auto endpoint = local_gateway::start(how);
    if (!endpoint) return endpoint.error();
    const auto files = write_files(asked, folder, how, (*endpoint)->where(), limit, name);
    if (!files) return files.error();
    const bool talk = !asked.display.quiet && !asked.display.json;
    if (talk)
        std::fprintf(stderr,
                     "A local endpoint serves https://localhost:%u.\n"
                     "%s holds a list of %s rows and a campaign file.\n"
                     "Nobody is texted: everything stays on this machine.\n\n",
                     static_cast<unsigned>((*endpoint)->where().port), folder.c_str(),
                     core::shown_count(asked.rows).c_str());

    const std::vector<setting_override> overrides = {
        {.path = "output.dir", .value = asked.dir.string(), .origin = "--dir"}};
    const auto variables = environment_of_process();
    auto settings = load_campaign(files->campaign, overrides, variables);
    if (!settings) return settings.error();
    auto configuration = recorded_configuration(files->campaign, overrides, variables);
    if (!configuration) return configuration.error();
    const auto fingerprint = store::whole_fingerprint(files->list.string());
    if (!fingerprint) return fingerprint.error();
    this_machine machine;
    auto held = begin_run(*settings,
                          {.configuration = std::move(*configuration),
                           .list = *fingerprint,
                           .kept = {},
                           .again = true},
                          machine.around(), {(asked.dir / "demo-state").string()});
    if (!held) return held.error();
    screen shown(asked.display, signals);
    auto ended = run_campaign(
        *settings, *held,
        {.machine = machine, .variables = variables, .talk = messages_for(asked.display)}, shown);
    if (!ended) return ended.error();
    (*endpoint)->stop();

    if (asked.display.json)
        std::printf("%s\n", view::summary_json_line(ended->summary).c_str());
    else
        std::printf("%s", view::summary_table(ended->summary, page_for(asked.display)).c_str());
    const auto& paths = held->session->paths();
    const auto proof = store::verify(machine.disk, paths.folder, paths.journal, asked.rows);
    if (!proof) return proof.error();
    const auto& book = (*endpoint)->book();
    const bool agrees =
        book.size() == ended->summary.last.ended[core::outcome::accepted] && book.repeats() == 0;
    if (talk)
        std::printf("\n%s\nThe endpoint triggered %s messages, %s of them twice.\n",
                    proof->sentence().c_str(), core::shown_count(book.size()).c_str(),
                    core::shown_count(book.repeats()).c_str());
    if (!proof->complete() || !agrees) return exit_status::internal;
    // The sample list has rows that are never sent; they are no failure of the demo.
    return ended->status;
}

}  // namespace tidings::app
