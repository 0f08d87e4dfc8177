// A whole runner::campaign over a list and a journal on disk, whose messages are carried by a
// script instead of connections: for tests and benchmarks of the threads around the dispatcher.
#pragma once

#include "core/limit_plan.hpp"
#include "runner/campaign.hpp"
#include "store/posix_disk.hpp"
#include "support/scratch_folder.hpp"

#include <atomic>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tidings::tests {

inline core::attempt_report accepted_report() {
    core::attempt_report report;
    report.furthest = core::attempt_step::answered;
    report.reply = core::answer{.status = 200,
                                .text = core::answer_text::triggered,
                                .complete = true,
                                .retry_after = std::nullopt,
                                .message = {}};
    return report;
}

// What the far side does; called on the threads that carry, at once on several of them.
struct carrier_script {
    std::size_t room = 64;  // messages at once, of all threads together
    // The answer, some turn of the loop after the departure. `which` and `ended` are filled in.
    std::function<core::attempt_report(const core::departure&)> answer =
        [](const core::departure&) { return accepted_report(); };
    // Asked at each turn: false keeps everything under way, until it is aborted.
    std::function<bool()> answers_now = [] { return true; };
    // A departure has been taken over by the thread that carries it.
    std::function<void(const core::departure&)> taken = [](const core::departure&) {};
    // Less room than was told, as when connections are lost: asked before each room().
    std::function<bool()> room_is_gone = [] { return false; };
};

class scripted_carrier final : public runner::carrier, private wire::ready_object {
  public:
    scripted_carrier(const runner::carrier_place& where, const carrier_script& script,
                     const wire::clock& clock)
        : set_(where.set),
          sink_(where.sink),
          script_(script),
          clock_(clock),
          room_max_(std::max<std::size_t>(1, script.room / where.threads)) {}
    ~scripted_carrier() override { set_.remove(-1, *this); }

    std::size_t room() const override {
        if (draining_ || script_.room_is_gone()) return 0;
        return room_max_ - std::min(room_max_, under_way_.size());
    }
    void begin(const core::departure& one, core::phone_number, core::wall_time) override {
        script_.taken(one);
        under_way_.push_back(one);
    }
    void flush() override { look_again(); }
    void want(std::size_t) override {}
    void on_tick(core::time_stamp) override { look_again(); }
    void renew_token() override {}
    void drain() override { draining_ = true; }
    void abort() override {
        draining_ = true;
        for (const auto& one : std::exchange(under_way_, {})) {
            core::attempt_report report;
            report.furthest = core::attempt_step::written;
            tell(one, report);
        }
    }
    net::pool_stats stats() const override {
        net::pool_stats now;
        now.open = 1;
        now.handshakes = 1;
        now.in_flight = under_way_.size();
        return now;
    }

  private:
    static constexpr std::size_t answers_a_turn = 16;

    void look_again() {
        if (under_way_.empty() || std::exchange(waiting_, true)) return;
        set_.again(*this);
    }
    void on_ready(std::uint32_t) override {
        waiting_ = false;
        if (!script_.answers_now()) return;
        // As many as sockets are looked at in a turn; the others in the next one.
        const auto some = static_cast<std::ptrdiff_t>(std::min(answers_a_turn, under_way_.size()));
        answering_.assign(under_way_.begin(), under_way_.begin() + some);
        under_way_.erase(under_way_.begin(), under_way_.begin() + some);
        for (const auto& one : answering_)
            tell(one, script_.answer(one));
        look_again();
    }
    void tell(const core::departure& one, core::attempt_report report) {
        report.which = one.which;
        report.ended = clock_.now();
        sink_.on_attempt_ended(report);
    }

    wire::readiness& set_;
    net::attempt_sink& sink_;
    const carrier_script& script_;
    const wire::clock& clock_;
    const std::size_t room_max_;
    std::vector<core::departure> under_way_;
    std::vector<core::departure> answering_;
    bool waiting_ = false;
    bool draining_ = false;
};

