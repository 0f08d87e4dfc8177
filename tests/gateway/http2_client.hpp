// An HTTP/2 client of nothing but frames, so that a test sees every one that the gateway sends and
// every byte of them. It asks for one thing: the sample call.
#pragma once

#include "gateway/server_rig.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::gateway::testing {

struct http2_frame {
    std::uint8_t type = 0;
    std::uint8_t flags = 0;
    std::int32_t stream = 0;
    std::string payload;

    std::string bytes() const;
};

namespace frame_type {
inline constexpr std::uint8_t data = 0, headers = 1, rst_stream = 3, settings = 4, ping = 6,
                              goaway = 7, window_update = 8, continuation = 9;
}

// HEADERS and DATA of one call; `padding` bytes of an unknown header make it longer.
std::string http2_request(std::int32_t stream, std::string_view to = "+917760336484",
                          std::size_t padding = 0);
// HEADERS alone; `fields` are name and value pairs, without pseudo-headers.
std::string http2_headers(std::int32_t stream, bool is_all,
                          const std::vector<std::pair<std::string, std::string>>& fields);

// What came of one stream.
struct http2_answer {
    int status = 0;  // of the last header block; 0: none came
    std::vector<int> statuses;
    std::string header_names;  // "name name ..." of the last block
    std::string body;
    bool whole = false;                       // END_STREAM
    std::optional<std::uint32_t> reset_code;  // RST_STREAM
    std::size_t frame_bytes = 0;              // of its frames, a frame that was cut included
};

class http2_client {
  public:
    explicit http2_client(const served& where);
    ~http2_client();
    http2_client(const http2_client&) = delete;
    http2_client& operator=(const http2_client&) = delete;

    blocking_client& tls() noexcept { return client_; }
    bool write(std::string_view bytes) { return client_.write(bytes); }
    // A PING: reads everything up to its answer, or to the end of the connection.
    void settle();
    // Reads until `stream` is over, or the connection.
    void read_answer(std::int32_t stream);
    // Reads to the end of the connection.
    void read_all();

    const http2_answer& of(std::int32_t stream) { return answers_[stream]; }
    const std::vector<std::int32_t>& goaways() const noexcept { return goaways_; }
    std::uint32_t goaway_code() const noexcept { return goaway_code_; }
    stream_end ended() const noexcept { return client_.ended(); }

  private:
    bool read_frame();
    void take(const http2_frame& one);
    void inflate(const http2_frame& one, http2_answer& into);

    blocking_client client_;
    std::string unread_;
    std::map<std::int32_t, http2_answer> answers_;
    std::vector<std::int32_t> goaways_;
    std::uint32_t goaway_code_ = 0;
    bool pinged_ = false;
    struct inflater;
    std::unique_ptr<inflater> inflater_;
};

}  // namespace tidings::gateway::testing
