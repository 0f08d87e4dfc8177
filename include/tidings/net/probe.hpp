// One request with an empty body: it cannot text anybody, and its answer shows whether address,
// TLS, token and scope are right (412 = right). Blocking, for a person who waits; messages go
// through net/pool.
#pragma once

#include "tidings/core/answer.hpp"
#include "tidings/core/failure.hpp"
#include "tidings/net/endpoint.hpp"
#include "tidings/net/trust.hpp"

#include <string>
#include <string_view>

namespace tidings::net {

struct probe_answer {
    unsigned status = 0;
    std::string body;  // at most 64 KiB
};

// Fails (network) when no answer could be had within `patience`, with the reason in words.
core::result<probe_answer> probe(trust& trust, const endpoint& where, std::string_view token,
                                 core::duration patience);

}  // namespace tidings::net
