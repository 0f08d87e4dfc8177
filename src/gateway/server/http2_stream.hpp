// What http2_session keeps of one stream: the request as it comes in, and its answer as it goes
// out.
#pragma once

#include "gateway/server/reception.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <list>
#include <string>

namespace tidings::gateway {

// A request and its answer. Its memory is used again for later streams.
struct http2_stream {
    std::int32_t id = 0;
    std::string method, target, auth, content_type, body;
    bool has_auth = false;
    std::size_t header_bytes = 0;
    std::size_t header_count = 0;
    core::instant begun{};  // when its first byte was read
    bool whole = false;     // read to its end
    bool too_large = false;
    bool header_too_large = false;
    exchange one;
    bool judged = false;
    // What is left of the answer's body.
    std::string answer_body;
    std::size_t body_at = 0;
    std::uint64_t padding = 0;
    std::size_t budget = std::numeric_limits<std::size_t>::max();  // bytes until the next tick
    core::instant wake_at = core::never;
    bool dripping = false;
    std::list<http2_stream>::iterator place;  // in the session's list

    void clear() {
        method.clear();
        target.clear();
        auth.clear();
        content_type.clear();
        body.clear();
        has_auth = whole = too_large = header_too_large = judged = dripping = false;
        header_bytes = header_count = 0;
        one.number = 0;
        one.entry.reset();
        answer_body.clear();
        body_at = 0;
        padding = 0;
        budget = std::numeric_limits<std::size_t>::max();
        wake_at = core::never;
    }
    call asked() const {
        call made;
        made.method = method;
        made.target = target;
        if (has_auth) made.auth = auth;
        made.content_type = content_type;
        made.body = body;
        return made;
    }
};

}  // namespace tidings::gateway
