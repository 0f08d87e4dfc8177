#include "simulation/world.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "simulation/process.hpp"

namespace tidings::simulation {

namespace {

constexpr duration turns_apart = std::chrono::microseconds(500);
constexpr duration turns_apart_max = milliseconds(250);
constexpr duration drain_for = std::chrono::seconds(5);
constexpr duration commit_interval = milliseconds(50);
constexpr int processes_max = 200;
constexpr int turns_max = 200'000;
// What a process has written is with the provider before the next process begins.
constexpr duration way_max = std::chrono::seconds(2);
constexpr core::wall_time epoch{std::chrono::seconds(1'795'420'800)};

}  // namespace

world::world(std::uint64_t seed)
    : plan_(seed),
      random_(seed ^ 0xC0FFEE),
      provider_(plan_.bots, plan_.lanes.size(), plan_.dispatch.token_each, plan_.clock_offset_ns) {
    (void)disk_.make_folder("run");
    (void)disk_.sync_folder("run");
    boot_began_ = -std::chrono::hours(1);
}

world::~world() = default;

void world::note(std::string what) {
    constexpr std::size_t kept = 120;
    events_.push_back(fmt::format("{:>10.3f}s  {}", std::chrono::duration<double>(now_).count(),
                                  std::move(what)));
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
            epoch + std::chrono::duration_cast<std::chrono::microseconds>(now_)};
}

void world::run() {
    for (int processes = 0; broken_.empty(); ++processes) {
        require(processes < processes_max, "the run needs too many processes");
        const auto how = live();
        if (how == ending::finished) break;
    }
    if (!broken_.empty()) return;
    network_until(duration::max());
    judge_end();
}

world::ending world::live() {
    ++counts_.processes;
    const bool may_crash = static_cast<int>(counts_.crashes) < plan_.crashes;
    crash_at_ = may_crash ? now_ + up_to(plan_.crash_every) : duration::max();
    crash_by_power_ = one_in(2);
    quiet_ = quiet_ || counts_.processes > 60;
    try {
        if (may_crash && one_in(6)) disk_.set_plan({.power_off_before = 1 + random_() % 25});
        if (!open()) return ending::ended;
        if (may_crash && one_in(3))
            disk_.set_plan({.power_off_after = 1 + random_() % 200});
        else if (!quiet_ && one_in(12))
            disk_.set_plan({.fail_at = 1 + random_() % 60});
        else
            disk_.set_plan({});
        for (int turns = 0; broken_.empty(); ++turns) {
            require(turns < turns_max, "the process does not come to its end");
            const auto next = next_moment();
            if (next >= crash_at_) {
                network_until(crash_at_);
                crash(crash_by_power_);
                return ending::crashed;
            }
            network_until(next);
            turn();
            if (own_->dispatcher.finished() && own_->phase == writing::idle) break;
        }
        if (!broken_.empty()) return ending::ended;
        const bool finished =
            own_->dispatcher.phase() == core::send_phase::running && !own_->dispatcher.halted();
        bound_ = own_->dispatcher.at_risk() + own_->writer.lost();
        note(fmt::format("the process ends, finished={}, halted: {}", finished,
                         own_->dispatcher.halted() ? own_->dispatcher.halted()->text : ""));
        const bool closed = own_->writer.close(finished, stamp());
        own_.reset();
        disk_.kill_process();
        restart_later();
        return finished && closed ? ending::finished : ending::ended;
    } catch (const store::power_failure&) {
        crash(one_in(3) == false);
        return ending::crashed;
    }
}

void world::crash(bool power) {
    ++counts_.crashes;
    if (own_) bound_ = own_->dispatcher.at_risk() + own_->writer.lost();
    note(fmt::format("{}; rows at risk: {}", power ? "POWER LOSS" : "KILL", bound_));
    own_.reset();
    if (power) {
        const auto mode = random_() % 4;
        disk_.crash([&](std::size_t) { return mode == 0 || (mode != 1 && one_in(2)); });
        ++boot_;
    } else {
        disk_.kill_process();
    }
    restart_later();
    if (power) boot_began_ = now_ - up_to(std::chrono::seconds(30));
}

void world::restart_later() {
    disk_.set_capacity(~std::uint64_t{0} >> 2);
    network_until(now_ + way_max + up_to(std::chrono::seconds(one_in(4) ? 60 : 2)));
}

// Lets the world go on up to a moment: what is under way arrives, answers come back.
void world::network_until(duration moment) {
    while (!network_.empty() && network_.begin()->first <= moment) {
        const auto [at, what] = *network_.begin();
        network_.erase(network_.begin());
        now_ = std::max(now_, at);
        auto& one = requests_[what.second];
        if (!what.first) {
            if (own_ && what.second >= own_->first_request) end_attempt(what.second);
            continue;
        }
        provider_.arrive(one, now_, random_);
        require(provider_.processed(one.to) <= 1,
                fmt::format("row {}: {} was texted twice", one.row, one.to.text()));
    }
    if (moment != duration::max()) now_ = std::max(now_, moment);
}

void world::end_attempt(std::size_t which) {
    auto& one = requests_[which];
    const auto held = own_->out.find(one.which);
    if (held == own_->out.end() || held->second != which) return;
    own_->out.erase(held);
    --own_->in_flight[one.bot];
    one.report.which = one.which;
    one.report.late = one.late;
    one.report.ended = stamp().steady;
    note(fmt::format("row {}{}: step {}, status {}", one.row, one.probe ? " (probe)" : "",
                     static_cast<int>(one.report.furthest),
                     one.report.reply ? one.report.reply->status : 0));
    own_->dispatcher.on_attempt_ended(one.report, stamp());
}

duration world::next_moment() {
    auto next = now_ + turns_apart_max;
    const auto due = own_->dispatcher.next_due(stamp());
    if (due < stamp().steady + turns_apart_max) next = now_ + (due - stamp().steady);
    if (own_->phase != writing::idle) next = std::min(next, own_->writer_next);
    if (!network_.empty()) next = std::min(next, network_.begin()->first);
    return std::max(next, now_ + turns_apart);
}

void world::turn() {
    auto& own = *own_;
    take_commit_news();
    read_rows();
    steer();
    own.dispatcher.on_time(stamp());
    depart();
    begin_commit();
    watch_drain();
    if (const auto& bug = own.writer.bug()) require(false, "the journal was misused: " + *bug);
}

void world::take_commit_news() {
    auto& own = *own_;
    if (own.phase == writing::idle || own.writer_next > now_) return;
    using kind = commit_result::kind;
    switch (own.phase) {
        case writing::under_way:
            own.result = own.writer.perform(own.batch, stamp());
            own.phase = writing::told;
            break;
        case writing::told:
            own.phase = writing::lines;
            if (own.result.what == kind::durable) own.dispatcher.on_batch_durable(own.result.frame);
            if (own.result.what == kind::releases_refused) {
                note("releases are refused");
                own.dispatcher.on_releases_refused(own.result.frame);
            }
            if (own.result.what != kind::failed) break;
            note("the journal failed: " + own.result.why);
            if (!own.dispatcher.halted() ||
                own.dispatcher.halted()->status != core::stop_status::journal_failed)
                own.dispatcher.on_journal_failed(own.result.why);
            own.dispatcher.on_batch_durable(own.result.frame);
            break;
        case writing::lines:
            own.writer.write_lines(own.batch);
            own.batch.clear();
            own.phase = writing::idle;
            return;
        case writing::idle: return;
    }
    own.writer_next = now_ + up_to(plan_.commit_takes / 2);
}

void world::read_rows() {
    auto& own = *own_;
    while (own.reading && own.reader_next <= now_ && own.dispatcher.wants_rows()) {
        core::listed_batch batch;
        const auto most = 1 + random_() % 40;
        while (own.cursor < plan_.rows.size() && batch.rows.size() < most) {
            auto row = plan_.rows[own.cursor++];
            const auto& later = stopped_later_;
            // As the reader: duplicates are only found in the first pass of a process.
            if (!own.first_pass && row.found == core::screening::duplicate)
                row.found = core::screening::sendable;
            if (row.found == core::screening::sendable &&
                std::find(later.begin(), later.end(), row.to) != later.end())
                row.found = core::screening::suppressed;
            batch.rows.push_back(row);
        }
        own.dispatcher.on_rows_read(batch, stamp());
        own.reader_next = now_ + up_to(milliseconds(20));
        if (own.cursor < plan_.rows.size()) continue;
        own.dispatcher.on_pass_ended();
        own.reading = own.first_pass = false;
    }
    if (!own.reading && own.dispatcher.wants_pass()) {
        own.dispatcher.on_pass_begun();
        own.reading = true;
        own.cursor = 0;
        own.reader_next = now_ + up_to(milliseconds(200));
    }
}

void world::depart() {
    auto& own = *own_;
    for (core::bot_id bot = 0; bot < plan_.bots; ++bot) {
        if (own.connected_from[bot] > now_) continue;
        const auto room = plan_.room - own.in_flight[bot];
        if (room == 0) continue;
        own.dispatcher.set_connected(bot, true);
        own.leaving.clear();
        own.dispatcher.depart(bot, room, stamp(), own.leaving);
        for (const auto& one : own.leaving)
            launch(bot, one);
    }
    for (const auto bot : own.dispatcher.take_renewals())
        own.token[bot] = provider_.good_token(bot);
}

void world::launch(core::bot_id bot, const core::departure& one) {
    auto& own = *own_;
    ++counts_.requests;
    request made{.which = one.which,
                 .row = one.row,
                 .to = one.to,
                 .jti = one.released_at,
                 .bot = bot,
                 .lane = one.lane,
                 .token = own.token[bot],
                 .probe = one.probe};
    auto draw = random_() % 100'000;
    if (!quiet_)
        for (std::size_t i = 1; i < plan_.mishaps.size(); ++i) {
            if (draw < plan_.mishaps[i]) {
                made.fault = static_cast<mishap>(i);
                break;
            }
            draw -= plan_.mishaps[i];
        }
    if (one.probe && made.fault == mishap::false_replay) made.fault = mishap::none;
    const bool arrives = scripted_provider::arrives_at_all(made.fault);
    made.arrives = now_ + up_to(std::min(plan_.latency, way_max));
    made.late = one_in(50);
    made.reports =
        made.arrives + up_to(plan_.latency) + (made.late ? std::chrono::seconds(20) : duration{});
    if (made.fault == mishap::idle_close) made.report.furthest = core::attempt_step::idle_check;
    if (made.fault == mishap::cut_short) made.report.furthest = core::attempt_step::writing;
    if (made.fault == mishap::lost_on_the_way) made.report.furthest = core::attempt_step::written;
    if (made.fault == mishap::refused_stream) {
        made.report.furthest = core::attempt_step::written;
        made.report.refused_unprocessed = true;
    }
    note(fmt::format(
        "row {} leaves{} lane {} jti {} fault {}", one.row, one.probe ? " as probe" : "", one.lane,
        one.released_at.time_since_epoch().count() % 1'000'000'000, static_cast<int>(made.fault)));
    const auto which = requests_.size();
    own.out[one.which] = which;
    ++own.in_flight[bot];
    requests_.push_back(made);
    if (arrives) network_.insert({made.arrives, {true, which}});
    network_.insert({made.reports, {false, which}});
}

void world::begin_commit() {
    auto& own = *own_;
    if (own.phase != writing::idle) return;
    if (now_ - own.committed_at < commit_interval && !own.dispatcher.wants_batch_now()) return;
    if (!own.dispatcher.take_batch(own.batch, stamp())) return;
    own.committed_at = now_;
    own.phase = writing::under_way;
    own.writer_next = now_ + up_to(plan_.commit_takes);
}

void world::watch_drain() {
    auto& own = *own_;
    if (own.dispatcher.phase() != core::send_phase::draining) return;
    if (own.drain_until == duration::max()) own.drain_until = now_ + drain_for;
    if (now_ < own.drain_until) return;
    // Connections are closed: what has no answer will get none.
    std::vector<std::size_t> out;
    for (const auto& [which, index] : own.out)
        out.push_back(index);
    for (const auto index : out) {
        auto& one = requests_[index];
        one.report = {};
        one.report.furthest = core::attempt_step::written;
        one.report.trouble = "given up";
        end_attempt(index);
    }
}

// People and machines interfere.
void world::steer() {
    auto& own = *own_;
    if (own.paused_until <= now_ && own.dispatcher.phase() == core::send_phase::paused)
        own.dispatcher.go_on();
    if (own.disk_full_until <= now_) disk_.set_capacity(~std::uint64_t{0} >> 2);
    if (quiet_ || random_() % 1'000'000 >= plan_.steering_ppm) return;
    switch (random_() % 7) {
        case 0:
            note("pause");
            own.paused_until = now_ + up_to(std::chrono::seconds(20));
            return own.dispatcher.pause();
        case 1: note("stop"); return own.dispatcher.drain({core::stop_status::stopped, "stopped"});
        case 2: {
            const auto to = plan_.rows[random_() % plan_.rows.size()].to;
            if (to.empty()) return;
            note("suppressed: " + to.text());
            stopped_later_.push_back(to);
            return own.dispatcher.suppress_held([&](core::phone_number n) { return n == to; },
                                                "added", stamp());
        }
        case 3:
            note("the disk is full");
            own.disk_full_until = now_ + up_to(std::chrono::seconds(10));
            return disk_.set_capacity(disk_.used() + random_() % 4096);
        case 4:
            note("the secret is replaced");
            return provider_.replace_secret(static_cast<core::bot_id>(random_() % plan_.bots));
        case 5: {
            const auto bot = static_cast<core::bot_id>(random_() % plan_.bots);
            note(fmt::format("bot {} has no connection", bot));
            own.connected_from[bot] = now_ + up_to(std::chrono::seconds(15));
            return own.dispatcher.set_connected(bot, false);
        }
        case 6: {
            if (plan_.bots == 1 && !one_in(4)) return;
            const auto bot = static_cast<core::bot_id>(random_() % plan_.bots);
            note(fmt::format("bot {} is given up", bot));
            return own.dispatcher.give_up_bot(bot, {core::stop_status::unusable, "given up"});
        }
        default: return;
    }
}

}  // namespace tidings::simulation
