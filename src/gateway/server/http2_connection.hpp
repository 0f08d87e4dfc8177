// HTTP/2 on one connection, as its parts see it: http2_session.cpp reads and writes,
// http2_answers.cpp judges and answers, http2_callbacks.cpp is told by nghttp2.
#pragma once

#include "gateway/server/connection.hpp"
#include "gateway/server/http2_frames.hpp"
#include "gateway/server/http2_stream.hpp"

#include <limits>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nghttp2/nghttp2.h>

namespace tidings::gateway {

class http2_session final : public protocol {
  public:
    explicit http2_session(connection& over);
    ~http2_session() override;

    std::size_t read_allowance() override;
    void on_bytes(std::span<const char> bytes) override;
    void on_written() override;
    void on_wake(core::instant now) override;
    void on_drain() override;
    phase now_in() const override;
    core::instant receiving_since() const override;

    // From nghttp2; 0 or an error of its.
    int on_begin_frame(const nghttp2_frame_hd& header);
    int on_begin_headers(std::int32_t id);
    int on_header(std::int32_t id, std::string_view name, std::string_view value);
    int on_data(std::int32_t id, std::string_view piece);
    int on_request_end(std::int32_t id);
    int on_stream_close(std::int32_t id);
    ssize_t on_body_wanted(std::int32_t id, char* into, std::size_t room, std::uint32_t& flags);

  private:
    // A stream one of whose directions ends at a byte of its frames.
    struct byte_watch {
        std::int32_t stream = 0;
        std::uint64_t left = 0;
        bool by_reset = true;
    };

    http2_stream* find(std::int32_t id);
    // In.
    bool watches_reading() const;
    void feed();
    std::size_t feed_stretch(std::string_view bytes);
    void begin_coming(std::int32_t id);
    void take(std::string_view bytes);
    // Out.
    void pump();
    void put(std::string_view bytes);
    void put_watched(std::string_view bytes);
    void put_what_follows();
    void end(connection::ending how) {
        ended_ = true;
        over_.end(how);
    }
    // Answers.
    void judge(http2_stream& one);
    void answer(http2_stream& one);
    bool end_strangely(http2_stream& one);
    bool go_away(http2_stream& one);
    void submit(http2_stream& one);
    void submit_interims(http2_stream& one);
    void refuse(std::int32_t id, std::uint32_t code);
    void sleep(http2_stream& one, core::duration wait);
    void wake(http2_stream& one);

    struct deleter {
        void operator()(nghttp2_session* one) const { nghttp2_session_del(one); }
    };

    connection& over_;
    std::unique_ptr<nghttp2_session, deleter> session_;
    std::list<http2_stream> streams_;  // in the order in which they were begun
    std::list<http2_stream> spare_;
    std::size_t unfinished_ = 0;  // requests that are not whole yet
    std::int32_t last_begun_ = 0;
    std::int32_t last_processed_ = 0;
    // What a GOAWAY leaves out must not be processed, not even before nghttp2 has sent it.
    std::uint32_t left_out_above_ = UINT32_MAX;
    std::uint32_t idle_frames_ = 0;  // control frames since the last one that carried an answer
    bool flooded_ = false;
    bool ended_ = false;
    bool draining_ = false;
    bool goaway_open_ = false;  // the last GOAWAY said "all": another one closes
    bool reset_when_written_ = false;

    http2_frames frames_in_{NGHTTP2_CLIENT_MAGIC_LEN};
    http2_frames frames_out_{0};
    std::string held_;            // was read, and waits for its time or its byte
    exchange coming_;             // the request whose first frame is at hand
    std::int32_t coming_id_ = 0;  // 0: taken already
    std::int32_t last_coming_ = 0;
    std::vector<byte_watch> watched_in_, watched_out_;
    std::int32_t slow_stream_ = 0;  // whose request is read slowly; 0: none
    std::uint32_t slow_rate_ = 0;   // bytes a second
    std::size_t slow_budget_ = 0;   // bytes until slow_at_
    core::instant slow_at_ = core::never;
    // What comes right behind the bytes that nghttp2 hands out.
    std::string behind_;
    std::vector<ledger::entry_number> answered_;
    std::vector<std::int32_t> closed_;
};

// One for all sessions; lives as long as the program.
const nghttp2_session_callbacks* http2_callbacks();
// The body's bytes, for nghttp2_data_provider.
ssize_t http2_read_body(nghttp2_session*, std::int32_t id, std::uint8_t* into, std::size_t room,
                        std::uint32_t* flags, nghttp2_data_source*, void* user);

}  // namespace tidings::gateway
