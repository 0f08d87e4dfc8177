// Watches the endpoints that messages go to, one of each bot: how many may leave there, when one
// that is in trouble is asked whether it is over, and what people are told of it. What trouble is,
// and when it is over, is core/circuit_breaker's; how many under way pay, core/flight_window's;
// what an answer says, core/verdict's.
//
// A question is a request with an empty body: it texts nobody, but the server may count it. So it
// takes a slot of its bot's and account's limits, and waits for one where they are used up. Where
// all of them are owed (core/owed_slots) only its answer can bring one back, and it needs none.
#pragma once

#include "core/answer_facts.hpp"
#include "core/circuit_breaker.hpp"
#include "core/flight_table.hpp"
#include "core/flight_window.hpp"
#include "core/lane_roster.hpp"
#include "core/limiter.hpp"
#include "core/owed_slots.hpp"
#include "core/own_rules.hpp"
#include "core/settlement_book.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace tidings::core {

struct endpoint_name {
    std::string bot;    // its id
    std::string shown;  // "platform.kore.ai"
};

struct endpoint_options {
    trouble_options trouble;
    std::vector<endpoint_name> names;  // of each bot; may be fewer
};

// What is known of the endpoints when a process begins.
struct endpoint_past {
    std::vector<std::string> troubled;  // bots that were in trouble when the last process ended
    bool in_doubt = false;              // rows are so from before
    instant now{};
};

// The bots of those, for the next process.
std::vector<std::string> bots_in(const std::vector<endpoint_trouble>& troubles);

class endpoint_watch {
  public:
    // References outlive it.
    endpoint_watch(endpoint_options options, const endpoint_past& before, std::uint64_t seed,
                   const lane_roster& roster, const own_rules& answers, limiter& limits,
                   settlement_book& book);

    // --- messages ---------------------------------------------------------------------------
    std::uint32_t room(bot_id bot) const noexcept {
        return std::min(all_[bot].breaker.room(), all_[bot].window.room());
    }
    // Nothing leaves there: what has been released is taken back.
    bool open(bot_id bot) const noexcept { return all_[bot].breaker.open(); }
    // A few messages go, to see whether trouble is over.
    bool trying(bot_id bot) const noexcept {
        return all_[bot].breaker.phase() == breaker_phase::trying;
    }
    // Trouble is told by nothing, and holds nothing back.
    bool off() const noexcept {
        return options_.trouble.in_a_row == 0 && options_.trouble.share <= 0;
    }
    answer_watch::number on_left(bot_id bot, instant now) {
        all_[bot].window.on_left(now);
        return all_[bot].breaker.on_left(now);
    }
    bool some_open() const noexcept {
        return std::any_of(all_.begin(), all_.end(),
                           [](const endpoint& its) { return its.breaker.open(); });
    }
    void on_ended(const flight& one, const attempt_report& report, const own_rules::ruling& what,
                  instant now);
    // Lanes for which slots came back that were owed, or a question's, since whoever asks has
    // cleared it: what waited for an answer may go on.
    std::vector<lane_id>& slots_back() noexcept { return slots_back_; }

    // --- questions --------------------------------------------------------------------------
    // A bot whose endpoint is to be asked now; its question is under way then. Its slot is on
    // record before that.
    std::optional<bot_id> take_question(time_stamp now);
    // False: it has been in trouble for too long, and its bot is to be given up. What could not be
    // asked is reported without an answer.
    bool on_question_ended(bot_id bot, const attempt_report& report, time_stamp now);

    // The question that left last took a slot of the limits.
    bool question_has_slot(bot_id bot) const noexcept { return all_[bot].slot_of != lane_none; }

    // --- time -------------------------------------------------------------------------------
    void on_time(instant now);
    // `may_ask`: questions may leave; else the time of messages alone.
    instant next_due(bool may_ask = true) const noexcept;

    // --- to be shown ------------------------------------------------------------------------
    std::vector<endpoint_trouble> troubles(time_stamp now) const;
    trouble_tally tally(instant now) const;
    // Why a bot whose endpoint was given up ends.
    std::string why_given_up(bot_id bot) const;

  private:
    struct endpoint {
        circuit_breaker breaker;
        flight_window window;
        endpoint_name name;
        std::string words;               // of the last troubled answer
        lane_id slot_of = lane_none;     // whose slot the question under way has
        instant not_before = instant{};  // for the next question: no slot comes free earlier
        std::uint64_t noted_in = 0;  // the batch that has the slot of the next question; 0: none
        bool asking = false;
        instant asked_at{};
        owed_slots owed;
        owed_slots owed_questions;
        bool owed_from_before = false;
        instant owed_ask_at = never;  // when it is asked for the sake of slots that are owed
        duration owed_pause{};
        bool in_trouble = false;
        instant began{};              // the trouble of now
        duration lasted{};            // of troubles that are over
        std::uint32_t troubles = 0;   // in this process
        std::uint32_t questions = 0;  // likewise
    };
    struct spare_slot {
        lane_id lane = lane_none;
        instant at = never;
    };

    // After whatever the breaker was told: trouble that began or ended is counted.
    void look_at(endpoint& its, instant now);
    bool may_ask(bot_id bot, time_stamp now);
    bool has_slot(bot_id bot, time_stamp now);
    bool wants_slots_back(bot_id bot, instant now);
    spare_slot find_slot(bot_id bot, instant now);
    static bool owes(const endpoint& its) noexcept {
        return its.owed_from_before || its.owed.count() + its.owed_questions.count() > 0;
    }
    void on_good_answer(bot_id bot, instant left, instant now);
    void give_back_slot(endpoint& its, const attempt_report& report, time_stamp now);
    template <class Do>
    void each_lane(bot_id bot, Do act) {
        for (lane_id lane = 0; lane < roster_.lanes(); ++lane)
            if (roster_.bot_of(lane) == bot) act(lane);
    }

    const endpoint_options options_;
    const lane_roster& roster_;
    const own_rules& answers_;
    limiter& limits_;
    settlement_book& book_;
    std::mt19937_64 random_;
    std::vector<endpoint> all_;
    std::vector<lane_id> slots_back_;
};

}  // namespace tidings::core
