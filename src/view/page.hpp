// How a picture is to be drawn: what the terminal can show and where the reader's clock stands.
// Facts come from app/screen/terminal; nothing in this room asks the system.
#pragma once

#include "core/time.hpp"

#include <chrono>

namespace tidings::view {

// Minutes between UTC and the reader's time at that moment.
using zone_offset = std::chrono::minutes (*)(core::wall_time);
inline std::chrono::minutes utc(core::wall_time) {
    return {};
}

struct page {
    int columns = 80;  // 20 .. 500; no line is wider
    bool colour = false;
    bool utf8 = true;  // false: ASCII only
    zone_offset offset = utc;
};

}  // namespace tidings::view
