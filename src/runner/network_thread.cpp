#include "runner/network_thread.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

namespace tidings::runner {

namespace {

constexpr core::duration tick_interval = std::chrono::milliseconds(10);

}  // namespace

// The conductor's end. Room is what the thread last told, less what has been leased since.
class network_thread::leased_carrier final : public carrier {
  public:
    leased_carrier(network_thread& owner, core::bot_id bot) : owner_(owner), bot_(bot) {}

    std::size_t room() const override {
        const auto crossing = static_cast<std::size_t>(leased_ - view_.taken);
        return view_.room - std::min(view_.room, crossing);
    }
    void begin(const core::departure& one, core::phone_number from, core::wall_time) override {
        owner_.gathered_.leaving.push_back({one, from, bot_});
        ++leased_;
        changed_ = true;
    }
    void flush() override {
        if (std::exchange(changed_, false)) owner_.cross();
    }
    // It decides how many connections there are, and whether the thread may rest: told when it
    // comes or goes, or when there is less room than work.
    void want(std::size_t messages) override {
        auto& order = orders().wanted;
        changed_ = changed_ || (messages == 0) != (order == 0) ||
                   (messages != order && messages > view_.room);
        order = messages;
    }
    void on_tick(core::time_stamp) override { flush(); }
    void renew_token() override {
        orders().renew = changed_ = true;
        flush();
    }
    void drain() override {
        orders().drain = changed_ = true;
        flush();
    }
    void abort() override {
        orders().abort = changed_ = true;
        flush();
    }
    net::pool_stats stats() const override { return view_.stats; }

    void see(const bot_view& now) { view_ = now; }

  private:
    bot_orders& orders() { return owner_.gathered_.bots[bot_]; }

