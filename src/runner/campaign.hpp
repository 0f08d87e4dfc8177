// Performs one campaign from its first row to its last: the conducting thread's loop around the
// dispatcher, which carries messages too, with further network threads where they are asked for,
// and the reader and the journal on threads of their own. It decides nothing about a row
// (core/dispatcher) and knows no files of configuration (app). One object, one run().
#pragma once

#include "core/dispatcher.hpp"
#include "core/progress.hpp"
#include "core/turn.hpp"
#include "net/endpoint.hpp"
#include "net/pool_options.hpp"
#include "net/trust.hpp"
#include "runner/bot_tokens.hpp"
#include "runner/carrier.hpp"
#include "runner/clock.hpp"
#include "runner/journal_writer.hpp"
#include "runner/list_feed.hpp"
#include "runner/zones.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tidings::runner {

struct campaign_options {
    core::turn_options turn;
    // That carry messages, the conducting one included; 1 .. 64. A bot's connections are divided
    // among them.
    std::size_t threads = 1;
    // Ends the run when the suppression files have this many more lines that cannot be read than
    // when it began. 0: they are told and counted only.
    std::uint64_t unreadable_opt_outs_max = 0;
    // Dials that fail in a row before a bot that was never reached is given up.
    std::uint32_t first_dials_max = 6;
};

struct campaign_bot {
    std::string id;
    net::endpoint where;
    net::trust_options trust;
    net::pool_options pool;
    signer_source signer;
    bool token_each = false;
};

struct campaign_lane {
    core::bot_id bot = 0;
    core::phone_number from;
};

// Everything the loop works with. What is a reference outlives the campaign.
struct campaign_parts {
    std::string run;
    std::uint64_t run_id = 0;  // the journal's
    std::vector<campaign_bot> bots;
    std::vector<campaign_lane> lanes;
    core::limiter& limits;
    core::lane_choice& lane_choice;
    core::calendar& hours;
    zones& row_zones;  // of `hours`
    core::stop_rules& rules;
    core::retry_policy retry;
    core::dispatcher_options dispatch;
    core::dispatcher::past past;
    std::unique_ptr<list_reader> list;
    std::unique_ptr<store::suppression_list> suppression;  // null: nobody
    journal_writer& writer;  // not started; the caller closes it after run()
    const system_clock& clock;
    // What carries messages; null: real connections (net/pool). For tests and benchmarks.
    carrier_maker carriers = nullptr;
    // What a person should know, one sentence each, as it happens; on the network thread.
    std::function<void(std::string_view)> tell = [](std::string_view) {};
};

// What a person wants of a running campaign. Applied on the network thread.
struct steering {
    enum class what : std::uint8_t { pause, go_on, stop, rate };
    what wish = what::pause;
    std::optional<core::rate_limit> rate;  // with `rate`; nullopt takes the cap away
};

// What the threads have used of a processor; the journal's is known when its writer is closed.
struct campaign_cost {
    core::duration network{};  // all that carry messages, together
    core::duration reading{};
};

// How it ended.
struct campaign_end {
    core::progress_snapshot last;
    core::latency_histogram latency;   // from the moment a row was due to its answer
    core::latency_histogram lateness;  // from that moment to its leaving for the first time
    std::optional<core::halt_reason> halted;
    bool finished = false;  // every row of the list has its outcome
    bool all_read = false;  // rows_total of `last` is the whole list
    campaign_cost cost;
};

class campaign {
  public:
    // Fails before anything is sent: trust anchors, keys.
    static core::result<std::unique_ptr<campaign>> make(campaign_parts parts,
                                                        campaign_options options);
    ~campaign();
    campaign(const campaign&) = delete;
    campaign& operator=(const campaign&) = delete;

    // Blocks until the campaign has ended, on the thread that becomes the network thread.
    // More rows may be in doubt than people have been told only after they were told: `tell` is
    // called on this thread when snapshot().in_doubt_max has risen, and whoever shows it says so by
    // on_bound_told(). Without `tell` there is nobody to be told.
    campaign_end run(std::function<void()> tell = nullptr);

    // From any thread, and from a signal handler's thread: the first call lets what is in flight
    // finish, the second ends it now.
    void interrupt(std::string why);
    void steer(steering wish);
    void on_bound_told(std::uint64_t in_doubt_max);
    core::progress_snapshot snapshot() const;
    // Has `look` called once, soon, on the network thread; never, when the campaign is over before.
    void inspect(std::function<void(const core::dispatcher&, core::time_stamp)> look);

  private:
    class loop;
    explicit campaign(std::unique_ptr<loop> made);

    std::unique_ptr<loop> loop_;
};

}  // namespace tidings::runner
