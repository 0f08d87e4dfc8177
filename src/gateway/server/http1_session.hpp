// HTTP/1.1 on one connection: one request at a time, in order; pipelined ones wait.
#pragma once

#include "gateway/server/connection.hpp"

#include <memory>

namespace tidings::gateway {

std::unique_ptr<protocol> make_http1_session(connection& over);

}  // namespace tidings::gateway
