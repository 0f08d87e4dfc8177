// Slots of requests that were given up, and of which nothing in the journal shows that their
// endpoint has read them since: a server that stood still reads them when it goes on, perhaps in
// the time of another process. They come back with a good answer to something that left later; from
// then on they are store/slot_history's. What is owed within one process is core/owed_slots'.
#pragma once

#include "core/row.hpp"
#include "core/time.hpp"
#include "store/slot_history.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tidings::store {

class unread_slots {
  public:
    // Of one lane; what is more is merged into the latest, and comes back as late as that.
    static constexpr std::size_t entries_max = 256;

    // A request of the lane was given up at that moment or before. Pre: moments of one boot do not
    // go back; the lane is known.
    void owe(core::lane_id lane, core::time_stamp at, std::uint32_t boot, std::uint32_t count = 1);
    // A good answer came to what left at `left` or later, by the clock of that boot. Returns how
    // many slots it brings back.
    std::uint32_t on_good_answer(core::lane_id lane, core::instant left, std::uint32_t boot);
    // One of them was read, nobody knows which: the oldest goes. False: there was none.
    bool take_one(core::lane_id lane);
    // Lane by lane, oldest first; `at` is when they were given up.
    const std::vector<slot_run>& all() const noexcept { return owed_; }

  private:
    std::vector<slot_run> owed_;
};

}  // namespace tidings::store
