#include "runner/progress_meter.hpp"

#include "core/wording.hpp"

#include <algorithm>

namespace tidings::runner {

namespace {

constexpr core::duration rate_window = std::chrono::seconds(5);

core::wall_time wall_at(core::instant at, core::time_stamp now) {
    return now.wall + std::chrono::duration_cast<std::chrono::microseconds>(at - now.steady);
}

// A shorter one is over before it can be read.
bool worth_telling(core::instant until, core::time_stamp now) {
    constexpr core::duration shortest_wait = std::chrono::seconds(1);
    return until > now.steady + shortest_wait;
}

bool worth_telling(const core::wait_reason& why, core::time_stamp now) {
    switch (why.what) {
        case core::wait_reason::cause::nothing:
        case core::wait_reason::cause::pace: return false;
        case core::wait_reason::cause::limit: return worth_telling(why.until, now);
        // Something that should not be: told however short it is.
        case core::wait_reason::cause::refusal:
        case core::wait_reason::cause::trial: return true;
    }
    return true;
}

double seconds(core::duration span) {
    return std::chrono::duration<double>(span).count();
}

}  // namespace

void progress_meter::note(std::string text) {
    if (!notes_.empty() && notes_.back() == text) return;
    notes_.push_back(std::move(text));
    if (notes_.size() > core::progress_snapshot::notes_max) notes_.erase(notes_.begin());
}

core::progress_snapshot progress_meter::snapshot(const core::dispatcher& from,
                                                 core::time_stamp now) {
    for (const auto& wait : limits_.overlong_waits())
        if (auto text = core::in_words(wait);
            std::find(notes_.begin(), notes_.end(), text) == notes_.end())
            note(std::move(text));
    core::progress_snapshot made;
    made.run = run_;
    made.ended = from.counts();
    made.rows_read = from.rows_read();
    made.in_flight = from.in_flight();
    made.postponed = from.delayed();
    made.in_doubt_max = from.in_doubt_asked();
    made.answers.odd = from.odd_answers();
    made.opt_outs = opt_outs_;
    made.requests = from.requests();
    for (std::size_t i = 0; i < from.answers().all().size(); ++i)
        made.answers.own_rules.push_back(
            {core::in_words(from.answers().all()[i]), from.answers().count(i)});
    made.retries = from.retries();
    made.latency = from.latencies().percentiles();
    made.notes = notes_;
    // Bots or senders have ended their part, and the others go on.
    if (from.phase() == core::send_phase::running)
        for (const auto& one : from.halts().all())
            made.notes.push_back(one.text);
    made.now = now.wall;
    measure_rates(made, now);
    tell_limits(made, now);
    tell_troubles(made, from, now);
    tell_wait(made, from, now);
    if (made.notes.size() > core::progress_snapshot::notes_max)
        made.notes.erase(made.notes.begin(), made.notes.end() - core::progress_snapshot::notes_max);
    return made;
}

void progress_meter::measure_rates(core::progress_snapshot& made, core::time_stamp now) {
    const std::uint64_t answered =
        made.ended[core::outcome::accepted] + made.ended[core::outcome::rejected];
    if (!began_) {
        began_ = now;
        answered_before_ = answered;
    }
    made.started = began_->wall;
    made.elapsed = now.steady - began_->steady;
    samples_.push_back({now.steady, answered});
    while (samples_.size() > 2 && now.steady - samples_.front().at > rate_window)
        samples_.pop_front();
    const auto& oldest = samples_.front();
    if (now.steady > oldest.at)
        made.rate_now =
            static_cast<double>(answered - oldest.answered) / seconds(now.steady - oldest.at);
    if (made.elapsed > core::duration::zero())
        made.rate_mean = static_cast<double>(answered - answered_before_) / seconds(made.elapsed);
}

void progress_meter::tell_limits(core::progress_snapshot& made, core::time_stamp now) const {
    for (const auto& report : limits_.reports(now.steady)) {
        core::limit_progress told;
        told.scope = report.scope;
        told.scope_name = report.name;
        told.limit = report.asked;
        if (report.believed < report.asked.count)
            told.given = core::rate_limit{report.believed, report.asked.window};
        told.used = report.used;
        told.worst_window = report.worst_used;
        told.waited = report.waited;
        made.limits.push_back(std::move(told));
        if (made.limits.back().given)
            made.notes.push_back("asked for " + core::spelled(report.asked) + ", the server gave " +
                                 core::spelled(*made.limits.back().given));
    }
}

void progress_meter::tell_troubles(core::progress_snapshot& made, const core::dispatcher& from,
                                   core::time_stamp now) {
    made.answers.troubles = from.endpoints().troubles(now);
    made.answers.trouble = from.endpoints().tally(now.steady);
    const auto holds = [](const auto& all, const core::endpoint_trouble& one) {
        return std::any_of(all.begin(), all.end(),
                           [&](const auto& its) { return its.bot == one.bot; });
    };
    for (const auto& one : made.answers.troubles)
        if (!holds(troubles_, one))
            news_.push_back(one.name + " is in trouble (" + one.words +
                            "): nothing more is sent there, and it is asked with an empty body "
                            "until that is over");
    for (const auto& one : troubles_)
        if (!holds(made.answers.troubles, one))
            news_.push_back(one.name + " is well again, after " +
                            core::shown(now.wall - one.since) + " and " +
                            core::shown_count(one.questions) + " questions");
    troubles_ = made.answers.troubles;
}

void progress_meter::tell_wait(core::progress_snapshot& made, const core::dispatcher& from,
                               core::time_stamp now) const {
    switch (from.phase()) {
        case core::send_phase::running: made.phase = core::run_phase::running; break;
        case core::send_phase::paused: made.phase = core::run_phase::paused; break;
        case core::send_phase::draining: made.phase = core::run_phase::draining; break;
        case core::send_phase::drained: made.phase = core::run_phase::finished; break;
    }
    if (!obstacle_.empty()) {
        made.phase = core::run_phase::paused;
        made.waiting_for = obstacle_;
        return;
    }
    if (made.phase == core::run_phase::paused)
        made.waiting_for = "by control; `tidings control RUN continue` goes on";
    if (made.phase == core::run_phase::draining && drain_until_ != core::never)
        made.waiting_until = wall_at(drain_until_, now);
    if (made.phase == core::run_phase::running && find_wait(made, from, now))
        made.phase = core::run_phase::waiting;
}

bool progress_meter::find_wait(core::progress_snapshot& made, const core::dispatcher& from,
                               core::time_stamp now) const {
    if (starts_at_ && now.wall < *starts_at_) {
        made.waiting_for = "start_at";
        made.waiting_until = starts_at_;
        return true;
    }
    if (rules_.canary_out()) {
        made.waiting_for =
            "the outcomes of the first " + core::shown_count(rules_.canary()) + " (stop.first)";
        return true;
    }
    if (const auto idle = from.idle_until(); idle && worth_telling(*idle, now)) {
        made.waiting_for =
            "the hours of " + core::shown_count(from.delayed()) + " recipients, or their next try";
        made.waiting_until = wall_at(*idle, now);
        return true;
    }
    if (from.held_by_trouble() && !made.answers.troubles.empty()) {
        const auto& first = made.answers.troubles.front();
        made.waiting_for = first.name + ", in trouble (" + first.words + "), to be well again; " +
                           core::shown_count(first.questions) +
                           (first.questions == 1 ? " question so far" : " questions so far");
        made.waiting_until = first.ask_at;
        return true;
    }
    const auto why = from.waiting_for(now);
    if (why && worth_telling(*why, now)) {
        made.waiting_for = core::in_words(*why);
        if (why->until != core::never) made.waiting_until = wall_at(why->until, now);
        return true;
    }
    if (why || unreached_.empty() || from.finished()) return false;
    made.waiting_for = "a connection: " + unreached_;
    return true;
}

}  // namespace tidings::runner
