// Whole campaigns in virtual time: the real dispatcher, limiter and session of a run, a disk that
// loses power, a provider that misbehaves, processes that die and are started again. After every
// death and at the end it looks whether the promises were kept. A world between two processes can
// be copied, to try several endings of the same story.
#pragma once

#include "core/limit_plan.hpp"
#include "core/turn.hpp"
#include "run/session.hpp"
#include "simulation/scenario.hpp"
#include "simulation/scripted_provider.hpp"
#include "store/recorder.hpp"
#include "support/simulated_disk.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace tidings::simulation {

struct world_counts {
    std::uint64_t campaigns = 0;
    std::uint64_t processes = 0;
    std::uint64_t crashes = 0;
    std::uint64_t requests = 0;
    std::uint64_t in_doubt = 0;        // rows found so after a crash
    std::uint64_t resolved = 0;        // rows settled on the operator's word
    std::uint64_t older_journals = 0;  // put back, and refused

    world_counts& operator+=(const world_counts& other);
};

// What a copy of a world does not have: a process, which lives in one world only.
template <class T>
class left_behind : public std::unique_ptr<T> {
  public:
    left_behind() = default;
    left_behind(const left_behind&) noexcept : std::unique_ptr<T>() {}
    left_behind& operator=(std::unique_ptr<T>&& made) noexcept {
        std::unique_ptr<T>::operator=(std::move(made));
        return *this;
    }
};

class world {
  public:
    explicit world(std::uint64_t seed) : world(scenario(seed), seed) {}
    world(scenario plan, std::uint64_t seed);
    world(const world& other);  // pre: no process lives
    ~world();

    // Until all campaigns are finished; stops at the first promise that is broken.
    void run();
    // Empty: all promises were kept.
    const std::string& broken() const { return broken_; }
    // For a second look at a seed that failed: remembers what happened last.
    void remember_events() { noting_ = true; }
    std::string last_events() const;
    const world_counts& counts() const { return counts_; }

    // --- for stories in which every call of the disk is tried; of the scenario `small` ---
    // What the disk does to the next process.
    void plan_disk(const store::simulated_disk::plan& plan) { disk_plan_ = plan; }
    // False: the power did not fail, and all was finished and judged. True: it failed; then
    // power_returns or process_was_killed, and run().
    bool run_until_power_fails();
    const store::simulated_disk& disk() const { return disk_; }
    void power_returns(const std::function<bool(std::size_t)>& survives);
    void process_was_killed();
    // Of the last process that disk was planned for and that came to its end.
    std::uint64_t calls() const { return calls_; }

  private:
    enum class ending : std::uint8_t { finished, ended, crashed, power_failed };
    enum class writing : std::uint8_t { idle, under_way, told, lines };
    struct process;   // what dies with it
    struct command {  // the operator's word on a row in doubt
        bool sent = false;
        int processed = 0;  // when it was given
        int again = 0;      // how often it was ordered to be sent again
    };

    // world.cpp
    ending live();
    void be_quiet();
    void plan_bad_day(bool may_crash);
    void turn();
    void take_commit_news();
    void end_attempt(std::size_t which);
    void arrive(request& one);
    void network_until(duration moment);
    duration next_moment();
    void begin_campaign(std::size_t which);
    bool run_campaign(bool may_abandon);

    // world_endings.cpp
    ending end_process();
    void die();
    void crash(bool power);
    void restart_later();

    // world_sending.cpp
    bool perform(const core::turn_action& action);
    std::size_t room_of(core::bot_id bot) const;
    void take_rows();
    void take_pass_end();
    void launch(core::bot_id bot, const core::departure& one);
    void ask(core::bot_id bot);
    void on_its_way(request made, bool arrives);
    void judge_departure(const core::departure& one);
    mishap draw_mishap(const core::departure& one);
    void begin_commit();
    void tell_bound();
    void abort_requests();

