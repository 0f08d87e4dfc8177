// HTTP/2 on one connection, through nghttp2: the answers of one batch of requests leave in one
// write.
#pragma once

#include "gateway/server/connection.hpp"

#include <memory>

namespace tidings::gateway {

std::unique_ptr<protocol> make_http2_session(connection& over);

}  // namespace tidings::gateway
