#include "http2_session.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <list>

#include <fmt/format.h>
#include <nghttp2/nghttp2.h>

#include "http2_stream.hpp"

namespace tidings::gateway {

namespace {

constexpr std::size_t out_wanted_max = 64 * 1024;  // frames made ahead of the kernel
constexpr auto drip_tick = std::chrono::milliseconds(10);
constexpr std::uint32_t ticks_a_second = 100;

using stream = http2_stream;

struct session_deleter {
    void operator()(nghttp2_session* one) const { nghttp2_session_del(one); }
};

class http2_session final : public protocol {
  public:
    explicit http2_session(connection& over);
    ~http2_session() override;

    std::size_t read_allowance() override {
        return ended_ ? 0 : std::numeric_limits<std::size_t>::max();
    }
    void on_bytes(std::span<const char> bytes) override;
    void on_written() override { pump(); }
    void on_wake(core::instant now) override;
    void on_drain() override;
    phase now_in() const override {
        if (streams_.empty()) return phase::idle;
        return unfinished_ > 0 ? phase::receiving : phase::answering;
    }

    // From nghttp2; 0 or an error of its.
    int on_begin_headers(std::int32_t id);
    int on_header(std::int32_t id, std::string_view name, std::string_view value);
    int on_data(std::int32_t id, std::string_view piece);
    int on_request_end(std::int32_t id);
    int on_stream_close(std::int32_t id);
    ssize_t on_body_wanted(std::int32_t id, char* into, std::size_t room, std::uint32_t& flags);

  private:
    stream* find(std::int32_t id);
    void pump();
    void judge(stream& one);
    void answer(stream& one);
    bool end_strangely(stream& one);
    void submit(stream& one);
    void sleep(stream& one, core::duration wait);
    void refuse(std::int32_t id, std::uint32_t code);
    void end(connection::ending how) {
        ended_ = true;
        over_.end(how);
    }
    void submit_interims(stream& one);

    connection& over_;
    std::unique_ptr<nghttp2_session, session_deleter> session_;
    std::list<stream> streams_;
    std::list<stream> spare_;
    std::size_t unfinished_ = 0;  // requests that are not whole yet
    std::int32_t last_begun_ = 0;
    bool ended_ = false;
    bool draining_ = false;
};

http2_session& self(void* user) {
    return *static_cast<http2_session*>(user);
}

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

const nghttp2_session_callbacks* callbacks() {
    static const nghttp2_session_callbacks* const made = [] {
        nghttp2_session_callbacks* set = nullptr;
        nghttp2_session_callbacks_new(&set);
        nghttp2_session_callbacks_set_on_begin_headers_callback(
            set, [](nghttp2_session*, const nghttp2_frame* frame, void* user) {
                if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST)
                    return 0;
                return self(user).on_begin_headers(frame->hd.stream_id);
            });
        nghttp2_session_callbacks_set_on_header_callback(
            set, [](nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                    std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                    std::uint8_t, void* user) {
                return self(user).on_header(frame->hd.stream_id, text_of(name, name_size),
                                            text_of(value, value_size));
            });
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
            set, [](nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                    std::size_t size,
                    void* user) { return self(user).on_data(id, text_of(bytes, size)); });
        nghttp2_session_callbacks_set_on_frame_recv_callback(
            set, [](nghttp2_session*, const nghttp2_frame* frame, void* user) {
                const bool whole = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
                const bool carries =
                    frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
                return whole && carries ? self(user).on_request_end(frame->hd.stream_id) : 0;
            });
        nghttp2_session_callbacks_set_on_stream_close_callback(
            set, [](nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
                return self(user).on_stream_close(id);
            });
        return set;
    }();
    return made;
}

ssize_t read_body(nghttp2_session*, std::int32_t id, std::uint8_t* into, std::size_t room,
                  std::uint32_t* flags, nghttp2_data_source*, void* user) {
    return self(user).on_body_wanted(id, reinterpret_cast<char*>(into), room, *flags);
}

