#include "core/virtual_run.hpp"

#include "core/slot_ring.hpp"

#include <algorithm>
#include <utility>

namespace tidings::core {

namespace {

// A span is compared with the next one only if it is this busy, so that one message more or less is
// below 0.02 %; and only if of every lane so many left that its share of the next is known.
constexpr std::uint64_t busy_enough = 6'000;
constexpr std::uint64_t lane_busy_enough = 8;

}  // namespace

virtual_run::virtual_run(virtual_world& world, limiter limits,
                         const std::vector<forecast_load>& loads, time_stamp now,
                         std::vector<std::uint32_t> each)
    : world_(world),
      limits_(std::move(limits)),
      turns_(limits_),
      rows_(loads, limits_.lane_count()),
      clock_(now),
      lanes_(limits_.lane_count()) {
    for (lane_id lane = 0; lane < lanes_.size(); ++lane) {
        lanes_[lane].limited = limits_.limited(lane);
        if (!each.empty()) lanes_[lane].each = each[lane];
    }
    find_cycles(loads);
}

// A window that cannot fill before its lane has nothing left need not be waited for; where rows are
// anybody's, nobody is thought to get twice its part.
void virtual_run::find_cycles(const std::vector<forecast_load>& loads) {
    std::uint64_t all = 0;
    std::uint64_t any = 0;
    std::vector<std::uint64_t> may_go(lanes_.size());
    for (const auto& load : loads) {
        all += load.rows;
        (load.lane == lane_none ? any : may_go[load.lane]) += load.rows;
    }
    std::uint64_t alike = 0;
    for (const auto& one : lanes_)
        alike += one.each;
    std::vector<lane_id> owner(limits_.scope_count(), lane_none);
    for (lane_id lane = 0; lane < lanes_.size(); ++lane) {
        may_go[lane] += any / std::max<std::uint64_t>(alike, 1) * 2;
        for (const scope_id scope : limits_.scopes_of(lane))
            owner[scope] = turns_.is_shared(scope) ? lane_none : lane;
    }
    duration shortest = duration::max();
    for (const auto& one : limits_.uses()) {
        taken_before_.push_back(one.taken);
        // core/slot_ring's guard, and half a step of rounding.
        const duration window = one.believed.window;
        const duration guard = std::min<duration>(std::chrono::milliseconds(1), window / 1'000);
        const duration away =
            window + guard + window / 10'000 + window / (2 * slot_ring::grains) + world_.latency;
        shortest = std::min(shortest, away);
        const auto room = static_cast<std::uint64_t>(std::max<std::int64_t>(one.free, 0));
        const lane_id whose = owner[one.scope];
        if (world_.heeds_all || room < (whose == lane_none ? all : may_go[whose]))
            cycle_ = std::max(cycle_, away);
        else if (whose != lane_none)
            lanes_[whose].unheeded_room = std::min(lanes_[whose].unheeded_room, room);
    }
    if (shortest != duration::max()) cycle_ = std::max(cycle_, shortest);
}

void virtual_run::begin() {
    if (const auto start = world_.hours.starts_at(); start && *start > clock_.wall())
        clock_.set(clock_.at_wall(*start));
    next_change_ = clock_.now();
}

std::optional<forecast_answer> virtual_run::run() {
    begin();
    while (goes_on()) {
        if (clock_.now() >= next_change_) look_at_hours();
        come_back();
        depart();
        if (world_.skip) skip_ahead();
        if (rows_.left() > 0 && !pass_time()) break;
    }
    if (past_unheeded()) return std::nullopt;
    return told();
}

forecast_answer virtual_run::run_canary(std::uint64_t messages) {
    most_ = messages;
    begin();
    while (goes_on() && (departed_ < most_ || !out_.empty())) {
        if (clock_.now() >= next_change_) look_at_hours();
        come_back();
        depart();
        if (rows_.left() > 0 && !pass_time()) break;
    }
    return told();
}

// Which zones are open, and when that changes next.
void virtual_run::look_at_hours() {
    const wall_time now = clock_.wall();
    const wall_time beyond = now + calendar::far_ahead;
    wall_time change = std::min(rows_.look(world_.hours, now), world_.ends_at);
    if (const auto end = world_.hours.expires_at()) change = std::min(change, *end);
    next_change_ = change < beyond ? clock_.at_wall(change) : never;
    for (lane_id lane = 0; lane < lanes_.size(); ++lane)
        if (rows_.open_for(lane) > 0) turns_.wants(lane);
    mark_.begun = false;
}

void virtual_run::come_back() {
    for (; !out_.empty() && out_.top().first <= clock_.now(); out_.pop()) {
        limits_.answered(out_.top().second, out_.top().first);
        turns_.wake(out_.top().second);
    }
}

// Lets everything leave that may now.
void virtual_run::depart() {
    const std::uint64_t before = departed_;
    while (departed_ < most_) {
        const lane_id lane = turns_.next(clock_.now());
        if (lane == lane_none) break;
        departed_ += depart_from(lane);
    }
    if (before != departed_) stretches_.on_departed(clock_.wall());
}

std::uint64_t virtual_run::depart_from(lane_id lane) {
    auto& its = lanes_[lane];
    const std::uint64_t open = rows_.open_for(lane);
    if (open == 0) {
        turns_.rests();
        return 0;
    }
    const bool has_own = rows_.open_of(lane) > 0;
    std::uint64_t rows = std::min(open, most_ - departed_);
    if (its.limited) {
        // One lane alone takes what there is; several take turns.
        const std::uint64_t turn_most = lanes_.size() == 1 ? 1'000 : 1;
        const auto wanted = std::min((rows + its.each - 1) / its.each, turn_most);
        std::uint64_t n = 1;
        if (wanted > 1)
            n = limits_.available(lane, clock_.now(), static_cast<std::uint32_t>(wanted));
        for (std::uint64_t i = 0; i < n; ++i) {
            limits_.take(lane, clock_.now());
            out_.emplace(clock_.now() + world_.latencies[drawn_], lane);
            drawn_ = drawn_ + 1 == world_.latencies.size() ? 0 : drawn_ + 1;
        }
        its.gone += n;
        rows = std::min(rows, n * its.each);
    }
    rows_.take(lane, rows);
    turns_.left();
    // One lane less makes room for the others where they have to wait for each other.
    const bool none_left = has_own ? rows_.open_of(lane) == 0 : rows_.open_of_any() == 0;
    if (none_left && (!mark_.apart || rows_.open_of_any() > 0)) mark_.begun = false;
    return rows;
}

// False when nothing will ever leave.
bool virtual_run::pass_time() {
    instant next = out_.empty() ? never : out_.top().first;
    next = std::min(next, next_change_);
    if (!canary_out()) next = std::min(next, turns_.next_due());
    if (next == never) return false;
    next = std::max(next, clock_.now() + duration(1));
    stretches_.on_time_passed(next - clock_.now(), rows_.open() > 0);
    clock_.set(next);
    return true;
}

// --- skipping -------------------------------------------------------------------------------

void virtual_run::skip_ahead() {
    if (cycle_.count() == 0 || rows_.open() == 0) return;
    if (!mark_.begun) {
        mark_.apart = false;
        begin_span(1);
        return;
    }
    if (clock_.now() < mark_.from + cycle_ * mark_.cycles) return;
    std::uint64_t sum = 0;
    std::uint64_t sum_before = 0;
    bool alike = mark_.compared;
    bool busy = true;
    for (lane_id lane = 0; lane < lanes_.size(); ++lane) {
        const auto& its = lanes_[lane];
        if (rows_.open_for(lane) == 0) continue;
        const std::uint64_t went = its.gone - its.gone_at_mark;
        sum += went;
        sum_before += its.went_before;
        if (rows_.open_of(lane) == 0) continue;
        busy = busy && went >= lane_busy_enough;
        alike = alike && went <= its.went_before + 1 && its.went_before <= went + 1;
    }
    if (sum < busy_enough || !busy) {
        mark_.apart = false;
        begin_span(std::min<std::uint32_t>(mark_.cycles * 4, 1U << 20));
        return;
    }
    const bool apart = none_used_up(clock_.now() - mark_.from, limits_.uses());
    const std::uint64_t off = std::max(sum, sum_before) - std::min(sum, sum_before);
    if (alike && off <= 1 + sum / busy_enough)
        skip_spans(clock_.now() - mark_.from, apart && mark_.apart);
    for (auto& one : lanes_)
        one.went_before = one.gone - one.gone_at_mark;
    mark_.apart = apart;
    begin_span(mark_.cycles);
    mark_.compared = true;
}

// Some lane has sent more than a window that was not heeded lets through.
bool virtual_run::past_unheeded() const {
    return std::any_of(lanes_.begin(), lanes_.end(), [](const lane_state& one) {
        return one.gone + one.skipped > one.unheeded_room;
    });
}

bool virtual_run::none_used_up(duration span, const std::vector<limiter::limit_use>& uses) const {
    for (std::size_t i = 0; i < uses.size(); ++i) {
        if (!turns_.is_shared(uses[i].scope)) continue;
        const double windows = static_cast<double>(span.count()) /
                               static_cast<double>(uses[i].believed.window.count());
        const double used = static_cast<double>(uses[i].taken - mark_.taken[i]) / windows;
        if (used > 0.95 * uses[i].believed.count) return false;
    }
    return true;
}

void virtual_run::begin_span(std::uint32_t count) {
    mark_.begun = true;
    mark_.compared = false;
    mark_.cycles = count;
    mark_.from = clock_.now();
    mark_.of_any = rows_.open_of_any();
    mark_.taken.clear();
    for (const auto& one : limits_.uses())
        mark_.taken.push_back(one.taken);
    for (auto& one : lanes_)
        one.gone_at_mark = one.gone;
}

// Never up to the very end: the last span before a change is run as it is. Lanes that are `apart`
// go on as they do when another one has come to its end.
void virtual_run::skip_spans(duration span, bool apart) {
    std::int64_t times = (next_change_ - clock_.now()) / span - 1;
    std::int64_t last = -1;
    for (lane_id lane = 0; lane < lanes_.size(); ++lane) {
        const std::uint64_t went = lanes_[lane].gone - lanes_[lane].gone_at_mark;
        const std::uint64_t own = rows_.open_of(lane);
        const auto& its = lanes_[lane];
        if (went > 0 && its.unheeded_room != ~std::uint64_t{0})
            times = std::min(
                times,
                static_cast<std::int64_t>((its.unheeded_room - its.gone - its.skipped) / went) - 1);
        if (went == 0 || own == 0) continue;
        const auto spans = static_cast<std::int64_t>(own / went) - 1;
        last = std::max(last, spans);
        if (!apart) times = std::min(times, spans);
    }
    const std::uint64_t of_any = mark_.of_any - rows_.open_of_any();
    if (of_any > 0)
        times = std::min(times, static_cast<std::int64_t>(rows_.open_of_any() / of_any) - 1);
    else if (apart)
        times = std::min(times, last);
    if (times <= 0) return;
    const auto skipped = static_cast<std::uint64_t>(times);
    for (lane_id lane = 0; lane < lanes_.size(); ++lane)
        departed_ +=
            rows_.take_own(lane, (lanes_[lane].gone - lanes_[lane].gone_at_mark) * skipped);
    departed_ += rows_.take_of_any(of_any * skipped);
    clock_.skip(span * times);
    if (next_change_ != never) next_change_ -= span * times;
}

// --- what is told ---------------------------------------------------------------------------

forecast_answer virtual_run::told() {
    forecast_answer answer;
    answer.departed = departed_;
    answer.left_over = rows_.left();
    answer.stretches = stretches_.all();
    if (answer.stretches.empty()) return answer;
    answer.first_departure = answer.stretches.front().opens;
    duration latency = world_.latency;
    for (; !out_.empty(); out_.pop())
        latency = std::max(latency, out_.top().first - clock_.now());
    answer.stretches.back().closes += std::chrono::ceil<wall_time::duration>(latency);
    if (rows_.left() == 0) answer.finish = answer.stretches.back().closes;
    decide(answer);
    return answer;
}

// The limit whose long-run rate was used the most; for one whose window is longer than the whole
// run, its fullest window. Only what was run message by message counts: skipped spans are alike.
void virtual_run::decide(forecast_answer& answer) const {
    double most = 0;
    std::size_t at = 0;
    for (const auto& one : limits_.reports()) {
        const double windows = static_cast<double>(stretches_.sending().count()) /
                               static_cast<double>(one.asked.window.count());
        const double taken = static_cast<double>(one.taken - taken_before_[at++]);
        const double used = windows > 1 ? taken / windows : static_cast<double>(one.worst_used);
        const double share = used / one.believed;
        // Of two that are used alike the longer window decides.
        if (share < most * 0.999) continue;
        most = share;
        answer.limit = one;
        answer.decider = forecast_decider::limit;
    }
    if (stretches_.closed() > stretches_.sending() + clock_.skipped())
        answer.decider = forecast_decider::calendar;
}

}  // namespace tidings::core
