// The one place that asks the system for the time and for chance; everything else is handed both.
#pragma once

#include "codec/numbers/number_hash.hpp"
#include "core/time.hpp"
#include "wire/clock.hpp"

#include <cstdint>

namespace tidings::runner {

class system_clock final : public wire::clock {
  public:
    // CLOCK_BOOTTIME: goes on while the machine sleeps, never steps.
    core::instant now() const noexcept override;
    core::wall_time wall_now() const noexcept override;
    core::time_stamp stamp() const noexcept { return {now(), wall_now()}; }
};

// What the calling thread has used of a processor since it began.
core::duration thread_cpu() noexcept;

// Holds the calling thread up; never the network's.
void pause_for(core::duration time);

// 64 bits from the kernel's generator: identities and seeds, not keys.
std::uint64_t random_seed();
// A key from there.
codec::number_key random_key();

}  // namespace tidings::runner
