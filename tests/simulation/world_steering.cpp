// People and machines interfere: pauses, full disks, clocks that are set, a lid that is closed, an
// operator's word on what is in doubt.
#include "run/resolution.hpp"
#include "simulation/process.hpp"
#include "simulation/world.hpp"

#include <algorithm>
#include <utility>

namespace tidings::simulation {

namespace {

constexpr duration learned_kept_every = std::chrono::seconds(1);
constexpr std::uint64_t million = 1'000'000;

}  // namespace

void world::steer() {
    auto& own = *own_;
    if (own.paused_until <= now_ && own.dispatcher.phase() == core::send_phase::paused)
        own.dispatcher.go_on();
    if (own.disk_full_until <= now_) disk_.set_capacity(no_limit);
    if (quiet_) return;
    if (plan_.clock_ppm > 0 && random_() % million < plan_.clock_ppm) step_calendar();
    if (plan_.suspend_ppm > 0 && random_() % million < plan_.suspend_ppm) suspend();
    if (random_() % million < plan_.steering_ppm) interfere();
    for (core::bot_id bot = 0; bot < plan_.bots; ++bot)
        if (plan_.outages > 0 && outages_[bot].until <= now_ && one_in(150)) begin_outage(bot);
    if (plan_.stands_still && stands_still_until_ <= now_ && one_in(400)) stand_still();
}

// Longer ones are rarer.
void world::begin_outage(core::bot_id bot) {
    const auto most = one_in(3) ? std::chrono::seconds(600) : std::chrono::seconds(20);
    --plan_.outages;
    outages_[bot] = {.began = now_,
                     .until = now_ + up_to(most),
                     .how = static_cast<outage_kind>(
                         random_() % static_cast<std::uint64_t>(outage_kind::kind_count)),
                     .in_flight = own_->in_flight_most[bot],
                     .processes = 1};
    note("the endpoint of bot {} is gone until {:.3f} s, in manner {}", bot,
         std::chrono::duration<double>(outages_[bot].until).count(),
         static_cast<int>(outages_[bot].how));
}

void world::stand_still() {
    stands_still_until_ = now_ + up_to(std::chrono::seconds(90));
    note("the provider stands still until {:.3f} s",
         std::chrono::duration<double>(stands_still_until_).count());
}

void world::interfere() {
    auto& own = *own_;
    switch (random_() % 7) {
        case 0:
            note("pause");
            own.paused_until = now_ + up_to(std::chrono::seconds(20));
            return own.dispatcher.pause();
        case 1: note("stop"); return own.dispatcher.drain({core::stop_status::stopped, "stopped"});
        case 2: {
            const auto to = rows()[random_() % rows().size()].to;
            if (to.empty()) return;
            note("suppressed: {}", to.text());
            stopped_later_.push_back(to);
            const auto listed = [all = stopped_later_](core::phone_number one) {
                return std::find(all.begin(), all.end(), one) != all.end();
            };
            return own.dispatcher.suppress_held(listed, "added", stamp());
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
            note("bot {} has no connection", bot);
            own.connected_from[bot] = now_ + up_to(std::chrono::seconds(15));
            return own.dispatcher.set_connected(bot, false);
        }
        case 6: {
            if (plan_.bots == 1 && !one_in(4)) return;
            const auto bot = static_cast<core::bot_id>(random_() % plan_.bots);
            note("bot {} is given up", bot);
            return own.dispatcher.give_up_bot(bot, {core::stop_status::unusable, "given up"});
        }
        default: return;
    }
}

// Somebody sets the clock, or it is corrected, or it follows summer time as it never should.
void world::step_calendar() {
    constexpr std::array steps{std::chrono::seconds(3600), std::chrono::seconds(-3600),
                               std::chrono::seconds(3), std::chrono::seconds(-3)};
    if (one_in(3))
        calendar_off_ = duration::zero();
    else
        calendar_off_ += steps[random_() % steps.size()];
    calendar_off_ =
        std::clamp<duration>(calendar_off_, -std::chrono::hours(1), std::chrono::hours(1));
    note("the calendar is off by {} s",
         std::chrono::duration_cast<std::chrono::seconds>(calendar_off_).count());
}

// The machine sleeps: what is on its way arrives in time, answers are seen on waking.
void world::suspend() {
    const auto until = now_ + up_to(one_in(3) ? duration(std::chrono::hours(2))
                                              : duration(std::chrono::seconds(90)));
    note("the machine sleeps");
    std::vector<std::size_t> answers;
    while (!network_.empty() && network_.begin()->first <= until) {
        const auto [at, what] = *network_.begin();
        network_.erase(network_.begin());
        now_ = std::max(now_, at);
        if (what.first)
            arrive(requests_[what.second]);
        else if (what.second >= own_->first_request)
            answers.push_back(what.second);
    }
    now_ = until;
    note("and wakes");
    if (own_->disk_full_until <= now_) disk_.set_capacity(no_limit);
    for (const auto which : answers)
        end_attempt(which);
}

void world::keep_learned() {
    auto& own = *own_;
    if (now_ - own.learned_kept_at < learned_kept_every) return;
    own.learned_kept_at = now_;
    const auto kept = own.session->keep_learned(own.meter.snapshot(own.dispatcher, stamp()));
    require(kept || disk_.failing() || own.disk_full_until > now_,
            "what was learned cannot be written down");
}

// `tidings resolve`. Whoever gives it may die at any call of it.
void world::resolve() {
    try {
        if (!finish_interrupted()) return disk_.kill_process();
        const auto in_doubt = run::rows_in_doubt(disk_, store::run_paths(run_folder()),
                                                 [this](core::row_number) { return !one_in(3); });
        if (!in_doubt) return disk_.kill_process();
        const auto& rows = *in_doubt;
        const bool sent = one_in(2);
        note("the operator resolves {} rows as {}", rows.size(), sent ? "sent" : "not sent");
        for (const auto row : rows) {
            // From here on it may be so, whether the disk says that it is or not.
            auto& kept = orders_[row];
            kept.sent = sent;
            kept.processed = provider_.processed(this->rows()[row - 1].to);
            kept.again += sent ? 0 : 1;
        }
        if (!rows.empty() && !quiet_ && one_in(3)) {
            auto unharmed = disk_;
            unharmed.set_plan({});
            (void)settle(unharmed, rows, sent);
            const auto call = 1 + random_() % unharmed.calls();
            disk_.set_plan(one_in(4) ? store::simulated_disk::plan{.fail_at = call}
                                     : store::simulated_disk::plan{.power_off_before = call});
        }
        if (!rows.empty() && settle(disk_, rows, sent))
            counts_.resolved += rows.size();
        else
            note("it did not work");
        disk_.kill_process();
        restart_later();
    } catch (const store::power_failure&) {
        crash(!one_in(3));
    }
    resolved_ = true;
}

// What a resolve that died has left.
bool world::finish_interrupted() {
    const auto folder = store::run_folder::open(disk_, run_folder());
    if (!folder) return false;
    return bool(run::finish_interrupted(operators_view(disk_), *folder, operators_journal()));
}

bool world::settle(store::simulated_disk& disk, const std::vector<core::row_number>& rows,
                   bool sent) {
    const auto folder = store::run_folder::open(disk, run_folder());
    if (!folder) return false;
    return bool(run::settle(operators_view(disk), *folder,
                            {.rows = rows, .as = sent ? run::ruling::sent : run::ruling::resend},
                            operators_journal()));
}

run::surroundings world::operators_view(store::simulated_disk& disk) {
    return {.disk = disk, .now = [this] { return stamp(); }, .boot = boot_};
}

store::journal_options world::operators_journal() const {
    const auto options = session_options({});
    auto journal = options.journal;
    journal.window_longest = options.window_longest;
    return journal;
}

}  // namespace tidings::simulation
