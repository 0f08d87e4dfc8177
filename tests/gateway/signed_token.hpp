// Makes tokens for the gateway's tests, with plain OpenSSL calls: neither the gateway's code nor
// the sender's takes part, so that a mistake of theirs cannot hide itself.
#pragma once

#include <string>
#include <string_view>

namespace tidings::gateway::testing {

inline constexpr std::string_view sample_client_id = "cs-dc6ecdfd-cba7-5055-a983-fffa1155a3f5";
inline constexpr std::string_view sample_secret = "tidings-rehearsal-secret";
inline constexpr std::string_view sample_target =
    "/api/public/bot/st-26d52ba6-7a77-56b2-be4e-a8db1da7e440/outboundsms";
inline constexpr std::string_view sample_body =
    R"({"fromNo": "+16693422058", "toNo": "+917760336484"})";
inline constexpr std::string_view page_token =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJzdWIiOiIxMjM0NTY3ODkwIiwiYXBwSWQiOiJjcy1kYzZlY2RmZC1jYmE3LTUwNTUtYTk4My1mZmZhMTE1NWEzZjUi"
    "fQ.03LljsV8Not1NMbo-3Y-pJvNWjB6J8dTciPGPx-8h4Q";

std::string base64url(std::string_view bytes);

// header.payload.signature with HMAC; `alg` is "HS256" or "HS512".
std::string hmac_token(std::string_view payload, std::string_view secret = sample_secret,
                       std::string_view alg = "HS256");
// {"sub":"1234567890","appId":<sample>} with `more` (",..." or empty) behind.
std::string sample_payload(std::string_view more = "");

// A private RSA key in PEM, made once a process; and its public half.
const std::string& rsa_private_pem();
const std::string& rsa_public_pem();
std::string rsa_token(std::string_view payload, std::string_view alg = "RS256");

// A JWE around `inner` to the public half of rsa_private_pem().
std::string encrypted(std::string_view inner, std::string_view alg, std::string_view enc,
                      std::string_view kid = "");

}  // namespace tidings::gateway::testing
