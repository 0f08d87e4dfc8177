// Accepts connections for a server: a listening socket in the readiness set. It hands each accepted
// socket on and does nothing else; TLS is wire/tls_channel's, limits are the server's.
#pragma once

#include "core/failure.hpp"
#include "wire/readiness.hpp"
#include "wire/socket_handle.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace tidings::wire {

class accept_sink {
  public:
    // Non-blocking, close-on-exec, TCP_NODELAY; connected. To refuse it, let it go out of scope.
    virtual void on_accepted(socket_handle socket) = 0;

  protected:
    ~accept_sink() = default;
};

struct listener_options {
    std::string address = "127.0.0.1";  // a numeric address, IPv4 or IPv6
    std::uint16_t port = 0;             // 0: the kernel chooses; port() says which
    int backlog = 4096;
    std::size_t accepts_max = 64;  // a turn, so that a flood does not starve the others
};

// What a client meets that connects.
enum class door_state : std::uint8_t {
    open,    // it is accepted
    shut,    // its SYN is answered by a reset: ECONNREFUSED
    silent,  // its SYN is not answered, as behind a firewall that drops; the kernel tries again
};

class listener final : private ready_object {
  public:
    // Fails with `network`, naming address and port, when it cannot listen there.
    static core::result<std::unique_ptr<listener>> open(readiness& set, listener_options options,
                                                        accept_sink& sink);
    ~listener();
    listener(const listener&) = delete;
    listener& operator=(const listener&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    // Accepts nothing until resumed: clients wait in the kernel's queue.
    void pause() noexcept { paused_ = true; }
    void resume();
    // Clients that wait in the queue get a reset when an open door goes shut or silent; accepted
    // ones notice nothing. The port stays bound, so that the kernel gives it to nobody meanwhile.
    // Fails with `network`; it is then shut, and may be asked again. Cold.
    core::result<void> set_door(door_state how);
    door_state door_now() const noexcept { return door_; }
    std::uint64_t accepted() const noexcept { return accepted_; }
    // Connections closed at once because the process has no descriptor left for them.
    std::uint64_t turned_away() const noexcept { return turned_away_; }

  private:
    listener(readiness& set, listener_options options, accept_sink& sink);

    void on_ready(std::uint32_t events) override;
    bool turn_one_away();
    core::result<void> take_port();
    core::failure cannot_listen() const;

    readiness& set_;
    listener_options options_;
    accept_sink& sink_;
    socket_handle socket_;
    socket_handle spare_;  // given up for a moment to turn a client away when descriptors run out
    socket_handle plug_;   // fills the queue of a silent door
    std::uint16_t port_ = 0;
    door_state door_ = door_state::shut;
    bool paused_ = false;
    std::uint64_t accepted_ = 0;
    std::uint64_t turned_away_ = 0;
};

}  // namespace tidings::wire