struct scripted_campaign_options {
    std::uint64_t rows = 1000;
    std::size_t threads = 1;
    std::vector<core::rate_limit> limits = {};
    std::size_t in_flight_max = 1024;
    core::dispatcher_options dispatch = {};
    core::retry_options retry = {};
};

// There is nobody who could be asked whether trouble is over.
inline core::dispatcher_options unasked(core::dispatcher_options options) {
    options.endpoints.trouble = {.in_a_row = 0, .share = 0};
    return options;
}

class scripted_campaign {
  public:
    scripted_campaign(scripted_campaign_options options, const carrier_script& script)
        : limits_(core::make_limiter(plan_of(options.limits))),
          lanes_({{.bot = "st-1", .from = sender(), .weight = 1}}),
          row_zones_({}, clock_.wall_now()) {
        const std::string list = (folder_.path() / "numbers.txt").string();
        std::ofstream out(list);
        for (std::uint64_t row = 0; row < options.rows; ++row)
            out << "+1415" << 2'000'000 + row << '\n';
        out.close();
        const std::string journal = (folder_.path() / "journal").string();
        const auto now = clock_.stamp();
        store::journal_options kept;
        kept.boot = store::boot_tag();
        kept.id = 17;
        store::outcome_log_options lines;
        lines.run = "scripted";
        lines.lanes = {{.from = sender().text(), .bot = "st-1"}};
        recorder_.emplace(
            std::move(store::journal::create(disk_, journal, kept, now).value()),
            std::move(store::outcome_log::create(disk_, folder_.path().string(), lines).value()));
        writer_.emplace(*recorder_, clock_);
        runner::campaign_parts parts{
            .run = "scripted",
            .run_id = 17,
            .bots = std::vector<runner::campaign_bot>(1),
            .lanes = {{.bot = 0, .from = sender()}},
            .limits = limits_,
            .lane_choice = lanes_,
            .hours = hours_,
            .row_zones = row_zones_,
            .rules = rules_,
            .retry = core::retry_policy(options.retry),
            .dispatch = unasked(options.dispatch),
            .past = {},
            .list = std::make_unique<runner::list_reader>(std::move(
                runner::list_reader::open({.path = list, .format = codec::list_format::lines})
                    .value())),
            .suppression = nullptr,
            .writer = *writer_,
            .clock = clock_};
        parts.carriers = [this, &script](const runner::carrier_place& where) {
            return std::unique_ptr<runner::carrier>(
                std::make_unique<scripted_carrier>(where, script, clock_));
        };
        runner::campaign_options how;
        how.threads = options.threads;
        how.turn.in_flight_max = options.in_flight_max;
        campaign_ = std::move(runner::campaign::make(std::move(parts), how).value());
    }

    runner::campaign_end run(std::function<void()> tell = nullptr) {
        auto end = campaign_->run(std::move(tell));
        writer_->stop();
        recorder_->close(end.finished, clock_.stamp()).value();
        return end;
    }
    runner::campaign& running() { return *campaign_; }
    const store::journal_state& journal() const { return recorder_->state(); }
    const runner::system_clock& clock() const { return clock_; }

  private:
    static core::phone_number sender() { return core::phone_number::from_digits(16693422058); }
    static core::limit_plan plan_of(const std::vector<core::rate_limit>& limits) {
        return {.accounts = {},
                .bots = {{.name = "st-1",
                          .account = "",
                          .limits = limits,
                          .how = core::pace::earliest,
                          .senders = {{.name = sender().text(), .limits = {}}}}}};
    }

    scratch_folder folder_;
    store::posix_disk disk_;
    runner::system_clock clock_;
    core::limiter limits_;
    core::lane_choice lanes_;
    core::calendar hours_;
    runner::zones row_zones_;
    core::stop_rules rules_;
    std::optional<store::recorder> recorder_;
    std::optional<runner::journal_writer> writer_;
    std::unique_ptr<runner::campaign> campaign_;
};

}  // namespace tidings::tests
