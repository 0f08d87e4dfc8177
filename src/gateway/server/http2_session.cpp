#include "gateway/server/http2_session.hpp"

#include "gateway/server/http2_connection.hpp"
#include "gateway/server/trickle.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace tidings::gateway {

namespace {

constexpr std::size_t out_wanted_max = 64 * 1024;  // frames made ahead of the kernel
constexpr std::uint8_t data_frame = NGHTTP2_DATA;

}  // namespace

http2_session::http2_session(connection& over) : over_(over) {
    nghttp2_session* made = nullptr;
    nghttp2_option* option = nullptr;
    nghttp2_option_new(&option);
    // Closed streams are kept for priorities, which nobody here looks at.
    nghttp2_option_set_no_closed_streams(option, 1);
    // For the fault huge_header.
    nghttp2_option_set_max_send_header_block_length(option, 1 << 25);
    const int failed = nghttp2_session_server_new2(&made, http2_callbacks(), this, option);
    nghttp2_option_del(option);
    session_.reset(made);
    if (failed != 0) {
        end(connection::ending::polite);
        return;
    }
    const auto& options = over_.desk().options();
    const std::array<nghttp2_settings_entry, 2> settings = {{
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, options.streams_max},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,
         static_cast<std::uint32_t>(options.header_bytes_max)},
    }};
    nghttp2_submit_settings(made, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
    // A larger window for the connection, so that many small requests need no update each.
    nghttp2_session_set_local_window_size(made, NGHTTP2_FLAG_NONE, 0, 1 << 20);
    pump();
}

http2_session::~http2_session() {
    for (const auto& one : streams_)
        if (one.one.entry) over_.forsake(*one.one.entry);
}

protocol::phase http2_session::now_in() const {
    if (unfinished_ > 0) return phase::receiving;
    return streams_.empty() && !reset_when_written_ ? phase::idle : phase::answering;
}

core::instant http2_session::receiving_since() const {
    for (const auto& one : streams_)
        if (!one.whole) return one.begun;
    return core::never;
}

std::size_t http2_session::read_allowance() {
    return ended_ || !held_.empty() ? 0 : std::numeric_limits<std::size_t>::max();
}

// Somebody's bytes must be looked at one by one: a fault waits for them, or may.
bool http2_session::watches_reading() const {
    return !over_.desk().faultless() || !watched_in_.empty() || slow_stream_ != 0;
}

void http2_session::on_bytes(std::span<const char> bytes) {
    if (!watches_reading()) {
        frames_in_.skip({bytes.data(), bytes.size()});
        take({bytes.data(), bytes.size()});
    } else {
        held_.append(bytes.data(), bytes.size());
        feed();
    }
    pump();
}

void http2_session::feed() {
    std::size_t done = 0;
    while (done < held_.size() && !ended_) {
        auto rest = std::string_view(held_).substr(done);
        if (slow_stream_ != 0) {
            if (slow_budget_ == 0) {
                slow_at_ = over_.desk().now() + trickle_tick;
                over_.wake_at(slow_at_);
                break;
            }
            rest = rest.substr(0, slow_budget_);
        }
        const auto used = feed_stretch(rest);
        slow_budget_ -= std::min(used, slow_budget_);
        done += used;
    }
    held_.erase(0, done);
}

// A piece of one frame to nghttp2, at most up to the byte at which a fault strikes.
std::size_t http2_session::feed_stretch(std::string_view bytes) {
    const auto piece = frames_in_.next(bytes);
    if (piece.begins && piece.type == http2_frames::headers &&
        piece.stream > std::max(last_begun_, last_coming_) && (!draining_ || goaway_open_))
        begin_coming(piece.stream);
    if (ended_) return bytes.size();
    const auto watch =
        std::find_if(watched_in_.begin(), watched_in_.end(),
                     [&piece](const byte_watch& one) { return one.stream == piece.stream; });
    // A frame's header counts when it is whole: only then it is known whose it is.
    const std::uint64_t counted = piece.begins ? http2_frames::header_size : piece.size;
    if (watch == watched_in_.end() || counted < watch->left) {
        if (watch != watched_in_.end()) watch->left -= counted;
        take(bytes.substr(0, piece.size));
        return piece.size;
    }
    const bool whole_piece = counted == watch->left;
    if (whole_piece || !piece.begins)
        take(bytes.substr(0, whole_piece ? piece.size : static_cast<std::size_t>(watch->left)));
    // That many bytes were all of it: then there is nothing to reset.
    const auto* const one = find(piece.stream);
    if (!ended_ && (one == nullptr || !one->whole)) end(connection::ending::reset);
    return piece.size;
}

