// The connections of one bot on one network thread. It decides when connections are opened, which
// one a message takes (the most recently used), and when one is closed. A message never waits in
// here: begin() is only for room that exists, and failures to connect happen without a message.
// It never decides what an attempt meant (core/verdict), never repeats a request, never follows a
// redirect, and never keeps a limit (core/limiter).
//
// One thread, that of `io`. It reads no clock but the one it is given; its deadlines move by
// on_tick() only.
#pragma once

#include "net/endpoint.hpp"
#include "net/pool_events.hpp"
#include "net/trust.hpp"
#include "wire/clock.hpp"
#include "wire/readiness.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <boost/asio/io_context.hpp>

namespace tidings::net {

struct pool_options {
    std::size_t connections_max = 64;  // 1 .. 10,000; late ones are counted apart, up to as many
    std::size_t streams_max = 100;     // messages at once on one HTTP/2 connection; 1 .. 1,000
    core::duration request_timeout = std::chrono::seconds(30);
    core::duration late_for = std::chrono::seconds(120);  // after that, an answer is still awaited
    core::duration connect_timeout = std::chrono::seconds(10);  // connect and handshake, an address
    core::duration idle_max = std::chrono::seconds(4);     // then closed, before the server does
    core::duration probe_after = std::chrono::seconds(1);  // idle so long: look before use
    core::duration backoff_min = std::chrono::milliseconds(250);  // after a failed dial, doubling
    core::duration backoff_max = std::chrono::seconds(30);
    std::size_t dials_max = 32;  // connections being opened at once
    // Nothing more is dialed until the first connection of all has been answered, or this long
    // after its handshake: by then the server's session tickets are here, and the others resume
    // instead of verifying the same certificate again. Zero: all at once.
    core::duration first_goes_ahead{};
    std::size_t header_max = 16 * 1024;          // bytes of an answer's head
    std::size_t body_kept_max = 64 * 1024;       // handed to codec/messages/answer
    std::size_t body_drained_max = 1024 * 1024;  // read and thrown away to keep a connection
    bool token_varies = false;  // a token of its own for each message: not worth HPACK's table
    std::uint64_t seed = 1;     // of the jitter in the backoff
};

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
    pool_stats& operator+=(const pool_stats& other) noexcept;
};

class pool {
  public:
    // Everything passed by reference must outlive the pool. Opens nothing until want().
    pool(boost::asio::io_context& io, wire::readiness& set, const wire::clock& clock, trust& trust,
         endpoint where, pool_options options, attempt_sink& sink, pool_listener& listener);
    // Closes everything; what is in flight is not reported: abort() first where that matters.
    ~pool();
    pool(const pool&) = delete;
    pool& operator=(const pool&) = delete;

    // How many departures can begin right now, on connections that are ready.
    std::size_t room() const noexcept;
    // How much work waits (or is about to be due), whatever room() says. Opens connections for it,
    // up to connections_max and not more than needed; 0 opens none. Call it whenever it changes.
    void want(std::size_t messages);

    // Pre: room() > 0. HTTP/1.1 writes at once, HTTP/2 at the next flush(). Never calls the sink;
    // what fails here is reported at the next flush().
    void begin(const departure& what);
    // Ends a batch: writes what HTTP/2 has gathered, reports what failed in begin(). Must be called
    // from batch_end::on_batch_end and after any other round of begin(), so that no message waits
    // for a batch to fill. Cheap when there is nothing to do.
    void flush();
    // For a thread that can do nothing but wait for answers: adds the descriptors of a few requests
    // before which a good part of those in flight has left, so that many answers have come when
    // theirs do; a few, because one may stall. None over HTTP/2, where a descriptor tells of many
    // requests, nor while next to nothing is in flight.
    void append_midway(std::vector<int>& into) const;
    // Every 1 to 100 ms: deadlines, idle connections, backoff.
    void on_tick(core::instant now);

    // Opens no more and closes what is idle; connections end with their answers. room() is 0 after.
    void drain();
    // Now: everything in flight is reported with the furthest step it reached, all is closed.
    void abort();
    // Nothing open, nothing in flight.
    bool empty() const noexcept;

    pool_stats stats() const;

  private:
    class parts;
    std::unique_ptr<parts> parts_;
};

}  // namespace tidings::net
