// The tokens of one bot while a campaign runs: one shared and renewed ahead of its end, or one for
// each message that can be made again after a crash. How a token is made is codec/tokens/token's;
// when a refused one is signed anew is the dispatcher's.
#pragma once

#include "codec/tokens/jti.hpp"
#include "codec/tokens/token.hpp"
#include "codec/tokens/token_cache.hpp"
#include "core/failure.hpp"
#include "core/row.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace tidings::runner {

// Makes a signer from the secret as it is now: called at the start and whenever a token was
// refused, so that a secret that was replaced meanwhile is found.
using signer_source = std::function<core::result<codec::token_signer>()>;

class bot_tokens {
  public:
    // `each`: every message has a token of its own with a jti. `run_id` makes the ids of the run.
    static core::result<bot_tokens> make(signer_source source, bool each, std::uint64_t run_id);

    // The token for that row; valid until the next call. Empty when OpenSSL fails.
    std::string_view token_for(core::row_number row, core::wall_time released, core::wall_time now);
    // Off the hot path: signs ahead of the end of the present one.
    void renew_if_due(core::wall_time now);
    // A token was refused: read the secret again and sign anew. A failure leaves the old one.
    core::result<void> renew_after_refusal();

  private:
    bot_tokens(signer_source source, codec::token_signer shared, codec::token_signer each,
               codec::jti_source ids, bool each_own);

    signer_source source_;
    codec::token_cache shared_;
    codec::token_signer signer_;
    codec::jti_source ids_;
    std::string buffer_;
    bool each_;
};

}  // namespace tidings::runner
