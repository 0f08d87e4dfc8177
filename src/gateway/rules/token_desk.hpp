// Reads what the `auth` header carries: opens it where it is encrypted, verifies its signature, and
// notes its claims. A token that came before costs one lookup. It never judges by time, bot, scope
// or jti: the same token means other things at other moments, and rules.hpp looks at those.
#pragma once

#include "core/failure.hpp"
#include "core/time.hpp"
#include "gateway/rules/jwe_key.hpp"
#include "gateway/rules/replay_memory.hpp"
#include "gateway/rules/service.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::gateway {

enum class token_state : std::uint8_t {
    verified,       // signed by `app`
    not_a_jwt,      // not three (or five) parts of base64url JSON, or a claim of the wrong type
    bad_signature,  // unknown app, algorithm not allowed, or the signature is wrong
};

struct token_facts {
    token_state state = token_state::not_a_jwt;
    std::uint16_t app = 0;  // index into service_options::apps, when verified
    bool encrypted = false;
    bool has_sub = false;
    bool has_jti = false;
    std::optional<core::wall_time> expires;
    std::optional<core::wall_time> not_before;
    jti_digest jti;
    std::uint64_t id = 0;  // the first 64 bits of the header value's SHA-256, for the ledger
};

class token_desk {
  public:
    static constexpr std::size_t token_bytes_max = 16 * 1024;
    static constexpr std::size_t remembered = 4096;  // tokens in the cache

    // Fails when a key cannot be read, naming the app.
    static core::result<token_desk> make(const std::vector<app_options>& apps);
    token_desk(token_desk&&) noexcept;
    token_desk& operator=(token_desk&&) noexcept;
    ~token_desk();

    // Valid until the next call.
    const token_facts& read(std::string_view token);

    // How many tokens had to be verified, cache hits left out.
    std::uint64_t verified() const noexcept { return verified_; }

  private:
    struct app_keys;
    struct remembered_token {
        std::uint64_t hash = 0;
        std::string bytes;
        token_facts facts;
    };

    token_desk();
    void examine(std::string_view token, token_facts& out);
    bool examine_signed(std::string_view token, std::string_view as_sent, token_facts& out);

    std::vector<app_keys> apps_;
    std::vector<remembered_token> cache_;
    token_facts oversized_;
    std::string plain_, header_, payload_, signature_;  // scratch, kept for their capacity
    std::uint64_t verified_ = 0;
};

}  // namespace tidings::gateway
