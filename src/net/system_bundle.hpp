// The system's bundle of trust anchors, read when a chain first asks for an anchor that is not
// known yet. Parsing its hundred and some certificates costs as much as fifty handshakes, and a
// campaign whose `ca_file` names the anchor never needs them. Whom to trust is net/trust's.
#pragma once

#include <openssl/ssl.h>

namespace tidings::net {

// Adds it behind the anchors that the context has by then: OpenSSL's default file, or the one that
// SSL_CERT_FILE names. A file that is missing or broken adds nothing.
void trust_system_bundle(SSL_CTX* context);

}  // namespace tidings::net
