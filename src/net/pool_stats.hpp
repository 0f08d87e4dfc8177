// What a pool has done and how it stands, for people. Nothing is decided by it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace tidings::net {

struct pool_stats {
    std::size_t open = 0;     // connections, ready, busy and late
    std::size_t ready = 0;    // with room for a message
    std::size_t dialing = 0;  // being opened
    std::size_t late = 0;     // with an answer that is overdue; they take no message
    std::size_t in_flight = 0;
    std::uint64_t dials = 0;
    std::uint64_t dials_failed = 0;
    std::uint64_t handshakes = 0;  // completed
    std::uint64_t resumed = 0;     // of those
    std::uint64_t begun = 0;
    std::uint64_t ended = 0;
    std::uint64_t sent_bytes = 0;  // on closed and open connections, TLS included
    std::uint64_t received_bytes = 0;
    std::uint8_t http_major = 0;  // of the newest connection: 1, 2; 0 = none yet

    // Another pool's, of the same bot.
    pool_stats& operator+=(const pool_stats& other) noexcept {
        open += other.open;
        ready += other.ready;
        dialing += other.dialing;
        late += other.late;
        in_flight += other.in_flight;
        dials += other.dials;
        dials_failed += other.dials_failed;
        handshakes += other.handshakes;
        resumed += other.resumed;
        begun += other.begun;
        ended += other.ended;
        sent_bytes += other.sent_bytes;
        received_bytes += other.received_bytes;
        http_major = std::max(http_major, other.http_major);
        return *this;
    }
};

}  // namespace tidings::net
