// Where and how the endpoint listens, and the limits on everything it reads. server.hpp uses them.
#pragma once

#include "core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace tidings::gateway {

enum class tls_version : std::uint8_t { v1_2, v1_3 };

struct server_options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8443;  // 0: the kernel chooses
    bool admin = true;
    std::uint16_t admin_port = 8444;  // always on 127.0.0.1; 0: the kernel chooses
    bool http2 = true;                // offered by ALPN
    tls_version tls_min = tls_version::v1_2;
    tls_version tls_max = tls_version::v1_3;
    // Both, or neither: then a certificate for localhost, 127.0.0.1 and ::1 is made at the start.
    std::string certificate_file;
    std::string key_file;
    // Where ca.pem (and the keys for encrypted tokens, as JWK) are written; empty: nowhere.
    std::string folder = "gateway-files";
    std::string ledger_file;  // NDJSON, appended to; empty: in memory only
    // Then the endpoint answers 503 and triggers nothing, for what it cannot enter did not happen.
    std::uint64_t ledger_entries_max = 50'000'000;
    // Added to the calendar that tokens are judged by; windows do not notice.
    core::duration clock_offset{};
    std::size_t connections_max = 10'000;
    std::size_t header_bytes_max = 32 * 1024;
    std::size_t headers_max = 100;
    std::size_t body_bytes_max = 64 * 1024;
    std::uint32_t requests_per_connection_max = 0;  // 0: no end
    std::uint32_t streams_max = 250;                // HTTP/2, concurrent, a connection
    // HTTP/2 frames that carry no request, since one last carried an answer: PING, SETTINGS,
    // WINDOW_UPDATE, RST_STREAM, empty DATA ...
    std::uint32_t control_frames_max = 1000;
    core::duration idle_time = std::chrono::seconds(120);  // no request under way
    bool idle_told = false;  // over HTTP/1.1 by a 408 before the close, as some proxies do
    core::duration request_time = std::chrono::seconds(30);  // from its first byte to its last
    core::duration handshake_time = std::chrono::seconds(30);
    core::duration drain_time = std::chrono::seconds(5);  // a graceful stop waits that long
};

}  // namespace tidings::gateway
