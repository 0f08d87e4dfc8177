// What a run is handed of the world around it, so that it owns none of it: files, the time, a way
// to wait, and whoever is told. app/this_machine has the program's, the simulation its own.
#pragma once

#include "core/time.hpp"
#include "store/disk.hpp"

#include <cstdint>
#include <functional>
#include <string_view>

namespace tidings::run {

struct surroundings {
    store::disk& disk;
    std::function<core::time_stamp()> now;
    std::uint32_t boot = 0;  // store::boot_tag()
    std::function<void(core::duration)> pause = [](core::duration) {};
    // One sentence for a person; from any thread.
    std::function<void(std::string_view)> tell = [](std::string_view) {};
};

}  // namespace tidings::run
