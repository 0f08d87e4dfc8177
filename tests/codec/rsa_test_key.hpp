// RSA keys for tests, made on the spot so that no private key lies in the source tree.
#pragma once

#include <string>

namespace tidings::tests {

struct rsa_test_key {
    std::string pem;  // the private key
    std::string n;    // base64url
    std::string e;
    // The public half as a JWK.
    std::string jwk(const std::string& kid) const {
        return R"({"kty":"RSA","use":"enc","kid":")" + kid + R"(","n":")" + n + R"(","e":")" + e +
               R"("})";
    }
};

rsa_test_key make_rsa_test_key(unsigned bits);
// One key of 2,048 bits for all tests of the process.
const rsa_test_key& shared_rsa_test_key();
// A private key that is not RSA.
std::string make_ec_test_key();

}  // namespace tidings::tests
