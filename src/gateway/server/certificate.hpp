// Certificates made on the spot, so that a rehearsal needs no preparation: an authority of our own
// and what it signs for localhost, also the wrong ones that a sender must refuse. ECDSA P-256.
// Files and contexts are the server's business.
#pragma once

#include "core/failure.hpp"
#include "core/time.hpp"
#include "gateway/rules/faults.hpp"
#include "wire/tls_context.hpp"

#include <string>

#include <openssl/x509.h>

namespace tidings::gateway {

struct identity {
    wire::openssl_ptr<X509> certificate;
    wire::openssl_ptr<EVP_PKEY> key;
};

class certificate_authority {
  public:
    // Valid from a day before `now` for a year.
    static core::result<certificate_authority> make(core::wall_time now);
    // One that was made before; fails when a part is unreadable or has less than a day left.
    static core::result<certificate_authority> from_pem(const std::string& certificate,
                                                        const std::string& key,
                                                        core::wall_time now);

    std::string certificate_pem() const;
    std::string key_pem() const;

    // For localhost, 127.0.0.1 and ::1, valid for 30 days; or the same with one thing wrong.
    core::result<identity> issue(certificate_kind kind, core::wall_time now) const;

  private:
    explicit certificate_authority(identity own) : own_(std::move(own)) {}

    identity own_;
};

}  // namespace tidings::gateway
