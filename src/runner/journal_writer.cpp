#include "runner/journal_writer.hpp"

#include <cassert>
#include <utility>

namespace tidings::runner {

journal_writer::journal_writer(store::recorder& recorder, const system_clock& clock)
    : recorder_(recorder), clock_(clock) {}

void journal_writer::start(std::function<void()> on_news) {
    on_news_ = std::move(on_news);
    thread_ = std::thread([this] {
        run();
        cpu_ = thread_cpu();
    });
}

journal_writer::~journal_writer() {
    stop();
}

void journal_writer::stop() {
    {
        const std::scoped_lock lock(guard_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void journal_writer::commit(core::journal_batch& batch) {
    assert(idle());
    awaited_ = true;
    idle_.store(false, std::memory_order_release);
    {
        const std::scoped_lock lock(guard_);
        std::swap(work_, batch);
        has_work_ = true;
    }
    wake_.notify_one();
    batch.clear();
}

std::optional<commit_news> journal_writer::take_news() {
    if (!news_waits_.load(std::memory_order_acquire)) return std::nullopt;
    const std::scoped_lock lock(guard_);
    news_waits_.store(false, std::memory_order_relaxed);
    awaited_ = false;
    return std::exchange(news_, std::nullopt);
}

void journal_writer::run() {
    core::journal_batch batch;
    bool more_to_tend = true;
    std::unique_lock lock(guard_);
    while (true) {
        if (!more_to_tend) wake_.wait(lock, [this] { return has_work_ || stopping_; });
        if (has_work_) {
            has_work_ = false;
            std::swap(batch, work_);
            lock.unlock();
            auto news = recorder_.commit(batch, clock_.stamp());
            lock.lock();
            news_ = std::move(news);
            news_waits_.store(true, std::memory_order_release);
            lock.unlock();
            on_news_();
            // The lines follow the durable frame; the next batch is being built meanwhile.
            recorder_.write_lines(batch);
            batch.clear();
            idle_.store(true, std::memory_order_release);
            on_news_();
            more_to_tend = true;
            lock.lock();
            continue;
        }
        if (stopping_) return;
        lock.unlock();
        more_to_tend = recorder_.tend();
        lock.lock();
    }
}

}  // namespace tidings::runner
