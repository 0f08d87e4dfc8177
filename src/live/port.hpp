// The port of a running campaign: plain HTTP/1.1, one request a connection, on a thread of its own
// that gives way to every other one. Who is heard is live/port_request's, what is said
// live/telling's. It cannot hold the campaign up: it looks at it at intervals of its own, however
// many ask; a reader that is slow misses states and then its connection, and a flood meets small
// limits.
#pragma once

#include "codec/messages/port_gate.hpp"
#include "live/telling.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace tidings::live {

// The run that a port tells of; called on the port's thread, and never waits for the run.
class told_run {
  public:
    virtual run_look look() = 0;
    // "pause", "continue", "stop", "rate 5/1s"; a failure's text says what was not understood.
    virtual core::result<void> steer(std::string_view line) = 0;

  protected:
    ~told_run() = default;
};

struct port_options {
    codec::listen_address where;
    std::string token;                     // empty: none, and then only on loopback
    std::function<core::instant()> clock;  // on any thread
};

class port {
  public:
    static constexpr std::size_t clients_max = 64;
    static constexpr std::size_t header_bytes_max = 8 * 1024;
    static constexpr std::size_t body_bytes_max = 256;
    // So long a client may take for its request, for taking an answer, and for taking one event.
    static constexpr auto patience = std::chrono::seconds(5);
    static constexpr auto look_interval = std::chrono::milliseconds(500);
    // Connections between two looks; the next ones wait in the kernel.
    static constexpr std::size_t clients_per_look = 50;
    // After the last look those who follow the events have so long to take it.
    static constexpr auto parting_max = std::chrono::milliseconds(300);

    // Failures: of usage without a token beyond loopback, of network when the port is taken.
    static core::result<std::unique_ptr<port>> open(port_options options);
    // Tells everybody the last state, and ends.
    ~port();
    port(const port&) = delete;
    port& operator=(const port&) = delete;

    codec::listen_address where() const;
    // Neither `run` nor what it refers to is used after detach() returned.
    void attach(told_run& run);
    void detach();

  private:
    class body;
    explicit port(std::unique_ptr<body> own);

    std::unique_ptr<body> body_;
};

}  // namespace tidings::live
