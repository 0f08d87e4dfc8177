// HTTP/2 on one connection, through nghttp2: the answers of one batch of requests leave in one
// write.
#pragma once

#include <memory>

#include "gateway/connection.hpp"

namespace tidings::gateway {

std::unique_ptr<protocol> make_http2_session(connection& over);

}  // namespace tidings::gateway
