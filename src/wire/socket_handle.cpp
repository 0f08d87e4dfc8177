#include "wire/socket_handle.hpp"

#include <sys/socket.h>
#include <unistd.h>

namespace tidings::wire {

void socket_handle::close() noexcept {
    if (fd_ == none) return;
    ::close(std::exchange(fd_, none));
}

void socket_handle::reset() noexcept {
    if (fd_ == none) return;
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
}

}  // namespace tidings::wire
