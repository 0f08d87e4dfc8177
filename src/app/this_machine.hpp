// The disk, the clocks and the boot of this machine, as a run is handed them.
#pragma once

#include "run/surroundings.hpp"
#include "runner/clock.hpp"
#include "store/bot_state.hpp"
#include "store/posix_disk.hpp"

#include <filesystem>

namespace tidings::app {

// Outlives whatever it is handed to.
struct this_machine {
    store::posix_disk disk;
    runner::system_clock clock;

    // What is told goes to the program's messages.
    run::surroundings around();
};

// Where the states of bots lie besides beside the runs: the folder that the settings name, else the
// user's by this process's environment, which may name none.
store::state_folders state_folders_of(const std::filesystem::path& named);

}  // namespace tidings::app
