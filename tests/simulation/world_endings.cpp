// How the processes of a simulated world end: in order, by a kill, by a loss of power.
#include "simulation/process.hpp"
#include "simulation/world.hpp"

namespace tidings::simulation {

world::ending world::end_process() {
    if (!broken_.empty()) return ending::ended;
    const auto& halted = own_->dispatcher.halted();
    const bool finished = own_->dispatcher.phase() == core::send_phase::running && !halted;
    note("the process ends, finished={}, halted: {}", finished, halted ? halted->text : "");
    // Who is told that the credentials are refused looks at the clock.
    if (halted && halted->status == core::stop_status::credentials_refused && one_in(2))
        calendar_off_ = duration::zero();
    const auto last = own_->meter.snapshot(own_->dispatcher, stamp());
    const auto closed = own_->session->close(finished, last, own_->dispatcher.latencies());
    // Its last frames are commits as well.
    calendar_off_kept_ = std::min(calendar_off_kept_, calendar_off_);
    if (!closed) note("it is not closed: {}", closed.error().text);
    const bool whole = closed && !own_->writer.broken();
    if (calls_wanted_) calls_ = disk_.calls();
    die();
    disk_.kill_process();
    restart_later();
    return finished && whole ? ending::finished : ending::ended;
}

void world::die() {
    if (own_) bound_ = own_->dispatcher.at_risk();
    for (const auto& [at, what] : network_)
        if (requests_[what.second].question) requests_[what.second].has_slot = false;
    asked_.assign(plan_.bots, std::nullopt);
    own_.reset();
}

void world::crash(bool power) {
    ++counts_.crashes;
    die();
    note("{}; rows at risk: {}", power ? "POWER LOSS" : "KILL", bound_);
    if (!power) return process_was_killed();
    const auto mode = random_() % 4;
    power_returns([&](std::size_t) { return mode == 0 || (mode != 1 && one_in(2)); });
}

void world::process_was_killed() {
    disk_.kill_process();
    restart_later();
}

// The machine's own clock knows what was set only when that has been so for a while; a later boot
// may find it gone back, and never further ahead than it was told.
void world::power_returns(const std::function<bool(std::size_t)>& survives) {
    disk_.crash(survives);
    ++boot_;
    calendar_off_ = calendar_off_kept_;
    if (!quiet_ && plan_.clock_ppm > 0 && one_in(4)) calendar_off_ -= up_to(std::chrono::hours(1));
    calendar_off_kept_ = calendar_off_;
    restart_later();
    boot_began_ = now_ - up_to(std::chrono::seconds(30));
}

void world::restart_later() {
    disk_.set_capacity(no_limit);
    if (!quiet_ && !backup_ && one_in(4)) backup_ = disk_;
    network_until(now_ + way_max + up_to(std::chrono::seconds(one_in(4) ? 60 : 2)));
}

}  // namespace tidings::simulation
