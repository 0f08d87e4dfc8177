#include "store/journal_rules.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include <fmt/format.h>

namespace tidings::store {

namespace {

using core::journal_batch;
using core::outcome;
using core::row_number;
using core::row_state;
using core::settled_by;
using core::settlement;

bool has(const settlement& one, settled_by bit) {
    return (one.by & static_cast<std::uint8_t>(bit)) != 0;
}

// Outcomes that only a row which may have been sent can have.
bool needs_release(outcome what) {
    switch (what) {
        case outcome::accepted:
        case outcome::rejected:
        case outcome::unknown: return true;
        case outcome::failed:
        case outcome::expired:
        case outcome::invalid:
        case outcome::duplicate:
        case outcome::suppressed: return false;
    }
    return true;
}

bool took_slot(const settlement& one) {
    return one.attempts != 0 && one.lane != core::lane_none && !has(one, settled_by::operator_word);
}

// It was given up, here or by the process before, and may still be read.
bool is_unread(const settlement& one) {
    return one.what == core::outcome::unknown && one.lane != core::lane_none &&
           !has(one, settled_by::operator_word);
}

// The platform's own word on a message: whoever gives it is well.
bool is_good_answer(const settlement& one) {
    const bool said = one.what == core::outcome::accepted || one.what == core::outcome::rejected;
    return said && one.status != 0 && took_slot(one) && !has(one, settled_by::odd_answer);
}

// Before that it had not left. By the clock that nobody sets: how long ago it was settled is the
// calendar's word, which is believed as far as it makes this earlier.
core::instant left_after(const settlement& one, core::time_stamp frame) {
    constexpr core::duration margin = std::chrono::seconds(1);
    if (one.latency_us == std::numeric_limits<std::uint32_t>::max()) return core::instant::min();
    const core::duration age = std::max<core::duration>(frame.wall - one.at, {});
    return frame.steady - age - std::chrono::microseconds(one.latency_us) - margin;
}

}  // namespace

void journal_rules::change(row_number row, row_state from, row_state to) {
    changed_.emplace_back(row, from);
    if (from == row_state::settled) changed_outcomes_ = true;
    if (from == row_state::released) --state_.released;
    if (to == row_state::released) ++state_.released;
    state_.rows.set(row, to);
}

void journal_rules::undo() {
    for (; !changed_.empty(); changed_.pop_back())
        state_.rows.set(changed_.back().first, changed_.back().second);
    state_.counts = counts_before_;
    state_.released = released_before_;
}

std::optional<std::string> journal_rules::apply_settled(const journal_batch& batch) {
    auto& unknown = state_.counts[outcome::unknown];
    for (const auto& one : batch.settled) {
        const auto before = state_.rows[one.row];
        if (before == row_state::settled) {
            if (!has(one, settled_by::operator_word) && !has(one, settled_by::late_answer))
                return fmt::format("row {} is settled twice", one.row);
            if (unknown == 0) return fmt::format("row {} is settled and was not unknown", one.row);
            --unknown;
        } else if (before != row_state::released && needs_release(one.what) &&
                   !has(one, settled_by::operator_word)) {
            return fmt::format("row {} is {} and was never released", one.row,
                               core::name_of(one.what));
        }
        change(one.row, before, row_state::settled);
        ++state_.counts[one.what];
    }
    return std::nullopt;
}

std::optional<std::string> journal_rules::apply_parked(const journal_batch& batch) {
    auto& unknown = state_.counts[outcome::unknown];
    for (const auto row : batch.parked) {
        const auto before = state_.rows[row];
        if (before == row_state::untouched || before == row_state::parked)
            return fmt::format("row {} is parked and was not released", row);
        if (before == row_state::settled) {
            if (unknown == 0) return fmt::format("row {} is opened and was not unknown", row);
            --unknown;
        }
        change(row, before, row_state::parked);
    }
    return std::nullopt;
}

std::optional<std::string> journal_rules::apply_released(const journal_batch& batch) {
    for (const auto& run : batch.released) {
        for (row_number row = run.first; row < run.first + run.count; ++row) {
            const auto before = state_.rows[row];
            if (before == row_state::released) return fmt::format("row {} is released twice", row);
            if (before == row_state::settled)
                return fmt::format("row {} is released and has its outcome", row);
            change(row, before, row_state::released);
        }
    }
    return std::nullopt;
}

void journal_rules::begin_process(core::time_stamp at, std::uint32_t boot) {
    state_.slots.begin_process(at.steady);
    if (boot == state_.boot) return;
    state_.slots.begin_boot({state_.last, state_.boot}, {at, boot});
    state_.last = at;
    state_.boot = boot;
}

// An answer counts as of the frame that records it, some milliseconds later than it came: its own
// time is the calendar's, which may have been set in between.
void journal_rules::note_slots(const codec::frame_head& head, const journal_batch& batch) {
    if (head.boot != state_.boot) begin_process(head.at, head.boot);
    for (const auto& one : batch.settled) {
        if (is_unread(one))
            state_.unread.owe(one.lane, head.at, head.boot);
        else if (took_slot(one))
            state_.slots.add(one.lane, head.at, head.boot);
        if (took_slot(one)) ++state_.requests;
        if (!is_good_answer(one)) continue;
        if (const auto back =
                state_.unread.on_good_answer(one.lane, left_after(one, head.at), head.boot))
            state_.slots.add(one.lane, head.at, head.boot, back);
    }
    for (const auto& one : batch.spent) {
        if (one.unread)
            state_.unread.owe(one.lane, head.at, head.boot);
        else
            state_.slots.add(one.lane, head.at, head.boot);
        // When a question was asked it took the slot that its answer names again.
        if (one.question && !one.unread) state_.unread.take_one(one.lane);
        if (!one.question) ++state_.requests;
    }
}

std::optional<std::string> journal_rules::apply(const codec::frame_head& head,
                                                const journal_batch& batch) {
    auto broken = check(batch);
    if (!broken) confirm(head, batch);
    return broken;
}

std::optional<std::string> journal_rules::check(const journal_batch& batch) {
    changed_.clear();
    counts_before_ = state_.counts;
    released_before_ = state_.released;
    auto broken = apply_settled(batch);
    if (!broken) broken = apply_parked(batch);
    if (!broken) broken = apply_released(batch);
    if (broken) undo();
    return broken;
}

void journal_rules::confirm(const codec::frame_head& head, const journal_batch& batch) {
    note_slots(head, batch);
    for (const auto& run : batch.released)
        state_.releases.push_back({run, head.at.wall});
    constexpr std::size_t few = 1024;
    if (state_.releases.size() > 2 * releases_kept_ + few) prune_releases();
    state_.sequence = head.sequence;
    state_.last = head.at;
    state_.boot = head.boot;
    state_.finished = head.finished;
}

void journal_rules::prune_releases() {
    std::erase_if(state_.releases, [&](const dated_release& one) {
        for (row_number row = one.rows.first; row < one.rows.first + one.rows.count; ++row)
            if (state_.rows[row] == row_state::released) return false;
        return true;
    });
    releases_kept_ = state_.releases.size();
}

void journal_rules::sort_releases() {
    struct dated_row {
        row_number row;
        core::wall_time at;
    };
    std::vector<dated_row> rows;
    for (const auto& one : state_.releases)
        for (row_number row = one.rows.first; row < one.rows.first + one.rows.count; ++row)
            if (state_.rows[row] == row_state::released) rows.push_back({row, one.at});
    // Stable, so that of several releases of a row the last stays the last.
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.row < b.row; });
    state_.releases.clear();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i + 1 < rows.size() && rows[i + 1].row == rows[i].row) continue;
        auto* last = state_.releases.empty() ? nullptr : &state_.releases.back();
        if (last != nullptr && last->at == rows[i].at &&
            last->rows.first + last->rows.count == rows[i].row)
            ++last->rows.count;
        else
            state_.releases.push_back({{rows[i].row, 1}, rows[i].at});
    }
    releases_kept_ = state_.releases.size();
}

journal_batch journal_rules::what_is_new(const journal_batch& emergency) const {
    journal_batch fresh;
    fresh.text = emergency.text;
    fresh.spent = emergency.spent;
    core::row_states taken;  // a row once, whatever the emergency log repeats
    const auto is_first = [&](row_number row) {
        if (taken[row] == row_state::settled) return false;
        taken.set(row, row_state::settled);
        return true;
    };
    for (const auto& one : emergency.settled) {
        const auto before = state_.rows[one.row];
        const bool lost = before == row_state::settled ||
                          (before != row_state::released && needs_release(one.what));
        if (!lost && is_first(one.row)) fresh.settled.push_back(one);
    }
    for (const auto row : emergency.parked)
        if (state_.rows[row] == row_state::released && is_first(row)) fresh.parked.push_back(row);
    return fresh;
}

}  // namespace tidings::store
