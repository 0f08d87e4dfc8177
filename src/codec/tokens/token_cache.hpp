// Keeps the token that all requests of a bot share (jti = "none") and tells when it wants renewing,
// so that nothing is signed while messages leave. A token of its own for each request comes from
// codec/tokens/token directly. How often a refused token is signed anew is core's to decide.
#pragma once

#include "codec/tokens/token.hpp"
#include "core/time.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace tidings::codec {

// One thread at a time.
class token_cache {
  public:
    explicit token_cache(token_signer signer);

    // The token to send now. It is signed here only when there is none that is good: at first,
    // after invalidate(), after its exp, or when the calendar went back before its iat. Otherwise
    // it costs two comparisons. Empty when OpenSSL fails. The view stays good over one renewal, so
    // that a request being written keeps its token.
    std::string_view current(core::wall_time now) noexcept;

    // When renew() should next be called: after 80 % of the token's life or 60 s before its end,
    // whichever is earlier, but not before half of it. wall_time::min() when there is no token,
    // wall_time::max() when it never expires.
    core::wall_time renewal_due() const noexcept { return due_; }

    // Signs a new token; false when OpenSSL fails, and then the old one stays.
    bool renew(core::wall_time now) noexcept;

    // The server refused this token: the next current() signs a new one.
    void invalidate() noexcept;

  private:
    bool good(core::wall_time now) const noexcept {
        return size_ > 0 && now < expires_ && now >= issued_;
    }

    token_signer signer_;
    std::array<std::string, 2> places_;  // written in turn
    std::size_t place_ = 0;
    std::size_t size_ = 0;
    core::wall_time issued_{};
    core::wall_time expires_{};
    core::wall_time due_ = core::wall_time::min();
};

}  // namespace tidings::codec
