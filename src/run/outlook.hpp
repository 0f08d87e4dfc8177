// When a campaign that is under way will be done: looks ahead now and then with what is left of it,
// with its limits as they are and its answers as they were, on a thread of its own. It counts the
// list once, in the beginning; a result is as old as it is, and is looked for again at intervals
// that grow, and when the limits change. It steers nothing.
#pragma once

#include "core/progress.hpp"
#include "core/row_states.hpp"
#include "run/list_survey.hpp"
#include "run/look_ahead.hpp"
#include "run/surroundings.hpp"
#include "runner/campaign.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace tidings::run {

struct outlook_parts {
    screened_list list;
    std::function<core::result<campaign_cores>()> make_cores;  // to be filled by the list anew
    core::stop_options caps;
    const core::limiter& limits;     // the run's own; only looked at on its network thread
    const core::lane_choice& lanes;  // likewise
    runner::campaign& running;
    surroundings around;
    core::row_states before;            // how far earlier processes came
    std::uint64_t requests_before = 0;  // of theirs
    answer_times answers;               // until this run has its own
};

class outlook {
  public:
    explicit outlook(outlook_parts parts);
    ~outlook();
    outlook(const outlook&) = delete;
    outlook& operator=(const outlook&) = delete;

    // With the list's rows and the finish time filled in, as far as they are known. From any
    // thread.
    core::progress_snapshot filled(core::progress_snapshot now) const;

  private:
    struct facts;
    struct fact_box;

    void run();
    bool survey();
    std::shared_ptr<facts> look();
    void look_ahead_once();
    std::optional<core::wall_time> finish_of(const facts& now);
    bool wait(std::chrono::nanoseconds span);
    bool changed(const core::progress_snapshot& now);

    outlook_parts parts_;
    core::time_stamp began_;
    campaign_cores cores_;
    list_survey survey_;
    bool limited_ = false;
    std::string seen_;  // what the last look was about

    mutable std::mutex guard_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::optional<std::uint64_t> rows_;
    std::optional<core::wall_time> finish_;
    std::thread thread_;  // last: everything it uses is there before it starts
};

}  // namespace tidings::run
