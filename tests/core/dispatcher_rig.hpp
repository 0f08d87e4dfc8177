// A dispatcher on a desk: its clock is moved by hand, its batches become durable when told, and its
// requests are answered by name of row.
#pragma once

#include "core/dispatcher.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::core {

// Endpoints are in trouble only where a test is about that.
inline dispatcher_options without_trouble() {
    dispatcher_options options;
    options.endpoints.trouble = {.in_a_row = 0, .share = 0};
    return options;
}

struct rig_setup {
    dispatcher_options options = without_trouble();
    retry_options retry{.attempts_max = 3};
    stop_options stop;
    calendar_options hours;
    std::vector<bot_id> lane_bots{0};
    dispatcher::past past;
    std::uint64_t bound_told = 1'000'000;
};

class dispatcher_rig {
  public:
    dispatcher_rig() : dispatcher_rig(rig_setup{}) {}
    explicit dispatcher_rig(rig_setup setup)
        : hours(setup.hours),
          rules(setup.stop, now.steady),
          lanes(options_of(setup.lane_bots), {.move_rows = true}),
          lane_bots_(setup.lane_bots) {
        for (const auto bot : setup.lane_bots) {
            const scope_id scope =
                limits.add_scope(scope_kind::bot, std::to_string(bot), {}, pace::earliest);
            limits.add_lane(std::span(&scope, 1));
        }
        made =
            std::make_unique<dispatcher>(setup.options, setup.lane_bots, limits, lanes, hours,
                                         rules, retry_policy(setup.retry), std::move(setup.past));
        made->on_bound_told(setup.bound_told);
        for (const auto bot : setup.lane_bots)
            made->set_connected(bot, true);
    }

    static phone_number number(row_number row) {
        return phone_number::from_digits(917'760'000'000 + row);
    }
    void read(row_number first, row_number last, bool ends = true) {
        listed_batch batch;
        for (auto row = first; row <= last; ++row) {
            listed_row one;
            one.row = row;
            one.to = number(row);
            batch.rows.push_back(one);
        }
        made->on_rows_read(batch, now);
        if (ends) made->on_pass_ended();
    }
    // The next batch, made durable.
    journal_batch commit() {
        journal_batch batch;
        if (made->take_batch(batch, now)) made->on_batch_durable(now);
        return batch;
    }
    std::vector<departure> leave(bot_id bot = 0, std::size_t room = 100) {
        std::vector<departure> out;
        made->depart(bot, room, now, out);
        return out;
    }
    // Reads, releases and sends one row, whichever bot it falls to.
    departure sent(row_number row = 1) {
        read(row, row);
        commit();
        for (const auto bot : lane_bots_)
            if (const auto left = leave(bot); !left.empty()) return left[0];
        throw std::logic_error("nothing left");
    }
    bot_id bot_of(const departure& one) const { return lane_bots_.at(one.lane); }
    // Makes durable what is pending, waits, and sends: bot 0 has one message then, and no more.
    departure sent_after(duration wait) {
        commit();
        pass(wait);
        const auto left = leave();
        EXPECT_EQ(left.size(), 1U);
        return left.at(0);
    }
    void pass(duration by) {
        now.steady += by;
        now.wall += std::chrono::duration_cast<std::chrono::microseconds>(by);
        made->on_time(now);
    }
    void end(const departure& one, attempt_report report) {
        report.which = one.which;
        report.ended = now.steady;
        made->on_attempt_ended(report, now);
    }
    void answer(const departure& one, std::uint16_t status, answer_text text,
                std::optional<duration> retry_after = std::nullopt) {
        attempt_report report;
        report.furthest = attempt_step::answered;
        answer_of(report, status, text, retry_after);
        end(one, report);
    }
    void accept(const departure& one) { answer(one, 200, answer_text::triggered); }
    void fail(const departure& one, attempt_step furthest) {
        attempt_report report;
        report.furthest = furthest;
        end(one, report);
    }

    time_stamp now{instant{std::chrono::hours(1)}, wall_time{std::chrono::seconds(1'795'420'800)}};
    limiter limits;
    calendar hours;
    stop_rules rules;
    lane_choice lanes;
    std::unique_ptr<dispatcher> made;

  private:
    static void answer_of(attempt_report& report, std::uint16_t status, answer_text text,
                          std::optional<duration> retry_after) {
        report.reply = core::answer{.status = status,
                                    .text = text,
                                    .complete = true,
                                    .retry_after = retry_after,
                                    .message = "words"};
    }
    static std::vector<lane_option> options_of(const std::vector<bot_id>& bots) {
        std::vector<lane_option> made;
        for (std::size_t i = 0; i < bots.size(); ++i)
            made.push_back({.bot = std::to_string(bots[i]),
                            .from = phone_number::from_digits(16'690'000'000 + i)});
        return made;
    }

    std::vector<bot_id> lane_bots_;
};

inline rig_setup with_probe() {
    rig_setup setup;
    setup.options.unknown = unknown_policy::probe;
    setup.options.token_each = true;
    return setup;
}

inline outcome outcome_in(const journal_batch& batch) {
    EXPECT_EQ(batch.settled.size(), 1U);
    return batch.settled.at(0).what;
}

}  // namespace tidings::core
