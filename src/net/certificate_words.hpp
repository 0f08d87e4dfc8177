// Says in a person's words why a certificate was turned down, with the names and dates involved and
// what to do. It judges nothing: OpenSSL has.
#pragma once

#include <string>

#include <openssl/x509.h>

namespace tidings::net {

// `code` is X509_V_ERR_*; `leaf` the server's certificate, `current` the one that is at fault, both
// may be null; `host` the name that was wanted, null when an address was (then it is in `wanted`).
std::string certificate_words(int code, X509* leaf, X509* current, const char* host,
                              X509_VERIFY_PARAM* wanted);

}  // namespace tidings::net
