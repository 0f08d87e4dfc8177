// Misbehaviour on demand: which connections and requests go wrong, and how. Deterministic: the same
// seed, rules and numbers give the same faults, in whatever order they are asked for. It decides
// only; the sessions carry it out. What a healthy endpoint refuses is rules.hpp's.
#pragma once

#include "core/time.hpp"
#include "gateway/rules/replies.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::gateway {

enum class fault_kind : std::uint8_t {
    // The port itself, for a span of time: no connection comes in, so that none can be counted.
    refuse,    // it is shut: a SYN is answered by a reset
    drop_syn,  // a SYN is not answered
    // When a connection comes in.
    accept_reset,                // accepted, and reset at once
    black_hole,                  // taken and never read
    stall_handshake,             // the client's hello is read and never answered
    reset_handshake,             // the client's hello is answered by a reset
    certificate_expired,         //
    certificate_wrong_name,      //
    certificate_unknown_issuer,  // signed by nobody the client knows
    // When a request begins. Nothing of it is known yet: no number patterns.
    close_before_reading,  // closed with the request unread
    reset_request,         // reset after `at` bytes of it
    slow_read,  // read at `rate` bytes a second; over HTTP/2 with all that comes behind it
    // When it was read. Not processed, though it may fill windows:
    close_after_reading,
    reset_after_reading,
    refuse_stream,  // HTTP/2 REFUSED_STREAM; a close on HTTP/1.1
    go_away,  // HTTP/2 GOAWAY, by default one that leaves this stream out; a close on HTTP/1.1
    // Processed, and then no answer:
    close_after_trigger,
    reset_after_trigger,
    reset_stream,  // HTTP/2 RST_STREAM INTERNAL_ERROR; a reset on HTTP/1.1
    // Another answer than the right one; `processed` says whether the message was triggered.
    reply,
    unavailable,  // 503 with Retry-After and a page, processed, as Varnish says it
    failure,      // 200 whose JSON says that it failed
    // The answer of somebody in front, whatever the request: the platform never sees it.
    block,   // a firewall's 403
    outage,  // a proxy's 502 for a backend that is gone
    // The right answer, strangely:
    delay_before,        // `wait` before it is judged
    delay,               // judged at once, answered after `wait`
    slices,              // one byte at a time, `wait` apart
    slow_write,          // `rate` bytes a second
    interim,             // `count` interim answers (103) first
    chunked,             // Transfer-Encoding: chunked
    no_length,           // ended by the connection's end
    huge_body,           // `size` bytes of padding in the body
    huge_header,         // `size` bytes of padding in the header
    cut_answer,          // closed after `at` bytes of it
    reset_answer,        // reset after `at` bytes of it
    close_after_answer,  // answered, then closed without having said so
    reset_after_answer,  // answered, then reset: RST_STREAM behind the whole answer on HTTP/2
};

inline constexpr std::size_t fault_kind_count = 37;
std::string_view name_of(fault_kind what);
std::optional<fault_kind> fault_kind_named(std::string_view name);
bool is_for_the_port(fault_kind what);     // for a span of time, not counted
bool is_for_connections(fault_kind what);  // counted by connection, not by request
bool is_before_reading(fault_kind what);   // cannot be chosen by number
bool is_another_answer(fault_kind what);
bool is_in_front(fault_kind what);       // answered for the platform, which counts nothing
bool can_be_processed(fault_kind what);  // or not, as fault_rule::processed says

struct number_span {
    std::uint64_t first = 1;  // counted from 1
    std::uint64_t last = 1;
};

inline constexpr std::uint64_t endless = UINT64_MAX;

// Which streams a GOAWAY says may have been processed. Never fewer than were: a number is raised to
// the highest stream that was.
struct last_stream {
    enum class kind : std::uint8_t { before, own, all, number };  // `before` this one
    kind which = kind::before;
    std::uint32_t number = 0;
};

