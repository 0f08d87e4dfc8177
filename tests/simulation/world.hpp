// A whole campaign in virtual time from one seed: the real dispatcher, limiter, journal and outcome
// log, a disk that loses power, a provider that misbehaves, processes that die and are started
// again. After every death and at the end it looks whether the promises were kept.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "simulation/scenario.hpp"
#include "simulation/scripted_provider.hpp"
#include "simulation/simulated_writer.hpp"
#include "support/simulated_disk.hpp"

namespace tidings::simulation {

struct world_counts {
    std::uint64_t processes = 0;
    std::uint64_t crashes = 0;
    std::uint64_t requests = 0;
    std::uint64_t in_doubt = 0;  // rows found so after a crash
};

class world {
  public:
    explicit world(std::uint64_t seed);
    ~world();

    // Until the run is finished; stops at the first promise that is broken.
    void run();
    // Empty: all promises were kept.
    const std::string& broken() const { return broken_; }
    std::string last_events() const;
    const world_counts& counts() const { return counts_; }

  private:
    enum class ending : std::uint8_t { finished, ended, crashed };
    enum class writing : std::uint8_t { idle, under_way, told, lines };
    struct process;  // what dies with it

    ending live();
    bool open();
    void turn();
    void take_commit_news();
    void read_rows();
    void depart();
    void launch(core::bot_id bot, const core::departure& one);
    void begin_commit();
    void watch_drain();
    void steer();
    void end_attempt(std::size_t which);
    void network_until(duration moment);
    duration next_moment();
    void crash(bool power);
    void restart_later();
    void start_process(store::journal journal, store::outcome_log outcomes,
                       core::dispatcher::past before, const std::vector<store::slot_run>& slots);
    bool complete_lines(store::outcome_log& log);
    void judge_fates(bool at_end);
    void judge_end();
    void judge_windows();

    core::time_stamp stamp() const;
    void require(bool kept, const std::string& what) {
        if (!kept && broken_.empty()) broken_ = what;
    }
    void note(std::string what);
    bool one_in(std::uint64_t n) { return random_() % n == 0; }
    duration up_to(duration most) {
        return duration(
            static_cast<std::int64_t>(random_() % (static_cast<std::uint64_t>(most.count()) + 1)));
    }

    scenario plan_;
    std::mt19937_64 random_;
    store::simulated_disk disk_;
    scripted_provider provider_;
    std::deque<request> requests_;
    std::multimap<duration, std::pair<bool, std::size_t>> network_;  // true: it arrives
    std::unique_ptr<process> own_;

    duration now_{};         // world time, never goes back
    duration boot_began_{};  // when the pacing clock of this boot was 0
    std::uint32_t boot_ = 1;
    duration crash_at_ = duration::max();
    bool crash_by_power_ = false;
    std::uint64_t bound_ = 0;                        // rows that may be in doubt at the next start
    std::vector<core::phone_number> stopped_later_;  // added to the suppression list
    bool quiet_ = false;                             // nothing bad happens any more
    std::string broken_;
    std::deque<std::string> events_;
    world_counts counts_;
};

}  // namespace tidings::simulation
