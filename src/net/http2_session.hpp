// HTTP/2 on one connection, through nghttp2: many requests at once, gathered by flush() into as few
// TLS records and writes as they fit in. It says of each stream what the peer said by protocol
// (refused, above GOAWAY's last, reset). Frames, streams, flow control and the decoding of heads
// are nghttp2's; a request's head is net/header_block's.
#pragma once

#include "net/answer_heads.hpp"
#include "net/header_block.hpp"
#include "net/http2_exchanges.hpp"
#include "net/noise_budget.hpp"
#include "net/pulse.hpp"
#include "net/recycled_memory.hpp"
#include "net/session.hpp"

#include <string>
#include <vector>

#include <nghttp2/nghttp2.h>

namespace tidings::net {

class http2_session final : public session {
  public:
    // The connection is asked for a sign of life after that long without a byte while something is
    // in flight, and takes no more messages when as long again goes by without one.
    static constexpr core::duration silence_max = std::chrono::seconds(2);

    http2_session(session_shared& shared, wire::tls_channel& channel);
    ~http2_session() override;

    std::uint8_t http_major() const noexcept override { return 2; }
    std::size_t room() const noexcept override;
    std::size_t in_flight() const noexcept override { return exchanges_.in_flight(); }
    bool ending() const noexcept override { return ending_; }
    std::string_view trouble() const noexcept override { return trouble_; }
    bool wants_flush() const noexcept override;

    void begin(attempt& one, const message& what) override;
    void flush() override;
    void on_bytes(std::span<const char> bytes) override;
    void on_end(wire::channel_status how, std::string_view why) override;
    void give_up(attempt& one, std::string_view why) override;
    void on_late(attempt&) override {}
    void on_tick(core::instant now) override;

  private:
    friend struct http2_callbacks;

    // The first head of a stream, while nghttp2 has it.
    struct arriving_head {
        answer_heads::piece piece;
        const answer_head* known = nullptr;  // what it says, when that is known
    };

    http2_exchange* exchange_of(std::int32_t stream) noexcept;
    void gather(std::vector<char>& out);
    void append_frame(std::span<const std::uint8_t> frame, std::uint64_t start,
                      std::vector<char>& out);
    void append_head(std::span<const std::uint8_t> frame, http2_exchange& one,
                     std::vector<char>& out);
    void report(http2_exchange& one, std::uint32_t error_code, std::string_view trouble);
    void break_off(std::string_view why);
    void drop_stream(http2_exchange& one, std::string_view why);

    bool take(const answer_heads::piece& piece);
    bool feed(std::span<const std::uint8_t> bytes);

    void on_settings();
    void on_head_taken(http2_exchange& one);
    void on_goaway(const nghttp2_goaway& frame);
    int on_header(http2_exchange& one, std::string_view name, std::string_view value);
    void on_data(http2_exchange& one, std::string_view bytes);
    void on_answer_ended(http2_exchange& one);
    void on_stream_closed(std::int32_t stream, std::uint32_t error_code);

    session_shared& shared_;
    wire::tls_channel& channel_;
    recycled_memory memory_;
    nghttp2_session* session_ = nullptr;
    header_block head_;
    answer_heads heads_;
    arriving_head arriving_;
    http2_exchanges exchanges_;
    std::vector<char> unwritten_;  // frames that a full kernel did not take
    pulse pulse_;
    noise_budget noise_;
    std::string trouble_;
    std::size_t streams_max_ = 0;  // ours and the server's; 0 until its SETTINGS came
    bool ending_ = false;
    bool lied_ = false;  // an answer came before its request was written
};

}  // namespace tidings::net
