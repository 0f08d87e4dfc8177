#include "app/signals.hpp"

#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace tidings::app {

namespace {

// What is blocked is never dropped by the kernel, even if it was to be ignored: who started the
// process with nohup would be drained by the end of the terminal all the same.
bool ignored_from_the_start(int signal) {
    struct sigaction now {};
    return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

sigset_t watched_signals() {
    sigset_t watched;
    sigemptyset(&watched);
    sigaddset(&watched, SIGINT);
    sigaddset(&watched, SIGTERM);
    if (!ignored_from_the_start(SIGHUP)) sigaddset(&watched, SIGHUP);
    return watched;
}

}  // namespace

signal_watch::target::target(signal_watch& watch, std::function<void(int)> on_signal)
    : watch_(watch) {
    const std::scoped_lock lock(watch_.guard_);
    watch_.on_signal_ = std::move(on_signal);
}

signal_watch::target::~target() {
    const std::scoped_lock lock(watch_.guard_);
    watch_.on_signal_ = nullptr;
}

signal_watch::signal_watch(int unwatched_status) : unwatched_status_(unwatched_status) {
    const sigset_t watched = watched_signals();
    ::pthread_sigmask(SIG_BLOCK, &watched, nullptr);
    signals_ = ::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
    stop_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    // Without them neither a signal nor the end of the run would ever reach the thread.
    if (signals_ < 0 || stop_ < 0)
        throw std::runtime_error(
            "signals cannot be watched: the process has no descriptor left; raise `ulimit -n`");
    thread_ = std::thread([this] { run(); });
}

signal_watch::~signal_watch() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(stop_, &one, sizeof one);
    thread_.join();
    ::close(signals_);
    ::close(stop_);
    const sigset_t watched = watched_signals();
    ::pthread_sigmask(SIG_UNBLOCK, &watched, nullptr);
}

void signal_watch::run() {
    while (true) {
        pollfd both[2] = {{signals_, POLLIN, 0}, {stop_, POLLIN, 0}};
        if (::poll(both, 2, -1) < 0) continue;
        if ((both[1].revents & POLLIN) != 0) return;
        signalfd_siginfo told{};
        while (::read(signals_, &told, sizeof told) == sizeof told) {
            const std::scoped_lock lock(guard_);
            if (!on_signal_) std::_Exit(unwatched_status_);
            on_signal_(static_cast<int>(told.ssi_signo));
        }
    }
}

}  // namespace tidings::app
