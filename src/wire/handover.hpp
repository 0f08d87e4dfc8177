// From OpenSSL's hands into ours: watches a client's connection while OpenSSL does the handshake
// and the first records, and says when wire/record_layer can carry on. Only then is everything
// that belongs to the handshake through, the server's session tickets among it, which OpenSSL has
// to read to be able to resume.
//
// What is never taken over: TLS 1.2, ciphers other than AES-GCM, a connection whose keys were
// renewed before. OpenSSL goes on with those.
#pragma once

#include "wire/record_layer.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include <openssl/ssl.h>

namespace tidings::wire {

class handover {
  public:
    // Reads of data by OpenSSL first: a server may send data before its tickets.
    static constexpr int reads_before = 4;

    // Once for each context whose connections are to be watched.
    static void prepare(SSL_CTX& context);

    // `ssl` is a client's whose handshake has not begun; it outlives this.
    explicit handover(SSL& ssl);
    ~handover();
    handover(const handover&) = delete;
    handover& operator=(const handover&) = delete;

    // The handshake is over and not a byte behind it was read or written.
    void begin() noexcept;
    // After OpenSSL has read data. The record layer that carries on, when it is time: `ssl` is
    // not to be read or written any more, and its buffers are given back. Null: OpenSSL goes on.
    std::unique_ptr<record_layer> after_read();
    // The server has asked for a certificate of ours.
    bool asked_for_certificate() const noexcept { return asked_; }
    // That, by TLS 1.3, and not a word since: perhaps it never finished its part of the handshake.
    // It says so by its session tickets, or by data.
    bool server_may_refuse() const noexcept;
    // It will never be time: there is nothing to watch any more.
    bool given_up() const noexcept { return given_up_; }

  private:
    static void on_key_log(const SSL* ssl, const char* line);
    static void on_message(int written, int version, int type, const void* bytes, std::size_t size,
                           SSL* ssl, void* self);
    void learn(std::string_view line);
    void note(std::uint8_t handshake_message) noexcept;

    SSL& ssl_;
    record_layer::state state_;
    int reads_ = 0;
    bool begun_ = false;
    bool given_up_ = false;
    bool asked_ = false;     // for a certificate
    bool ticketed_ = false;  // the server has offered a session
};

}  // namespace tidings::wire
