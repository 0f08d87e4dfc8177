// One TLS connection on which a person's questions are asked one after the other, over HTTP/1.1:
// the probe's empty request, and what became of messages. Blocking, for a person who waits;
// messages never go this way but through net/pool.
#pragma once

#include "core/failure.hpp"
#include "core/time.hpp"
#include "net/endpoint.hpp"
#include "net/trust.hpp"

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace tidings::net {

struct plain_reply {
    unsigned status = 0;
    std::string content_type;
    std::string body;         // at most plain_call::body_max
    std::string retry_after;  // the header as it came; empty: none
    bool keep_alive = false;  // another one may be asked on the same connection
};

class plain_call {
  public:
    static constexpr std::size_t body_max = 1024 * 1024;

    // Looks the host up, connects (through the endpoint's proxy, where it has one) and shakes
    // hands. Fails (network) when that takes longer than `patience`, with the reason in words.
    // `stop` ends this and every ask() at once, but for the look-up of a name. `trust` and `where`
    // outlive the call.
    static core::result<plain_call> open(trust& trust, const endpoint& where,
                                         core::duration patience, std::stop_token stop = {});
    ~plain_call();
    plain_call(plain_call&&) noexcept;
    plain_call& operator=(plain_call&&) noexcept;

    // Writes a whole request and reads its answer. Fails (network) when no answer is there within
    // the same patience; after a failure the connection is of no more use.
    core::result<plain_reply> ask(std::string_view request);

  private:
    struct parts;
    explicit plain_call(std::unique_ptr<parts> made);

    std::unique_ptr<parts> parts_;
};

}  // namespace tidings::net
