// The pool against a scripted server that speaks HTTP/2.
#pragma once

#include "net/pool_rig.hpp"
#include "support/scripted_http2_server.hpp"

#include <cstddef>

#include <gtest/gtest.h>

namespace tidings::net {

using talk = tests::scripted_http2_server::talk;
using request = tests::scripted_http2_server::request;

struct http2_rig final : pool_rig {
    explicit http2_rig(pool_options options = {})
        : pool_rig(options, http_mode::automatic), http2(server) {}

    void begin_many(core::ticket count, core::ticket first = 0) {
        for (core::ticket i = first; i < first + count; ++i) {
            ASSERT_GT(messages().room(), 0U) << i;
            messages().begin({.which = i,
                              .from = core::phone_number::from_digits(16693422058),
                              .to = core::phone_number::from_digits(917760336000ULL + i),
                              .token = token});
        }
        messages().flush();
    }
    bool wait_for_reports(std::size_t n) {
        return run_until([&] { return reports.size() >= n; });
    }
    talk& first() { return http2.of(server.peer(0)); }

    tests::scripted_http2_server http2;
};

inline void answer_200_to_all(http2_rig& rig) {
    rig.http2.on_request = [](talk& peer, const request& one) {
        peer.answer(one.stream, "200", triggered_body);
    };
}

}  // namespace tidings::net