    // world_steering.cpp
    void steer();
    void interfere();
    void stand_still();
    void begin_outage(core::bot_id bot);
    void step_calendar();
    void suspend();
    void resolve();
    bool finish_interrupted();
    run::surroundings operators_view(store::simulated_disk& disk);
    store::journal_options operators_journal() const;
    bool settle(store::simulated_disk& disk, const std::vector<core::row_number>& rows, bool sent);
    void keep_learned();

    // world_start.cpp
    bool open();
    core::result<std::unique_ptr<run::session>> open_session(const core::limit_plan& plan,
                                                             core::limiter& limits);
    run::session_options session_options(const core::limit_plan& limits) const;
    run::surroundings around();
    void wait_for_room(core::duration time);
    void try_older_journal();

    // world_judge.cpp
    void judge_fates(bool at_end);
    void judge_windows();
    void judge_end();

    const std::vector<core::listed_row>& rows() const { return plan_.lists[campaign_]; }
    std::string run_folder() const { return "/runs/run-" + std::to_string(campaign_); }
    std::string journal_folder() const { return run_folder() + "/journal"; }
    bool resends() const { return plan_.dispatch.unknown == core::unknown_policy::resend; }
    core::time_stamp stamp() const;
    core::wall_time true_calendar() const {
        return epoch + std::chrono::duration_cast<std::chrono::microseconds>(now_);
    }
    void require(bool kept, const std::string& what) {
        if (!kept && broken_.empty()) broken_ = what;
    }
    template <class... Arguments>
    void note(fmt::format_string<Arguments...> what, Arguments&&... arguments) {
        if (noting_) remember(fmt::format(what, std::forward<Arguments>(arguments)...));
    }
    void remember(std::string what);
    bool one_in(std::uint64_t n) { return random_() % n == 0; }
    duration up_to(duration most) {
        return duration(
            static_cast<std::int64_t>(random_() % (static_cast<std::uint64_t>(most.count()) + 1)));
    }

    // An endpoint that is gone, or was last.
    struct outage {
        duration began{};
        duration until{};
        outage_kind how = outage_kind::unavailable;
        std::size_t in_flight = 0;  // at most, until it began
        std::size_t processes = 0;  // that have lived in it
        std::size_t met = 0;        // requests that came to it
    };

    static constexpr std::uint64_t no_limit = ~std::uint64_t{0} >> 2;
    // What a process has written is with the provider before the next process begins.
    static constexpr duration way_max = std::chrono::seconds(2);

    scenario plan_;
    std::mt19937_64 random_;
    store::simulated_disk disk_;
    scripted_provider provider_;
    std::deque<request> requests_;
    std::multimap<duration, std::pair<bool, std::size_t>> network_;  // true: it arrives
    left_behind<process> own_;

    std::size_t campaign_ = 0;
    duration now_{};         // world time, never goes back
    duration boot_began_{};  // when the pacing clock of this boot was 0
    std::uint32_t boot_ = 1;
    duration calendar_off_{};        // how far the sender's calendar is from the true one
    duration calendar_off_kept_{};   // the same, as the journal has seen it
    duration stands_still_until_{};  // the provider
    std::vector<outage> outages_;    // of each bot
    // When the last question came that may not be on record yet: the process that dies before it
    // is counts it from a moment before it left. Of each bot.
    std::vector<std::optional<duration>> asked_;
    duration crash_at_ = duration::max();
    bool crash_by_power_ = false;
    std::uint64_t bound_ = 0;                        // rows that may be in doubt at the next start
    std::vector<core::phone_number> stopped_later_;  // added to the suppression list
    std::map<core::row_number, command> orders_;     // of this campaign
    std::map<core::row_number, int> attempts_;       // of this campaign, for scripted mishaps
    bool resolved_ = false;                          // the operator has spoken in this campaign
    bool quiet_ = false;                             // nothing bad happens any more
    std::optional<store::simulated_disk> backup_;    // older than the run
    std::optional<store::simulated_disk::plan> disk_plan_;
    bool stop_at_power_failure_ = false;
    bool calls_wanted_ = false;
    std::uint64_t calls_ = 0;
    std::string broken_;
    std::deque<std::string> events_;
    bool noting_ = false;
    world_counts counts_;
};

}  // namespace tidings::simulation
