// The disk, the clocks and the boot of this machine, as a run is handed them.
#pragma once

#include "run/surroundings.hpp"
#include "runner/clock.hpp"
#include "store/posix_disk.hpp"

#include <string>

namespace tidings::app {

// Outlives whatever it is handed to.
struct this_machine {
    store::posix_disk disk;
    runner::system_clock clock;

    // What is told goes to the program's messages.
    run::surroundings around();
};

// Where the states of bots lie, by this process's environment.
std::string state_folder_of_process();

}  // namespace tidings::app
