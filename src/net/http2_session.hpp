// HTTP/2 on one connection, through nghttp2: many requests at once, gathered by flush() into as few
// TLS records and writes as they fit in. It says of each stream what the peer said by protocol
// (refused, above GOAWAY's last, reset). Frames, streams, flow control and the decoding of heads
// are nghttp2's; a request's head is net/header_block's.
#pragma once

#include "net/answer_heads.hpp"
#include "net/header_block.hpp"
#include "net/http1_answer.hpp"
#include "net/recycled_memory.hpp"
#include "net/session.hpp"

#include <array>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <nghttp2/nghttp2.h>

namespace tidings::net {

class http2_session final : public session {
  public:
    // The connection is asked for a sign of life after that long without a byte while something is
    // in flight, and takes no more messages when as long again goes by without one.
    static constexpr core::duration silence_max = std::chrono::seconds(10);

    http2_session(session_shared& shared, wire::tls_channel& channel);
    ~http2_session() override;

    std::uint8_t http_major() const noexcept override { return 2; }
    std::size_t room() const noexcept override;
    std::size_t flights() const noexcept override { return flights_.size(); }
    bool ending() const noexcept override { return ending_; }
    std::string_view trouble() const noexcept override { return trouble_; }
    bool wants_flush() const noexcept override;

    void begin(flight& one, const departure& what) override;
    void flush() override;
    void on_bytes(std::span<const char> bytes) override;
    void on_end(wire::channel_status how, std::string_view why) override;
    void give_up(flight& one, std::string_view why) override;
    void on_late(flight&) override {}
    void on_tick(core::instant now) override;

  private:
    friend struct http2_callbacks;

    // What belongs to a stream: the request until it is sent, the answer while it comes.
    struct exchange {
        flight* on = nullptr;  // nullptr: reported already, the stream only has to die
        std::int32_t stream = 0;
        std::string token;                               // when each message has its own
        std::array<char, codec::request_body_max> body;  // the first body_size mean something
        std::size_t body_size = 0;
        std::size_t body_sent = 0;
        answer_head head;
        bool complete = false;
        bool reset = false;  // by the peer
        std::uint64_t answer_size = 0;
        std::string answer;

        void restart();
    };

    exchange& open_exchange();
    void close_exchange(exchange& one);
    exchange* exchange_of(std::int32_t stream) noexcept;
    void gather(std::vector<char>& out);
    void append_frame(std::span<const std::uint8_t> frame, std::uint64_t start,
                      std::vector<char>& out);
    void append_head(std::span<const std::uint8_t> frame, const exchange& one,
                     std::vector<char>& out);
    void report(exchange& one, std::uint32_t error_code, std::string_view trouble);
    void break_off(std::string_view why);
    void drop_stream(exchange& one, std::string_view why);

    bool take(const answer_heads::piece& piece);
    bool feed(std::span<const std::uint8_t> bytes);

    void on_settings();
    void on_head_taken(exchange& one);
    void on_goaway(const nghttp2_goaway& frame);
    int on_header(exchange& one, std::string_view name, std::string_view value);
    void on_data(exchange& one, std::string_view bytes);
    void on_stream_closed(std::int32_t stream, std::uint32_t error_code);

    session_shared& shared_;
    wire::tls_channel& channel_;
    recycled_memory memory_;
    nghttp2_session* session_ = nullptr;
    header_block head_;
    answer_heads heads_;
    answer_heads::piece arriving_;        // the first head of a stream, while nghttp2 has it
    const answer_head* known_ = nullptr;  // what it says, when that is known
    std::string token_;                   // the latest, when they do not vary
    std::deque<exchange> exchanges_;      // addresses stay
    std::vector<exchange*> unused_;
    std::vector<exchange*> flights_;  // with a flight on them; flight::place is the index
    std::vector<char> unwritten_;     // frames that a full kernel did not take
    std::int32_t looked_up_ = -1;     // the stream that was asked for last, and what belongs to it
    exchange* found_ = nullptr;
    std::string trouble_;
    std::size_t streams_max_ = 0;  // ours and the server's; 0 until its SETTINGS came
    core::instant heard_;          // a byte of the peer
    core::instant asked_{};        // a PING is out since
    bool ping_out_ = false;
    bool settled_ = false;  // the server's SETTINGS have come
    bool ending_ = false;
};

}  // namespace tidings::net
