#include "runner/journal_writer.hpp"

#include <cassert>
#include <utility>

namespace tidings::runner {

journal_writer::journal_writer(store::journal journal, store::outcome_log outcomes,
                               const system_clock& clock)
    : journal_(std::move(journal)), outcomes_(std::move(outcomes)), clock_(clock) {}

void journal_writer::start(std::function<void()> on_news) {
    on_news_ = std::move(on_news);
    thread_ = std::thread([this] {
        run();
        cpu_ = thread_cpu();
    });
}

journal_writer::~journal_writer() {
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
            auto news = perform(batch);
            lock.lock();
            const bool failed = news.what == commit_news::kind::failed;
            news_ = std::move(news);
            news_waits_.store(true, std::memory_order_release);
            lock.unlock();
            on_news_();
            // The lines follow the durable frame; the next batch is being built meanwhile.
            if (!failed && !log_trouble_)
                if (const auto written = outcomes_.append(batch); !written)
                    log_trouble_ = written.error();
            batch.clear();
            idle_.store(true, std::memory_order_release);
            on_news_();
            more_to_tend = true;
            lock.lock();
            continue;
        }
        if (stopping_) return;
        lock.unlock();
        more_to_tend = tend();
        lock.lock();
    }
}

commit_news journal_writer::perform(core::journal_batch& batch) {
    const auto now = clock_.stamp();
    if (broken_) return to_emergency_log(batch, "the journal cannot be written");
    const auto done = journal_.commit(batch, now);
    if (done) return {.what = commit_news::kind::durable, .frame = now, .why = {}};
    if (done.error().kind != core::trouble::disk_full)
        return to_emergency_log(batch, done.error().text);
    // Room for answers was kept; releases have to wait for more.
    batch.released.clear();
    if (const auto rest = journal_.commit(batch, now); !rest)
        return to_emergency_log(batch, rest.error().text);
    return {.what = commit_news::kind::releases_refused, .frame = now, .why = done.error().text};
}

commit_news journal_writer::to_emergency_log(core::journal_batch& batch, std::string why) {
    broken_ = true;
    // None of these was sent: a release counts only when it is durable.
    for (const auto& run : batch.released)
        for (std::uint32_t i = 0; i < run.count; ++i)
            batch.parked.push_back(run.first + i);
    batch.released.clear();
    const auto now = clock_.stamp();
    const auto kept = journal_.write_emergency(batch, now);
    if (!kept) why += "; nor can the emergency log: " + kept.error().text;
    return {.what = commit_news::kind::failed, .frame = now, .why = std::move(why)};
}

bool journal_writer::tend() {
    if (broken_) return false;
    bool more = false;
    if (const auto tended = journal_.tend()) more = *tended;
    if (!log_trouble_) {
        if (const auto tended = outcomes_.tend())
            more = more || *tended;
        else
            log_trouble_ = tended.error();
    }
    if (!log_trouble_ && journal_.checkpoint_due()) {
        const auto position = outcomes_.sync_all(journal_.state().sequence);
        if (position)
            journal_.begin_checkpoint(*position);
        else
            log_trouble_ = position.error();
        more = true;
    }
    return more;
}

core::result<void> journal_writer::close(bool finished) {
    {
        const std::scoped_lock lock(guard_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
    if (broken_) return {};
    if (finished)
        if (const auto recorded = journal_.finish(clock_.stamp()); !recorded)
            return recorded.error();
    if (log_trouble_) return journal_.checkpoint_now({});
    const auto position = outcomes_.sync_all(journal_.state().sequence);
    if (!position) return position.error();
    return journal_.checkpoint_now(*position);
}

}  // namespace tidings::runner
