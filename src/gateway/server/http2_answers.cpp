// Judging and answering the requests of one HTTP/2 connection.
#include "gateway/server/http2_connection.hpp"
#include "gateway/server/trickle.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace tidings::gateway {

namespace {

constexpr std::uint64_t header_padding_max = 1 << 24;
constexpr std::uint32_t stream_id_max = 0x7FFFFFFF;

nghttp2_nv field_of(std::string_view name, std::string_view value) {
    const auto bytes = [](std::string_view text) {
        return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
    };
    return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

int http2_session::on_request_end(std::int32_t id) {
    auto* const one = find(id);
    if (one == nullptr) return 0;
    --unfinished_;
    one->whole = true;
    if (id == slow_stream_) slow_stream_ = 0;
    if (one->too_large) {
        one->one.status = one->header_too_large ? 431 : 413;
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

void http2_session::judge(http2_stream& one) {
    auto& plan = one.one.plan;
    if (static_cast<std::uint32_t>(one.id) > left_out_above_) {
        one.judged = true;
        return refuse(one.id, NGHTTP2_REFUSED_STREAM);
    }
    if (plan.any && plan.end == request_end::go_away &&
        plan.goaway_last.which == last_stream::kind::number)
        plan.processed = one.id <= std::max<std::int64_t>(plan.goaway_last.number, last_processed_);
    if (!plan.any || plan.processed) last_processed_ = std::max(last_processed_, one.id);
    one.judged = true;
    over_.desk().process(one.one, one.asked());
    if (one.one.plan.any && one.one.plan.delay > core::duration::zero())
        return sleep(one, one.one.plan.delay);
    answer(one);
}

void http2_session::answer(http2_stream& one) {
    if (one.one.plan.any && end_strangely(one)) return;
    submit(one);
}

// True: there will be no answer.
bool http2_session::end_strangely(http2_stream& one) {
    const bool says_nothing =
        one.one.plan.end != request_end::answer && one.one.plan.end != request_end::go_away;
    if (says_nothing && one.one.entry) {
        over_.forsake(*one.one.entry);
        one.one.entry.reset();
    }
    switch (one.one.plan.end) {
        case request_end::answer: return false;
        case request_end::close: end(connection::ending::polite); return true;
        case request_end::reset: end(connection::ending::reset); return true;
        case request_end::refuse_stream: refuse(one.id, NGHTTP2_REFUSED_STREAM); return true;
        case request_end::reset_stream: refuse(one.id, NGHTTP2_INTERNAL_ERROR); return true;
        case request_end::go_away: return go_away(one);
    }
    return false;
}

// True: this stream gets no answer. Whatever the rule says, no stream that was processed is left
// out, for a client may send those again.
bool http2_session::go_away(http2_stream& one) {
    const auto& plan = one.one.plan;
    auto last = static_cast<std::uint32_t>(std::max(0, one.id - 2));
    switch (plan.goaway_last.which) {
        case last_stream::kind::before: break;
        case last_stream::kind::own: last = static_cast<std::uint32_t>(one.id); break;
        case last_stream::kind::all: last = stream_id_max; break;
        case last_stream::kind::number: last = plan.goaway_last.number; break;
    }
    last = std::max(last, static_cast<std::uint32_t>(last_processed_));
    nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE, static_cast<std::int32_t>(last),
                          NGHTTP2_NO_ERROR, nullptr, 0);
    left_out_above_ = std::min(left_out_above_, last);
    draining_ = true;
    goaway_open_ = last == stream_id_max;
    if (plan.processed) return false;
    refuse(one.id, NGHTTP2_REFUSED_STREAM);
    return true;
}

void http2_session::refuse(std::int32_t id, std::uint32_t code) {
    nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, id, code);
}

void http2_session::submit_interims(http2_stream& one) {
    const auto field = field_of(":status", "103");
    for (std::uint32_t i = 0; i < one.one.plan.interims; ++i)
        nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, one.id, nullptr, &field, 1,
                               nullptr);
}

void http2_session::submit(http2_stream& one) {
    const auto& said = one.one;
    const auto& plan = said.plan;
    one.answer_body = said.body;
    std::string padding;
    if (plan.any) {
        submit_interims(one);
        one.padding = plan.body_padding;
        if (plan.cut_at) watched_out_.push_back({one.id, *plan.cut_at, plan.cut_by_reset});
        one.dripping = plan.slice_wait || plan.write_rate > 0;
        if (one.dripping) one.budget = 0;
        // More than a header list may hold for most clients; a header block cannot be endless.
        padding.assign(std::min(plan.header_padding, header_padding_max), 'x');
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
    provider.read_callback = &http2_read_body;
    nghttp2_submit_response(session_.get(), one.id, fields.data(), count, &provider);
    if (one.dripping) sleep(one, plan.slice_wait.value_or(trickle_tick));
}

ssize_t http2_session::on_body_wanted(std::int32_t id, char* into, std::size_t room,
                                      std::uint32_t& flags) {
    auto* const one = find(id);
    if (one == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    if (one->budget == 0) return NGHTTP2_ERR_DEFERRED;
    room = std::min(room, one->budget);
    idle_frames_ = 0;
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
    if (one->body_at == one->answer_body.size() && one->padding == 0)
        flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(size);
}

// What it waited for has come: to be judged, to be answered, or for its next bytes.
void http2_session::wake(http2_stream& one) {
    one.wake_at = core::never;
    if (!one.judged) return judge(one);
    if (!one.dripping) return answer(one);
    const auto& plan = one.one.plan;
    one.budget = plan.slice_wait ? 1 : trickle_of(plan.write_rate);
    nghttp2_session_resume_data(session_.get(), one.id);
    sleep(one, plan.slice_wait.value_or(trickle_tick));
}

void http2_session::sleep(http2_stream& one, core::duration wait) {
    one.wake_at = over_.desk().now() + wait;
    over_.wake_at(one.wake_at);
}

}  // namespace tidings::gateway
