// The bytes of one non-blocking socket, as wire/tls_channel needs them: what was received and not
// taken, what the kernel has not taken, how much it took in all, and whether asking it again is
// worth a system call. It knows nothing of TLS, never waits and never registers itself
// (wire/readiness is the owner's affair).
//
// No call allocates, except the first time that the kernel's buffer is full or that another stream
// receives before all was taken.
#pragma once

#include "wire/receive_buffer.hpp"
#include "wire/socket_handle.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace tidings::wire {

class socket_stream {
  public:
    // `received` must outlive it; all streams that share one are used on one thread.
    socket_stream(socket_handle socket, receive_buffer& received)
        : socket_(std::move(socket)), received_(received) {}
    ~socket_stream();
    socket_stream(const socket_stream&) = delete;
    socket_stream& operator=(const socket_stream&) = delete;

    int fd() const noexcept { return socket_.fd(); }
    bool open() const noexcept { return static_cast<bool>(socket_); }
    void close() noexcept { socket_.close(); }
    // The peer gets a reset.
    void reset() noexcept { socket_.reset(); }

    // Learns from epoll's events whether reading and writing are worth a system call.
    void on_events(std::uint32_t events) noexcept;

    // Takes all of it: what the kernel refuses waits here. False: the socket is broken, error()
    // says how; or, error() being 0, too much waits already, and nothing was taken.
    // Pre: at most 64 KiB.
    bool put(std::span<const char> bytes);
    // Hands what waits to the kernel, as far as it goes. False: the socket is broken.
    bool push() noexcept;
    bool waiting() const noexcept { return backlog_at_ < backlog_.size(); }
    std::uint64_t sent() const noexcept { return sent_; }  // bytes that the kernel took

    // What was received and not taken; it stays where it is until another stream receives.
    std::span<char> input() const noexcept { return {input_, input_left_}; }
    void take(std::size_t bytes) noexcept {
        input_ += bytes;
        input_left_ -= bytes;
    }
    // Pre: input() is empty. False: nothing has come, the end has, or the socket is broken.
    bool receive();
    bool may_read() const noexcept { return may_read_; }
    bool ended() const noexcept { return eof_; }
    std::uint64_t received() const noexcept { return received_bytes_; }

    int error() const noexcept { return errno_; }  // 0: none
    // What went wrong is something else.
    void forget_error() noexcept { errno_ = 0; }

  private:
    void set_aside();

    socket_handle socket_;
    receive_buffer& received_;
    std::vector<char> aside_;  // received, and left there when another stream received
    char* input_ = nullptr;    // in received_ or aside_
    std::size_t input_left_ = 0;
    std::vector<char> backlog_;  // what the kernel did not take yet
    std::size_t backlog_at_ = 0;
    std::uint64_t sent_ = 0;
    std::uint64_t received_bytes_ = 0;
    int errno_ = 0;
    bool may_read_ = true;   // the kernel may have something: a recv is worth its call
    bool may_write_ = true;  // the same for send
    bool hung_up_ = false;   // a close was signalled: read to the very end
    bool eof_ = false;
};

}  // namespace tidings::wire