// The request's first frame is known by its header; nothing of it was read yet.
void http2_session::begin_coming(std::int32_t id) {
    over_.desk().begin(coming_);
    coming_id_ = last_coming_ = id;
    const auto& plan = coming_.plan;
    if (plan.close_before_reading) return end(connection::ending::polite);
    if (plan.reset_request_at) watched_in_.push_back({id, *plan.reset_request_at, true});
    if (plan.read_rate > 0) {
        slow_stream_ = id;
        slow_rate_ = plan.read_rate;
        slow_budget_ = 0;
    }
}

void http2_session::take(std::string_view bytes) {
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    const auto used = nghttp2_session_mem_recv(session_.get(), data, bytes.size());
    if (ended_ || used >= 0) return;
    ++over_.desk().counters().unreadable;
    nghttp2_session_terminate_session(
        session_.get(), flooded_ ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_PROTOCOL_ERROR);
    pump();
    if (!ended_) end(connection::ending::polite);
}

// Frames into the connection's buffer, as many as fit.
void http2_session::pump() {
    while (!ended_ && over_.out().size() < out_wanted_max) {
        const std::uint8_t* data = nullptr;
        const auto size = nghttp2_session_mem_send(session_.get(), &data);
        if (size <= 0) break;
        put({reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)});
        if (!ended_) put_what_follows();
    }
    if (ended_) return;
    put_what_follows();
    if (draining_ && streams_.empty() && goaway_open_) {
        goaway_open_ = false;
        nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE, last_begun_, NGHTTP2_NO_ERROR,
                              nullptr, 0);
        return pump();
    }
    const bool talks = nghttp2_session_want_read(session_.get()) != 0 ||
                       nghttp2_session_want_write(session_.get()) != 0;
    const bool finished =
        draining_ && streams_.empty() && nghttp2_session_want_write(session_.get()) == 0;
    if (!talks || finished) end(connection::ending::polite);
}

void http2_session::put(std::string_view bytes) {
    if (!watched_out_.empty()) return put_watched(bytes);
    frames_out_.skip(bytes);
    over_.out() += bytes;
}

// Up to the byte of an answer's frames at which a fault strikes.
void http2_session::put_watched(std::string_view bytes) {
    while (!bytes.empty() && !ended_) {
        const auto piece = frames_out_.next(bytes);
        auto size = piece.size;
        for (auto& one : watched_out_) {
            if (one.stream != piece.stream) continue;
            size = static_cast<std::size_t>(std::min<std::uint64_t>(size, one.left));
            one.left -= size;
            if (one.left > 0) continue;
            ended_ = true;
            reset_when_written_ = one.by_reset;
        }
        over_.out() += bytes.substr(0, size);
        bytes.remove_prefix(piece.size);
    }
    if (!ended_) return;
    // The answers whose last byte was among them are not whole.
    for (const auto entry : answered_)
        over_.forsake(entry);
    answered_.clear();
    for (auto& one : streams_)
        if (const auto entry = std::exchange(one.one.entry, std::nullopt)) over_.forsake(*entry);
    if (!reset_when_written_) over_.end(connection::ending::silent);
}

// nghttp2 says that a stream is closed before it hands out the stream's last bytes.
void http2_session::put_what_follows() {
    for (const auto id : closed_)
        std::erase_if(watched_out_, [id](const byte_watch& watch) { return watch.stream == id; });
    closed_.clear();
    for (const auto entry : answered_)
        over_.promise(entry);
    answered_.clear();
    if (behind_.empty()) return;
    frames_out_.skip(behind_);
    over_.out() += behind_;
    behind_.clear();
}

void http2_session::on_written() {
    if (reset_when_written_) return end(connection::ending::reset);
    pump();
}

http2_stream* http2_session::find(std::int32_t id) {
    return static_cast<http2_stream*>(nghttp2_session_get_stream_user_data(session_.get(), id));
}

