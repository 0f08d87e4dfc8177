#include "core/settlement_book.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tidings::core {

namespace {

constexpr std::size_t detail_max = 200;

void append_to(std::vector<release_run>& runs, release_run one) {
    if (!runs.empty() && runs.back().first + runs.back().count == one.first)
        runs.back().count += one.count;
    else
        runs.push_back(one);
}

// Lanes release what is theirs, one row here and one there; together it is a stretch of the list,
// and the journal writes stretches.
void join_runs(std::vector<release_run>& runs) {
    const auto by_row = [](const release_run& a, const release_run& b) {
        return a.first < b.first;
    };
    if (std::is_sorted(runs.begin(), runs.end(), by_row)) return;
    std::sort(runs.begin(), runs.end(), by_row);
    std::size_t kept = 0;
    for (std::size_t i = 1; i < runs.size(); ++i)
        if (runs[kept].first + runs[kept].count == runs[i].first)
            runs[kept].count += runs[i].count;
        else
            runs[++kept] = runs[i];
    runs.resize(kept + 1);
}

}  // namespace

settlement_book::settlement_book(row_states states, outcome_counts counts,
                                 std::uint64_t in_doubt_first)
    : states_(std::move(states)),
      counts_(counts),
      doubt_(states_.count(row_state::released), in_doubt_first),
      inherited_(doubt_.at_risk()) {}

void settlement_book::put_back(row_number row, bool released) {
    states_.set(row, released ? row_state::parked : row_state::untouched);
    --held_;
    ++put_back_;
    if (released) park(row);
}

void settlement_book::settle(const settlement& one, std::string_view why, bool released) {
    append(one, why);
    ends_in_building_ += released ? 1 : 0;
    --held_;
}

void settlement_book::settle(const held_row& held, bool released, outcome what,
                             std::string_view why, wall_time at) {
    settle({.row = held.row,
            .to = held.to,
            .what = honest(held, what),
            .attempts = held.attempts,
            .at = at},
           why, released);
}

void settlement_book::settle_unheld(const settlement& one, std::string_view why) {
    append(one, why);
}

void settlement_book::append(settlement one, std::string_view why) {
    why = why.substr(0, detail_max);
    one.text_at = static_cast<std::uint32_t>(building_.text.size());
    one.text_size = static_cast<std::uint32_t>(why.size());
    building_.text.append(why);
    building_.settled.push_back(one);
    states_.set(one.row, row_state::settled);
    ++counts_[one.what];
}

void settlement_book::release(row_number row) {
    append_to(building_.released, {row, 1});
    doubt_.add();
}

bool settlement_book::take(journal_batch& out) {
    assert(!under_way());
    // What was parked and has its outcome by now is settled only: a batch does one or the other.
    std::erase_if(building_.parked,
                  [this](row_number row) { return states_[row] == row_state::settled; });
    if (building_.empty()) return false;
    join_runs(building_.released);
    committing_ = building_.released;
    std::swap(out, building_);
    building_.clear();
    ends_in_committing_ = std::exchange(ends_in_building_, 0);
    ++taken_;
    return true;
}

void settlement_book::on_durable() {
    assert(durable_ + 1 == taken_);
    ++durable_;
    doubt_.remove(std::exchange(ends_in_committing_, 0));
}

void settlement_book::on_releases_refused() {
    // Taken back meanwhile: the journal does not know them as released, so they cannot be parked.
    const auto count = std::erase_if(building_.parked, [this](row_number row) {
        return std::any_of(committing_.begin(), committing_.end(), [&](const release_run& run) {
            return row >= run.first && row - run.first < run.count;
        });
    });
    ends_in_building_ -= count;
    doubt_.remove(count);
    on_durable();
}

}  // namespace tidings::core
