// What HTTP/1.1 and HTTP/2 have in common for the pool: messages in, reports out, on one connection
// that is open. A session owns no socket and no timer; it speaks through the connection's channel.
#pragma once

#include "codec/messages/answer.hpp"
#include "codec/messages/request.hpp"
#include "net/attempt_ledger.hpp"
#include "net/pool_events.hpp"
#include "net/pool_options.hpp"
#include "wire/clock.hpp"
#include "wire/tls_channel.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tidings::net {

// Where sessions bring what they found; the pool.
class session_host {
  public:
    // The attempt is taken out of the queues before the sink hears of it, and reused afterwards:
    // the session has let go of it before this call and looks at nothing of its own that the sink
    // may have changed by begin().
    virtual void on_attempt_over(attempt& one, core::attempt_report& report) = 0;

  protected:
    ~session_host() = default;
};

// What the sessions of a pool share: they run one after the other on one thread.
struct session_shared {
    session_host& host;
    const wire::clock& clock;
    const session_options& options;
    const codec::request_writer requests;
    codec::answer_reader answers{};
    wire::receive_buffer received{};
    std::vector<char> incoming{};  // plaintext
    std::vector<char> outgoing{};  // one request, or what HTTP/2 gathers for one record

    // The calendar matters only to a Retry-After.
    core::answer read(const codec::answer_bytes& bytes) {
        return answers.read(bytes,
                            bytes.retry_after.empty() ? core::wall_time{} : clock.wall_now());
    }
};

class session {
  public:
    virtual ~session() = default;

    virtual std::uint8_t http_major() const noexcept = 0;
    // Messages that can begin now; 0 once it is finished or draws to its end.
    virtual std::size_t room() const noexcept = 0;
    virtual std::size_t in_flight() const noexcept = 0;
    // No more messages on this connection: it is to be closed when its attempts have ended.
    virtual bool ending() const noexcept = 0;
    // What ended it, when the peer is to blame; "" otherwise.
    virtual std::string_view trouble() const noexcept = 0;

    // It has frames that nobody has asked for yet: answers to the peer's, window updates.
    virtual bool wants_flush() const noexcept { return false; }

    // Pre: room() > 0. Writes, or leaves it to flush(). A failure shows in the channel.
    virtual void begin(attempt& one, const message& what) = 0;
    // Writes what is gathered; what the kernel does not take goes on at EPOLLOUT.
    virtual void flush() = 0;
    virtual void on_bytes(std::span<const char> bytes) = 0;
    // The stream is over in that way, or is being given up: every attempt is reported.
    virtual void on_end(wire::channel_status how, std::string_view why) = 0;
    // The last deadline of that flight is over. It is reported as it stands.
    virtual void give_up(attempt& one, std::string_view why) = 0;
    // The request's timeout passed; the attempt is late now.
    virtual void on_late(attempt& one) = 0;
    virtual void on_tick(core::instant now) = 0;
};

// Of an answer that came while the kernel had not taken the whole request: nobody has read it.
inline constexpr std::string_view answered_too_early =
    "the server answered a request before it was written";

// The furthest step of a request of which no answer has begun.
inline core::attempt_step step_of(const wire::tls_channel& channel, const attempt& one) noexcept {
    if (one.bytes_begin >= channel.position()) return core::attempt_step::not_started;
    if (channel.refused_certificate()) return core::attempt_step::idle_check;
    switch (channel.taken_of(one.bytes_begin, one.bytes_end)) {
        case wire::taken::none: return core::attempt_step::idle_check;
        case wire::taken::some: return core::attempt_step::writing;
        case wire::taken::all: return core::attempt_step::written;
    }
    return core::attempt_step::writing;
}

}  // namespace tidings::net
