// Between nghttp2's C callbacks and the session's members. Nothing is decided here.
#pragma once

#include <nghttp2/nghttp2.h>

namespace tidings::net {

class http2_session;

// A client session that calls `owner` and takes its memory from it; nullptr without memory.
nghttp2_session* make_nghttp2_session(http2_session& owner);

// Lets nghttp2 take a request's body from the session's record of the stream.
nghttp2_data_provider http2_body_of(void* exchange);

}  // namespace tidings::net
