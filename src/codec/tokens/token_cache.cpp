#include "codec/tokens/token_cache.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tidings::codec {

token_cache::token_cache(token_signer signer) : signer_(std::move(signer)) {
    for (auto& place : places_)
        place.resize(signer_.size_max());
}

std::string_view token_cache::current(core::wall_time now) noexcept {
    if (!good(now) && !renew(now)) return {};
    return std::string_view(places_[place_]).substr(0, size_);
}

bool token_cache::renew(core::wall_time now) noexcept {
    const std::size_t next = 1 - place_;
    char* const begin = places_[next].data();
    const char* const end = signer_.sign(begin, now);
    if (end == nullptr) return false;
    place_ = next;
    size_ = static_cast<std::size_t>(end - begin);
    issued_ = std::chrono::floor<std::chrono::seconds>(now);
    const auto life = std::chrono::floor<std::chrono::seconds>(signer_.lifetime());
    if (life.count() == 0) {
        issued_ = core::wall_time::min();
        expires_ = due_ = core::wall_time::max();
        return true;
    }
    expires_ = issued_ + life;
    const auto early = std::min(life * 4 / 5, life - std::chrono::seconds(60));
    due_ = issued_ + std::max(early, life / 2);
    return true;
}

void token_cache::invalidate() noexcept {
    size_ = 0;
    due_ = core::wall_time::min();
}

}  // namespace tidings::codec
