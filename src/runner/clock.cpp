#include "runner/clock.hpp"

#include <cerrno>
#include <random>
#include <system_error>
#include <thread>
#include <time.h>

#include <sys/random.h>

namespace tidings::runner {

namespace {

std::chrono::nanoseconds read(clockid_t which) noexcept {
    timespec at{};
    ::clock_gettime(which, &at);
    return std::chrono::seconds(at.tv_sec) + std::chrono::nanoseconds(at.tv_nsec);
}

}  // namespace

core::instant system_clock::now() const noexcept {
    return core::instant(read(CLOCK_BOOTTIME));
}

core::wall_time system_clock::wall_now() const noexcept {
    return core::wall_time(
        std::chrono::duration_cast<std::chrono::microseconds>(read(CLOCK_REALTIME)));
}

core::duration thread_cpu() noexcept {
    return read(CLOCK_THREAD_CPUTIME_ID);
}

void pause_for(core::duration time) {
    std::this_thread::sleep_for(time);
}

std::uint64_t random_seed() {
    std::random_device chance;
    return (std::uint64_t{chance()} << 32) | chance();
}

codec::number_key random_key() {
    codec::number_key key{};
    if (::getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size()))
        throw std::system_error(errno, std::generic_category(), "getrandom");
    return key;
}

}  // namespace tidings::runner
