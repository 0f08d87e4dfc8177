#include "app/this_machine.hpp"

#include "store/bot_state.hpp"

#include <cstdlib>

#include <spdlog/spdlog.h>

namespace tidings::app {

run::surroundings this_machine::around() {
    return {.disk = disk,
            .now = [this] { return clock.stamp(); },
            .boot = store::boot_tag(),
            .pause = [](core::duration time) { runner::pause_for(time); },
            .tell = [](std::string_view text) { spdlog::warn("{}", text); }};
}

std::string state_folder_of_process() {
    return store::state_folder(std::getenv("XDG_STATE_HOME"), std::getenv("HOME"));
}

}  // namespace tidings::app
