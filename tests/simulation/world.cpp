// The course of a simulated world: campaigns one after another, processes that live, the network,
// and the turns of a process. What it does in a turn is world_sending.cpp's, how it ends is
// world_endings.cpp's.
#include "simulation/world.hpp"

#include "simulation/process.hpp"

#include <algorithm>
#include <utility>

namespace tidings::simulation {

namespace {

constexpr duration turns_apart = std::chrono::microseconds(500);
constexpr duration turns_apart_max = milliseconds(250);
constexpr duration turns_apart_idle = std::chrono::seconds(5);
constexpr int processes_max = 200;
constexpr int turns_max = 200'000;
constexpr int turns_until_quiet = 20'000;

}  // namespace

world_counts& world_counts::operator+=(const world_counts& other) {
    campaigns += other.campaigns;
    processes += other.processes;
    crashes += other.crashes;
    requests += other.requests;
    in_doubt += other.in_doubt;
    resolved += other.resolved;
    older_journals += other.older_journals;
    return *this;
}

world::world(scenario plan, std::uint64_t seed)
    : plan_(std::move(plan)),
      random_(seed ^ 0xC0FFEE),
      provider_(plan_.bot_accounts, plan_.accounts, plan_.lanes.size(), plan_.dispatch.token_each,
                plan_.clock_offset_ns) {
    boot_began_ = -std::chrono::hours(1);
    outages_.resize(plan_.bots);
    asked_.resize(plan_.bots);
    quiet_ = !plan_.scripted.empty();
    begin_campaign(0);
}

world::world(const world& other) = default;
world::~world() = default;

void world::remember(std::string what) {
    constexpr std::size_t kept = 120;
    events_.push_back(
        fmt::format("{:>10.3f}s  {}", std::chrono::duration<double>(now_).count(), what));
    if (events_.size() > kept) events_.pop_front();
}

std::string world::last_events() const {
    std::string all;
    for (const auto& one : events_)
        all += one + "\n";
    return all;
}

core::time_stamp world::stamp() const {
    return {core::instant{now_ - boot_began_},
            epoch + std::chrono::duration_cast<std::chrono::microseconds>(now_ + calendar_off_)};
}

void world::begin_campaign(std::size_t which) {
    ++counts_.campaigns;
    campaign_ = which;
    bound_ = 0;
    stopped_later_.clear();
    orders_.clear();
    attempts_.clear();
    resolved_ = false;
    backup_.reset();
}

void world::run() {
    for (;;) {
        const bool is_last = campaign_ + 1 == plan_.lists.size();
        const bool finished = run_campaign(!is_last);
        if (!broken_.empty()) return;
        network_until(std::max(now_ + 2 * way_max, stands_still_until_ + way_max));
        if (finished)
            judge_end();
        else
            judge_fates(false);
        if (is_last || !broken_.empty()) return;
        begin_campaign(campaign_ + 1);
    }
}

// False: it was given up after a crash, and somebody starts the next one instead.
bool world::run_campaign(bool may_abandon) {
    for (int processes = 0; broken_.empty(); ++processes) {
        require(processes < processes_max, "the run needs too many processes");
        const auto how = live();
        if (how == ending::finished && (resolved_ || !plan_.operator_resolves)) return true;
        if (how == ending::finished || (how == ending::ended && !quiet_ && one_in(8))) resolve();
        if (how == ending::crashed && may_abandon && one_in(10)) return false;
    }
    return true;
}

bool world::run_until_power_fails() {
    stop_at_power_failure_ = true;
    auto how = ending::ended;
    for (int processes = 0; broken_.empty() && processes < processes_max; ++processes) {
        how = live();
        if (how == ending::finished || how == ending::power_failed) break;
    }
    stop_at_power_failure_ = false;
    if (how == ending::power_failed) return true;
    require(how == ending::finished, "the run needs too many processes");
    network_until(now_ + 2 * way_max);
    if (broken_.empty()) judge_end();
    return false;
}

world::ending world::live() {
    ++counts_.processes;
    const bool may_crash = static_cast<int>(counts_.crashes) < plan_.crashes;
    crash_at_ = may_crash ? now_ + up_to(plan_.crash_every) : duration::max();
    crash_by_power_ = one_in(2);
    if (counts_.processes > 60 * (campaign_ + 1)) be_quiet();
    if (!disk_plan_) try_older_journal();
    const auto planned = std::exchange(disk_plan_, std::nullopt);
    calls_wanted_ = planned.has_value();
    try {
        if (planned)
            disk_.set_plan(*planned);
        else if (may_crash && one_in(6))
            disk_.set_plan({.power_off_before = 1 + random_() % 120});
        if (!open()) {
            die();
            disk_.kill_process();
            return ending::ended;
        }
        if (!planned) plan_bad_day(may_crash);
        for (int turns = 0; broken_.empty(); ++turns) {
            require(turns < turns_max, "the process does not come to its end");
            // An endpoint that is in trouble again and again is asked at longer and longer pauses.
            if (turns == turns_until_quiet) be_quiet();
            const auto next = next_moment();
            if (next >= crash_at_) {
                network_until(crash_at_);
                crash(crash_by_power_);
                return ending::crashed;
            }
            network_until(next);
            turn();
            if (own_->over) break;
        }
        return end_process();
    } catch (const store::power_failure&) {
        if (stop_at_power_failure_) {
            ++counts_.crashes;
            die();
            return ending::power_failed;
        }
        crash(!one_in(3));
        return ending::crashed;
    }
}

void world::be_quiet() {
    quiet_ = true;
    calendar_off_ = duration::zero();
}

void world::plan_bad_day(bool may_crash) {
    if (may_crash && one_in(3))
        disk_.set_plan({.power_off_after = 1 + random_() % 200});
    else if (!quiet_ && one_in(12))
        disk_.set_plan({.fail_at = 1 + random_() % 60});
    else
        disk_.set_plan({});
}

void world::arrive(request& one) {
    const auto arrived = true_calendar();
    if (one.question && one.has_slot) asked_[one.bot] = now_;
    auto& gone = outages_[one.bot];
    if (now_ < gone.until) {
        provider_.arrive_in_outage(one, now_, gone.how, random_);
        // What was given up before is read late by a provider that stood still, and no cost of
        // this.
        gone.met += one.question || one.reports < gone.began ? 0U : 1U;
        constexpr std::size_t risked_max = 12;  // beyond what was under way, by each process
        return require(
            gone.met <= gone.in_flight + gone.processes * risked_max,
            fmt::format("{} requests came to bot {} while it was gone", gone.met, one.bot));
    }
    provider_.arrive(one, now_, arrived, random_);
    if (one.question) return;
    const auto order = one.campaign == campaign_ ? orders_.find(one.row) : orders_.end();
    const int allowed = order == orders_.end() ? 1 : 1 + order->second.again;
    if (one.campaign == campaign_ && !resends())
        require(provider_.processed(one.to) <= allowed,
                fmt::format("row {}: {} was texted twice", one.row, one.to.text()));
}

// Lets the world go on up to a moment: what is under way arrives, answers come back.
void world::network_until(duration moment) {
    while (!network_.empty() && network_.begin()->first <= moment) {
        const auto [at, what] = *network_.begin();
        network_.erase(network_.begin());
        now_ = std::max(now_, at);
        if (what.first) {
            const auto& one = requests_[what.second];
            note("{} {} arrives", one.question ? "a question of bot" : "row",
                 one.question ? one.bot : one.row);
            arrive(requests_[what.second]);
        } else if (own_ && what.second >= own_->first_request)
            end_attempt(what.second);
    }
    now_ = std::max(now_, moment);
}

void world::end_attempt(std::size_t which) {
    auto& one = requests_[which];
    if (one.question) {
        note("bot {} was asked: status {}", one.bot,
             one.report.reply ? one.report.reply->status : 0);
        return own_->turn.on_question_ended(one.bot, one.report, stamp());
    }
    const auto held = own_->out.find(one.which);
    if (held == own_->out.end() || held->second != which) return;
    own_->out.erase(held);
    --own_->in_flight[one.bot];
    one.report.which = one.which;
    one.report.late = one.late;
    one.report.ended = stamp().steady;
    note("row {}{}: step {}, status {}", one.row, one.probe ? " (probe)" : "",
         static_cast<int>(one.report.furthest), one.report.reply ? one.report.reply->status : 0);
    own_->dispatcher.on_attempt_ended(one.report, stamp());
}

duration world::next_moment() {
    const bool idle = own_->phase == writing::idle && own_->out.empty() && !own_->reading &&
                      own_->dispatcher.idle_until().has_value();
    const auto most = idle ? turns_apart_idle : turns_apart_max;
    auto next = now_ + most;
    const auto due = own_->rests_until;
    if (due < stamp().steady + most) next = now_ + (due - stamp().steady);
    if (own_->phase != writing::idle) next = std::min(next, own_->writer_next);
    if (!network_.empty()) next = std::min(next, network_.begin()->first);
    return std::max(next, now_ + turns_apart);
}

void world::turn() {
    auto& own = *own_;
    steer();
    keep_learned();
    tell_bound();
    while (perform(own.turn.next(stamp()))) {
    }
    require(!own.news.against_the_rules, "the journal was misused: " + own.news.why);
}

void world::take_commit_news() {
    auto& own = *own_;
    if (own.phase == writing::idle || own.writer_next > now_) return;
    using kind = store::commit_news::kind;
    switch (own.phase) {
        case writing::under_way:
            // The power may fail when the frame is on the disk and nobody has been told of it.
            calendar_off_kept_ = std::min(calendar_off_kept_, calendar_off_);
            own.news = own.writer.commit(own.batch, stamp());
            own.phase = writing::told;
            if (own.news.what != kind::failed) calendar_off_kept_ = calendar_off_;
            break;
        case writing::told:
            own.phase = writing::lines;
            if (own.news.what == kind::durable) own.turn.on_durable(own.news.frame);
            if (own.news.what == kind::releases_refused) {
                note("releases are refused");
                own.turn.on_releases_refused(own.news.frame);
            }
            if (own.news.what != kind::failed) break;
            note("the journal failed: {}", own.news.why);
            own.turn.on_journal_failed(own.news.frame, own.news.why);
            break;
        case writing::lines:
            own.writer.write_lines(own.batch);
            (void)own.writer.tend();
            own.batch.clear();
            own.phase = writing::idle;
            return;
        case writing::idle: return;
    }
    own.writer_next = now_ + up_to(plan_.commit_takes / 2);
}

}  // namespace tidings::simulation
