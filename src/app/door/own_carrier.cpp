#include "app/door/own_carrier.hpp"

#include "wire/readiness.hpp"

#include <algorithm>
#include <mutex>
#include <unordered_map>
#include <utility>

#include <boost/asio/post.hpp>

namespace tidings {
inline namespace v0 {
namespace detail {

// How a delivery ended, on its way from whoever said so to the campaign's thread.
struct delivered {
    enum class fate : std::uint8_t { accepted, rejected, not_sent, unknown, limited };
    std::uint64_t number = 0;
    fate what = fate::unknown;
    std::string why;
    std::chrono::nanoseconds wait{};
};

// Where deliveries are handed in, from any thread; outlives the carrier while one is out.
class delivery_desk : public std::enable_shared_from_this<delivery_desk> {
  public:
    // `on_delivered` is called on the io_context's thread; neither is used after close().
    delivery_desk(boost::asio::io_context& io, std::function<void()> on_delivered)
        : io_(&io), on_delivered_(std::move(on_delivered)) {}

    delivery hand_out(std::uint64_t number) { return {shared_from_this(), number}; }

    void hand_in(delivered one) {
        const std::scoped_lock lock(guard_);
        if (!io_) return;
        delivered_.push_back(std::move(one));
        if (std::exchange(posted_, true)) return;
        boost::asio::post(*io_, [self = shared_from_this()] { self->wake(); });
    }

    std::vector<delivered> take() {
        const std::scoped_lock lock(guard_);
        posted_ = false;
        return std::exchange(delivered_, {});
    }

    void close() {
        const std::scoped_lock lock(guard_);
        io_ = nullptr;
        on_delivered_ = nullptr;
    }

  private:
    // On the io_context's thread, which is the one that closes: not in between.
    void wake() {
        if (on_delivered_) on_delivered_();
    }

    std::mutex guard_;
    boost::asio::io_context* io_;
    std::function<void()> on_delivered_;
    std::vector<delivered> delivered_;
    bool posted_ = false;
};

}  // namespace detail

delivery::delivery(std::shared_ptr<detail::delivery_desk> desk, std::uint64_t number) noexcept
    : desk_(std::move(desk)), number_(number) {}
delivery::delivery(delivery&&) noexcept = default;
delivery& delivery::operator=(delivery&& other) noexcept {
    delivery taken(std::move(other));
    std::swap(desk_, taken.desk_);
    std::swap(number_, taken.number_);
    return *this;
}
delivery::~delivery() {
    if (desk_) std::move(*this).unknown("nobody said how it ended");
}

namespace {

using detail::delivered;

// Server texts are cut where they are read; so are these.
constexpr std::size_t why_bytes_max = 200;

delivered ended(std::uint64_t number, delivered::fate what, std::string_view why) {
    return {.number = number,
            .what = what,
            .why = std::string(why.substr(0, why_bytes_max)),
            .wait = {}};
}

}  // namespace

void delivery::accepted() && {
    if (const auto desk = std::exchange(desk_, nullptr))
        desk->hand_in(ended(number_, delivered::fate::accepted, {}));
}
void delivery::rejected(std::string_view why) && {
    if (const auto desk = std::exchange(desk_, nullptr))
        desk->hand_in(ended(number_, delivered::fate::rejected, why));
}
void delivery::not_sent(std::string_view why) && {
    if (const auto desk = std::exchange(desk_, nullptr))
        desk->hand_in(ended(number_, delivered::fate::not_sent, why));
}
void delivery::unknown(std::string_view why) && {
    if (const auto desk = std::exchange(desk_, nullptr))
        desk->hand_in(ended(number_, delivered::fate::unknown, why));
}
void delivery::limited(std::chrono::nanoseconds wait) && {
    auto one = ended(number_, delivered::fate::limited, {});
    one.wait = std::max(wait, std::chrono::nanoseconds{});
    if (const auto desk = std::exchange(desk_, nullptr)) desk->hand_in(std::move(one));
}

}  // namespace v0

namespace app {

namespace {

using tidings::detail::delivered;

// What an endpoint of the vendor's would have said.
core::answer answer_of(const delivered& one) {
    core::answer made{.status = 200,
                      .text = core::answer_text::triggered,
                      .complete = true,
                      .retry_after = std::nullopt,
                      .message = one.why};
    if (one.what == delivered::fate::rejected) {
        made.status = 400;
        made.text = core::answer_text::refusal;
    } else if (one.what == delivered::fate::limited) {
        made.status = 429;
        made.text = core::answer_text::limit_other;
        made.retry_after = one.wait;
    }
    return made;
}

core::attempt_report report_of(const delivered& one) {
    core::attempt_report made;
    made.furthest = core::attempt_step::answered;
    switch (one.what) {
        case delivered::fate::accepted:
        case delivered::fate::rejected:
        case delivered::fate::limited: made.reply = answer_of(one); break;
        case delivered::fate::not_sent:
            made.furthest = core::attempt_step::not_started;
            made.trouble = one.why;
            break;
        case delivered::fate::unknown:
            made.furthest = core::attempt_step::written;
            made.trouble = one.why;
            break;
    }
    return made;
}

class own_carrier final : public runner::carrier, private wire::ready_object {
  public:
    own_carrier(const runner::carrier_place& where, std::unique_ptr<tidings::carrier> own,
                std::string bot, const runner::system_clock& clock)
        : set_(where.set),
          sink_(where.sink),
          own_(std::move(own)),
          bot_(std::move(bot)),
          clock_(clock),
          desk_(std::make_shared<tidings::detail::delivery_desk>(where.io,
                                                                 [this] { set_.again(*this); })) {}
    ~own_carrier() override {
        desk_->close();
        set_.remove(-1, *this);
    }

