// One request with an empty body: it cannot text anybody, and its answer shows whether address,
// TLS, token and scope are right (412 = right). Several, one after the other on one connection,
// show how long answers take. Blocking, for a person who waits; messages go through net/pool.
#pragma once

#include "core/answer.hpp"
#include "core/failure.hpp"
#include "net/endpoint.hpp"
#include "net/trust.hpp"
#include "wire/clock.hpp"

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace tidings::net {

struct probe_answer {
    unsigned status = 0;
    std::string body;  // of the first answer, like its status
    std::string content_type;
    // Of each answer, from its request on. Fewer than asked for when the server ended the
    // connection.
    std::vector<core::duration> took;
};

// Fails (network) when no answer could be had within `patience`, with the reason in words. `token`
// is asked before each request; `stop` ends it at once, but for the look-up of a name. Pre:
// requests >= 1.
core::result<probe_answer> probe(trust& trust, const endpoint& where,
                                 const std::function<std::string()>& token, core::duration patience,
                                 const wire::clock& clock, std::size_t requests = 1,
                                 const std::stop_token& stop = {});

}  // namespace tidings::net