// Frames that ask for nothing are free, but not without end.
int http2_session::on_begin_frame(const nghttp2_frame_hd& header) {
    const bool carries = header.type == NGHTTP2_HEADERS || header.type == NGHTTP2_CONTINUATION ||
                         (header.type == data_frame &&
                          (header.length > 0 || (header.flags & NGHTTP2_FLAG_END_STREAM) != 0));
    if (carries || ++idle_frames_ <= over_.desk().options().control_frames_max) return 0;
    flooded_ = true;
    return NGHTTP2_ERR_CALLBACK_FAILURE;
}

int http2_session::on_begin_headers(std::int32_t id) {
    if (spare_.empty()) spare_.emplace_back();
    streams_.splice(streams_.end(), spare_, spare_.begin());
    auto& one = streams_.back();
    one.clear();
    one.id = id;
    one.place = std::prev(streams_.end());
    one.begun = over_.last_read();
    ++unfinished_;
    last_begun_ = id;
    nghttp2_session_set_stream_user_data(session_.get(), id, &one);
    if (coming_id_ == id)
        std::swap(one.one, coming_);
    else
        over_.desk().begin(one.one);
    coming_id_ = 0;
    return 0;
}

int http2_session::on_header(std::int32_t id, std::string_view name, std::string_view value) {
    auto* const one = find(id);
    if (one == nullptr) return 0;
    const auto& options = over_.desk().options();
    one->header_bytes += name.size() + value.size() + 32;
    if (one->header_bytes > options.header_bytes_max || ++one->header_count > options.headers_max) {
        one->too_large = one->header_too_large = true;
        return 0;
    }
    if (name == ":method") {
        one->method = value;
    } else if (name == ":path") {
        one->target = value;
    } else if (name == "content-type") {
        one->content_type = value;
    } else if (name == "auth") {
        if (one->has_auth) one->auth += ", ";
        one->auth += value;
        one->has_auth = true;
    }
    return 0;
}

int http2_session::on_data(std::int32_t id, std::string_view piece) {
    auto* const one = find(id);
    if (one == nullptr) return 0;
    if (one->body.size() + piece.size() > over_.desk().options().body_bytes_max)
        one->too_large = true;
    else
        one->body += piece;
    return 0;
}

int http2_session::on_stream_close(std::int32_t id) {
    auto* const one = find(id);
    if (one == nullptr) return 0;
    if (!one->whole) --unfinished_;
    if (id == slow_stream_) slow_stream_ = 0;
    std::erase_if(watched_in_, [id](const byte_watch& watch) { return watch.stream == id; });
    closed_.push_back(id);
    const bool whole = one->judged && one->body_at == one->answer_body.size() &&
                       one->padding == 0 && !one->answer_body.empty();
    if (one->one.entry) {
        if (whole)
            answered_.push_back(*one->one.entry);
        else
            over_.forsake(*one->one.entry);
        one->one.entry.reset();
    }
    const auto& plan = one->one.plan;
    if (plan.any && plan.close_after) draining_ = true;
    if (plan.any && plan.reset_after && whole) behind_ += rst_stream_frame(id, NGHTTP2_NO_ERROR);
    spare_.splice(spare_.begin(), streams_, one->place);
    return 0;
}

void http2_session::on_wake(core::instant now) {
    auto next = core::never;
    if (slow_at_ <= now) {
        slow_at_ = core::never;
        slow_budget_ = trickle_of(slow_rate_);
        feed();
    }
    // Judging and answering only queue frames; streams close in pump, so the list stays as it is.
    for (auto& one : streams_) {
        if (ended_) return;
        if (one.wake_at <= now) wake(one);
        next = std::min(next, one.wake_at);
    }
    next = std::min(next, slow_at_);
    if (next != core::never) over_.wake_at(next);
    pump();
}

void http2_session::on_drain() {
    if (ended_ || (draining_ && !goaway_open_)) return;
    draining_ = true;
    goaway_open_ = false;
    nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE, last_begun_, NGHTTP2_NO_ERROR, nullptr,
                          0);
    pump();
}

std::unique_ptr<protocol> make_http2_session(connection& over) {
    return std::make_unique<http2_session>(over);
}

}  // namespace tidings::gateway
