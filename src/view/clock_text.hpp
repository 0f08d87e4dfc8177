// A moment as a person at a clock reads it.
#pragma once

#include "core/time.hpp"
#include "view/page.hpp"

#include <string>

namespace tidings::view {

// "14:10" today, "Wed 14:10" within six days, else "2026-12-03 14:10". With seconds: "14:10:05".
std::string clock_text(core::wall_time at, core::wall_time now, zone_offset offset,
                       bool seconds = false);
// "2026-11-23 14:10:05"
std::string date_text(core::wall_time at, zone_offset offset);

}  // namespace tidings::view
