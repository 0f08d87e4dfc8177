// `tidings bench`: what this machine can do, against the built-in endpoint or one of your own. A
// whole campaign is run, list, journal and outcome log included, and its answer is checked.
#include "app/campaign_assembly.hpp"
#include "app/campaign_run.hpp"
#include "app/commands/commands.hpp"
#include "app/local_gateway.hpp"
#include "app/sample_list.hpp"
#include "app/screen/screen.hpp"
#include "core/wording.hpp"

#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace tidings::app {

namespace {

namespace fs = std::filesystem;

// Files of one bench run; they go when it is over.
class bench_folder {
  public:
    bench_folder()
        : path_(fs::temp_directory_path() /
                fmt::format("tidings-bench-{:016x}", runner::random_seed())) {
        // Fails where something stands already: in a folder for everybody that is nobody's chance.
        if (!fs::create_directory(path_))
            throw core::failure_error({core::trouble::configuration, path_.string() + " exists"});
        fs::permissions(path_, fs::perms::owner_all);
    }
    ~bench_folder() {
        std::error_code failed;
        fs::remove_all(path_, failed);
    }
    bench_folder(const bench_folder&) = delete;
    bench_folder& operator=(const bench_folder&) = delete;
    const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

campaign settings_for(const bench_command& asked, const fs::path& folder, const std::string& url,
                      const gateway::service_options& service) {
    campaign made;
    made.name = "bench";
    made.threads = asked.threads;
    made.recipients.file = folder / "recipients.csv";
    bot_settings bot;
    bot.url = url;
    if (asked.url.empty()) bot.proxy = proxy_none;
    bot.bot_id = service.bots.front().id;
    bot.trust.ca_file = (asked.url.empty() ? folder / "ca.pem" : asked.ca_file).string();
    bot.trust.http = asked.http;
    bot.pool.connections_max = asked.connections;
    bot.profile = limit_profile::custom;
    bot.limits.clear();
    if (asked.rate) bot.limits.push_back(*asked.rate);
    bot.token.client_id = service.apps.front().client_id;
    bot.client_secret = {.where = secret_place::kind::variable, .name = "BENCH_SECRET"};
    sender_settings sender;
    sender.from = service.bots.front().numbers.front().number;
    bot.senders.push_back(std::move(sender));
    made.bots.push_back(std::move(bot));
    made.stop.rejected_in_a_row = 1000;
    made.stop.duration_max = asked.duration;
    made.output.dir = folder / "runs";
    return made;
}

std::string per_message(core::duration cpu, std::uint64_t messages) {
    return fmt::format("{:6.2f} us", std::chrono::duration<double, std::micro>(cpu).count() /
                                         static_cast<double>(std::max<std::uint64_t>(messages, 1)));
}

void tell(const bench_command& asked, const run_result& ended, const std::string& against) {
    const auto& last = ended.summary.last;
    const auto messages = last.ended[core::outcome::accepted];
    const auto us = [](core::duration span) {
        return std::chrono::duration<double, std::micro>(span).count();
    };
    if (asked.display.json) {
        std::printf(
            "%s\n",
            fmt::format(R"({{"type":"bench","against":"{}","accepted":{},"requests":{},)"
                        R"("rate_per_s":{:.1f},"latency_us":{{"p50":{:.0f},"p99":{:.0f}}},)"
                        R"("departure_late_us":{{"p50":{:.0f},"p99":{:.0f},"max":{:.0f}}},)"
                        R"("cpu_us":{{"network":{:.0f},"reading":{:.0f},"journal":{:.0f}}}}})",
                        against, messages, last.requests, last.rate_mean, us(last.latency.p50),
                        us(last.latency.p99), us(ended.lateness.p50), us(ended.lateness.p99),
                        us(ended.lateness.max), us(ended.cost.network), us(ended.cost.reading),
                        us(ended.journal_cost))
                .c_str());
        return;
    }
    std::printf("%s messages accepted by %s over %s, %s\n", core::shown_count(messages).c_str(),
                against.c_str(), last.protocol.c_str(), core::shown_rate(last.rate_mean).c_str());
    std::printf("latency    p50 %s  p99 %s%s\n", core::shown(last.latency.p50).c_str(),
                core::shown(last.latency.p99).c_str(),
                asked.rate ? " from the planned departure" : "");
    if (asked.rate)
        std::printf("departure  p50 %s  p99 %s  max %s after it was planned\n",
                    core::shown(ended.lateness.p50).c_str(),
                    core::shown(ended.lateness.p99).c_str(),
                    core::shown(ended.lateness.max).c_str());
    std::printf("processor time a message\n  network %s\n  reading %s\n  journal %s\n",
                per_message(ended.cost.network, messages).c_str(),
                per_message(ended.cost.reading, messages).c_str(),
                per_message(ended.journal_cost, messages).c_str());
}

}  // namespace

core::result<exit_status> perform(const bench_command& asked) {
    // Only a person who says so may aim this much traffic at another machine.
    if (!asked.url.empty() && !is_this_machine(asked.url) && !asked.own_host)
        return core::failure{core::trouble::usage,
                             "--url " + asked.url +
                                 ": a bench floods its target; only this machine "
                                 "is allowed unless you say --i-own-this-host"};
    signal_watch signals(static_cast<int>(exit_status::work_left));
    const bench_folder folder;
    gateway::settings how;
    how.server.port = 0;
    how.server.admin = false;
    how.server.folder = folder.path().string();
    for (auto& bot : how.service.bots)
        bot.limits.clear();
    std::string url = asked.url;
    std::unique_ptr<local_gateway> endpoint;
    if (url.empty()) {
        auto started = local_gateway::start(how);
        if (!started) return started.error();
        endpoint = std::move(*started);
        url = "https://localhost:" + std::to_string(endpoint->where().port);
    }
    const auto settings = settings_for(asked, folder.path(), url, how.service);
    const auto list = write_sample_files(
        {.rows = asked.messages, .invalid = 0, .duplicate = 0, .suppressed = 0, .odd_spelling = 0},
        settings.recipients.file, folder.path() / "none.txt");
    if (!list) return list.error();
    const auto fingerprint = store::quick_fingerprint(settings.recipients.file.string());
    if (!fingerprint) return fingerprint.error();
    this_machine machine;
    auto held =
        begin_run(settings, {.configuration = {}, .list = *fingerprint, .kept = {}, .again = true},
                  machine.around(), {(folder.path() / "state").string()});
    if (!held) return held.error();
    auto variables = environment_of_process();
    variables["BENCH_SECRET"] = how.service.apps.front().client_secret;
    screen shown(asked.display, signals);
    const auto ended = run_campaign(
        settings, *held,
        {.machine = machine, .variables = variables, .talk = messages_for(asked.display)}, shown);
    if (!ended) return ended.error();
    tell(asked, *ended, asked.url.empty() ? "the built-in endpoint" : asked.url);
    if (endpoint) {
        endpoint->stop();
        if (endpoint->book().size() != ended->summary.last.ended[core::outcome::accepted])
            return core::failure{core::trouble::internal,
                                 "the endpoint counted " + std::to_string(endpoint->book().size()) +
                                     " messages: the figures above are void"};
    }
    return ended->status;
}

}  // namespace tidings::app
