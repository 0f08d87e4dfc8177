#include "codec/tokens/jti.hpp"

#include "codec/tokens/keyed_hash.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace tidings::codec {

struct jti_source::state {
    keyed_hash hash;
};

namespace {

// Little-endian, so that a run folder moved to another machine tells the same ids.
template <class Integer>
char* put(char* out, Integer value) {
    for (std::size_t i = 0; i < sizeof(value); ++i)
        *out++ = static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xFF);
    return out;
}

}  // namespace

core::result<jti_source> jti_source::make(std::span<const unsigned char, run_key_size> run_key) {
    auto made = std::make_unique<state>();
    if (!made->hash.key_with("SHA256", run_key))
        return core::failure{core::trouble::internal, "OpenSSL offers no HMAC with SHA-256"};
    return jti_source(std::move(made));
}

jti_source::jti_source(std::unique_ptr<state> made) : state_(std::move(made)) {}
jti_source::~jti_source() = default;
jti_source::jti_source(jti_source&&) noexcept = default;
jti_source& jti_source::operator=(jti_source&&) noexcept = default;

jti jti_source::of(core::row_number row, core::wall_time released, std::uint32_t attempt) noexcept {
    std::array<char, 8 + 8 + 4> facts{};
    char* end = put(facts.data(), row);
    end = put(end, released.time_since_epoch().count());
    put(end, attempt);

    std::array<unsigned char, 16> id{};
    const auto hash = state_->hash.of({facts.data(), facts.size()});
    if (hash.size() < id.size()) return {};
    std::copy_n(hash.begin(), id.size(), id.begin());
    id[6] = static_cast<unsigned char>((id[6] & 0x0F) | 0x80);  // version 8 (RFC 9562)
    id[8] = static_cast<unsigned char>((id[8] & 0x3F) | 0x80);  // its variant

    constexpr std::string_view digits = "0123456789abcdef";
    jti made;
    char* out = made.text.data();
    for (std::size_t i = 0; i < id.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *out++ = '-';
        *out++ = digits[id[i] >> 4];
        *out++ = digits[id[i] & 15];
    }
    return made;
}

}  // namespace tidings::codec