http2_session::http2_session(connection& over) : over_(over) {
    nghttp2_session* made = nullptr;
    nghttp2_option* option = nullptr;
    nghttp2_option_new(&option);
    // Closed streams are kept for priorities, which nobody here looks at.
    nghttp2_option_set_no_closed_streams(option, 1);
    const int failed = nghttp2_session_server_new2(&made, callbacks(), this, option);
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

void http2_session::on_bytes(std::span<const char> bytes) {
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    const auto used = nghttp2_session_mem_recv(session_.get(), data, bytes.size());
    if (ended_) return;
    if (used < 0) {
        ++over_.desk().counters().unreadable;
        nghttp2_session_terminate_session(session_.get(), NGHTTP2_PROTOCOL_ERROR);
    }
    pump();
}

// Frames into the connection's buffer, as many as fit.
void http2_session::pump() {
    auto& out = over_.out();
    while (!ended_ && out.size() < out_wanted_max) {
        const std::uint8_t* data = nullptr;
        const auto size = nghttp2_session_mem_send(session_.get(), &data);
        if (size <= 0) break;
        out.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    }
    if (ended_) return;
    const bool talks = nghttp2_session_want_read(session_.get()) != 0 ||
                       nghttp2_session_want_write(session_.get()) != 0;
    if (!talks || (draining_ && streams_.empty())) end(connection::ending::polite);
}

stream* http2_session::find(std::int32_t id) {
    return static_cast<stream*>(nghttp2_session_get_stream_user_data(session_.get(), id));
}

int http2_session::on_begin_headers(std::int32_t id) {
    if (spare_.empty()) spare_.emplace_back();
    streams_.splice(streams_.end(), spare_, spare_.begin());
    auto& one = streams_.back();
    one.clear();
    one.id = id;
    one.place = std::prev(streams_.end());
    ++unfinished_;
    last_begun_ = id;
    nghttp2_session_set_stream_user_data(session_.get(), id, &one);
    over_.desk().begin(one.one);
    if (!one.one.plan.any) return 0;
    // A byte of one stream cannot be told from another's, so the reset comes with the first.
    if (one.one.plan.reset_request_at) end(connection::ending::reset);
    if (one.one.plan.close_before_reading) end(connection::ending::polite);
    return ended_ ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

int http2_session::on_header(std::int32_t id, std::string_view name, std::string_view value) {
    auto* const one = find(id);
    if (one == nullptr) return 0;
    one->header_bytes += name.size() + value.size() + 32;
    if (one->header_bytes > over_.desk().options().header_bytes_max) {
        one->too_large = true;
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

int http2_session::on_request_end(std::int32_t id) {
    auto* const one = find(id);
    if (one == nullptr) return 0;
    --unfinished_;
    if (one->too_large) {
        one->one.status = one->header_bytes > over_.desk().options().header_bytes_max ? 431 : 413;
        one->one.body = {};
        one->one.content_type = "text/html";
        over_.desk().count_unreadable(one->one.status);
        one->judged = true;
        submit(*one);
        return 0;
    }
    over_.desk().read(one->one, one->asked());
    if (one->one.plan.any && one->one.plan.delay_before > core::duration::zero()) {
        sleep(*one, one->one.plan.delay_before);
        return 0;
    }
    judge(*one);
    return ended_ ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

void http2_session::judge(stream& one) {
    one.judged = true;
    over_.desk().process(one.one, one.asked());
    if (one.one.plan.any && one.one.plan.delay > core::duration::zero())
        return sleep(one, one.one.plan.delay);
    answer(one);
}

void http2_session::answer(stream& one) {
    if (one.one.plan.any && end_strangely(one)) return;
    submit(one);
}

// True: there will be no answer.
bool http2_session::end_strangely(stream& one) {
    if (one.one.plan.end != request_end::answer && one.one.entry) {
        over_.forsake(*one.one.entry);
        one.one.entry.reset();
    }
    switch (one.one.plan.end) {
        case request_end::answer: return false;
        case request_end::close: end(connection::ending::polite); return true;
        case request_end::reset: end(connection::ending::reset); return true;
        case request_end::refuse_stream: refuse(one.id, NGHTTP2_REFUSED_STREAM); return true;
        case request_end::reset_stream: refuse(one.id, NGHTTP2_INTERNAL_ERROR); return true;
        case request_end::go_away:
            // Streams from this one on were not processed; earlier ones are still answered.
            nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE, std::max(0, one.id - 2),
                                  NGHTTP2_NO_ERROR, nullptr, 0);
            refuse(one.id, NGHTTP2_REFUSED_STREAM);
            draining_ = true;
            return true;
    }
    return false;
}

void http2_session::refuse(std::int32_t id, std::uint32_t code) {
    nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, id, code);
}

nghttp2_nv field_of(std::string_view name, std::string_view value) {
    const auto bytes = [](std::string_view text) {
        return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
    };
    return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

void http2_session::submit_interims(stream& one) {
    const auto field = field_of(":status", "103");
    for (std::uint32_t i = 0; i < one.one.plan.interims; ++i)
        nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, one.id, nullptr, &field, 1,
                               nullptr);
}

void http2_session::submit(stream& one) {
    const auto& said = one.one;
    const auto& plan = said.plan;
    one.answer_body = said.body;
    std::string padding;
    if (plan.any) {
        submit_interims(one);
        one.padding = plan.body_padding;
        if (plan.cut_at) one.cut_left = *plan.cut_at;
        one.dripping = plan.slice_wait || plan.write_rate > 0;
        if (one.dripping) one.budget = 0;
        // More than a header list may hold for most clients; a header block cannot be endless.
        padding.assign(std::min<std::uint64_t>(plan.header_padding, 1 << 24), 'x');
    }
    const fmt::format_int status(said.status);
    const fmt::format_int length(one.answer_body.size() +
                                 (one.padding == endless ? 0 : one.padding));
    std::array<nghttp2_nv, 7> fields{};
    std::size_t count = 0;
    fields[count++] = field_of(":status", {status.data(), status.size()});
    fields[count++] = field_of("date", over_.desk().http_date());
    if (!said.content_type.empty()) fields[count++] = field_of("content-type", said.content_type);
    if (!said.retry_after.empty()) fields[count++] = field_of("retry-after", said.retry_after);
    if (!said.location.empty()) fields[count++] = field_of("location", said.location);
    if (!padding.empty()) fields[count++] = field_of("x-padding", padding);
    if (!plan.any || (plan.framing == body_framing::length && one.padding != endless))
        fields[count++] = field_of("content-length", {length.data(), length.size()});
    nghttp2_data_provider provider{};
    provider.read_callback = &read_body;
    nghttp2_submit_response(session_.get(), one.id, fields.data(), count, &provider);
    if (one.dripping) sleep(one, plan.slice_wait.value_or(drip_tick));
}

ssize_t http2_session::on_body_wanted(std::int32_t id, char* into, std::size_t room,
                                      std::uint32_t& flags) {
    auto* const one = find(id);
    if (one == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    if (one->budget == 0) return NGHTTP2_ERR_DEFERRED;
    room = std::min({room, one->budget,
                     static_cast<std::size_t>(std::min<std::uint64_t>(one->cut_left, 1U << 20))});
    auto size = std::min(room, one->answer_body.size() - one->body_at);
    std::copy_n(one->answer_body.data() + one->body_at, size, into);
    one->body_at += size;
    if (size < room && one->padding > 0) {
        const auto more =
            static_cast<std::size_t>(std::min<std::uint64_t>(room - size, one->padding));
        std::fill_n(into + size, more, 'x');
        if (one->padding != endless) one->padding -= more;
        size += more;
    }
    if (one->dripping) one->budget -= size;
    if (one->cut_left != endless) one->cut_left -= size;
    const bool whole = one->body_at == one->answer_body.size() && one->padding == 0;
    if (whole)
        flags |= NGHTTP2_DATA_FLAG_EOF;
    else if (one->cut_left == 0)
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // nghttp2 resets the stream
    return static_cast<ssize_t>(size);
}

int http2_session::on_stream_close(std::int32_t id) {
    auto* const one = find(id);
    if (one == nullptr) return 0;
    if (!one->judged && unfinished_ > 0 && one->wake_at == core::never) --unfinished_;
    if (one->one.entry) {
        const bool whole = one->judged && one->body_at == one->answer_body.size() &&
                           one->padding == 0 && !one->answer_body.empty();
        if (whole)
            over_.promise(*one->one.entry);
        else
            over_.forsake(*one->one.entry);
        one->one.entry.reset();
    }
    const bool close = one->one.plan.any && one->one.plan.close_after;
    spare_.splice(spare_.begin(), streams_, one->place);
    if (close) draining_ = true;
    return 0;
}

void http2_session::sleep(stream& one, core::duration wait) {
    one.wake_at = over_.desk().now() + wait;
    over_.wake_at(one.wake_at);
}

void http2_session::on_wake(core::instant now) {
    auto next = core::never;
    // Judging and answering only queue frames; streams close in pump, so the list stays as it is.
    for (auto& one : streams_) {
        if (ended_) return;
        if (one.wake_at <= now) {
            one.wake_at = core::never;
            const auto& plan = one.one.plan;
            if (!one.judged) {
                judge(one);
            } else if (one.dripping) {
                one.budget = plan.slice_wait
                                 ? 1
                                 : std::max<std::size_t>(1, plan.write_rate / ticks_a_second);
                nghttp2_session_resume_data(session_.get(), one.id);
                sleep(one, plan.slice_wait.value_or(drip_tick));
            } else {
                answer(one);
            }
        }
        next = std::min(next, one.wake_at);
    }
    if (next != core::never) over_.wake_at(next);
    pump();
}

void http2_session::on_drain() {
    if (draining_ || ended_) return;
    draining_ = true;
    nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE, last_begun_, NGHTTP2_NO_ERROR, nullptr,
                          0);
    pump();
}

}  // namespace

std::unique_ptr<protocol> make_http2_session(connection& over) {
    return std::make_unique<http2_session>(over);
}

}  // namespace tidings::gateway
