// The keys that a server must have one of, whatever authority vouches for it: SHA-256 of the
// certificate's public key, spelled as curl's --pinnedpubkey does. Whether a certificate is genuine
// is OpenSSL's to say, before this is asked.
#pragma once

#include "core/failure.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/x509.h>

namespace tidings::net {

class key_pins {
  public:
    static constexpr std::size_t pins_max = 16;

    // "sha256//BASE64", several with ';' between them; "" = any key will do. Fails with
    // `configuration`.
    static core::result<key_pins> make(std::string_view text);

    // True also when nothing is pinned.
    bool hold(X509* certificate) const;
    // How that certificate's key would be pinned; "" when it has none.
    static std::string spelled(X509* certificate);

  private:
    std::vector<std::string> spelled_;
};

}  // namespace tidings::net
