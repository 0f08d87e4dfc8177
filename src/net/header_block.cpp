#include "net/header_block.hpp"

#include <array>
#include <cassert>
#include <cstring>

namespace tidings::net {

namespace {

// Places in HPACK's static table (RFC 7541 appendix A).
constexpr std::uint8_t method_post = 3;
constexpr std::uint8_t scheme_https = 7;
constexpr std::uint8_t authority_name = 1;
constexpr std::uint8_t path_name = 4;
constexpr std::uint8_t accept_name = 19;
constexpr std::uint8_t content_length_name = 28;
constexpr std::uint8_t content_type_name = 31;
constexpr std::uint8_t user_agent_name = 58;
constexpr std::uint8_t newest = 62;  // the first place of the dynamic table

// Kinds of representation, and how many low bits of the first byte are left for the number.
struct representation {
    std::uint8_t pattern;
    int bits;
};
constexpr representation indexed{0x80, 7};
constexpr representation literal_kept{0x40, 6};
constexpr representation table_size_update{0x20, 5};
constexpr representation literal_never_kept{0x10, 4};
constexpr representation literal_not_kept{0x00, 4};
constexpr representation plain_string{0x00, 7};

constexpr std::string_view token_name = "auth";
// What a field counts for in the table beyond its text.
constexpr std::size_t entry_overhead = 32;
// A field's name as a place, the value's length and a number of the largest sizes we have: each at
// most so long.
constexpr std::size_t number_max = 4;
constexpr std::size_t fields_max = 9;

char* put_number(char* out, representation how, std::size_t number) noexcept {
    const std::size_t most = (std::size_t{1} << how.bits) - 1;
    if (number < most) {
        *out++ = static_cast<char>(how.pattern | number);
        return out;
    }
    *out++ = static_cast<char>(how.pattern | most);
    for (number -= most; number >= 0x80; number >>= 7)
        *out++ = static_cast<char>(0x80 | (number & 0x7F));
    *out++ = static_cast<char>(number);
    return out;
}

char* put_text(char* out, std::string_view text) noexcept {
    out = put_number(out, plain_string, text.size());
    std::memcpy(out, text.data(), text.size());
    return out + text.size();
}

char* put_field(char* out, representation how, std::uint8_t name, std::string_view value) noexcept {
    return put_text(put_number(out, how, name), value);
}

char* put_token(char* out, representation how, std::string_view token) noexcept {
    return put_text(put_text(put_number(out, how, 0), token_name), token);
}

}  // namespace

header_block::header_block(const codec::request_writer& requests, bool token_varies)
    : requests_(requests), token_varies_(token_varies) {}

void header_block::limit_table(std::uint32_t bytes) noexcept {
    if (bytes >= table_) return;
    table_ = bytes;
    table_told_ = false;
    kept_ = false;
}

std::size_t header_block::size_max(std::size_t token_size) const noexcept {
    return fields_max * 2 * number_max + requests_.authority().size() + requests_.path().size() +
           requests_.user_agent().size() + codec::content_type_sent.size() +
           codec::accept_sent.size() + token_name.size() + token_size;
}

std::size_t header_block::bytes_in_table(std::string_view token) const noexcept {
    constexpr std::size_t names =
        std::string_view(":authority:pathuser-agentcontent-typeaccept").size();
    const std::size_t lasting = names + requests_.authority().size() + requests_.path().size() +
                                requests_.user_agent().size() + codec::content_type_sent.size() +
                                codec::accept_sent.size() + 5 * entry_overhead;
    if (token_varies_) return lasting;
    return lasting + token_name.size() + token.size() + entry_overhead;
}

char* header_block::write(char* out, std::string_view token, std::size_t body_size) {
    assert(body_size < 100);
    if (!table_told_) {
        out = put_number(out, table_size_update, table_);
        table_told_ = true;
    }
    out = put_number(out, indexed, method_post);
    out = put_number(out, indexed, scheme_https);
    if (kept_ && (token_varies_ || token == token_)) {
        const std::uint8_t fields = token_varies_ ? 5 : 6;
        for (std::uint8_t i = fields; i-- > 0;)
            out = put_number(out, indexed, newest + i);
    } else {
        // A new token comes with all the others, so that their places stay the same; what they push
        // out of the table is the older copy of themselves.
        out = write_out(out, token);
        kept_ = bytes_in_table(token) <= table_;
        if (kept_ && !token_varies_) token_.assign(token);
    }
    if (token_varies_) out = put_token(out, literal_never_kept, token);
    const std::array<char, 2> digits = {static_cast<char>('0' + body_size / 10),
                                        static_cast<char>('0' + body_size % 10)};
    return put_field(out, literal_not_kept, content_length_name, {digits.data(), digits.size()});
}

char* header_block::write_out(char* out, std::string_view token) const noexcept {
    const auto how = bytes_in_table(token) <= table_ ? literal_kept : literal_not_kept;
    out = put_field(out, how, authority_name, requests_.authority());
    out = put_field(out, how, path_name, requests_.path());
    out = put_field(out, how, user_agent_name, requests_.user_agent());
    out = put_field(out, how, content_type_name, codec::content_type_sent);
    out = put_field(out, how, accept_name, codec::accept_sent);
    return token_varies_ ? out : put_token(out, how, token);
}

}  // namespace tidings::net
