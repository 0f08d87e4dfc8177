// A campaign: the program without a terminal. Plan it, begin it or resume a run, run it, steer it
// meanwhile, verify it after. Everything is on disk as if `tidings send` had been called: a run
// that was begun here goes on with `tidings resume`, and the other way round.
//
// One campaign runs in a process at a time: its messages go through the process's one logger.
#pragma once

#include "tidings/campaign_plan.hpp"
#include "tidings/carrier.hpp"
#include "tidings/configuration.hpp"
#include "tidings/export.hpp"
#include "tidings/listener.hpp"
#include "tidings/result.hpp"
#include "tidings/snapshot.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidings {
inline namespace v0 {

struct begin_options {
    bool again = false;  // everybody on this list may be texted once more
    // What carries messages; null: the endpoints that the settings name.
    carrier_maker carriers = nullptr;
};

struct resume_options {
    bool moved = false;  // the run's folder is elsewhere now, and no copy of it will be resumed
    std::vector<std::pair<std::string, std::string>> values;  // laid over the run's own settings
    carrier_maker carriers = nullptr;
};

class campaign {
  public:
    // Reads everything, sends nothing.
    TIDINGS_API static result<campaign_plan> plan(const configuration& settings);

    // Makes the run's folder, and holds the run and its bots until it is destroyed. Refuses what
    // `send` refuses: a run of that name (unusable), a list that these bots were sent before
    // (unusable), a bot in use (busy), a list without rows (nothing_to_send), opt-outs that cannot
    // be read (unusable).
    TIDINGS_API static result<campaign> begin(const configuration& settings,
                                              begin_options how = {});
    // An interrupted run, by its folder.
    TIDINGS_API static result<campaign> resume(const std::filesystem::path& run,
                                               resume_options how = {});

    TIDINGS_API campaign(campaign&&) noexcept;
    TIDINGS_API campaign& operator=(campaign&&) noexcept;
    TIDINGS_API ~campaign();

    // Blocks until it has ended; the calling thread becomes its network thread. Once.
    TIDINGS_API result<summary> run(listener& hears);
    TIDINGS_API result<summary> run();

    // --- from any thread, while run() runs ----------------------------------------------------
    // The first call lets what is under way finish, the second ends it now.
    TIDINGS_API void interrupt(std::string_view why);
    TIDINGS_API void pause();
    TIDINGS_API void go_on();
    // "100/1s" caps the whole run, "none" takes the cap away. Fails (usage) on another spelling.
    TIDINGS_API result<void> rate(std::string_view limit);
    // How it stands; before run() and after it what it knew last.
    TIDINGS_API snapshot state() const;

    TIDINGS_API std::filesystem::path folder() const;

    // Proves a run's sum. Its list must be the one it was begun with.
    TIDINGS_API static result<verification> verify(const std::filesystem::path& run);

  private:
    struct held;
    explicit campaign(std::unique_ptr<held> made);

    std::unique_ptr<held> held_;
};

}  // namespace v0
}  // namespace tidings
