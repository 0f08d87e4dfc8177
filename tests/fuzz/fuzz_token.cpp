// What goes into a token from outside: claims, an id, keys and the platform's JWK. The first byte
// picks algorithm and encryption; lines: client id, subject, id; the rest is the key or the JWK.
#include "codec/messages/request.hpp"
#include "codec/tokens/base64url.hpp"
#include "codec/tokens/token.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <simdjson.h>

namespace {

using namespace tidings;

std::string line_of(std::string_view& rest) {
    const auto end = rest.find('\n');
    const std::string line(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return line;
}

void must(bool holds) {
    if (!holds) std::abort();
}

bool allowed_in_jti(std::string_view id) {
    for (const char c : id)
        if (c <= ' ' || c > '~' || c == '"' || c == '\\') return false;
    return id.size() <= codec::token_signer::jti_size_max;
}

// Three parts in base64url, and claims that are JSON saying what was put in.
void check_signed(const std::string& token, const codec::token_options& options) {
    const auto first = token.find('.');
    const auto last = token.rfind('.');
    must(first != std::string::npos && first != last);
    const auto claims = codec::read_base64url(token.substr(first + 1, last - first - 1));
    must(claims && codec::read_base64url(token.substr(last + 1)));
    simdjson::dom::parser parser;
    simdjson::dom::object said;
    must(parser.parse(*claims).get(said) == simdjson::SUCCESS);
    must(std::string_view(said["appId"]) == options.client_id);
    must(std::string_view(said["sub"]) == options.subject);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    const auto choice = static_cast<unsigned char>(rest[0]);
    rest.remove_prefix(1);

    codec::token_options options;
    options.algorithm = static_cast<codec::token_algorithm>(choice % 4);
    options.client_id = line_of(rest);
    options.subject = line_of(rest);
    const auto id = line_of(rest);
    const bool wrap = choice >= 128;
    if (wrap) {
        options.algorithm = codec::token_algorithm::hs256;
        options.wrap = codec::jwe_options{
            .key = std::string(rest),
            .wrap = static_cast<codec::jwe_wrap>(choice / 4 % 2),
            .cipher = static_cast<codec::jwe_cipher>(choice / 8 % 3),
        };
    }
    auto signer = codec::token_signer::make(options, codec::secret(wrap ? "key" : rest));
    if (!signer) {
        must(!signer.error().text.empty());
        return 0;
    }
    std::string token(signer->size_max(), '\0');
    must(token.size() <= codec::token_size_max);
    const core::wall_time when{std::chrono::seconds(1'800'000'000)};
    const char* const end = signer->sign(token.data(), when, allowed_in_jti(id) ? id : "");
    must(end != nullptr);
    token.resize(static_cast<std::size_t>(end - token.data()));
    if (!wrap) check_signed(token, options);
    return 0;
}
