// Decides whether messages may go to an endpoint: an outage must not use the list up. After a few
// troubled answers in a row, or a share of the last ones, nothing more leaves; requests with an
// empty body, which cannot text anybody, ask at growing pauses whether it is over; then it goes on
// with 1, 2, 4, 8 messages. An outage of any length costs what was under way when it began and a
// few rows more (contract.md section 5).
//
// What an answer says of the endpoint is core/verdict's (endpoint_sign). It never chooses a row,
// never writes a request and never keeps a limit: core/dispatcher does. One for each endpoint.
#pragma once

#include "core/answer_watch.hpp"
#include "core/share_window.hpp"
#include "core/time.hpp"
#include "core/verdict.hpp"

#include <cstdint>
#include <random>

namespace tidings::core {

struct trouble_options {
    std::uint32_t in_a_row = 5;  // troubled answers without a good one between them; 0: off
    double share = 0.2;          // of the last share_of, however good the others are; 0: off
    std::uint32_t share_of = 50;
    duration ask_first = std::chrono::seconds(1);  // the first pause between two questions; > 0
    duration ask_longest = std::chrono::seconds(60);
    duration give_up = std::chrono::hours(12);  // of trouble without an end; 0: never
};

enum class breaker_phase : std::uint8_t {
    well,     // messages go
    waiting,  // for the moment to ask
    asking,   // a question is out
    trying,   // a few messages go
};

// How much is known of the endpoint when a process begins.
enum class breaker_start : std::uint8_t {
    unknown,   // as with any other endpoint: messages go
    careful,   // messages are in doubt from before: the first few go slowly
    troubled,  // it was in trouble when the last process ended: questions first
};

class circuit_breaker {
  public:
    explicit circuit_breaker(trouble_options options, breaker_start start = breaker_start::unknown,
                             instant now = {});

    // --- messages ---------------------------------------------------------------------------
    // How many may leave now.
    std::uint32_t room() const noexcept;
    // One leaves; its number, for on_ended().
    answer_watch::number on_left(instant now);
    // `answered`: by an answer, whatever it says.
    void on_ended(answer_watch::number which, instant left, endpoint_sign sign, bool answered,
                  instant now, std::mt19937_64& random);

    // --- questions --------------------------------------------------------------------------
    // Pre for on_question_left(): wants_question().
    bool wants_question(instant now) const noexcept {
        return phase_ == breaker_phase::waiting && now >= asking_.at;
    }
    void on_question_left() noexcept;
    void on_question_ended(endpoint_sign sign, instant now, std::mt19937_64& random);
    // It could not be put: no connection. That burns no row and takes back no good answer.
    void on_question_unsent(instant now, std::mt19937_64& random);

    // --- time -------------------------------------------------------------------------------
    void on_time(instant now, std::mt19937_64& random);
    // When on_time() or wants_question() may have something to say; never: only events.
    instant next_due() const noexcept;

    // --- state ------------------------------------------------------------------------------
    breaker_phase phase() const noexcept { return phase_; }
    // Nothing but questions leaves: what has been released is to be taken back.
    bool open() const noexcept {
        return phase_ == breaker_phase::waiting || phase_ == breaker_phase::asking;
    }
    // Since when it is not well, without the time of slow starts; `never`: it is.
    instant since() const noexcept { return since_; }
    instant ask_at() const noexcept { return asking_.at; }              // in phase waiting
    std::uint32_t questions() const noexcept { return asking_.asked; }  // since then
    bool to_be_given_up(instant now) const noexcept;

  private:
    // Messages of a slow start: all of a step must have ended before there are more.
    struct trial {
        std::uint32_t size = 1;
        std::uint32_t left = 0;
        std::uint32_t ended = 0;
        std::uint32_t troubled = 0;
        instant began{};  // the first step
    };

    struct questions_asked {
        std::uint32_t asked = 0;
        std::uint32_t good_in_a_row = 0;
        std::uint32_t good_needed = 1;
        duration pause{};
        instant at = never;  // the next one
    };

    // Good and bad signs since trouble began, of messages and then of questions; old ones fade.
    // Half of one each to begin with.
    struct signs {
        answer_watch::number first_bad = 0;
        double good = 0.5;
        double bad = 0.5;

        void note(bool was_good) noexcept;
        // So many good answers, one after the other, that an endpoint that is no better than
        // this would hardly ever give them.
        std::uint32_t needed(std::uint32_t relapses) const noexcept;
    };

    bool off() const noexcept { return options_.in_a_row == 0 && options_.share_of == 0; }
    std::uint32_t margin() const noexcept;
    std::uint32_t late_max() const noexcept;
    void note(answer_watch::number which, bool troubled, instant now, std::mt19937_64& random);
    void note_when_well(answer_watch::number which, bool troubled, instant now,
                        std::mt19937_64& random);
    void note_in_trial(bool troubled, instant now, std::mt19937_64& random);
    void trip(instant now, std::mt19937_64& random);
    void fall_back(instant now, std::mt19937_64& random);
    void ask_after(duration pause, instant now, std::mt19937_64& random);
    void grow_pause() noexcept;
    void begin_trial(instant now) noexcept;
    void close(instant now) noexcept;

    trouble_options options_;
    answer_watch watch_;
    share_window last_;
    breaker_phase phase_ = breaker_phase::well;
    std::uint32_t in_a_row_ = 0;
    bool only_overdue_ = true;  // all that is wrong with it
    signs signs_;
    questions_asked asking_;
    trial trial_;
    std::uint32_t relapses_ = 0;
    instant since_ = never;
    instant well_since_;
};

}  // namespace tidings::core
