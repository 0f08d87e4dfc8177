#include "app/door/listening.hpp"

#include "app/door/translation.hpp"

#include <utility>

namespace tidings::app {

namespace {

constexpr auto tell_every = std::chrono::milliseconds(200);

}  // namespace

void helm::take(runner::campaign* running) {
    const std::scoped_lock lock(guard_);
    running_ = running;
}

void helm::keep(core::progress_snapshot last) {
    const std::scoped_lock lock(guard_);
    last_ = std::move(last);
}

core::progress_snapshot helm::last() const {
    const std::scoped_lock lock(guard_);
    return last_;
}

listening::~listening() {
    if (thread_.joinable()) on_over();
}

void listening::on_running(runner::campaign& running,
                           std::function<core::progress_snapshot()> look) {
    look_ = std::move(look);
    helm_.take(&running);
    thread_ = std::thread([this] { run(); });
}

void listening::show_soon() {
    {
        const std::scoped_lock lock(guard_);
        asked_ = true;
    }
    wake_.notify_one();
}

void listening::on_over() {
    {
        const std::scoped_lock lock(guard_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
    tell();
    helm_.take(nullptr);
}

messages_options listening::talk() {
    messages_options made;
    made.to_person = [this](std::string_view line) {
        while (line.ends_with('\n'))
            line.remove_suffix(1);
        const std::scoped_lock lock(telling_);
        hears_.on_message(line);
    };
    return made;
}

void listening::run() {
    std::unique_lock lock(guard_);
    while (!stopping_) {
        wake_.wait_for(lock, tell_every, [this] { return stopping_ || asked_; });
        if (stopping_) return;
        asked_ = false;
        lock.unlock();
        tell();
        lock.lock();
    }
}

void listening::tell() {
    auto now = look_();
    {
        const std::scoped_lock lock(telling_);
        hears_.on_snapshot(told(now));
    }
    helm_.steer([&](runner::campaign& running) { running.on_bound_told(now.in_doubt_max); });
    helm_.keep(std::move(now));
}

}  // namespace tidings::app
