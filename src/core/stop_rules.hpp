// Decides from live outcomes whether a run may go on, and each sender in it: thresholds, a canary,
// caps. It is fed with departures, ends of attempts and settlements, and answers go on, hold or
// stop. It never stops anything itself: core/dispatcher drains. Rules that are 0 are off.
#pragma once

#include "core/outcome.hpp"
#include "core/row.hpp"
#include "core/share_window.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::core {

// Why a run ends with work left, the graver the later; app/exit_status maps it to the process's
// exit status, and ranks those alike.
enum class stop_status : std::uint8_t {
    stopped,              // exit status 7: control stop, a cap, a drain by signal
    rule_tripped,         // exit status 6
    credentials_refused,  // exit status 8
    unusable,             // exit status 10: certificate, list or address cannot be used
    journal_failed,       // exit status 74
};

struct stop_options {
    // This many rejected, with no accepted between them: of all rows, and of each sender's.
    std::uint32_t rejected_in_a_row = 0;
    double rejected_share = 0;       // more than this share (0 .. 1) of the last `share_of`
    std::uint32_t share_of = 100;    // settlements the share is taken of; 1 .. 1,000,000
    std::uint64_t unknown_max = 0;   // more unknown than this, in this process
    duration latency_p99_max{};      // more than 1 % of the last 1,000 took longer
    std::uint32_t canary = 0;        // after so many, wait for their outcomes first
    std::uint64_t messages_max = 0;  // at most so many may have been texted, the past included
    duration duration_max{};         // of this process
    // So many opt-outs that were added and cannot be read; runner/campaign counts them.
    std::uint64_t unreadable_opt_outs = 0;
};

struct stop_decision {
    bool stop = false;
    stop_status status = stop_status::stopped;
    std::string reason;  // one line, when stop
};

class stop_rules {
  public:
    // `texted_before`: accepted + unknown of earlier processes of this run, for messages_max.
    explicit stop_rules(stop_options options = {}, instant started = {},
                        std::uint64_t texted_before = 0);

    // A request leaves; an attempt is over (whatever it meant). Before on_settled of its row.
    void on_departed() noexcept {
        ++departed_;
        ++out_;
    }
    void on_ended() noexcept { --out_; }

    // A row has its outcome. Rows that are never sent may be told too; they count for nothing.
    // A decision to stop is given once, and repeated to whoever asks again.
    stop_decision on_settled(outcome what, duration latency, instant now);
    // The passing of time alone: duration_max.
    stop_decision on_time(instant now);
    instant ends_at() const noexcept;  // when duration_max is reached; never: it is off

    // How many more may leave now, at most `most`: less than that while the canary is out or when
    // messages_max is near.
    std::uint64_t room(std::uint64_t most) const noexcept;
    // Nothing may leave now.
    bool holding() const noexcept { return room(1) == 0; }
    // That is because all of the canary has left, and its outcomes have not all come.
    bool canary_out() const noexcept {
        return !decided_.stop && !canary_over() && settled_ + out_ >= options_.canary;
    }
    std::uint32_t canary() const noexcept { return options_.canary; }

    // How many senders there are: lanes 0 .. lanes - 1. Before any sender_fails; the counts begin.
    void watch_senders(std::size_t lanes) { rejected_of_.assign(lanes, 0); }
    // A row of the sender has its outcome, and on_settled was told of it: true when the sender is
    // rejected and others are not, so that its part ends and theirs goes on. It is said once, and
    // again only after the sender was accepted.
    bool sender_fails(lane_id lane, outcome what) noexcept;
    // What to tell of a sender that failed; `from` is its number.
    std::string why_sender_fails(std::string_view from) const;

  private:
    static constexpr std::uint32_t latencies_kept = 1000;

    stop_decision tripped(std::string reason);
    stop_decision capped(std::string reason);
    stop_decision judge_outcomes();
    bool canary_over() const noexcept { return settled_ >= options_.canary; }

    stop_options options_;
    instant started_;
    stop_decision decided_;
    share_window rejected_;
    share_window slow_;
    std::uint64_t departed_ = 0;
    std::uint64_t out_ = 0;      // departed and not yet ended
    std::uint64_t settled_ = 0;  // of rows that were sent
    std::uint64_t texted_ = 0;   // accepted and unknown
    std::uint64_t unknown_ = 0;
    std::uint32_t rejected_in_a_row_ = 0;
    std::vector<std::uint32_t> rejected_of_;  // in a row, by lane
};

}  // namespace tidings::core
