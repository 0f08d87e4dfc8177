// A progress line of one's own, and Ctrl-C that lets finish what is under way:
//   own_progress campaign.toml
#include <csignal>
#include <cstdio>
#include <pthread.h>
#include <thread>
#include <tidings/tidings.hpp>

namespace {

class progress_line final : public tidings::listener {
  public:
    void on_snapshot(const tidings::snapshot& now) override {
        std::fprintf(stderr, "\r%llu accepted, %llu on their way, %.0f a second ",
                     static_cast<unsigned long long>(now.ended[tidings::outcome::accepted]),
                     static_cast<unsigned long long>(now.in_flight), now.rate_now);
        if (!now.waiting_for.empty()) std::fprintf(stderr, "(waits: %s)", now.waiting_for.c_str());
    }
    void on_message(std::string_view sentence) override {
        std::fprintf(stderr, "\n%.*s\n", static_cast<int>(sentence.size()), sentence.data());
    }
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: own_progress CAMPAIGN.toml\n");
        return static_cast<int>(tidings::exit_status::usage);
    }
    // Before any thread is started, so that all of them leave the signal to ours.
    sigset_t interrupts;
    sigemptyset(&interrupts);
    sigaddset(&interrupts, SIGINT);
    pthread_sigmask(SIG_BLOCK, &interrupts, nullptr);

    const auto settings = tidings::configuration::from_file(argv[1]);
    if (!settings) {
        std::fprintf(stderr, "%s\n", settings.error().text.c_str());
        return static_cast<int>(settings.error().status);
    }
    auto campaign = tidings::campaign::begin(*settings);
    if (!campaign) {
        std::fprintf(stderr, "%s\n", campaign.error().text.c_str());
        return static_cast<int>(campaign.error().status);
    }
    std::thread([&] {
        for (int signal = 0; sigwait(&interrupts, &signal) == 0;)
            campaign->interrupt("stopped by Ctrl-C");
    }).detach();

    progress_line line;
    const auto ended = campaign->run(line);
    std::fprintf(stderr, "\n");
    if (!ended) {
        std::fprintf(stderr, "%s\n", ended.error().text.c_str());
        return static_cast<int>(ended.error().status);
    }
    std::printf("%s\n", ended->reason.c_str());
    // The process goes without the thread that waits for signals being joined.
    std::fflush(nullptr);
    std::_Exit(static_cast<int>(ended->status));
}
