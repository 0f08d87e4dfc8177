// People and machines interfere: pauses, full disks, clocks that are set, a lid that is closed, an
// operator's word on what is in doubt.
#include "simulation/process.hpp"
#include "simulation/world.hpp"
#include "store/outcome_log.hpp"
#include "store/row_fates.hpp"

#include <algorithm>
#include <utility>

namespace tidings::simulation {

namespace {

constexpr std::uint64_t no_limit = ~std::uint64_t{0} >> 2;
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
    for (const auto which : answers)
        end_attempt(which);
}

// `tidings resolve`, as app/commands/resolve does it.
void world::resolve() {
    try {
        if (!quiet_ && one_in(4)) disk_.set_plan({.power_off_before = 1 + random_() % 30});
        const auto fates = store::read_fates(disk_, journal_folder());
        if (!fates) return;
        std::map<core::row_number, command> given;
        for (core::row_number row = 1; row < fates->end(); ++row) {
            if ((*fates)[row] == store::row_fate::released) return disk_.kill_process();
            if ((*fates)[row] == store::row_fate::unknown && !one_in(3)) given[row] = {};
        }
        const bool sent = one_in(2);
        note("the operator resolves {} rows as {}", given.size(), sent ? "sent" : "not sent");
        if (!record_orders(given, sent)) note("it did not work");
        disk_.kill_process();
        restart_later();
    } catch (const store::power_failure&) {
        crash(!one_in(3));
    }
    resolved_ = true;
}

bool world::record_orders(const std::map<core::row_number, command>& given, bool sent) {
    auto known =
        store::recover(disk_, journal_folder(), {.window_longest = plan_.window_longest()});
    if (!known || given.empty()) return false;
    auto journal = store::journal::open(disk_, journal_folder(), journal_options(),
                                        std::move(*known), stamp());
    if (!journal) return false;
    core::journal_batch batch;
    for (const auto& [row, word] : given) {
        // From here on it may be so, whether the disk says that it is or not.
        auto& kept = orders_[row];
        kept.sent = sent;
        kept.processed = provider_.processed(rows()[row - 1].to);
        kept.again += sent ? 0 : 1;
        if (!sent) {
            batch.parked.push_back(row);
            continue;
        }
        core::settlement settled;
        settled.row = row;
        settled.what = core::outcome::accepted;
        settled.by = static_cast<std::uint8_t>(core::settled_by::operator_word);
        settled.at = stamp().wall;
        batch.settled.push_back(settled);
    }
    if (!journal->commit(batch, stamp()) || !journal->checkpoint_now({})) return false;
    counts_.resolved += given.size();
    const auto changed = store::rewrite_lines(
        disk_, run_folder(), [&](const store::logged_line& line) -> std::optional<std::string> {
            const bool ours = line.whole && line.seen.what == core::outcome::unknown &&
                              given.count(line.seen.row) != 0;
            if (!ours) return std::nullopt;
            if (!sent) return std::string();
            std::string made(line.text);
            constexpr std::string_view was = R"("outcome":"unknown")";
            made.replace(made.find(was), was.size(), R"("outcome":"accepted")");
            return made + "\n";
        });
    return bool(changed);
}

}  // namespace tidings::simulation
