#include "net/http2_session.hpp"

#include "net/http2_callbacks.hpp"

#include <algorithm>
#include <utility>

namespace tidings::net {

namespace {

// Frames gathered before they are written, at most.
constexpr std::size_t gathered_max = 4 * wire::tls_channel::record_max;
constexpr std::uint64_t not_written = UINT64_MAX;
constexpr std::size_t frame_header = 9;

}  // namespace

http2_session::http2_session(session_shared& shared, wire::tls_channel& channel)
    : shared_(shared),
      channel_(channel),
      session_(make_nghttp2_session(*this)),
      head_(shared.requests, shared.options.token_varies),
      exchanges_(shared.options.token_varies),
      pulse_(shared.clock.now(), silence_max) {
    if (session_ == nullptr) {
        ending_ = true;
        trouble_ = "no memory for an HTTP/2 session";
        return;
    }
    // The table's size is the usual one, but a server that uses none takes the occasion to say so,
    // which answer_heads waits for. A smaller one is not asked for: some servers follow it without
    // a word, and nghttp2 takes that for a broken connection.
    const std::array<nghttp2_settings_entry, 4> settings = {{
        {NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, NGHTTP2_DEFAULT_HEADER_TABLE_SIZE},
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
    if (ending_ || in_flight() >= streams_max_) return 0;
    return streams_max_ - in_flight();
}

bool http2_session::wants_flush() const noexcept {
    return session_ != nullptr && unwritten_.empty() && nghttp2_session_want_write(session_) != 0;
}

http2_exchange* http2_session::exchange_of(std::int32_t stream) noexcept {
    if (exchanges_.remembers(stream)) return exchanges_.remembered();
    auto* const one =
        static_cast<http2_exchange*>(nghttp2_session_get_stream_user_data(session_, stream));
    if (one != nullptr) exchanges_.remember(stream, one);
    return one;
}

void http2_session::begin(attempt& one, const message& what) {
    http2_exchange& fresh = exchanges_.open(one);
    fresh.body_size = static_cast<std::size_t>(
        codec::write_request_body(fresh.body.data(), what.from, what.to) - fresh.body.data());
    std::string& token = exchanges_.token_of(fresh);
    if (token != what.token) token.assign(what.token);
    const nghttp2_data_provider body = http2_body_of(&fresh);

    one.bytes_begin = one.bytes_end = not_written;
    // Without fields: append_head() brings them.
    fresh.stream = nghttp2_submit_request(session_, nullptr, nullptr, 0, &body, &fresh);
    one.stream = fresh.stream;
    // Out of stream numbers, or of memory: the message is still ours, flush() reports it.
    if (fresh.stream < 0) ending_ = true;
}

// Each frame comes out of nghttp2 in one piece.
void http2_session::gather(std::vector<char>& out) {
    const std::uint64_t start = channel_.position() + unwritten_.size();
    while (out.size() < gathered_max) {
        const std::uint8_t* frame = nullptr;
        const ssize_t size = nghttp2_session_mem_send(session_, &frame);
        if (size < 0) return break_off(nghttp2_strerror(static_cast<int>(size)));
        if (size == 0) return;
        append_frame({frame, static_cast<std::size_t>(size)}, start, out);
    }
}

// `start`: where `out` begins in the outgoing stream. The place of a request's frames in it is
// noted for the message they belong to.
void http2_session::append_frame(std::span<const std::uint8_t> frame, std::uint64_t start,
                                 std::vector<char>& out) {
    http2_exchange* one = nullptr;
    const std::uint64_t at = start + out.size();
    const std::uint8_t type = frame[3];  // of the connection's preface: nothing of ours
    if (type == NGHTTP2_HEADERS || type == NGHTTP2_DATA)
        one = exchange_of(static_cast<std::int32_t>(
            (frame[5] & 0x7FU) << 24U | frame[6] * 0x10000U | frame[7] * 0x100U | frame[8]));
    if (one != nullptr && type == NGHTTP2_HEADERS) {
        append_head(frame, *one, out);
    } else {
        out.insert(out.end(), frame.begin(), frame.end());
    }
    if (one == nullptr || one->on == nullptr) return;
    if (type == NGHTTP2_HEADERS) one->on->bytes_begin = at;
    if ((frame[4] & NGHTTP2_FLAG_END_STREAM) != 0) one->on->bytes_end = start + out.size();
}

// nghttp2's frame opens the stream, and has an empty block.
void http2_session::append_head(std::span<const std::uint8_t> frame, http2_exchange& one,
                                std::vector<char>& out) {
    const std::string& token = exchanges_.token_of(one);
    const std::size_t begin = out.size();
    out.resize(begin + frame_header + head_.size_max(token.size()));
    char* const head = out.data() + begin;
    const char* const end = head_.write(head + frame_header, token, one.body_size);
    const auto size = static_cast<std::size_t>(end - head) - frame_header;
    std::copy_n(frame.data(), frame_header, head);
    head[0] = static_cast<char>(size >> 16U);
    head[1] = static_cast<char>(size >> 8U);
    head[2] = static_cast<char>(size);
    out.resize(begin + frame_header + size);
}

void http2_session::flush() {
    // What never became a stream was not started.
    for (std::size_t i = in_flight(); i-- > 0;) {
        if (!ending_ || i >= in_flight()) break;
        http2_exchange& one = exchanges_[i];
        if (one.stream >= 0) continue;
        report(one, NGHTTP2_NO_ERROR, "no stream number is left on the connection");
        exchanges_.close(one);
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
        in_flight() > 0)
        break_off("the server broke its rules");
}

void http2_session::on_bytes(std::span<const char> bytes) {
    pulse_.on_heard(shared_.clock.now());
    noise_.spend(bytes.size());
    std::span<const std::uint8_t> rest(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                       bytes.size());
    while (!rest.empty())
        if (!take(heads_.next(rest))) return;
    if (nghttp2_session_want_read(session_) == 0 && in_flight() == 0) ending_ = true;
    if (lied_) return break_off(answered_too_early);
    if (noise_.overspent()) break_off("the server sends too much that was not asked for");
}

// A head that is known is nghttp2's as a frame, for the stream's sake, with nothing to decode. What
// it says counts when nghttp2 has taken the frame: after an error of the peer's it takes none.
bool http2_session::take(const answer_heads::piece& piece) {
    if (piece.head_of == 0) return feed(piece.bytes);
    const http2_exchange* const one = exchange_of(piece.head_of);
    const bool first = one != nullptr && one->on != nullptr && one->head.size == 0;
    if (!first) return feed(piece.bytes);
    const bool all_of_it = !shared_.options.headers_kept.empty();
    arriving_ = {.piece = piece, .known = all_of_it ? nullptr : heads_.known(piece)};
    std::array<std::uint8_t, answer_heads::frame_header> empty{};
    std::copy_n(piece.bytes.begin(), empty.size(), empty.begin());
    empty[0] = empty[1] = empty[2] = 0;
    const bool good = arriving_.known != nullptr ? feed(empty) : feed(piece.bytes);
    arriving_ = {};
    return good;
}

void http2_session::on_head_taken(http2_exchange& one) {
    if (arriving_.piece.head_of != one.stream || one.on == nullptr) return;
    if (arriving_.known != nullptr) {
        one.head = *arriving_.known;
    } else if (one.head.final) {
        heads_.learn(arriving_.piece, one.head);
    }
}

bool http2_session::feed(std::span<const std::uint8_t> bytes) {
    const ssize_t used = nghttp2_session_mem_recv(session_, bytes.data(), bytes.size());
    if (used < 0) break_off(nghttp2_strerror(static_cast<int>(used)));
    return used >= 0;
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
    while (in_flight() > 0)
        report(exchanges_[in_flight() - 1], NGHTTP2_NO_ERROR, words);
}

void http2_session::give_up(attempt& one, std::string_view why) {
    drop_stream(exchanges_[one.place], why);
}

void http2_session::drop_stream(http2_exchange& one, std::string_view why) {
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, one.stream, NGHTTP2_CANCEL);
    if (one.on != nullptr) report(one, NGHTTP2_NO_ERROR, why);
}

void http2_session::on_tick(core::instant now) {
    if (in_flight() == 0) {
        // Neither busy nor of use: the server's SETTINGS never came, or allow no stream.
        if (room() > 0 || ending_ || pulse_.silence(now) < shared_.options.settled_within) return;
        ending_ = true;
        trouble_ = "the server allows no HTTP/2 stream; set `http` to \"1.1\"";
        return;
    }
    switch (pulse_.next(now)) {
        case pulse_act::none: return;
        case pulse_act::ask: nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr); return;
        case pulse_act::gone: ending_ = true; return;  // late answers are still awaited
    }
}

}  // namespace tidings::net
