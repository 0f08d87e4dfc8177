// Fills the snapshot that people see from what the dispatcher and the limits know.
#pragma once

#include "core/dispatcher.hpp"
#include "core/progress.hpp"
#include "core/stop_rules.hpp"

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace tidings::runner {

class progress_meter {
  public:
    progress_meter(std::string run, const core::limiter& limits, const core::stop_rules& rules,
                   std::optional<core::wall_time> starts_at)
        : run_(std::move(run)), limits_(limits), rules_(rules), starts_at_(starts_at) {}

    void note(std::string text);
    // Something of this machine holds the run up until it is cleared.
    void set_obstacle(std::string text) { obstacle_ = std::move(text); }
    void clear_obstacle() { obstacle_.clear(); }
    // No bot has a connection, and why the last try failed; empty: one has, or none was tried yet.
    void set_unreached(std::string text) { unreached_ = std::move(text); }
    // Who must not be texted, and what of it could not be read.
    void set_opt_outs(core::opt_out_counts counts) { opt_outs_ = counts; }
    // When what is in flight is given up.
    void set_drain_deadline(core::instant at) { drain_until_ = at; }

    // Of endpoints, as snapshots saw it: trouble that began or ended, one sentence each.
    std::vector<std::string> take_news() { return std::exchange(news_, {}); }

    core::progress_snapshot snapshot(const core::dispatcher& from, core::time_stamp now);

  private:
    struct sample {
        core::instant at;
        std::uint64_t answered;
    };

    void measure_rates(core::progress_snapshot& made, core::time_stamp now);
    void tell_wait(core::progress_snapshot& made, const core::dispatcher& from,
                   core::time_stamp now) const;
    // For what, and until when, while the run goes on; false: for nothing.
    bool find_wait(core::progress_snapshot& made, const core::dispatcher& from,
                   core::time_stamp now) const;
    void tell_limits(core::progress_snapshot& made, core::time_stamp now) const;
    void tell_troubles(core::progress_snapshot& made, const core::dispatcher& from,
                       core::time_stamp now);

    std::string run_;
    const core::limiter& limits_;
    const core::stop_rules& rules_;
    std::optional<core::wall_time> starts_at_;
    std::string obstacle_;
    std::string unreached_;
    std::optional<core::opt_out_counts> opt_outs_;
    core::instant drain_until_ = core::never;
    std::vector<std::string> notes_;
    std::vector<core::endpoint_trouble> troubles_;  // of the last snapshot
    std::vector<std::string> news_;
    std::deque<sample> samples_;  // of the last seconds
    std::optional<core::time_stamp> began_;
    std::uint64_t answered_before_ = 0;  // by earlier processes of the run
};

}  // namespace tidings::runner
