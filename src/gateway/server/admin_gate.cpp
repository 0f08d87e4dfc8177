#include "gateway/server/admin_gate.hpp"

#include <array>
#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/rand.h>

namespace tidings::gateway {
namespace {

constexpr std::string_view scheme = "Bearer ";

bool is_token(std::string_view authorization, std::string_view token) {
    if (!authorization.starts_with(scheme)) return false;
    const auto shown = authorization.substr(scheme.size());
    return shown.size() == token.size() &&
           CRYPTO_memcmp(shown.data(), token.data(), token.size()) == 0;
}

// Types that a page's form cannot send.
bool is_settings(std::string_view content_type) {
    auto type = content_type.substr(0, content_type.find(';'));
    while (type.ends_with(' '))
        type.remove_suffix(1);
    return type == "application/json" || type == "application/toml";
}

}  // namespace

std::optional<admin_refusal> why_not_admitted(const admin_claims& asked, std::uint16_t port,
                                              std::string_view token) {
    const auto number = ":" + std::to_string(port);
    const bool here = asked.host == "127.0.0.1" + number || asked.host == "localhost" + number;
    if (asked.hosts != 1 || !here)
        return admin_refusal{421, "the host is to be 127.0.0.1 or localhost with this port"};
    if (asked.from_a_page) return admin_refusal{403, "pages in a browser may not ask here"};
    if (!is_token(asked.authorization, token))
        return admin_refusal{401,
                             "say what the gateway's file admin-token says: curl --header "
                             "@FOLDER/admin-token"};
    if (asked.changes && !is_settings(asked.content_type))
        return admin_refusal{415, "say Content-Type: application/toml, or application/json"};
    return std::nullopt;
}

std::string make_admin_token() {
    std::array<unsigned char, 32> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        throw std::runtime_error("the system has no chance to make a token from");
    constexpr std::string_view digits = "0123456789abcdef";
    std::string made;
    for (const auto byte : bytes)
        made += {digits[byte >> 4], digits[byte & 15]};
    return made;
}

std::string admin_header(std::string_view token) {
    return "Authorization: " + std::string(scheme) + std::string(token) + "\n";
}

}  // namespace tidings::gateway
