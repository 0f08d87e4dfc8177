// The server's TLS contexts: the good certificate and, made when a fault first asks for one, the
// wrong ones.
#pragma once

#include "gateway/server/certificate.hpp"
#include "gateway/server/server_options.hpp"
#include "wire/tls_context.hpp"

#include <array>
#include <optional>
#include <string>

namespace tidings::gateway {

class tls_contexts {
  public:
    // Certificates from files, or made on the spot; then the authority is kept in `folder` (ca.pem
    // and ca-key.pem) and used again by the next start.
    static core::result<tls_contexts> make(const server_options& options, core::wall_time now);

    // Never null for certificate_kind::good; null when a wrong one cannot be made.
    SSL_CTX* get(certificate_kind kind, core::wall_time now);

    const std::string& ca_file() const noexcept { return ca_file_; }
    const std::string& ca_pem() const noexcept { return ca_pem_; }

  private:
    core::result<void> use_files();
    core::result<void> make_authority(core::wall_time now);
    core::result<wire::openssl_ptr<SSL_CTX>> context_of(const identity& shown) const;
    core::result<wire::openssl_ptr<SSL_CTX>> bare_context() const;

    server_options options_;
    std::optional<certificate_authority> authority_;
    std::array<wire::openssl_ptr<SSL_CTX>, 4> contexts_;
    std::string ca_file_;
    std::string ca_pem_;
};

}  // namespace tidings::gateway
