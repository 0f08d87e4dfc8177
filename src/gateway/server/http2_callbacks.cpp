#include "gateway/server/http2_connection.hpp"

#include <array>

namespace tidings::gateway {

namespace {

http2_session& self(void* user) {
    return *static_cast<http2_session*>(user);
}

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

nghttp2_session_callbacks* make_callbacks() {
    nghttp2_session_callbacks* set = nullptr;
    nghttp2_session_callbacks_new(&set);
    nghttp2_session_callbacks_set_on_begin_frame_callback(
        set, [](nghttp2_session*, const nghttp2_frame_hd* header, void* user) {
            return self(user).on_begin_frame(*header);
        });
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
        set,
        [](nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
           std::size_t size, void* user) { return self(user).on_data(id, text_of(bytes, size)); });
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
}

}  // namespace

const nghttp2_session_callbacks* http2_callbacks() {
    static const nghttp2_session_callbacks* const made = make_callbacks();
    return made;
}

ssize_t http2_read_body(nghttp2_session*, std::int32_t id, std::uint8_t* into, std::size_t room,
                        std::uint32_t* flags, nghttp2_data_source*, void* user) {
    return self(user).on_body_wanted(id, reinterpret_cast<char*>(into), room, *flags);
}

}  // namespace tidings::gateway