struct fault_rule {
    fault_kind what = fault_kind::reply;
    // When. All that is given must hold.
    double probability = 1.0;
    std::vector<number_span> nth;  // of the connections or requests; empty: any
    std::uint64_t every = 1;
    std::string to;                       // pattern: "+1555*", ? for one digit; empty: any
    std::string from;                     //
    std::optional<core::duration> since;  // after the start; inclusive
    std::optional<core::duration> until;  // exclusive
    std::uint64_t times_max = UINT64_MAX;
    // How.
    std::uint64_t at = 0;          // bytes; over HTTP/2 of the stream's frames, with their headers
    std::uint64_t size = 1 << 20;  // bytes; `endless`
    std::uint32_t rate = 1000;     // bytes a second
    std::uint32_t count = 1;       // interim answers
    last_stream goaway_last;       // go_away
    core::duration wait_min{};     // a random wait in [min, max]
    core::duration wait_max{};
    // Of what = reply, as the rest.
    reply_words words = {.status = 500, .msg = "Internal Server Error", .code = "500"};
    std::string retry_after;  // reply: the header's text; empty: none
    std::string location;     // reply: the header's text; empty: none
    bool processed = false;   // another answer, refuse_stream
};

// What a kind of another answer says where nothing else is asked for.
void use_usual_answer(fault_rule& rule);

enum class connection_fate : std::uint8_t {
    serve,
    reset,
    black_hole,
    stall_handshake,
    reset_handshake,
};
enum class certificate_kind : std::uint8_t { good, expired, wrong_name, unknown_issuer };

enum class port_fate : std::uint8_t { open, refuse, drop_syn };

struct connection_plan {
    connection_fate fate = connection_fate::serve;
    certificate_kind certificate = certificate_kind::good;
};

enum class request_end : std::uint8_t {
    answer,
    close,
    reset,
    refuse_stream,
    go_away,
    reset_stream,
};
enum class body_framing : std::uint8_t { length, chunked, until_close };

// Everything that goes wrong with one request.
struct request_plan {
    bool any = false;  // false: a healthy request; nothing below is set
    bool close_before_reading = false;
    std::optional<std::uint64_t> reset_request_at;
    std::uint32_t read_rate = 0;  // bytes a second; 0: as fast as it comes
    request_end end = request_end::answer;
    bool processed = true;
    bool seen = true;  // by the platform, so that it fills windows
    // Shared with the desk, which may be given other rules before the request is answered.
    std::shared_ptr<const fault_rule> reply;
    core::duration delay_before{};
    core::duration delay{};
    std::optional<core::duration> slice_wait;
    std::uint32_t write_rate = 0;
    std::uint32_t interims = 0;
    body_framing framing = body_framing::length;
    std::uint64_t body_padding = 0;
    std::uint64_t header_padding = 0;
    std::optional<std::uint64_t> cut_at;
    bool cut_by_reset = false;
    bool close_after = false;
    bool reset_after = false;
    last_stream goaway_last;
};

class fault_desk {
  public:
    fault_desk() : fault_desk(1, {}) {}
    fault_desk(std::uint64_t seed, std::vector<fault_rule> rules);

    bool idle() const noexcept { return rules_->empty(); }
    // `elapsed` since the server's start, or since the rules were changed.
    port_fate for_port(core::duration elapsed);
    // When for_port may next say something else; duration::max(): never.
    core::duration port_change_after(core::duration elapsed) const;
    // `n` counts from 1.
    connection_plan for_connection(std::uint64_t n, core::duration elapsed);
    // What is known before the request is read.
    request_plan for_request(std::uint64_t n, core::duration elapsed);
    // The rest of the same request's plan, once its numbers are known (empty: unreadable).
    void once_read(request_plan& plan, std::uint64_t n, core::duration elapsed,
                   std::string_view from, std::string_view to);

    const std::vector<fault_rule>& rules() const noexcept { return *rules_; }
    std::uint64_t seed() const noexcept { return seed_; }
    // How often each rule applied.
    const std::vector<std::uint64_t>& applied() const noexcept { return applied_; }

  private:
    bool applies(std::size_t rule, std::uint64_t n, core::duration elapsed) const;
    double chance(std::size_t rule, std::uint64_t n, std::uint64_t salt) const;
    core::duration wait_of(std::size_t rule, std::uint64_t n) const;
    void carry_into(request_plan& plan, std::size_t rule, std::uint64_t n);

    std::uint64_t seed_ = 1;
    std::shared_ptr<const std::vector<fault_rule>> rules_;  // with the plans that use them
    std::vector<std::uint64_t> applied_;
    std::size_t port_rule_ = SIZE_MAX;  // the one that is in force
};

// "+1555*": '*' for any rest, '?' for one character.
bool matches(std::string_view pattern, std::string_view text);

}  // namespace tidings::gateway
