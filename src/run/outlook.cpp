#include "run/outlook.hpp"

#include "core/load_tally.hpp"
#include "runner/clock.hpp"

#include <algorithm>
#include <utility>

namespace tidings::run {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// What is over sooner needs no finish time, and shall not pay for one.
constexpr auto first_look = milliseconds(500);
constexpr auto look_interval = milliseconds(500);
constexpr auto interval_first = seconds(1);
constexpr auto interval_max = seconds(60);
// A look may cost so much of the time between two: half a per cent.
constexpr int rest_per_cost = 200;
// The network thread answers at its next turn, 50 ms at most; after this it has ended.
constexpr auto patience = seconds(2);
// Fewer answers tell less than what was known before.
constexpr std::uint64_t answers_min = 16;

}  // namespace

// The run at one moment, copied on its network thread.
struct outlook::facts {
    core::limiter limits;
    core::load_tally done;
    core::latency_histogram latencies;
    std::vector<bool> lanes_out;
    core::outcome_counts ended;
    std::uint64_t requests = 0;
    core::send_phase phase = core::send_phase::running;
    core::time_stamp now{};
};

// Outlives whoever waits for it: the network thread may come to it late, or never.
struct outlook::fact_box {
    std::mutex guard;
    std::condition_variable filled;
    std::shared_ptr<facts> what;
};

outlook::outlook(outlook_parts parts)
    : parts_(std::move(parts)), began_(parts_.around.now()), thread_([this] { run(); }) {}

outlook::~outlook() {
    {
        const std::scoped_lock lock(guard_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

core::progress_snapshot outlook::filled(core::progress_snapshot now) const {
    const std::scoped_lock lock(guard_);
    if (!now.rows_total) now.rows_total = rows_;
    const bool goes_on =
        now.phase == core::run_phase::running || now.phase == core::run_phase::waiting;
    if (goes_on && finish_ && *finish_ > now.now) now.finish_expected = finish_;
    return now;
}

// False: it is over.
bool outlook::wait(std::chrono::nanoseconds span) {
    std::unique_lock lock(guard_);
    return !wake_.wait_for(lock, span, [this] { return stopping_; });
}

void outlook::run() {
    if (!wait(first_look) || !survey()) return;
    auto interval = std::chrono::nanoseconds(interval_first);
    auto due = parts_.around.now().steady;
    do {
        const auto now = parts_.running.snapshot();
        const bool news = changed(now);
        if (!news && parts_.around.now().steady < due) continue;
        const auto cpu = runner::thread_cpu();
        look_ahead_once();
        const auto cost = runner::thread_cpu() - cpu;
        interval =
            std::min<std::chrono::nanoseconds>(news ? interval_first : interval * 2, interval_max);
        due = parts_.around.now().steady + std::max<core::duration>(interval, cost * rest_per_cost);
    } while (wait(look_interval));
}

// Counts the list. Where nothing is limited only the rows are of use, and no numbers are compared.
bool outlook::survey() {
    auto cores = parts_.make_cores();
    if (!cores) return false;
    cores_ = std::move(*cores);
    for (core::lane_id lane = 0; lane < cores_.limits->lane_count(); ++lane)
        limited_ = limited_ || cores_.limits->limited(lane);
    auto counted =
        survey_list(parts_.list, cores_,
                    {.before = &parts_.before, .screen_duplicates = limited_, .go_on = [this] {
                         const std::scoped_lock lock(guard_);
                         return !stopping_;
                     }});
    if (!counted) {
        const std::scoped_lock lock(guard_);
        if (!stopping_)
            parts_.around.tell("when the run will be done is not known: " + counted.error().text);
        return false;
    }
    survey_ = std::move(*counted);
    parts_.before = {};
    const std::scoped_lock lock(guard_);
    rows_ = survey_.counts.rows;
    return true;
}

// What the last look was about is no longer so: a limit that was lowered, a pause that is over.
bool outlook::changed(const core::progress_snapshot& now) {
    std::string about = std::to_string(static_cast<int>(now.phase == core::run_phase::paused));
    for (const auto& limit : now.limits)
        about += "," + std::to_string((limit.given ? *limit.given : limit.limit).count);
    return std::exchange(seen_, about) != about;
}

std::shared_ptr<outlook::facts> outlook::look() {
    auto box = std::make_shared<fact_box>();
    parts_.running.inspect([box, &limits = parts_.limits, &lanes = parts_.lanes](
                               const core::dispatcher& from, core::time_stamp now) {
        auto made = std::make_shared<facts>();
        made->limits = limits;
        made->done = from.done();
        made->latencies = from.latencies();
        for (core::lane_id lane = 0; lane < limits.lane_count(); ++lane)
            made->lanes_out.push_back(lanes.excluded(lane));
        made->ended = from.counts();
        made->requests = from.requests();
        made->phase = from.phase();
        made->now = now;
        const std::scoped_lock lock(box->guard);
        box->what = std::move(made);
        box->filled.notify_one();
    });
    std::unique_lock lock(box->guard);
    box->filled.wait_for(lock, patience, [&] { return box->what != nullptr; });
    return box->what;
}

void outlook::look_ahead_once() {
    const auto now = look();
    if (!now) return;
    const auto finish = now->phase == core::send_phase::running ? finish_of(*now) : std::nullopt;
    const std::scoped_lock lock(guard_);
    finish_ = finish;
}

std::optional<core::wall_time> outlook::finish_of(const facts& now) {
    if (const auto kept = cores_.zones->keep_ahead(*cores_.hours, now.now.wall); !kept)
        return std::nullopt;
    const std::uint64_t ended = now.ended.total();
    const std::uint64_t most = survey_.counts.rows - std::min(survey_.counts.rows, ended);
    const auto left = core::what_is_left(survey_.loads, now.done, now.lanes_out, most);
    if (left.empty()) return std::nullopt;
    auto answers = parts_.answers;
    if (now.latencies.count() >= answers_min)
        answers = answer_times::measured(answer_times::source::this_run,
                                         now.latencies.equally_likely(answer_times::values));
    const auto when = look_ahead(
        now.limits, cores_, left, now.now,
        forecast_options_of(
            parts_.caps, answers,
            {.departed = now.requests - parts_.requests_before,
             .texted = now.ended[core::outcome::accepted] + now.ended[core::outcome::unknown],
             .elapsed = now.now.steady - began_.steady}));
    if (!when || !when->finish) return std::nullopt;
    if (when->decider != core::forecast_decider::nothing) return when->finish;
    // Nothing but the network decides: it goes on as it goes now.
    const double rate = parts_.running.snapshot().rate_now;
    if (rate <= 0) return std::nullopt;
    std::uint64_t rows = 0;
    for (const auto& load : left)
        rows += load.rows;
    const std::chrono::duration<double> rest(static_cast<double>(rows) / rate);
    return now.now.wall + std::chrono::ceil<std::chrono::microseconds>(rest);
}

}  // namespace tidings::run
