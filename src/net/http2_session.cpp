#include "net/http2_session.hpp"

#include <algorithm>
#include <utility>

#include "net/http2_callbacks.hpp"

namespace tidings::net {

namespace {

// Frames gathered before they are written, at most.
constexpr std::size_t gathered_max = 4 * wire::tls_channel::record_max;
constexpr std::uint64_t not_written = UINT64_MAX;
constexpr std::size_t frame_header = 9;
constexpr std::size_t answer_capacity_kept = 4096;

// The value is copied by nghttp2 unless it lives as long as the session.
nghttp2_nv field(std::string_view name, std::string_view value, std::uint8_t flags) {
    const auto bytes = [](std::string_view text) {
        return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    };
    return {bytes(name), bytes(value), name.size(), value.size(),
            static_cast<std::uint8_t>(flags | NGHTTP2_NV_FLAG_NO_COPY_NAME)};
}

}  // namespace

http2_session::http2_session(session_shared& shared, wire::tls_channel& channel)
    : shared_(shared),
      channel_(channel),
      session_(make_nghttp2_session(*this)),
      heard_(shared.clock.now()) {
    if (session_ == nullptr) {
        ending_ = true;
        trouble_ = "no memory for an HTTP/2 session";
        return;
    }
    const std::array<nghttp2_settings_entry, 3> settings = {{
        {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 0},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,
         static_cast<std::uint32_t>(shared.options.header_max)},
    }};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
}

http2_session::~http2_session() {
    nghttp2_session_del(session_);
}

std::size_t http2_session::room() const noexcept {
    if (ending_ || !settled_ || flights_.size() >= streams_max_) return 0;
    return streams_max_ - flights_.size();
}

bool http2_session::wants_flush() const noexcept {
    return session_ != nullptr && unwritten_.empty() && nghttp2_session_want_write(session_) != 0;
}

http2_session::exchange& http2_session::open_exchange() {
    if (unused_.empty()) return exchanges_.emplace_back();
    exchange& one = *unused_.back();
    unused_.pop_back();
    one.restart();
    return one;
}

void http2_session::exchange::restart() {
    on = nullptr;
    stream = 0;
    body_size = body_sent = head_size = 0;
    answer_size = 0;
    announced.reset();
    status = 0;
    final_head = complete = false;
    content_type.clear();
    retry_after.clear();
    answer.clear();
    if (answer.capacity() > answer_capacity_kept) std::string().swap(answer);
}

void http2_session::close_exchange(exchange& one) {
    unused_.push_back(&one);
}

http2_session::exchange* http2_session::exchange_of(std::int32_t stream) noexcept {
    if (stream == looked_up_) return found_;
    auto* const one =
        static_cast<exchange*>(nghttp2_session_get_stream_user_data(session_, stream));
    if (one == nullptr) return nullptr;
    looked_up_ = stream;
    found_ = one;
    return one;
}

void http2_session::begin(flight& one, const departure& what) {
    exchange& made = open_exchange();
    made.body_size = static_cast<std::size_t>(
        codec::write_request_body(made.body.data(), what.from, what.to) - made.body.data());
    const char length[2] = {static_cast<char>('0' + made.body_size / 10),
                            static_cast<char>('0' + made.body_size % 10)};
    // A token that never changes is one byte on the wire from the second message on; one that
    // always does would only push the others out of the table.
    const std::uint8_t token_flags =
        shared_.options.token_varies ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE;
    constexpr std::uint8_t lasting = NGHTTP2_NV_FLAG_NO_COPY_VALUE;
    const std::array<nghttp2_nv, 9> fields = {
        field(":method", "POST", lasting),
        field(":scheme", "https", lasting),
        field(":authority", shared_.requests.authority(), lasting),
        field(":path", shared_.requests.path(), lasting),
        field("user-agent", shared_.requests.user_agent(), lasting),
        field("content-type", codec::content_type_sent, lasting),
        field("accept", codec::accept_sent, lasting),
        field("auth", what.token, token_flags),
        field("content-length", {length, sizeof length}, NGHTTP2_NV_FLAG_NONE)};
    const nghttp2_data_provider body = http2_body_of(&made);

    one.bytes_begin = one.bytes_end = not_written;
    one.place = flights_.size();
    made.on = &one;
    flights_.push_back(&made);
    made.stream =
        nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(), &body, &made);
    one.stream = made.stream;
    // Out of stream numbers, or of memory: the message is still ours, flush() reports it.
    if (made.stream < 0) ending_ = true;
}

