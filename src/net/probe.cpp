#include "net/probe.hpp"

#include "codec/messages/request.hpp"
#include "net/plain_call.hpp"

#include <string>
#include <utility>

namespace tidings::net {

core::result<probe_answer> probe(trust& trust, const endpoint& where,
                                 const std::function<std::string()>& token, core::duration patience,
                                 const wire::clock& clock, std::size_t requests,
                                 const std::stop_token& stop) {
    // The very bytes of a message, but for the body.
    const auto writer =
        codec::request_writer::make({.path = where.target, .host = where.authority});
    if (!writer) return writer.error();
    auto call = plain_call::open(trust, where, patience, stop);
    if (!call) return call.error();
    probe_answer told;
    std::string request;
    for (std::size_t i = 0; i < requests; ++i) {
        const auto signed_now = token();
        request.resize(writer->size_max(signed_now.size()));
        const char* const end = writer->write_probe(request.data(), signed_now);
        const auto began = clock.now();
        auto answer = call->ask({request.data(), end});
        if (!answer && told.took.empty()) return answer.error();
        if (!answer) break;
        told.took.push_back(clock.now() - began);
        if (i == 0) {
            told.status = answer->status;
            told.content_type = std::move(answer->content_type);
            told.body = std::move(answer->body);
        }
        if (!answer->keep_alive) break;
    }
    return told;
}

}  // namespace tidings::net
