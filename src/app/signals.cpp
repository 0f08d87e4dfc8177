#include "app/signals.hpp"

#include <cstdint>
#include <utility>

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace tidings::app {

signal_watch::signal_watch(std::function<void(int)> on_signal) : on_signal_(std::move(on_signal)) {
    sigset_t watched;
    sigemptyset(&watched);
    sigaddset(&watched, SIGINT);
    sigaddset(&watched, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &watched, nullptr);
    signals_ = ::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
    stop_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    thread_ = std::thread([this] { run(); });
}

signal_watch::~signal_watch() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(stop_, &one, sizeof one);
    thread_.join();
    ::close(signals_);
    ::close(stop_);
    sigset_t watched;
    sigemptyset(&watched);
    sigaddset(&watched, SIGINT);
    sigaddset(&watched, SIGTERM);
    ::pthread_sigmask(SIG_UNBLOCK, &watched, nullptr);
}

void signal_watch::run() {
    while (true) {
        pollfd both[2] = {{signals_, POLLIN, 0}, {stop_, POLLIN, 0}};
        if (::poll(both, 2, -1) < 0) continue;
        if ((both[1].revents & POLLIN) != 0) return;
        signalfd_siginfo told{};
        while (::read(signals_, &told, sizeof told) == sizeof told)
            on_signal_(static_cast<int>(told.ssi_signo));
    }
}

}  // namespace tidings::app
