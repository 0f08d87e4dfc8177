#include "runner/list_feed.hpp"

#include <cassert>
#include <chrono>
#include <utility>

namespace tidings::runner {

namespace {

// Twice within the five seconds in which an addition must be obeyed.
constexpr auto suppression_interval = std::chrono::seconds(2);

}  // namespace

list_feed::list_feed(std::unique_ptr<list_reader> reader,
                     std::unique_ptr<store::suppression_list> suppression,
                     const system_clock& clock, std::function<void()> on_news)
    : reader_(std::move(reader)),
      suppression_(std::move(suppression)),
      clock_(clock),
      on_news_(std::move(on_news)) {
    if (suppression_) reader_->suppress(suppression_->current());
    looked_ = clock_.now();
    thread_ = std::thread([this] {
        run();
        cpu_ = thread_cpu();
    });
}

list_feed::~list_feed() {
    stop();
}

core::duration list_feed::stop() {
    {
        const std::scoped_lock lock(guard_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
    return cpu_;
}

// Pre: the lock is held.
void list_feed::mark() noexcept {
    const bool batches = !full_.empty();
    batch_waits_.store(batches, std::memory_order_release);
    word_waits_.store(
        changed_suppression_ || !warnings_.empty() || (!batches && (at_end_ || trouble_)),
        std::memory_order_release);
}

std::unique_ptr<core::listed_batch> list_feed::take() {
    if (!batch_waits_.load(std::memory_order_acquire)) return nullptr;
    const std::scoped_lock lock(guard_);
    auto batch = std::move(full_.front());
    full_.pop_front();
    mark();
    wake_.notify_all();
    return batch;
}

void list_feed::give_back(std::unique_ptr<core::listed_batch> shell) {
    shell->clear();
    const std::scoped_lock lock(guard_);
    empty_.push_back(std::move(shell));
}

bool list_feed::take_pass_end() {
    if (!word_waits_.load(std::memory_order_acquire)) return false;
    const std::scoped_lock lock(guard_);
    if (!at_end_ || !full_.empty()) return false;
    at_end_ = false;
    mark();
    return true;
}

void list_feed::begin_pass() {
    {
        const std::scoped_lock lock(guard_);
        assert(!pass_wanted_);
        pass_wanted_ = true;
    }
    wake_.notify_all();
}

std::optional<core::failure> list_feed::trouble() {
    if (!word_waits_.load(std::memory_order_acquire)) return std::nullopt;
    const std::scoped_lock lock(guard_);
    if (!full_.empty()) return std::nullopt;
    auto taken = std::exchange(trouble_, std::nullopt);
    mark();
    return taken;
}

std::shared_ptr<const store::suppressed_numbers> list_feed::take_suppression_change() {
    if (!word_waits_.load(std::memory_order_acquire)) return nullptr;
    const std::scoped_lock lock(guard_);
    auto taken = std::exchange(changed_suppression_, nullptr);
    mark();
    return taken;
}

std::vector<std::string> list_feed::take_warnings() {
    if (!word_waits_.load(std::memory_order_acquire)) return {};
    const std::scoped_lock lock(guard_);
    auto taken = std::exchange(warnings_, {});
    mark();
    return taken;
}

void list_feed::run() {
    bool first = true;
    std::unique_lock lock(guard_);
    while (!stopping_) {
        if (!pass_wanted_) {
            wake_.wait_for(lock, suppression_interval,
                           [this] { return stopping_ || pass_wanted_; });
            lock.unlock();
            look_at_suppression();
            lock.lock();
            continue;
        }
        lock.unlock();
        const bool whole = (first || rewound()) && read_pass();
        lock.lock();
        if (first && whole) {
            for (auto& note : reader_->notes().texts())
                warnings_.push_back(std::move(note));
            for (auto& note : reader_->oddities().notes)
                warnings_.push_back("list: " + std::move(note));
        }
        first = false;
        pass_wanted_ = false;
        at_end_ = whole;
        mark();
        lock.unlock();
        on_news_();
        lock.lock();
    }
}

bool list_feed::rewound() {
    const auto back = reader_->rewind();
    if (back) return true;
    const std::scoped_lock lock(guard_);
    trouble_ = back.error();
    mark();
    return false;
}

// False when it was stopped or failed before the end.
bool list_feed::read_pass() {
    while (true) {
        std::unique_ptr<core::listed_batch> batch;
        {
            const std::scoped_lock lock(guard_);
            if (stopping_) return false;
            if (!empty_.empty()) {
                batch = std::move(empty_.back());
                empty_.pop_back();
            }
        }
        if (!batch) batch = std::make_unique<core::listed_batch>();
        look_at_suppression();
        const auto more = reader_->read(*batch);
        if (!more) {
            const std::scoped_lock lock(guard_);
            trouble_ = more.error();
            mark();
            return false;
        }
        if (!batch->rows.empty() && !hand_over(std::move(batch))) return false;
        if (!*more) return true;
    }
}

bool list_feed::hand_over(std::unique_ptr<core::listed_batch> batch) {
    std::unique_lock lock(guard_);
    while (full_.size() >= queue_max && !stopping_) {
        if (wake_.wait_for(lock, suppression_interval,
                           [this] { return full_.size() < queue_max || stopping_; }))
            break;
        lock.unlock();
        look_at_suppression();
        lock.lock();
    }
    if (stopping_) return false;
    full_.push_back(std::move(batch));
    mark();
    const bool was_empty = full_.size() == 1;
    lock.unlock();
    if (was_empty) on_news_();
    return true;
}

void list_feed::look_at_suppression() {
    if (!suppression_ || clock_.now() - looked_ < suppression_interval) return;
    looked_ = clock_.now();
    if (!suppression_->reload_if_changed()) return;
    reader_->suppress(suppression_->current());
    {
        const std::scoped_lock lock(guard_);
        changed_suppression_ = suppression_->current();
        for (const auto& one : suppression_->news())
            if (warnings_.size() < warnings_max) warnings_.push_back(one);
        mark();
    }
    on_news_();
}

}  // namespace tidings::runner
