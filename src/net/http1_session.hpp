// HTTP/1.1 on one connection: one request at a time, no pipelining, no retry. The bytes of the
// answer are net/http1_answer's, when to close is said here and done by net/connection.
#pragma once

#include "net/http1_answer.hpp"
#include "net/session.hpp"

#include <string_view>

namespace tidings::net {

class http1_session final : public session {
  public:
    http1_session(session_shared& shared, wire::tls_channel& channel);

    std::uint8_t http_major() const noexcept override { return 1; }
    std::size_t room() const noexcept override { return attempt_ == nullptr && !ending_ ? 1 : 0; }
    std::size_t in_flight() const noexcept override { return attempt_ == nullptr ? 0 : 1; }
    bool ending() const noexcept override { return ending_; }
    std::string_view trouble() const noexcept override { return trouble_; }

    void begin(attempt& one, const message& what) override;
    void flush() override;
    void on_bytes(std::span<const char> bytes) override;
    void on_end(wire::channel_status how, std::string_view why) override;
    void give_up(attempt& one, std::string_view why) override;
    void on_late(attempt&) override { ending_ = true; }
    void on_tick(core::instant) override {}

  private:
    void write_rest();
    void report(std::string_view trouble);

    session_shared& shared_;
    wire::tls_channel& channel_;
    http1_answer answer_;
    attempt* attempt_ = nullptr;
    std::vector<char> unwritten_;  // of a request longer than the kernel or a record took at once
    std::string_view trouble_;
    bool ending_ = false;
    bool answer_is_old_ = false;  // of the request before: reset when the first new byte comes
};

}  // namespace tidings::net
