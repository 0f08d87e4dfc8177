#include "view/progress_words.hpp"

#include "core/wording.hpp"
#include "view/clock_text.hpp"

namespace tidings::view {
namespace {

core::duration until(core::wall_time then, core::wall_time now) {
    return then > now ? core::duration(then - now) : core::duration{};
}

}  // namespace

std::string_view phase_in_words(core::run_phase phase) {
    switch (phase) {
        case core::run_phase::starting: return "starting";
        case core::run_phase::running: return "running";
        case core::run_phase::waiting: return "waiting";
        case core::run_phase::paused: return "paused";
        case core::run_phase::draining: return "draining";
        case core::run_phase::finished: return "finished";
    }
    return "";
}

tint tint_of(core::outcome what, std::uint64_t count) {
    if (count == 0) return tint::faint;
    switch (what) {
        case core::outcome::accepted: return tint::good;
        case core::outcome::unknown: return tint::warn;
        case core::outcome::rejected:
        case core::outcome::failed:
        case core::outcome::expired: return tint::bad;
        case core::outcome::invalid:
        case core::outcome::duplicate:
        case core::outcome::suppressed: break;
    }
    return tint::plain;
}

std::string opt_outs_in_words(const core::opt_out_counts& counts) {
    auto text = core::shown_count(counts.numbers);
    if (counts.unreadable == 1) return text + ", and 1 line that could not be read";
    if (counts.unreadable > 0)
        text += ", and " + core::shown_count(counts.unreadable) + " lines that could not be read";
    return text;
}

std::string rows_in_words(const core::progress_snapshot& now) {
    const auto done = core::shown_count(now.ended.total());
    if (now.rows_total) return done + " of " + core::shown_count(*now.rows_total) + " rows";
    return done + " rows so far, the list is still being read";
}

std::string trouble_in_words(const core::endpoint_trouble& one, const core::progress_snapshot& now,
                             const page& on) {
    auto text =
        one.name + " since " + clock_text(one.since, now.now, on.offset) + " (" + one.words + "): ";
    if (one.given_up)
        text += "given up";
    else if (one.trying)
        text += "a few messages try it";
    else if (one.ask_at)
        text += "asking again in " + core::shown(until(*one.ask_at, now.now));
    else
        text += "asking";
    return text + "; " + core::shown_count(one.questions) +
           (one.questions == 1 ? " question so far" : " questions so far");
}

std::string troubles_in_words(const core::trouble_tally& all) {
    return core::shown_count(all.times) + (all.times == 1 ? " time, " : " times, ") +
           core::shown(all.lasted) + " in all, " + core::shown_count(all.questions) +
           (all.questions == 1 ? " question" : " questions");
}

std::string finish_in_words(const core::progress_snapshot& now, const page& on) {
    if (now.phase == core::run_phase::finished) return "took " + core::shown(now.elapsed);
    // Less than a second ahead is now.
    if (!now.finish_expected || *now.finish_expected < now.now + std::chrono::seconds(1)) return "";
    return "finishes " + clock_text(*now.finish_expected, now.now, on.offset) + ", in " +
           core::shown(until(*now.finish_expected, now.now));
}

std::string doing_in_words(const core::progress_snapshot& now, const page& on) {
    const auto why = now.waiting_for.empty() ? "" : " for " + now.waiting_for;
    std::string text(phase_in_words(now.phase));
    switch (now.phase) {
        case core::run_phase::running: return "sending as the limits allow";
        case core::run_phase::draining:
            text += ": " + core::shown_count(now.in_flight) +
                    " in flight finish, nothing more goes out";
            break;
        case core::run_phase::paused:
            text += now.waiting_for.empty() ? "" : ": " + now.waiting_for;
            break;
        case core::run_phase::waiting: text += why; break;
        case core::run_phase::starting:
        case core::run_phase::finished: break;
    }
    if (!now.waiting_until) return text;
    return text + ", until " + clock_text(*now.waiting_until, now.now, on.offset, true) + " (" +
           core::shown(until(*now.waiting_until, now.now)) + ")";
}

}  // namespace tidings::view
