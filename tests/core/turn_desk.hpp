// A turn on a desk: what it asks for is performed by hand, from a small list, with one answer for
// each request, and everything it asked is kept in order.
#pragma once

#include "core/dispatcher_rig.hpp"
#include "core/turn.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <ostream>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::core {

using asked = turn_action::kind;

inline std::string_view name_of(asked what) {
    constexpr std::string_view names[] = {"tick",
                                          "take_reports",
                                          "take_commit",
                                          "take_rows",
                                          "take_list_news",
                                          "begin_pass",
                                          "look_for_room",
                                          "depart",
                                          "renew_token",
                                          "ask",
                                          "commit",
                                          "tell_bound",
                                          "drain",
                                          "abort",
                                          "publish",
                                          "rest",
                                          "end"};
    return names[static_cast<std::size_t>(what)];
}
inline void PrintTo(asked what, std::ostream* out) {
    *out << name_of(what);
}

// There are no rows, no room and no news unless a test gives some.
class turn_desk {
  public:
    enum class commit_end : std::uint8_t { durable, releases_refused, failed };

    explicit turn_desk(rig_setup setup = {}, turn_options options = {})
        : rig(setup), made(*rig.made, bots_of(setup), options), room(bots_of(setup), 0) {}

    // One action, performed.
    turn_action step() {
        const auto action = made.next(rig.now);
        perform(action);
        return action;
    }
    void perform(const turn_action& action) {
        switch (action.what) {
            case asked::take_commit: return take_commit();
            case asked::take_rows:
                if (read.empty()) return made.on_no_rows();
                made.on_rows(read.front(), rig.now);
                return read.pop_front();
            case asked::take_list_news:
                if (read.empty() && std::exchange(at_end, false)) made.on_pass_ended();
                return;
            case asked::look_for_room: return made.on_room(room.at(action.bot));
            case asked::depart:
                left.insert(left.end(), made.leaving().begin(), made.leaving().end());
                return;
            case asked::commit:
                EXPECT_FALSE(journal_busy);
                journal_busy = true;
                committed = std::exchange(made.batch(), {});
                return;
            case asked::tell_bound: bound = action.rows; return;
            case asked::rest: rests_until = action.until; return;
            case asked::tick:
            case asked::take_reports:
            case asked::begin_pass:
            case asked::renew_token:
            case asked::ask:
            case asked::drain:
            case asked::abort:
            case asked::publish:
            case asked::end: return;
        }
    }
    // Up to `rest` or `end`; what was asked, in order.
    std::vector<asked> turn() {
        std::vector<asked> all;
        do
            all.push_back(step().what);
        while (all.back() != asked::rest && all.back() != asked::end);
        return all;
    }
    // Up to the next action of that kind, in this turn or the next one; performed.
    turn_action until(asked what) {
        for (int steps = 0; steps < 100; ++steps)
            if (const auto action = step(); action.what == what) return action;
        ADD_FAILURE() << "never asked: " << name_of(what);
        return {};
    }
    // A turn in which that is asked, or not.
    bool asks(asked what) {
        const auto all = turn();
        return std::count(all.begin(), all.end(), what) > 0;
    }
    void pass(duration by) {
        rig.now.steady += by;
        rig.now.wall += std::chrono::duration_cast<std::chrono::microseconds>(by);
    }
    // Rows that the reader has, in one batch.
    void list(row_number first, row_number last, bool ends = true) {
        listed_batch batch;
        for (auto row = first; row <= last; ++row) {
            listed_row one;
            one.row = row;
            one.to = rig.number(row);
            batch.rows.push_back(one);
        }
        read.push_back(batch);
        at_end = ends;
    }
    // The journal has done what it was given, well or not; told in the next turn.
    void journal_ends(commit_end how) {
        news = how;
        journal_busy = false;
    }

    dispatcher_rig rig;
    core::turn made;

    std::deque<listed_batch> read;
    bool at_end = false;
    std::vector<std::size_t> room;  // of each bot
    std::vector<departure> left;    // and not answered yet
    journal_batch committed;        // the last one
    bool journal_busy = false;
    std::optional<commit_end> news;
    std::uint64_t bound = 0;  // asked for last
    instant rests_until{};

  private:
    static std::size_t bots_of(const rig_setup& setup) {
        return 1 + *std::max_element(setup.lane_bots.begin(), setup.lane_bots.end());
    }
    void take_commit() {
        if (const auto how = std::exchange(news, std::nullopt)) tell(*how);
        made.on_journal(!journal_busy);
    }
    void tell(commit_end how) {
        switch (how) {
            case commit_end::durable: return made.on_durable(rig.now);
            case commit_end::releases_refused: return made.on_releases_refused(rig.now);
            case commit_end::failed: return made.on_journal_failed(rig.now, "no disk");
        }
    }
};

}  // namespace tidings::core
