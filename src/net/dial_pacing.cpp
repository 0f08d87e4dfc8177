#include "net/dial_pacing.hpp"

#include <algorithm>

namespace tidings::net {

dial_pacing::dial_pacing(dial_pacing_options options, std::uint64_t seed)
    : options_(options), random_(seed) {
    options_.dials_max = std::max<std::size_t>(1, options_.dials_max);
}

std::size_t dial_pacing::allowed(core::instant now, std::size_t dialing) const noexcept {
    if (now < not_before_ || dialing >= window_) return 0;
    return window_ - dialing;
}

void dial_pacing::on_opened() noexcept {
    window_ = std::min(window_ * 2, options_.dials_max);
}

void dial_pacing::on_answered() noexcept {
    failures_ = 0;
}

void dial_pacing::on_failed(core::instant now) {
    constexpr std::uint32_t doublings_max = 30;
    ++failures_;
    window_ = 1;
    core::duration wait = options_.backoff_min;
    for (std::uint32_t i = 1; i < std::min(failures_, doublings_max); ++i)
        wait = std::min(wait * 2, options_.backoff_max);
    wait = std::min(wait, options_.backoff_max);
    std::uniform_int_distribution<std::int64_t> share(75, 125);
    not_before_ = now + wait * share(random_) / 100;
}

}  // namespace tidings::net
