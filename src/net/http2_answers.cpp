// The answering half of the HTTP/2 session: what the peer sends about a stream or the connection.
#include "net/http2_session.hpp"
#include "net/kept_headers.hpp"

#include <charconv>
#include <utility>

namespace tidings::net {

void http2_session::on_settings() {
    const std::uint32_t theirs =
        nghttp2_session_get_remote_settings(session_, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
    streams_max_ = std::min<std::size_t>(theirs, shared_.options.streams_max);
    head_.limit_table(
        nghttp2_session_get_remote_settings(session_, NGHTTP2_SETTINGS_HEADER_TABLE_SIZE));
}

// The streams above its last id are closed as refused by nghttp2; the others go on.
void http2_session::on_goaway(const nghttp2_goaway& frame) {
    ending_ = true;
    if (frame.error_code == NGHTTP2_NO_ERROR) return;
    trouble_ = "the server ended the connection: ";
    trouble_ += nghttp2_http2_strerror(frame.error_code);
}

namespace {

// 0: an interim answer, or no status at all.
std::uint16_t final_status(std::string_view value) {
    std::uint16_t status = 0;
    const auto end = value.data() + value.size();
    const auto read = std::from_chars(value.data(), end, status);
    const bool whole = value.size() == 3 && read.ec == std::errc() && read.ptr == end;
    return whole && status >= 200 && status <= 599 ? status : std::uint16_t{0};
}

}  // namespace

int http2_session::on_header(http2_exchange& one, std::string_view name, std::string_view value) {
    if (one.on == nullptr) return 0;                   // reported already
    one.head.size += name.size() + value.size() + 32;  // as RFC 9113 counts
    if (one.head.size > shared_.options.header_max) {
        drop_stream(one, "a head larger than allowed");
        return 0;
    }
    // What follows the body is no head.
    if (one.answer_size > 0) return 0;
    if (one.head.final) keep_header(shared_.options.headers_kept, name, value, one.headers);
    if (name == ":status") {
        if (one.head.final) {
            drop_stream(one, "an answer with two heads");
            return 0;
        }
        one.head.status = final_status(value);
        one.head.final = one.head.status != 0;
    } else if (name == "content-type" && one.head.final) {
        one.head.content_type.assign(value);
    } else if (name == "retry-after" && one.head.final) {
        one.head.retry_after.assign(value);
    } else if (name == "content-length" && one.head.final) {
        std::uint64_t length = 0;
        const auto end = value.data() + value.size();
        const auto read = std::from_chars(value.data(), end, length);
        if (read.ec == std::errc() && read.ptr == end) one.head.announced = length;
    }
    return 0;
}

void http2_session::on_data(http2_exchange& one, std::string_view bytes) {
    if (one.on == nullptr) return;
    noise_.refund(bytes.size());
    one.answer_size += bytes.size();
    const std::size_t kept_max = shared_.options.body_kept_max;
    if (one.answer.size() < kept_max)
        one.answer.append(bytes.substr(0, kept_max - one.answer.size()));
    if (one.answer_size > shared_.options.body_drained_max)
        drop_stream(one, "a body larger than allowed");
}

// The stream stays open while the request has not been sent: nobody else would end it.
void http2_session::on_answer_ended(http2_exchange& one) {
    one.complete = one.head.announced.value_or(one.answer_size) == one.answer_size;
    if (one.body_sent < one.body_size) lied_ = true;
}

void http2_session::on_stream_closed(std::int32_t stream, std::uint32_t error_code) {
    http2_exchange* const one = exchange_of(stream);
    if (one == nullptr) return;
    nghttp2_session_set_stream_user_data(session_, stream, nullptr);
    exchanges_.forget();
    if (one->on != nullptr) {
        report(*one, error_code,
               error_code == NGHTTP2_NO_ERROR ? "the server ended the stream without an answer"
                                              : nghttp2_http2_strerror(error_code));
    }
    exchanges_.close(*one);
}

void http2_session::report(http2_exchange& one, std::uint32_t error_code,
                           std::string_view trouble) {
    attempt& ended = exchanges_.take_attempt(one);
    core::attempt_report report;
    report.which = ended.which;
    report.late = ended.late;
    report.ended = shared_.clock.now();
    report.furthest = step_of(channel_, ended);
    if (one.head.final && report.furthest < core::attempt_step::written) {
        lied_ = true;
        trouble = answered_too_early;
    } else if (one.head.final) {
        noise_.on_answer();
        noise_.refund(one.head.size);
        if (core::wants_another_connection(one.head.status)) ending_ = true;
        report.furthest =
            one.complete ? core::attempt_step::answered : core::attempt_step::status_line;
        report.reply = shared_.read({.status = one.head.status,
                                     .content_type = one.head.content_type.view(),
                                     .retry_after = one.head.retry_after.view(),
                                     .headers = one.headers,
                                     .body = one.answer,
                                     .complete = one.complete});
    } else if (error_code == NGHTTP2_REFUSED_STREAM) {
        // Without a word about the stream itself it is nghttp2 that closes it: above GOAWAY's last.
        report.stream = one.reset ? core::stream_end::refused : core::stream_end::above_goaway;
    }
    if (!report.reply || !one.complete) report.trouble = trouble;
    shared_.host.on_attempt_over(ended, report);
}

}  // namespace tidings::net