    std::size_t room() const override {
        const std::size_t most = own_->capacity();
        return draining_ ? 0 : most - std::min(most, under_way_.size());
    }
    void begin(const core::departure& one, core::phone_number from, core::wall_time) override {
        const auto number = ++last_;
        under_way_.emplace(number, flight{one.which, clock_.now()});
        own_->begin({.row = one.row,
                     .from = from.text(),
                     .to = one.to.text(),
                     .bot = bot_,
                     .again = one.probe},
                    desk_->hand_out(number));
    }
    void flush() override {}
    void want(std::size_t) override {}
    void on_tick(core::time_stamp) override {}
    void renew_token() override {}
    void drain() override {
        if (!std::exchange(draining_, true)) own_->drain();
    }
    void abort() override {
        draining_ = true;
        own_->abort();
        for (const auto& [number, one] : std::exchange(under_way_, {}))
            tell(one, {.number = number,
                       .what = delivered::fate::unknown,
                       .why = "given up when the campaign ended",
                       .wait = {}});
    }
    net::pool_stats stats() const override {
        net::pool_stats now;
        now.open = now.handshakes = 1;
        now.in_flight = under_way_.size();
        return now;
    }

  private:
    struct flight {
        core::ticket which = 0;
        core::instant begun{};
    };

    void on_ready(std::uint32_t) override {
        for (const auto& one : desk_->take()) {
            const auto found = under_way_.find(one.number);
            if (found == under_way_.end()) continue;  // aborted
            const flight ended = found->second;
            under_way_.erase(found);
            tell(ended, one);
        }
    }
    void tell(const flight& one, const delivered& how) {
        auto report = report_of(how);
        report.which = one.which;
        report.begun = one.begun;
        report.ended = clock_.now();
        sink_.on_attempt_ended(report);
    }

    wire::readiness& set_;
    net::attempt_sink& sink_;
    std::unique_ptr<tidings::carrier> own_;
    std::string bot_;
    const runner::system_clock& clock_;
    std::shared_ptr<tidings::detail::delivery_desk> desk_;
    std::unordered_map<std::uint64_t, flight> under_way_;
    std::uint64_t last_ = 0;
    bool draining_ = false;
};

}  // namespace

runner::carrier_maker carriers_of(tidings::carrier_maker own, std::vector<std::string> bots,
                                  const runner::system_clock& clock) {
    if (!own) return nullptr;
    return
        [own = std::move(own), bots = std::move(bots), &clock](
            const runner::carrier_place& where) -> core::result<std::unique_ptr<runner::carrier>> {
            auto made = own(bots[where.bot]);
            if (!made)
                return core::failure{
                    core::trouble::configuration,
                    "bot " + bots[where.bot] + " has no carrier: the maker gave none"};
            return std::unique_ptr<runner::carrier>(
                new own_carrier(where, std::move(made), bots[where.bot], clock));
        };
}

}  // namespace app
}  // namespace tidings
