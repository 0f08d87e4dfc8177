// A socket that closes itself: ownership of a descriptor and nothing more. Reading and writing are
// wire/tls_channel's, waiting is wire/readiness's.
#pragma once

#include <utility>

namespace tidings::wire {

class socket_handle {
  public:
    static constexpr int none = -1;

    socket_handle() = default;
    explicit socket_handle(int fd) noexcept : fd_(fd) {}
    socket_handle(socket_handle&& other) noexcept : fd_(std::exchange(other.fd_, none)) {}
    socket_handle& operator=(socket_handle&& other) noexcept {
        if (this != &other) {
            close();
            fd_ = std::exchange(other.fd_, none);
        }
        return *this;
    }
    socket_handle(const socket_handle&) = delete;
    socket_handle& operator=(const socket_handle&) = delete;
    ~socket_handle() { close(); }

    int fd() const noexcept { return fd_; }
    explicit operator bool() const noexcept { return fd_ != none; }
    int release() noexcept { return std::exchange(fd_, none); }

    // The orderly way: what is in the kernel's buffer is still delivered.
    void close() noexcept;
    // The hard way: the peer gets a reset, and what was not delivered is thrown away.
    void reset() noexcept;

  private:
    int fd_ = none;
};

}  // namespace tidings::wire
