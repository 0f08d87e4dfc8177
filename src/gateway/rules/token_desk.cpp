#include "gateway/rules/token_desk.hpp"

#include "gateway/rules/base64url.hpp"
#include "gateway/rules/token_keys.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <functional>
#include <memory>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <simdjson.h>

namespace tidings::gateway {

namespace {

constexpr std::size_t ways = 2;  // places a token may stand in the cache

// Whole seconds or fractions of them; nothing a calendar cannot hold.
bool read_time(simdjson::dom::element value, std::optional<core::wall_time>& out) {
    double seconds = 0;
    if (value.get(seconds) != simdjson::SUCCESS) return false;
    if (!(std::abs(seconds) < 1e11)) return false;
    out = core::wall_time(std::chrono::microseconds(std::llround(seconds * 1e6)));
    return true;
}

struct claims {
    std::string_view app_id;
    std::string_view jti;
    bool ok = true;
};

// The last of several claims with one name counts, as in JavaScript.
claims read_claims(simdjson::dom::object fields, token_facts& out) {
    claims made;
    for (const auto field : fields) {
        if (field.key == "appId") {
            if (field.value.get(made.app_id) != simdjson::SUCCESS) made.ok = false;
        } else if (field.key == "sub") {
            out.has_sub = field.value.is_string();
        } else if (field.key == "jti") {
            out.has_jti = true;
            if (field.value.get(made.jti) != simdjson::SUCCESS || made.jti.empty()) made.ok = false;
        } else if (field.key == "exp") {
            if (!read_time(field.value, out.expires)) made.ok = false;
        } else if (field.key == "nbf") {
            if (!read_time(field.value, out.not_before)) made.ok = false;
        }
    }
    return made;
}

std::optional<signature_algorithm> algorithm_named(std::string_view name) {
    if (name == "HS256") return signature_algorithm::hs256;
    if (name == "HS512") return signature_algorithm::hs512;
    if (name == "RS256") return signature_algorithm::rs256;
    if (name == "RS512") return signature_algorithm::rs512;
    return std::nullopt;
}

std::uint64_t id_of(std::string_view token) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    EVP_Digest(token.data(), token.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    std::uint64_t id = 0;
    for (std::size_t i = 0; i < sizeof id; ++i)
        id = (id << 8) | digest[i];
    return id;
}

}  // namespace

struct token_desk::app_keys {
    verification_keys keys;
    std::optional<jwe_key> opener;
};

token_desk::token_desk() : cache_(remembered) {}
token_desk::token_desk(token_desk&&) noexcept = default;
token_desk& token_desk::operator=(token_desk&&) noexcept = default;
token_desk::~token_desk() = default;

core::result<token_desk> token_desk::make(const std::vector<app_options>& apps) {
    token_desk made;
    for (const auto& app : apps) {
        auto keys = verification_keys::make(app);
        if (!keys) return keys.error();
        std::optional<jwe_key> opener;
        if (app.jwe != jwe_rule::off) {
            auto key = jwe_key::from_pem(app.jwe_private_key_pem, app.jwe_key_id);
            if (!key)
                return core::failure{key.error().kind,
                                     "app " + app.client_id + ": " + key.error().text};
            opener = std::move(*key);
        }
        made.apps_.push_back({std::move(*keys), std::move(opener)});
    }
    return made;
}

const token_facts& token_desk::read(std::string_view token) {
    if (token.size() > token_bytes_max) {
        oversized_ = token_facts{};
        return oversized_;
    }
    const std::uint64_t hash = std::hash<std::string_view>{}(token);
    const auto set = static_cast<std::size_t>(hash) % (remembered / ways) * ways;
    for (std::size_t way = 0; way < ways; ++way) {
        const auto& known = cache_[set + way];
        if (known.hash == hash && known.bytes == token && !token.empty()) return known.facts;
    }
    // The newer of the two moves up, so that a token in steady use is not pushed out by single
    // ones.
    std::swap(cache_[set], cache_[set + 1]);
    auto& place = cache_[set];
    place.hash = hash;
    place.bytes.assign(token);
    examine(token, place.facts);
    return place.facts;
}

void token_desk::examine(std::string_view token, token_facts& out) {
    ++verified_;
    out = token_facts{};
    out.id = id_of(token);
    if (looks_like_jwe(token)) {
        for (auto& app : apps_) {
            if (!app.keys.takes_encrypted || !app.opener || !app.opener->open(token, plain_))
                continue;
            out.encrypted = true;
            const std::string inner = plain_;
            examine_signed(inner, token, out);
            break;
        }
    } else {
        examine_signed(token, token, out);
    }
    // Whatever a hostile token left there must not be read as the TLS stream's error.
    ERR_clear_error();
}

bool token_desk::examine_signed(std::string_view token, std::string_view as_sent,
                                token_facts& out) {
    const auto first = token.find('.');
    const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
        return false;
    if (!decode_base64url(token.substr(0, first), header_) ||
        !decode_base64url(token.substr(first + 1, second - first - 1), payload_) ||
        !decode_base64url(token.substr(second + 1), signature_))
        return false;

    simdjson::dom::parser header_parser;
    simdjson::dom::parser payload_parser;
    simdjson::dom::object header;
    simdjson::dom::object payload;
    std::string_view algorithm_name;
    if (header_parser.parse(header_).get(header) != simdjson::SUCCESS ||
        header["alg"].get(algorithm_name) != simdjson::SUCCESS ||
        payload_parser.parse(payload_).get(payload) != simdjson::SUCCESS)
        return false;
    const auto found = read_claims(payload, out);
    if (!found.ok) return false;

    out.state = token_state::bad_signature;
    const auto algorithm = algorithm_named(algorithm_name);
    simdjson::dom::element critical;
    if (!algorithm || header["crit"].get(critical) == simdjson::SUCCESS) return false;
    const auto owner = std::find_if(apps_.begin(), apps_.end(), [&found](const app_keys& app) {
        return app.keys.client_id == found.app_id;
    });
    if (owner == apps_.end()) return false;
    if (!owner->keys.is_accepted_literally(as_sent) &&
        !owner->keys.verify(*algorithm, token.substr(0, second), signature_))
        return false;
    out.state = token_state::verified;
    out.app = static_cast<std::uint16_t>(owner - apps_.begin());
    if (out.has_jti) out.jti = digest_of_jti(found.app_id, found.jti);
    return true;
}

}  // namespace tidings::gateway
