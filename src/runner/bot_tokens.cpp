#include "runner/bot_tokens.hpp"

#include <array>
#include <utility>

namespace tidings::runner {

namespace {

// Spreads the run's random id over a key's length (splitmix64). The ids it makes need to be
// different for each run, not secret.
std::array<unsigned char, codec::jti_source::run_key_size> key_of(std::uint64_t run_id) {
    std::array<unsigned char, codec::jti_source::run_key_size> key{};
    for (std::size_t i = 0; i < key.size(); ++i) {
        if (i % 8 == 0) {
            run_id += 0x9E37'79B9'7F4A'7C15;
            run_id = (run_id ^ (run_id >> 30)) * 0xBF58'476D'1CE4'E5B9;
            run_id = (run_id ^ (run_id >> 27)) * 0x94D0'49BB'1331'11EB;
            run_id ^= run_id >> 31;
        }
        key[i] = static_cast<unsigned char>(run_id >> (i % 8 * 8));
    }
    return key;
}

}  // namespace

bot_tokens::bot_tokens(signer_source source, codec::token_signer shared, codec::token_signer each,
                       codec::jti_source ids, bool each_own)
    : source_(std::move(source)),
      shared_(std::move(shared)),
      signer_(std::move(each)),
      ids_(std::move(ids)),
      buffer_(signer_.size_max(), '\0'),
      each_(each_own) {}

core::result<bot_tokens> bot_tokens::make(signer_source source, bool each, std::uint64_t run_id) {
    auto shared = source();
    if (!shared) return shared.error();
    auto own = source();
    if (!own) return own.error();
    auto ids = codec::jti_source::make(key_of(run_id));
    if (!ids) return ids.error();
    return bot_tokens(std::move(source), std::move(*shared), std::move(*own), std::move(*ids),
                      each);
}

std::string_view bot_tokens::token_for(core::row_number row, core::wall_time released,
                                       core::wall_time now) {
    if (!each_) return shared_.current(now);
    const char* end = signer_.sign(buffer_.data(), released, ids_.of(row, released).view());
    if (end == nullptr) return {};
    return {buffer_.data(), static_cast<std::size_t>(end - buffer_.data())};
}

void bot_tokens::renew_if_due(core::wall_time now) {
    if (!each_ && now >= shared_.renewal_due()) shared_.renew(now);
}

core::result<void> bot_tokens::renew_after_refusal() {
    shared_.invalidate();
    auto shared = source_();
    if (!shared) return shared.error();
    auto own = source_();
    if (!own) return own.error();
    shared_ = codec::token_cache(std::move(*shared));
    signer_ = std::move(*own);
    return {};
}

}  // namespace tidings::runner
