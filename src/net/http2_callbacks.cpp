#include "net/http2_callbacks.hpp"

#include "net/http2_session.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

namespace tidings::net {

struct http2_callbacks {
    static http2_session& of(void* user) { return *static_cast<http2_session*>(user); }

    static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
        http2_session& self = of(user);
        switch (frame->hd.type) {
            case NGHTTP2_SETTINGS:
                if ((frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) self.on_settings();
                break;
            case NGHTTP2_GOAWAY: self.on_goaway(frame->goaway); break;
            case NGHTTP2_RST_STREAM:
                if (auto* const one = self.exchange_of(frame->hd.stream_id)) one->reset = true;
                break;
            case NGHTTP2_HEADERS:
            case NGHTTP2_DATA:
                if (http2_exchange* const one = self.exchange_of(frame->hd.stream_id)) {
                    if (frame->hd.type == NGHTTP2_HEADERS) self.on_head_taken(*one);
                    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
                        self.on_answer_ended(*one);
                }
                break;
            default: break;
        }
        return 0;
    }

    static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                         std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                         std::uint8_t, void* user) {
        http2_session& self = of(user);
        http2_exchange* const one = self.exchange_of(frame->hd.stream_id);
        if (one == nullptr) return 0;
        return self.on_header(*one, {reinterpret_cast<const char*>(name), name_size},
                              {reinterpret_cast<const char*>(value), value_size});
    }

    static int on_data(nghttp2_session*, std::uint8_t, std::int32_t stream,
                       const std::uint8_t* bytes, std::size_t size, void* user) {
        http2_session& self = of(user);
        if (http2_exchange* const one = self.exchange_of(stream))
            self.on_data(*one, {reinterpret_cast<const char*>(bytes), size});
        return 0;
    }

    static int on_close(nghttp2_session*, std::int32_t stream, std::uint32_t error_code,
                        void* user) {
        of(user).on_stream_closed(stream, error_code);
        return 0;
    }

    static ssize_t on_body_wanted(nghttp2_session*, std::int32_t, std::uint8_t* out,
                                  std::size_t room, std::uint32_t* flags,
                                  nghttp2_data_source* source, void*) {
        http2_exchange& one = *static_cast<http2_exchange*>(source->ptr);
        const std::size_t size = std::min(room, one.body_size - one.body_sent);
        std::memcpy(out, one.body.data() + one.body_sent, size);
        one.body_sent += size;
        if (one.body_sent == one.body_size) *flags |= NGHTTP2_DATA_FLAG_EOF;
        return static_cast<ssize_t>(size);
    }

    static recycled_memory& memory(void* user) { return of(user).memory_; }
};

namespace {

struct nghttp2_deleter {
    void operator()(nghttp2_session_callbacks* p) const { nghttp2_session_callbacks_del(p); }
    void operator()(nghttp2_option* p) const { nghttp2_option_del(p); }
};

nghttp2_mem memory_of(http2_session& owner) {
    nghttp2_mem memory{};
    memory.mem_user_data = &owner;
    memory.malloc = [](std::size_t size, void* user) {
        return http2_callbacks::memory(user).allocate(size);
    };
    memory.free = [](void* what, void* user) { http2_callbacks::memory(user).release(what); };
    memory.calloc = [](std::size_t count, std::size_t size, void* user) {
        return http2_callbacks::memory(user).allocate_zeroed(count, size);
    };
    memory.realloc = [](void* what, std::size_t size, void* user) {
        return http2_callbacks::memory(user).resize(what, size);
    };
    return memory;
}

}  // namespace

nghttp2_data_provider http2_body_of(void* exchange) {
    nghttp2_data_provider body{};
    body.source.ptr = exchange;
    body.read_callback = &http2_callbacks::on_body_wanted;
    return body;
}

nghttp2_session* make_nghttp2_session(http2_session& owner) {
    nghttp2_session_callbacks* raw_callbacks = nullptr;
    nghttp2_option* raw_option = nullptr;
    if (nghttp2_session_callbacks_new(&raw_callbacks) != 0) return nullptr;
    const std::unique_ptr<nghttp2_session_callbacks, nghttp2_deleter> callbacks(raw_callbacks);
    if (nghttp2_option_new(&raw_option) != 0) return nullptr;
    const std::unique_ptr<nghttp2_option, nghttp2_deleter> option(raw_option);
    nghttp2_session_callbacks_set_on_frame_recv_callback(raw_callbacks, &http2_callbacks::on_frame);
    nghttp2_session_callbacks_set_on_header_callback(raw_callbacks, &http2_callbacks::on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(raw_callbacks,
                                                              &http2_callbacks::on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(raw_callbacks,
                                                           &http2_callbacks::on_close);
    // Closed streams are not needed for priorities, and answers to a storm of frames are bounded.
    nghttp2_option_set_no_closed_streams(raw_option, 1);
    nghttp2_option_set_max_outbound_ack(raw_option, 128);
    // Nothing is made of a field but what on_header() reads, and that it judges itself: checking
    // the spelling of all of them would be a twentieth of what a message costs.
    nghttp2_option_set_no_http_messaging(raw_option, 1);
    nghttp2_mem memory = memory_of(owner);
    nghttp2_session* made = nullptr;
    if (nghttp2_session_client_new3(&made, raw_callbacks, &owner, raw_option, &memory) != 0)
        return nullptr;
    return made;
}

}  // namespace tidings::net
