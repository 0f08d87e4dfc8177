#include "core/circuit_breaker.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tidings::core {

namespace {

// A slow start of 1, 2, 4 ... so many messages, and what of each step may be troubled: nothing of
// the first two.
constexpr std::uint32_t trial_max = 8;
constexpr std::uint32_t tolerated(std::uint32_t size) {
    return size / 4;
}

// How often an endpoint that is still half dead may pass for one that is well.
constexpr double mistaken = 1e-4;
constexpr double signs_kept = 64;
constexpr std::uint32_t needed_max = 200;

// Messages that an outage may cost beyond those under way when it began.
constexpr std::uint32_t risked_max = 12;
// So many late ones hold the others back; what is troubled already leaves less.
constexpr std::uint32_t late_enough = 8;
constexpr std::uint32_t late_least = 3;

// Questions that confirm a good answer come faster than those that wait for one.
constexpr int confirm_faster = 4;

// After a relapse or two the pauses grow beyond the longest one, up to this.
constexpr duration relapse_pause_max = std::chrono::minutes(10);
// What is in trouble again so soon has not been well.
constexpr duration well_for_sure = std::chrono::minutes(10);

// So many good signs to a bad one: what was bad before is no part of the trouble of now.
constexpr double stale = 20;

}  // namespace

void circuit_breaker::signs::note(bool was_good) noexcept {
    (was_good ? good : bad) += 1;
    if (good + bad <= signs_kept) return;
    good /= 2;
    bad /= 2;
}

std::uint32_t circuit_breaker::signs::needed(std::uint32_t relapses) const noexcept {
    const double share = good / (good + bad);
    const double count = std::ceil(std::log(mistaken) / std::log(share)) * (1.0 + relapses);
    return static_cast<std::uint32_t>(std::min<double>(count, needed_max));
}

circuit_breaker::circuit_breaker(trouble_options options, breaker_start start, instant now)
    : options_(options), last_(options.share > 0 ? options.share_of : 0) {
    if (options_.share <= 0) options_.share_of = 0;
    asking_.pause = options_.ask_first;
    well_since_ = now - well_for_sure;
    if (off() || start == breaker_start::unknown) return;
    since_ = now;
    if (start == breaker_start::careful) {
        begin_trial(now);
    } else {
        phase_ = breaker_phase::waiting;
        asking_.at = now;
    }
}

std::uint32_t circuit_breaker::room() const noexcept {
    if (off()) return std::numeric_limits<std::uint32_t>::max();
    switch (phase_) {
        case breaker_phase::well: return watch_.room(margin(), late_max());
        case breaker_phase::waiting:
        case breaker_phase::asking: return 0;
        case breaker_phase::trying: return trial_.size - trial_.left;
    }
    return 0;
}

// What is troubled already leaves less to be risked.
std::uint32_t circuit_breaker::margin() const noexcept {
    const std::uint32_t left = risked_max - 1 - std::min(last_.set(), risked_max - 2);
    return std::min(left, answer_watch::margin_max);
}

std::uint32_t circuit_breaker::late_max() const noexcept {
    return late_enough - std::min(last_.set(), late_enough - late_least);
}

answer_watch::number circuit_breaker::on_left(instant now) {
    if (off()) return 0;
    if (phase_ == breaker_phase::trying) ++trial_.left;
    return watch_.left(now);
}

void circuit_breaker::on_ended(answer_watch::number which, instant left, endpoint_sign sign,
                               bool answered, instant now, std::mt19937_64& random) {
    if (off()) return;
    const bool useful = answered && sign != endpoint_sign::trouble;
    const auto standing = watch_.ended(which, left, useful, now);
    if (standing == answer_watch::standing::forgotten) return;
    const bool was_overdue = standing == answer_watch::standing::overdue;
    switch (sign) {
        case endpoint_sign::none:
            // It says nothing, so that another one has to go.
            if (phase_ == breaker_phase::trying && !was_overdue) --trial_.left;
            return;
        case endpoint_sign::well:
            if (!was_overdue || phase_ == breaker_phase::well)
                return note(which, false, now, random);
            // It was only slow, and has been counted as troubled for that.
            if (only_overdue_) close(now);
            return;
        case endpoint_sign::trouble:
            if (was_overdue) return;  // counted already
            only_overdue_ = false;
            return note(which, true, now, random);
    }
}

void circuit_breaker::on_question_left() noexcept {
    phase_ = breaker_phase::asking;
    asking_.at = never;
    ++asking_.asked;
}

void circuit_breaker::on_question_ended(endpoint_sign sign, instant now, std::mt19937_64& random) {
    if (phase_ != breaker_phase::asking) return;  // it has become well meanwhile
    phase_ = breaker_phase::waiting;
    switch (sign) {
        case endpoint_sign::none: return ask_after(asking_.pause, now, random);
        case endpoint_sign::well:
            if (asking_.good_in_a_row == 0) asking_.good_needed = signs_.needed(relapses_);
            signs_.note(true);
            if (++asking_.good_in_a_row >= asking_.good_needed) return begin_trial(now);
            return ask_after(options_.ask_first / confirm_faster, now, random);
        case endpoint_sign::trouble:
            signs_.note(false);
            only_overdue_ = false;
            asking_.good_in_a_row = 0;
            grow_pause();
            return ask_after(asking_.pause, now, random);
    }
}