// Each frame comes out of nghttp2 in one piece, so that its place in the outgoing stream can be
// noted for the request it belongs to.
void http2_session::gather(std::vector<char>& out) {
    const std::uint64_t start = channel_.position() + unwritten_.size();
    while (out.size() < gathered_max) {
        const std::uint8_t* frame = nullptr;
        const ssize_t size = nghttp2_session_mem_send(session_, &frame);
        if (size < 0) return break_off(nghttp2_strerror(static_cast<int>(size)));
        if (size == 0) return;
        note_frame(frame, static_cast<std::size_t>(size), start + out.size());
        out.insert(out.end(), frame, frame + size);
    }
}

void http2_session::note_frame(const std::uint8_t* frame, std::size_t size, std::uint64_t at) {
    if (size < frame_header) return;
    const std::uint8_t type = frame[3];
    if (type != NGHTTP2_HEADERS && type != NGHTTP2_DATA) return;
    const auto stream = static_cast<std::int32_t>((frame[5] & 0x7FU) << 24U | frame[6] * 0x10000U |
                                                  frame[7] * 0x100U | frame[8]);
    const exchange* const one = exchange_of(stream);
    if (one == nullptr || one->on == nullptr) return;
    if (type == NGHTTP2_HEADERS) one->on->bytes_begin = at;
    if ((frame[4] & NGHTTP2_FLAG_END_STREAM) != 0) one->on->bytes_end = at + size;
}

void http2_session::flush() {
    // What never became a stream was not started.
    for (std::size_t i = flights_.size(); i-- > 0;) {
        if (!ending_ || i >= flights_.size()) break;
        exchange& one = *flights_[i];
        if (one.stream >= 0) continue;
        report(one, NGHTTP2_NO_ERROR, "no stream number is left on the connection");
        close_exchange(one);
    }
    auto& out = shared_.outgoing;
    for (;;) {
        if (!unwritten_.empty()) {
            const auto wrote = channel_.write(unwritten_);
            unwritten_.erase(unwritten_.begin(),
                             unwritten_.begin() + static_cast<std::ptrdiff_t>(wrote.bytes));
            if (!unwritten_.empty()) return;
        }
        out.clear();
        gather(out);
        if (out.empty()) {
            channel_.flush();
            break;
        }
        const auto wrote = channel_.write(out);
        if (wrote.bytes < out.size()) {
            unwritten_.assign(out.begin() + static_cast<std::ptrdiff_t>(wrote.bytes), out.end());
            return;
        }
    }
    // nghttp2 has said its GOAWAY over something the peer did wrong, and is through with it.
    if (nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0 &&
        !flights_.empty())
        break_off("the server broke its rules");
}

void http2_session::on_bytes(std::span<const char> bytes) {
    heard_ = shared_.clock.now();
    ping_out_ = false;
    const ssize_t used = nghttp2_session_mem_recv(
        session_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    if (used < 0) break_off(nghttp2_strerror(static_cast<int>(used)));
    if (nghttp2_session_want_read(session_) == 0 && flights_.empty()) ending_ = true;
}

void http2_session::break_off(std::string_view why) {
    ending_ = true;
    trouble_ = "HTTP/2 went wrong: " + std::string(why);
    on_end(wire::channel_status::failed, trouble_);
}

void http2_session::on_end(wire::channel_status, std::string_view why) {
    ending_ = true;
    const std::string words(why);
    // Without the room that the sink might use: the connection is over.
    while (!flights_.empty())
        report(*flights_.back(), NGHTTP2_NO_ERROR, words);
}

void http2_session::give_up(flight& one, std::string_view why) {
    drop_stream(*flights_[one.place], why);
}

void http2_session::drop_stream(exchange& one, std::string_view why) {
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, one.stream, NGHTTP2_CANCEL);
    if (one.on != nullptr) report(one, NGHTTP2_NO_ERROR, why);
}

void http2_session::on_tick(core::instant now) {
    const core::duration silent = now - heard_;
    if (flights_.empty()) {
        // Neither busy nor of use: the server's SETTINGS never came, or allow no stream.
        if (room() > 0 || ending_ || silent < shared_.options.connect_timeout) return;
        ending_ = true;
        trouble_ = "the server allows no HTTP/2 stream; set `http` to \"1.1\"";
        return;
    }
    if (ping_out_) {
        if (now - asked_ >= silence_max) ending_ = true;  // late answers are still awaited
    } else if (silent >= silence_max) {
        nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr);
        ping_out_ = true;
        asked_ = now;
    }
}

}  // namespace tidings::net