    network_thread& owner_;
    core::bot_id bot_;
    bot_view view_;
    std::uint64_t leased_ = 0;
    bool changed_ = false;
};

network_thread::network_thread(const system_clock& clock, std::function<void()> on_news)
    : clock_(clock), on_news_(std::move(on_news)), set_(io_), tick_(io_) {}

network_thread::~network_thread() {
    stop();
}

core::result<void> network_thread::prepare(const carrier_maker& make, std::size_t bots,
                                           std::size_t threads) {
    for (core::bot_id id = 0; id < bots; ++id) {
        auto made = make({.bot = id,
                          .threads = threads,
                          .io = io_,
                          .set = set_,
                          .sink = *this,
                          .listener = *this});
        if (!made) return made.error();
        bots_.push_back(std::move(*made));
        leases_.push_back(std::make_unique<leased_carrier>(*this, id));
    }
    for (orders* const each : {&gathered_, &crossing_, &taken_})
        each->bots.resize(bots);
    for (thread_news* const each : {&news_, &returning_, &delivered_})
        each->bots.resize(bots);
    taken_over_.resize(bots);
    return {};
}

void network_thread::start() {
    set_.set_batch_end(this);
    set_.start();
    arm_tick();
    thread_ = std::thread([this] {
        io_.run();
        cpu_ = thread_cpu();
    });
}

core::duration network_thread::stop() {
    if (!thread_.joinable()) return cpu_;
    io_.stop();
    thread_.join();
    set_.stop();
    return cpu_;
}

carrier& network_thread::lease(core::bot_id bot) {
    return *leases_[bot];
}

// --- the conductor's side -----------------------------------------------------------------------

// Everything gathered, for all bots, in one go; one wake-up for however many batches.
void network_thread::cross() {
    bool wake = false;
    {
        const std::scoped_lock lock(guard_);
        if (crossing_.leaving.empty()) {
            std::swap(crossing_.leaving, gathered_.leaving);
        } else {
            crossing_.leaving.insert(crossing_.leaving.end(), gathered_.leaving.begin(),
                                     gathered_.leaving.end());
        }
        for (std::size_t i = 0; i < gathered_.bots.size(); ++i) {
            auto& from = gathered_.bots[i];
            auto& to = crossing_.bots[i];
            to.wanted = from.wanted;
            to.renew |= std::exchange(from.renew, false);
            to.drain |= std::exchange(from.drain, false);
            to.abort |= std::exchange(from.abort, false);
        }
        wake = !std::exchange(orders_waiting_, true);
    }
    gathered_.leaving.clear();
    if (wake) boost::asio::post(io_, [this] { take_orders(); });
}

void network_thread::deliver(net::attempt_sink& sink, carrier_listener& listener) {
    {
        const std::scoped_lock lock(guard_);
        if (!std::exchange(news_waiting_, false)) return;
        std::swap(delivered_, returning_);
    }
    for (std::size_t i = 0; i < delivered_.bots.size(); ++i)
        leases_[i]->see(delivered_.bots[i]);
    delivered_.deliver(sink, listener);
    delivered_.clear();
}

// --- the thread's side --------------------------------------------------------------------------

void network_thread::on_attempt_ended(const core::attempt_report& report) {
    ++ended_;
    news_.add(report);
}

void network_thread::take_orders() {
    {
        const std::scoped_lock lock(guard_);
        orders_waiting_ = false;
        std::swap(taken_.leaving, crossing_.leaving);
        taken_.bots = crossing_.bots;
        for (auto& one : crossing_.bots)
            one = {.wanted = one.wanted};
    }
    const auto now = clock_.stamp();
    for (const auto& one : taken_.leaving) {
        ++taken_over_[one.bot];
        if (bots_[one.bot]->room() > 0) {
            ++begun_;
            bots_[one.bot]->begin(one.what, one.from, now.wall);
            continue;
        }
        core::attempt_report untouched;
        untouched.which = one.what.which;
        untouched.ended = now.steady;
        news_.add(untouched);
    }
    taken_.leaving.clear();
    for (std::size_t i = 0; i < bots_.size(); ++i)
        obey(taken_.bots[i], *bots_[i]);
    finish_turn();
}

void network_thread::obey(const bot_orders& given, carrier& bot) {
    bot.want(given.wanted);
    if (given.renew) bot.renew_token();
    if (given.drain) bot.drain();
    if (given.abort) bot.abort();
}

void network_thread::finish_turn() {
    saturated_ = false;
    for (std::size_t i = 0; i < bots_.size(); ++i) {
        bots_[i]->flush();
        saturated_ = saturated_ || (taken_.bots[i].wanted > 0 && bots_[i]->room() == 0);
    }
    tell();
}

// Closes the batch, when there is something in it or the room has changed.
void network_thread::tell() {
    bool news = !news_.empty();
    for (std::size_t i = 0; i < bots_.size(); ++i) {
        auto& view = news_.bots[i];
        news = news || view.room != bots_[i]->room() || view.taken != taken_over_[i];
        view.room = bots_[i]->room();
        view.taken = taken_over_[i];
    }
    if (!news) return;
    {
        const std::scoped_lock lock(guard_);
        returning_.append(news_);
        news_waiting_ = true;
    }
    on_news_();
}

wire::rest network_thread::on_batch_end() {
    finish_turn();
    return rest_.after({.now = clock_.now(),
                        .ended = ended_,
                        .in_flight = static_cast<std::size_t>(begun_ - ended_),
                        .saturated = saturated_},
                       bots_);
}

void network_thread::arm_tick() {
    tick_.expires_after(tick_interval);
    tick_.async_wait([this](const boost::system::error_code& cancelled) {
        if (cancelled) return;
        const auto now = clock_.stamp();
        for (auto& bot : bots_)
            bot->on_tick(now);
        finish_turn();
        // They are summed over the connections: often enough for who looks at the progress.
        const std::scoped_lock lock(guard_);
        for (std::size_t i = 0; i < bots_.size(); ++i)
            news_.bots[i].stats = bots_[i]->stats();
        returning_.bots = news_.bots;
        news_waiting_ = true;
        arm_tick();
    });
}

}  // namespace tidings::runner