void circuit_breaker::on_question_unsent(instant now, std::mt19937_64& random) {
    if (phase_ != breaker_phase::asking) return;
    only_overdue_ = false;
    if (asking_.good_in_a_row > 0)
        return ask_after(options_.ask_first / confirm_faster, now, random);
    grow_pause();
    ask_after(asking_.pause, now, random);
}

void circuit_breaker::on_time(instant now, std::mt19937_64& random) {
    if (off()) return;
    while (const auto overdue = watch_.next_overdue(now))
        note(*overdue, true, now, random);
}

instant circuit_breaker::next_due() const noexcept {
    if (off()) return never;
    return phase_ == breaker_phase::waiting ? asking_.at : watch_.next_due();
}

bool circuit_breaker::to_be_given_up(instant now) const noexcept {
    return open() && options_.give_up > duration{} && now - since_ >= options_.give_up;
}

void circuit_breaker::note(answer_watch::number which, bool troubled, instant now,
                           std::mt19937_64& random) {
    switch (phase_) {
        case breaker_phase::well: return note_when_well(which, troubled, now, random);
        case breaker_phase::trying: return note_in_trial(troubled, now, random);
        // What was under way when it began says less than the questions do.
        case breaker_phase::waiting:
        case breaker_phase::asking: return;
    }
}

void circuit_breaker::note_when_well(answer_watch::number which, bool troubled, instant now,
                                     std::mt19937_64& random) {
    last_.add(troubled);
    if (!troubled) {
        // What left before the first troubled one says nothing of what came after that.
        if (in_a_row_ > 0 && which < signs_.first_bad) return;
        signs_.note(true);
        in_a_row_ = 0;
        only_overdue_ = true;
        return;
    }
    if (signs_.bad < 1 || signs_.good > stale * signs_.bad) signs_ = {.first_bad = which};
    signs_.note(false);
    ++in_a_row_;
    const bool row = options_.in_a_row > 0 && in_a_row_ >= options_.in_a_row;
    const bool share = options_.share_of > 0 && last_.set() >= options_.share * options_.share_of;
    if (row || share) trip(now, random);
}

void circuit_breaker::note_in_trial(bool troubled, instant now, std::mt19937_64& random) {
    ++trial_.ended;
    trial_.troubled += troubled ? 1 : 0;
    signs_.note(!troubled);
    if (trial_.troubled > tolerated(trial_.size)) return fall_back(now, random);
    if (trial_.ended < trial_.size) return;
    if (trial_.size >= trial_max) return close(now);
    trial_ = {.size = 2 * trial_.size, .began = trial_.began};
}

void circuit_breaker::trip(instant now, std::mt19937_64& random) {
    since_ = now;
    relapses_ = now - well_since_ < well_for_sure ? relapses_ + 1 : 0;
    asking_ = {.pause = options_.ask_first};
    if (relapses_ > 1) grow_pause();
    ask_after(asking_.pause, now, random);
}

void circuit_breaker::fall_back(instant now, std::mt19937_64& random) {
    // There may have been nothing to send for hours.
    since_ += now - trial_.began;
    ++relapses_;
    asking_.good_in_a_row = 0;
    grow_pause();
    ask_after(asking_.pause, now, random);
}

void circuit_breaker::grow_pause() noexcept {
    duration longest = options_.ask_longest;
    duration grown = 2 * asking_.pause;
    if (relapses_ > 1) {
        longest = std::max(longest, relapse_pause_max);
        grown = std::max(grown, options_.ask_longest);
    }
    asking_.pause = std::min(grown, longest);
}

// From three quarters of it to five, so that many who were cut off together do not ask together.
void circuit_breaker::ask_after(duration pause, instant now, std::mt19937_64& random) {
    phase_ = breaker_phase::waiting;
    const auto half = static_cast<std::uint64_t>(std::max<std::int64_t>(pause.count() / 2, 1));
    asking_.at = now + pause - pause / 4 + duration(static_cast<std::int64_t>(random() % half));
}

void circuit_breaker::begin_trial(instant now) noexcept {
    phase_ = breaker_phase::trying;
    asking_.at = never;
    trial_ = {.began = now};
    only_overdue_ = true;
    watch_.forget();
}

void circuit_breaker::close(instant now) noexcept {
    phase_ = breaker_phase::well;
    since_ = asking_.at = never;
    well_since_ = now;
    in_a_row_ = 0;
    only_overdue_ = true;
    signs_ = {};
    last_.clear();
}

}  // namespace tidings::core
