#include "core/forecast.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <queue>
#include <random>
#include <utility>

namespace tidings::core {

namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

// A span is compared with the next one only if it is this busy, so that one message more or less is
// below 0.02 %.
constexpr std::uint64_t busy_enough = 6'000;

class look_ahead {
  public:
    look_ahead(limiter limits, calendar hours, const std::vector<forecast_load>& loads,
               time_stamp now, forecast_options options)
        : limits_(std::move(limits)),
          hours_(std::move(hours)),
          options_(std::move(options)),
          began_(now),
          now_(now.steady),
          lanes_(limits_.lane_count()) {
        std::uint64_t all = 0;
        for (const auto& load : loads)
            all += load.rows;
        for (const auto& load : loads) {
            const std::uint64_t rows = capped(load.rows, all);
            capped_ += load.rows - rows;
            if (rows == 0) continue;
            works_.push_back({load.lane, load.zone, rows, rows, false});
            left_ += rows;
        }
        draw_latencies();
        limits_.assume_answered(now_ + options_.latency);
        for (const auto& one : limits_.reports()) {
            // How long a slot is away: core/slot_ring's guard, and half a step of rounding.
            const duration window = one.asked.window;
            const duration guard = std::min<duration>(milliseconds(1), window / 1'000);
            cycle_ = std::max(cycle_, window + guard + window / 10'000 +
                                          window / (2 * slot_ring::grains) + options_.latency);
        }
    }

    forecast_answer run() {
        if (const auto start = hours_.starts_at(); start && *start > wall()) now_ = at_wall(*start);
        while (left_ > 0 && !hours_.expired(wall()) && wall() < ends_at()) {
            if (now_ >= next_change_) look_at_hours();
            come_back();
            if (!canary_out()) depart();
            if (options_.skip && departed_ >= options_.canary) skip_ahead();
            if (left_ > 0 && !pass_time()) break;
        }
        return told();
    }

  private:
    struct work {
        lane_id lane;
        zone_id zone;
        std::uint64_t rows;
        std::uint64_t left;
        bool open;
    };
    struct lane_state {
        instant due{};                // not later than the truth
        std::uint64_t open_left = 0;  // rows in zones that are open
        std::uint64_t gone = 0;       // rows that left since the works were last brought up to date
        std::uint64_t left_at_mark = 0;
        std::uint64_t went_before = 0;
    };

    // The order in which answers take long or short: drawn once, and then over and over again, so
    // that steady stretches stay alike. Each value comes as often as the others.
    void draw_latencies() {
        if (options_.latencies.empty()) {
            order_.assign(1, options_.latency);
            return;
        }
        if (options_.latencies.size() > forecast_options::latencies_max)
            options_.latencies.resize(forecast_options::latencies_max);
        while (order_.size() < 4 * forecast_options::latencies_max)
            order_.insert(order_.end(), options_.latencies.begin(), options_.latencies.end());
        std::mt19937_64 dice(1);
        for (std::size_t i = order_.size(); i > 1; --i)
            std::swap(order_[i - 1], order_[dice() % i]);
        const auto sum = std::accumulate(order_.begin(), order_.end(), duration{});
        options_.latency = sum / static_cast<std::int64_t>(order_.size());
    }
    void depart_one(lane_id lane) {
        const auto back = now_ + order_[drawn_];
        drawn_ = drawn_ + 1 == order_.size() ? 0 : drawn_ + 1;
        out_.emplace(back, lane);
    }

    // A lane's share of what messages_max lets through, as rows stand mixed in the list.
    std::uint64_t capped(std::uint64_t rows, std::uint64_t all) const {
        if (options_.messages_max == 0 || options_.messages_max >= all) return rows;
        const double share = static_cast<double>(options_.messages_max) / static_cast<double>(all);
        return static_cast<std::uint64_t>(std::ceil(static_cast<double>(rows) * share));
    }
    wall_time ends_at() const {
        if (options_.duration_max.count() == 0) return wall_time::max();
        return began_.wall + std::chrono::ceil<wall_time::duration>(options_.duration_max);
    }
    // All of the canary has left, and not all of its answers have come.
    bool canary_out() const {
        return options_.canary > 0 && departed_ == options_.canary && !out_.empty();
    }

    // The limiter's clock stands still while a stretch is skipped; the calendar's goes on.
    wall_time wall() const {
        return began_.wall +
               std::chrono::ceil<wall_time::duration>(now_ - began_.steady + skipped_);
    }
    instant at_wall(wall_time when) const {
        return began_.steady + (when - began_.wall) - skipped_;
    }

    // Which zones are open, and when that changes next.
    void look_at_hours() {
        const wall_time now = wall();
        const wall_time beyond = now + calendar::far_ahead;
        wall_time change = std::min(hours_.expires_at().value_or(beyond), ends_at());
        for (lane_id lane = 0; lane < lanes_.size(); ++lane)
            share_out(lane);
        open_ = false;
        for (auto& one : works_) {
            if (one.left == 0) continue;
            const wall_time opens = hours_.opens_in(one.zone, now);
            one.open = opens <= now;
            open_ = open_ || one.open;
            if (one.open) lanes_[one.lane].open_left += one.left;
            if (one.zone != 0) change = std::min(change, one.open ? closes(one.zone, now) : opens);
        }
        next_change_ = change < beyond ? at_wall(change) : never;
        mark_.begun = false;
    }

    // Rows of a lane's zones leave in proportion, as they stand mixed in the list: down to the same
    // share of each, which is lowest where most has left already.
    void share_out(lane_id lane) {
        auto& its = lanes_[lane];
        const std::uint64_t kept = its.open_left;
        double low = 0;
        double high = 1;
        const auto kept_at = [&](double share, bool apply) {
            std::uint64_t sum = 0;
            for (auto& one : works_) {
                if (one.lane != lane || !one.open) continue;
                const auto keeps = std::min(
                    one.left, static_cast<std::uint64_t>(share * static_cast<double>(one.rows)));
                sum += keeps;
                if (apply) one.left = keeps;
            }
            return sum;
        };
        if (its.gone > 0) {
            for (int step = 0; step < 60; ++step) {
                const double middle = (low + high) / 2;
                (kept_at(middle, false) <= kept ? low : high) = middle;
            }
            std::vector<std::uint64_t> before;
            for (const auto& one : works_)
                before.push_back(one.left);
            std::uint64_t missing = kept - kept_at(low, true);
            for (std::size_t i = 0; i < works_.size() && missing > 0; ++i) {
                auto& one = works_[i];
                if (one.lane != lane || !one.open) continue;
                const auto back = std::min<std::uint64_t>(missing, before[i] - one.left);
                one.left += back;
                missing -= back;
            }
        }
        its = {};
        for (auto& one : works_)
            if (one.lane == lane) one.open = false;
    }

    // When the span that is open now is left, its margin included.
    wall_time closes(zone_id zone, wall_time now) const {
        const auto& spans = hours_.spans(zone);
        const auto span = std::upper_bound(
            spans.begin(), spans.end(), now,
            [](wall_time when, const open_span& one) { return when < one.closes; });
        const auto margin = std::chrono::ceil<wall_time::duration>(hours_.margin());
        return span == spans.end() ? now : span->closes - margin;
    }

    void come_back() {
        bool some = false;
        for (; !out_.empty() && out_.top().first <= now_; out_.pop()) {
            limits_.answered(out_.top().second, out_.top().first);
            some = true;
        }
        if (!some) return;
        // A lane that waited for an answer may share a scope with the one that got it.
        for (auto& one : lanes_)
            if (one.due == never && one.open_left > 0) one.due = instant{};
    }

    // Lets everything leave that may now.
    void depart() {
        const std::uint64_t before = at_turn_ = left_;
        std::size_t idle = 0;
        while (idle < lanes_.size()) {
            const auto lane = static_cast<lane_id>(turn_);
            turn_ = turn_ + 1 == lanes_.size() ? 0 : turn_ + 1;
            idle = depart_from(lane) ? 0 : idle + 1;
        }
        if (before != left_) note_departures(before - left_);
    }

    bool depart_from(lane_id lane) {
        auto& its = lanes_[lane];
        if (its.due > now_) return false;
        // One lane alone takes what there is; several take turns.
        const std::uint64_t turn_most = lanes_.size() == 1 ? 1'000 : 1;
        std::uint64_t n = std::min(its.open_left, turn_most);
        if (departed_ < options_.canary)
            n = std::min(n, options_.canary - departed_ - (at_turn_ - left_));
        if (!limits_.limited(lane)) {
            n = its.open_left;
        } else {
            n = limits_.available(lane, now_, static_cast<std::uint32_t>(n));
            for (std::uint64_t i = 0; i < n; ++i) {
                limits_.take(lane, now_);
                depart_one(lane);
            }
        }
        its.open_left -= n;
        its.gone += n;
        left_ -= n;
        if (its.open_left == 0) {
            its.due = never;
            if (n > 0) next_change_ = now_;  // what is open has changed
        } else if (n == 0) {
            its.due = limits_.earliest(lane, now_);
        }
        return n > 0;
    }

    void note_departures(std::uint64_t count) {
        departed_ += count;
        const wall_time here = wall();
        const bool new_one = was_closed_ && here - stretches_.back().closes >= minutes(10) &&
                             stretches_.size() < forecast_answer::stretches_max;
        if (stretches_.empty() || new_one) stretches_.push_back({here, here});
        was_closed_ = false;
        stretches_.back().closes = here;
    }

    // False when nothing will ever leave.
    bool pass_time() {
        instant next = out_.empty() ? never : out_.top().first;
        next = std::min(next, next_change_);
        for (const auto& one : lanes_)
            next = std::min(next, one.due);
        if (canary_out()) next = std::min(out_.top().first, next_change_);
        if (next == never) return false;
        was_closed_ = (was_closed_ || !open_) && !stretches_.empty();
        next = std::max(next, now_ + duration(1));
        (open_ ? sending_ : closed_) += next - now_;
        now_ = next;
        return true;
    }

    // --- skipping ---

    void skip_ahead() {
        if (cycle_.count() == 0 || !open_) return;
        if (!mark_.begun) {
            begin_span(1);
            return;
        }
        if (now_ < mark_.from + cycle_ * mark_.cycles) return;
        std::uint64_t sum = 0;
        std::uint64_t sum_before = 0;
        bool alike = mark_.compared;
        for (const auto& one : lanes_) {
            const std::uint64_t went = one.left_at_mark - one.open_left;
            sum += went;
            sum_before += one.went_before;
            alike = alike && went <= one.went_before + 1 && one.went_before <= went + 1;
        }
        if (sum < busy_enough) {
            begin_span(std::min<std::uint32_t>(mark_.cycles * 4, 1U << 20));
            return;
        }
        const std::uint64_t off = std::max(sum, sum_before) - std::min(sum, sum_before);
        if (alike && off <= 1 + sum / busy_enough) skip_spans(now_ - mark_.from);
        for (auto& one : lanes_)
            one.went_before = one.left_at_mark - one.open_left;
        begin_span(mark_.cycles);
        mark_.compared = true;
    }

    void begin_span(std::uint32_t cycles) {
        mark_ = {.begun = true, .compared = false, .cycles = cycles, .from = now_};
        for (auto& one : lanes_)
            one.left_at_mark = one.open_left;
    }

    void skip_spans(duration span) {
        // Never up to the very end: the last span before a change is run as it is.
        std::int64_t times = (next_change_ - now_) / span - 1;
        for (const auto& one : lanes_) {
            const std::uint64_t went = one.left_at_mark - one.open_left;
            if (went > 0)
                times = std::min(times, static_cast<std::int64_t>(one.open_left / went) - 1);
        }
        if (times <= 0) return;
        for (auto& one : lanes_) {
            const std::uint64_t gone =
                (one.left_at_mark - one.open_left) * static_cast<std::uint64_t>(times);
            one.open_left -= gone;
            one.left_at_mark -= gone;
            one.gone += gone;
            left_ -= gone;
            departed_ += gone;
        }
        skipped_ += span * times;
        if (next_change_ != never) next_change_ -= span * times;
    }

    forecast_answer told() {
        forecast_answer answer;
        answer.departed = departed_;
        answer.left_over = left_ + capped_;
        answer.stretches = std::move(stretches_);
        if (answer.stretches.empty()) return answer;
        answer.first_departure = answer.stretches.front().opens;
        auto latency = options_.latency;
        for (; !out_.empty(); out_.pop())
            latency = std::max(latency, out_.top().first - now_);
        answer.stretches.back().closes += std::chrono::ceil<wall_time::duration>(latency);
        if (left_ == 0) answer.finish = answer.stretches.back().closes;
        decide(answer);
        return answer;
    }

    // The limit whose long-run rate was used the most; for one whose window is longer than the
    // whole run, its fullest window. Only what was run message by message counts: skipped spans are
    // alike.
    void decide(forecast_answer& answer) const {
        double most = 0;
        for (const auto& one : limits_.reports()) {
            const double windows = static_cast<double>(sending_.count()) /
                                   static_cast<double>(one.asked.window.count());
            const double used = windows > 1 ? static_cast<double>(one.taken) / windows
                                            : static_cast<double>(one.worst_used);
            const double share = used / one.believed;
            // Of two that are used alike the longer window decides.
            if (share < most * 0.999) continue;
            most = share;
            answer.limit = one;
            answer.decider = forecast_decider::limit;
        }
        if (closed_ > sending_ + skipped_) answer.decider = forecast_decider::calendar;
    }

    struct span_mark {
        bool begun = false;
        bool compared = false;     // lane_state::went_before is of the span just before
        std::uint32_t cycles = 1;  // in a span
        instant from{};
    };

    limiter limits_;
    calendar hours_;
    forecast_options options_;
    time_stamp began_;
    instant now_;
    duration skipped_{};
    std::vector<work> works_;
    std::vector<lane_state> lanes_;
    // By when their answers come, the next one on top.
    using coming = std::pair<instant, lane_id>;
    std::priority_queue<coming, std::vector<coming>, std::greater<>> out_;
    std::vector<duration> order_;
    std::size_t drawn_ = 0;
    std::size_t turn_ = 0;
    std::uint64_t left_ = 0;
    std::uint64_t at_turn_ = 0;  // left_ when everybody's turn began
    std::uint64_t capped_ = 0;   // rows beyond messages_max
    std::uint64_t departed_ = 0;
    instant next_change_{};
    bool open_ = false;
    bool was_closed_ = false;
    duration sending_{};
    duration closed_{};
    duration cycle_{};  // how long a slot of the longest window is away
    span_mark mark_;
    std::vector<open_span> stretches_;
};

}  // namespace

forecast_answer forecast(limiter limits, calendar hours, const std::vector<forecast_load>& loads,
                         time_stamp now, forecast_options options) {
    return look_ahead(std::move(limits), std::move(hours), loads, now, std::move(options)).run();
}

forecast_answer forecast_with_one_more_bot(const limit_plan& plan, const limiter_snapshot& known,
                                           calendar hours, const std::vector<forecast_load>& loads,
                                           time_stamp now, forecast_options options) {
    std::size_t lanes = 0;
    for (const auto& bot : plan.bots)
        lanes += bot.senders.size();
    const std::size_t added = plan.bots.back().senders.size();
    std::vector<forecast_load> shared;
    for (const auto& load : loads) {
        const std::uint64_t given = load.rows * added / (lanes + added);
        shared.push_back({load.lane, load.zone, load.rows - given});
        for (std::size_t i = 0; i < added; ++i) {
            const std::uint64_t part = given / added + (i < given % added ? 1 : 0);
            shared.push_back({static_cast<lane_id>(lanes + i), load.zone, part});
        }
    }
    limiter limits = make_limiter(with_one_more_bot(plan));
    limits.restore(known, now.steady);
    return forecast(std::move(limits), std::move(hours), shared, now, std::move(options));
}

}  // namespace tidings::core
