// Decides what a run does next: which news it hears first, when rows are taken in, who may send,
// when a batch goes to the journal, when people are told, when it gives up waiting and when it is
// over. Pure: next() says what is to be done, its performer does that, answers where an answer is
// asked for, and asks again. What a row's fate is, and which one goes, is core/dispatcher's;
// threads, timers and connections are the performer's (runner/campaign, and the simulation).
//
// The actions up to `rest` are one turn. What happens meanwhile is told to the dispatcher as it
// comes: the end of an attempt at any time, also while an action is performed.
#pragma once

#include "core/dispatcher.hpp"
#include "core/journal_batch.hpp"
#include "core/row.hpp"
#include "core/time.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tidings::core {

struct turn_options {
    // A batch is committed this long after the last one, or at once when a lane has run dry.
    duration commit_interval = std::chrono::milliseconds(10);
    // After the first interruption; then what is under way is aborted.
    duration drain_for = std::chrono::seconds(30);
    // Messages on their way at once: more would only wait at the server, and be in doubt if this
    // process died. A thousand at 50 ms are 20,000 a second; HTTP/2 needs a dozen connections.
    // Over HTTP/1.1 no more connections than this are ever used.
    std::size_t in_flight_max = 1024;
    duration publish_every = std::chrono::milliseconds(200);
    // Short enough for 500 messages a second to leave within 2 ms of their plan, long enough that
    // fast campaigns release several at once.
    duration rest_min = std::chrono::microseconds(500);
    // Carriers are told the time so often at least.
    duration rest_max = std::chrono::milliseconds(50);
};

struct turn_action {
    enum class kind : std::uint8_t {
        tick,            // tell the carriers the time; bots without a connection: set_connected
        take_reports,    // tell the dispatcher what other threads know of ended attempts
        take_commit,     // answer: on_journal; before that, if so, how the batch ended
        take_rows,       // answer: on_rows, or on_no_rows when none is there yet
        take_list_news,  // suppress_held; answer, if so: on_pass_ended, on_list_failed
        begin_pass,      // the reader goes through the list once more
        look_for_room,   // answer: on_room, of `bot`
        depart,          // begin leaving() at `bot`; `waiting` more wait for room there
        renew_token,     // of `bot`: its server refused it
        ask,             // a question at `bot`; answer: on_question_ended, whenever it comes
        commit,          // give batch() to the journal
        tell_bound,      // show people that `rows` may be in doubt, then on_bound_told
        drain,           // carriers: no more messages; what is under way may last until `until`
        abort,           // carriers: give up what is under way, now
        publish,         // show how it stands
        rest,            // the turn is over: next() again by `until`, or when anything has happened
        end,             // all is done and recorded; next() says nothing else any more
    };
    kind what = kind::rest;
    bot_id bot = 0;
    std::size_t waiting = 0;
    std::uint64_t rows = 0;
    instant until = never;
};

class turn {
  public:
    // `sending` outlives the turn. Bots are 0 .. bots - 1.
    turn(dispatcher& sending, std::size_t bots, turn_options options);

    // `now` never goes back. After an action that asks for an answer: pre: it was given.
    turn_action next(time_stamp now);

    // --- answers ----------------------------------------------------------------------------
    // How the batch under way ended, once for each: it is durable with that frame; all of it but
    // the releases is, for the disk is full; nothing can be recorded any more.
    void on_durable(time_stamp frame) { sending_.on_batch_durable(frame); }
    void on_releases_refused(time_stamp frame) { sending_.on_releases_refused(frame); }
    void on_journal_failed(time_stamp frame, std::string why);
    // Whether the journal can take another.
    void on_journal(bool idle) { journal_idle_ = idle; }
    void on_rows(const listed_batch& batch, time_stamp now) { sending_.on_rows_read(batch, now); }
    void on_no_rows() { step_ = step::list_news; }
    void on_pass_ended() { sending_.on_pass_ended(); }
    void on_list_failed(std::string why);
    // Of a question that was asked for; `report` has no answer where it could not be asked.
    void on_question_ended(bot_id bot, const attempt_report& report, time_stamp now) {
        sending_.on_question_ended(bot, report, now);
    }
    // So many messages can begin at the bot right now.
    void on_room(std::size_t room) { room_ = room; }

    // --- what goes with an action, until the next one ------------------------------------------
    const std::vector<departure>& leaving() const { return leaving_; }
    journal_batch& batch() { return batch_; }

    // A person's wish to end: the first lets what is under way finish, the second aborts it.
    void interrupt(std::string why);

  private:
    // Where next() goes on; in the order of a turn.
    enum class step : std::uint8_t {
        tick,
        reports,
        journal,
        rows,
        list_news,
        passes,
        time,
        room,
        departures,
        renewals,
        questions,
        commit,
        bound,
        drain,
        publish,
        end,
        rest,
    };
    using kind = turn_action::kind;

    // One step; nullopt: there is nothing to be done in it.
    std::optional<turn_action> take_step(time_stamp now);
    std::optional<turn_action> begin_pass();
    turn_action depart(time_stamp now);
    std::optional<turn_action> commit(time_stamp now);
    std::optional<turn_action> tell_bound();
    std::optional<turn_action> drain(time_stamp now);
    std::optional<turn_action> publish(time_stamp now);
    turn_action rest(time_stamp now);

    dispatcher& sending_;
    const turn_options options_;
    const std::size_t bots_;
    step step_ = step::tick;
    bot_id bot_ = 0;  // whose turn it is to send
    std::size_t room_ = 0;
    std::vector<departure> leaving_;
    journal_batch batch_;
    bool journal_idle_ = true;
    std::uint64_t bound_telling_ = 0;  // that people are being shown
    instant committed_at_{};
    instant published_at_{};
    instant tick_at_ = never;
    instant drain_until_ = never;
    bool aborted_ = false;
};

}  // namespace tidings::core
