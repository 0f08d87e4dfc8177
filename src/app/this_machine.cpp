#include "app/this_machine.hpp"

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

store::state_folders state_folders_of(const std::filesystem::path& named) {
    const auto folder =
        named.empty() ? store::state_folder(std::getenv("XDG_STATE_HOME"), std::getenv("HOME"))
                      : named.string();
    return folder.empty() ? store::state_folders() : store::state_folders{folder};
}

}  // namespace tidings::app
