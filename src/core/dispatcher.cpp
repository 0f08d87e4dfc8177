// The dispatcher's way in and its way to disk: rows from the reader, batches for the journal,
// pausing and draining. Departures are dispatcher_sending.cpp, answers dispatcher_fates.cpp.
#include "core/dispatcher.hpp"

#include <algorithm>
#include <cassert>

namespace tidings::core {

dispatcher::dispatcher(dispatcher_options options, std::vector<bot_id> lane_bots, limiter& limits,
                       lane_choice& lanes, calendar& hours, stop_rules& rules, retry_policy retry,
                       past before)
    : options_(options),
      limits_(limits),
      lane_choice_(lanes),
      hours_(hours),
      rules_(rules),
      retry_(retry),
      past_(std::move(before)),
      random_(options.seed),
      delayed_(options.delayed_max),
      flights_(options.in_flight_max),
      states_(std::move(past_.states)),
      doubt_(states_.count(row_state::released), options.in_doubt_first),
      inherited_(doubt_.at_risk()),
      counts_(past_.counts),
      done_(lane_bots.size()) {
    requests_ = past_.requests;
    bot_id bots = 0;
    for (const auto owner : lane_bots) {
        lanes_.push_back(
            lane_hold{.queue = lane_queue(options_.lane_capacity), .urgent = {}, .bot = owner});
        bots = std::max<bot_id>(bots, static_cast<bot_id>(owner + 1));
    }
    bots_.resize(bots);
    rules_.watch_senders(lanes_.size());
}

// --- the list -------------------------------------------------------------------------------

bool dispatcher::wants_rows() const {
    if (phase_ == send_phase::draining || phase_ == send_phase::drained) return false;
    if (building_.settled.size() > 8 * rows_per_batch_max) return false;
    bool all_have_room = true;
    bool one_is_hungry = false;
    // What is left of the list then is known to have its outcome; the pass only has to end.
    const bool nothing_to_come = std::none_of(
        lanes_.begin(), lanes_.end(), [this](const lane_hold& one) { return expects(one); });
    for (const auto& one : lanes_) {
        const std::size_t room = one.queue.capacity() - one.queue.size();
        all_have_room = all_have_room && room >= rows_per_batch_max;
        one_is_hungry = one_is_hungry || (hungry(one) && (expects(one) || nothing_to_come));
    }
    // With several lanes a full one must not stop the others: its rows are left for another pass.
    return all_have_room || (lanes_.size() > 1 && one_is_hungry);
}

void dispatcher::on_rows_read(const listed_batch& batch, time_stamp now) {
    for (const auto& row : batch.rows) {
        if (first_pass_) rows_read_ = std::max(rows_read_, row.row);
        const auto state = states_[row.row];
        if (state == row_state::settled) continue;
        if (row.found != screening::sendable && state != row_state::released) {
            const auto what = row.found == screening::invalid     ? outcome::invalid
                              : row.found == screening::duplicate ? outcome::duplicate
                                                                  : outcome::suppressed;
            settle_screened(row, what, batch.text_of(row), now);
            continue;
        }
        if (state == row_state::released) {
            // In the first pass nobody but a process that died can have released it; later it is
            // in our own hands.
            if (first_pass_) settle_in_doubt(row, now);
            continue;
        }
        if (!take_in(row, now)) ++skipped_;
    }
}

bool dispatcher::take_in(const listed_row& row, time_stamp now) {
    if (hours_.expired(now.wall)) {
        settle_screened(row, outcome::expired, "its deadline came before it could be sent", now);
        return true;
    }
    const auto chosen = lane_choice_.choose(row.to, row.from);
    if (!chosen) {
        settle_screened(row, outcome::invalid, chosen.error().text, now);
        return true;
    }
    auto& lane = lanes_[*chosen];
    if (lane.given_up) return true;  // stays untouched, for a later run
    if (lane.to_come > 0) --lane.to_come;
    ++lane.skipped;  // unless it is taken in below
    const held_row held{
        .row = row.row, .to = row.to, .zone = row.zone, .fixed_lane = !row.from.empty()};
    if (const auto open = hours_.next_open(row.zone, row.to, now.wall); open > now.wall) {
        if (delayed_.full()) return false;
        --lane.skipped;
        states_.set(row.row, row_state::released);
        ++held_;
        postpone(held, *chosen, open, now);
        return true;
    }
    if (lane.queue.full()) return false;
    --lane.skipped;
    states_.set(row.row, row_state::released);
    ++held_;
    lane.queue.push(held);
    return true;
}

void dispatcher::settle_in_doubt(const listed_row& row, time_stamp now) {
    const auto released = past_.released_at ? past_.released_at(row.row) : std::nullopt;
    const auto chosen = lane_choice_.choose(row.to, row.from);
    const lane_id lane = chosen ? *chosen : lane_none;
    held_row held{.row = row.row, .to = row.to, .zone = row.zone, .attempts = 1};
    ++held_;
    ++requests_;  // as far as anyone can know
    --inherited_;
    const bool can_ask = lane != lane_none && !lanes_[lane].given_up;
    if (options_.unknown == unknown_policy::probe && can_ask && released &&
        now.wall - *released < options_.probe_within) {
        held.released_at = *released;
        held.due = now.steady;
        // The first copy's slot: after another crash the row itself stands for the probe's only.
        spend(lane, now.wall);
        delayed_.push({.held = held,
                       .until = now.steady + options_.probe_after,
                       .after_batch = batches_taken_ + 1,
                       .lane = lane,
                       .released = true,
                       .probe = true});
        return;
    }
    const bool may_text = row.found != screening::suppressed && !hours_.expired(now.wall);
    if (options_.unknown == unknown_policy::resend && lane != lane_none && may_text) {
        spend(lane, now.wall);
        held.may_have_arrived = true;
        park(held, lane, now.steady);
        return;
    }
    settle_released(held, lane, outcome::unknown, settled_by::recovery, nullptr,
                    "in doubt when the process ended", now);
}

void dispatcher::settle_screened(const listed_row& row, outcome what, std::string_view why,
                                 time_stamp now) {
    const settlement one{.row = row.row,
                         .to = row.to,
                         .what = what,
                         .at = now.wall,
                         .text_at = static_cast<std::uint32_t>(building_.text.size()),
                         .text_size = static_cast<std::uint32_t>(why.size())};
    building_.text.append(why);
    building_.settled.push_back(one);
    states_.set(row.row, row_state::settled);
    ++counts_[what];
}

void dispatcher::on_pass_ended() {
    first_pass_ = false;
    pass_under_way_ = false;
}

bool dispatcher::wants_pass() const {
    if (pass_under_way_ || skipped_ == 0 || phase_ != send_phase::running) return false;
    // Worth a walk through the list only when a good part of it can be taken in: for a lane that
    // has rows there. Else a slow lane would make it be walked again and again for a fast one.
    return delayed_.size() <= options_.delayed_max / 2 &&
           building_.settled.size() <= 8 * rows_per_batch_max &&
           std::any_of(lanes_.begin(), lanes_.end(), [&](const lane_hold& one) {
               return hungry(one) && (one.skipped > 0 || some_given_up_);
           });
}

void dispatcher::on_pass_begun() {
    pass_under_way_ = true;
    skipped_ = 0;
    for (auto& one : lanes_)
        one.to_come = std::exchange(one.skipped, 0);
}

void dispatcher::suppress_held(const std::function<bool(phone_number)>& listed,
                               std::string_view why, time_stamp now) {
    listed_ = flights_.in_use() > 0 ? listed : nullptr;
    listed_why_ = why;
    for (lane_id id = 0; id < lanes_.size(); ++id)
        lanes_[id].queue.remove_unless([&](const held_row& row, held_where where) {
            if (!listed(row.to)) return true;
            settle_held(row, where == held_where::released, outcome::suppressed, why, now);
            return false;
        });
    const auto stays = [&](const delayed_row& row) {
        if (row.probe || !listed(row.held.to)) return true;
        settle_held(row.held, row.released, outcome::suppressed, why, now);
        return false;
    };
    delayed_.remove_unless(stays);
    for (auto& lane : lanes_)
        std::erase_if(lane.urgent, [&](const delayed_row& row) { return !stays(row); });
}

// --- the journal ----------------------------------------------------------------------------

void dispatcher::release(row_number row) {
    auto& runs = building_.released;
    if (!runs.empty() && runs.back().first + runs.back().count == row)
        ++runs.back().count;
    else
        runs.push_back({row, 1});
}

void dispatcher::plan_releases(lane_id id, time_stamp now) {
    auto& lane = lanes_[id];
    if (lane.given_up || !bots_[lane.bot].connected) return;
    // What one commit interval needs, twice, so that the next commit is hidden behind it.
    if (lane.starved && !lane.bounded)
        lane.ahead_wanted = std::min(options_.release_ahead_max, lane.ahead_wanted * 2);
    else
        lane.ahead_wanted = std::clamp(lane.left_since_commit * 2 + 1, lane.ahead_wanted / 2 + 1,
                                       lane.ahead_wanted);
    lane.starved = lane.bounded = false;
    lane.left_since_commit = 0;
    while (lane.queue.ahead() < lane.ahead_wanted && lane.queue.waiting() > 0) {
        if (doubt_.room() == 0) {
            lane.bounded = true;
            return doubt_.ask(lane.ahead_wanted - lane.queue.ahead());
        }
        const auto& next = lane.queue.next_waiting();
        if (hours_.next_open(next.zone, next.to, now.wall) > now.wall) {
            lane.queue.remove_unless([&](const held_row& row, held_where where) {
                const auto open = hours_.next_open(row.zone, row.to, now.wall);
                if (where == held_where::released || open <= now.wall) return true;
                postpone(row, id, open, now);
                return false;
            });
            continue;
        }
        release(next.row);
        lane.queue.release_next();
        doubt_.add();
    }
}

bool dispatcher::wants_batch_now() const {
    if (phase_ == send_phase::draining) return flights_.in_use() == 0;
    if (phase_ != send_phase::running) return false;
    if (!pass_under_way_ && held_ == 0 && !building_.empty()) return true;
    if (doubt_.room() == 0) return false;
    return std::any_of(lanes_.begin(), lanes_.end(), [this](const lane_hold& one) {
        return bots_[one.bot].connected && one.queue.ready() == 0 && one.queue.waiting() > 0;
    });
}

bool dispatcher::take_batch(journal_batch& out, time_stamp now) {
    assert(batches_taken_ == batches_durable_);
    if (phase_ == send_phase::running && hours_.started(now.wall) && now.steady >= releases_from_)
        for (lane_id id = 0; id < lanes_.size(); ++id)
            plan_releases(id, now);
    if (phase_ == send_phase::draining && flights_.in_use() == 0) take_back_released(now);
    // What was parked and has its outcome by now is settled only: a batch does one or the other.
    std::erase_if(building_.parked,
                  [this](row_number row) { return states_[row] == row_state::settled; });
    if (building_.empty()) return false;
    committing_ = building_.released;
    std::swap(out, building_);
    building_.clear();
    ends_in_committing_ = std::exchange(ends_in_building_, 0);
    ++batches_taken_;
    return true;
}

void dispatcher::on_batch_durable(time_stamp frame) {
    assert(batches_durable_ + 1 == batches_taken_);
    ++batches_durable_;
    for (auto& one : lanes_)
        one.queue.on_batch_durable(frame.wall, frame.steady);
    doubt_.remove(std::exchange(ends_in_committing_, 0));
    if (phase_ == send_phase::draining && flights_.in_use() == 0 && all_at_risk_is_inherited() &&
        building_.empty())
        phase_ = send_phase::drained;
}

void dispatcher::on_releases_refused(time_stamp now) {
    for (auto& one : lanes_)
        doubt_.remove(one.queue.take_back_releases());
    // Taken back meanwhile: the journal does not know them as released, so they cannot be parked.
    const auto count = std::erase_if(building_.parked, [this](row_number row) {
        return std::any_of(committing_.begin(), committing_.end(), [&](const release_run& run) {
            return row >= run.first && row - run.first < run.count;
        });
    });
    ends_in_building_ -= count;
    doubt_.remove(count);
    on_batch_durable(now);
    releases_from_ = now.steady + std::chrono::seconds(1);
}

void dispatcher::on_journal_failed(std::string why) {
    for (auto& one : lanes_)
        doubt_.remove(one.queue.take_back_releases());
    halts_.add({stop_status::journal_failed, std::move(why)});
    if (phase_ != send_phase::drained) phase_ = send_phase::draining;
}

// --- steering -------------------------------------------------------------------------------

void dispatcher::drain(halt_reason why) {
    halts_.add(std::move(why));
    if (phase_ != send_phase::drained) phase_ = send_phase::draining;
}

void dispatcher::give_up_bot(bot_id which, halt_reason why) {
    if (std::exchange(bots_[which].given_up, true)) return;
    std::vector<lane_id> its;
    for (lane_id id = 0; id < lanes_.size(); ++id)
        if (lanes_[id].bot == which) its.push_back(id);
    give_up_lanes(its, std::move(why));
}

void dispatcher::give_up_lanes(const std::vector<lane_id>& which, halt_reason why) {
    halts_.add(why);
    for (const auto id : which)
        lanes_[id].given_up = some_given_up_ = true;
    if (std::all_of(lanes_.begin(), lanes_.end(),
                    [](const lane_hold& one) { return one.given_up; }))
        return drain(std::move(why));
    for (const auto id : which) {
        lane_choice_.exclude(id);
        take_back_lane(lanes_[id]);
    }
    delayed_.remove_unless([&](const delayed_row& row) {
        // What is in doubt is settled when it comes due.
        if (!lanes_[row.lane].given_up || row.probe || row.held.may_have_arrived) return true;
        take_back(row.held, row.released);
        ++skipped_;
        return false;
    });
}

// Back to where the reader finds it in a later pass, or a later run.
void dispatcher::take_back(const held_row& row, bool released) {
    states_.set(row.row, released ? row_state::parked : row_state::untouched);
    --held_;
    if (!released) return;
    building_.parked.push_back(row.row);
    ++ends_in_building_;
}

void dispatcher::take_back_lane(lane_hold& from) {
    from.queue.remove_unless([&](const held_row& row, held_where where) {
        take_back(row, where == held_where::released);
        ++skipped_;
        return false;
    });
    for (const auto& row : from.urgent)
        delayed_.push(row);
    from.urgent.clear();
}

// A clean end leaves nothing in doubt: what was released and has not left is taken back.
void dispatcher::take_back_released(time_stamp now) {
    for (auto& lane : lanes_) {
        lane.queue.remove_unless([&](const held_row& row, held_where where) {
            if (where == held_where::waiting) return true;
            take_back(row, true);
            return false;
        });
        for (const auto& row : lane.urgent)
            delayed_.push(row);
        lane.urgent.clear();
    }
    delayed_.remove_unless([&](const delayed_row& row) {
        if (!row.released) return true;
        if (row.probe || row.held.may_have_arrived)
            settle_held(row.held, true, outcome::unknown, "no proof before the end", now);
        else
            take_back(row.held, true);
        return false;
    });
}

// The deadline of the campaign: what has not left will not.
void dispatcher::expire_held(time_stamp now) {
    constexpr std::string_view why = "its deadline came before it could be sent";
    for (auto& lane : lanes_) {
        lane.queue.remove_unless([&](const held_row& row, held_where where) {
            settle_held(row, where == held_where::released, outcome::expired, why, now);
            return false;
        });
        for (const auto& row : lane.urgent)
            delayed_.push(row);
        lane.urgent.clear();
    }
    delayed_.remove_unless([&](const delayed_row& row) {
        if (row.probe) return true;
        settle_held(row.held, row.released, outcome::expired, why, now);
        return false;
    });
}

std::uint64_t dispatcher::retries() const {
    const auto last_ones = counts_[outcome::accepted] + counts_[outcome::rejected] +
                           counts_[outcome::unknown] + counts_[outcome::failed] + flights_.in_use();
    return requests_ > last_ones ? requests_ - last_ones : 0;
}

bool dispatcher::finished() const {
    if (phase_ == send_phase::drained) return true;
    if (phase_ == send_phase::draining)
        return flights_.in_use() == 0 && all_at_risk_is_inherited() && building_.empty() &&
               batches_taken_ == batches_durable_;
    return !pass_under_way_ && skipped_ == 0 && held_ == 0 && building_.empty() &&
           batches_taken_ == batches_durable_;
}

}  // namespace tidings::core
