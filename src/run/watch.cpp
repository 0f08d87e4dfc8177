#include "run/watch.hpp"

#include <chrono>
#include <utility>

namespace tidings::run {

namespace {

constexpr auto look_interval = std::chrono::seconds(1);

}  // namespace

watch::watch(session& session, std::function<core::progress_snapshot()> look)
    : session_(session), look_(std::move(look)), thread_([this] { run(); }) {}

watch::~watch() {
    {
        const std::scoped_lock lock(guard_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void watch::run() {
    bool told = false;
    std::unique_lock lock(guard_);
    while (!wake_.wait_for(lock, look_interval, [this] { return stopping_; })) {
        const auto kept = session_.keep_learned(look_());
        if (!kept && !std::exchange(told, true))
            session_.tell("what the server gave cannot be written down: " + kept.error().text);
    }
}

}  // namespace tidings::run
