#include "wire/socket_stream.hpp"

#include <cerrno>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace tidings::wire {

namespace {

// What may wait for the kernel. A handshake's flight with a long certificate chain fits.
constexpr std::size_t backlog_max = 128 * 1024;
// Above this a backlog's memory is given back once it is empty.
constexpr std::size_t backlog_kept = 20 * 1024;
// The same for what was set aside: most of a TLS record.
constexpr std::size_t aside_kept = 4 * 1024;

}  // namespace

socket_stream::~socket_stream() {
    if (received_.owner_ == this) received_.owner_ = nullptr;
}

void socket_stream::on_events(std::uint32_t events) noexcept {
    if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) hung_up_ = true;
    if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) may_read_ = true;
    if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) may_write_ = true;
}

bool socket_stream::put(std::span<const char> bytes) {
    if (!waiting() && may_write_) {
        ssize_t n = 0;
        do
            n = ::send(socket_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        while (n < 0 && errno == EINTR);
        if (n < 0 && errno != EAGAIN) {
            errno_ = errno;
            return false;
        }
        const auto done = n > 0 ? static_cast<std::size_t>(n) : 0;
        sent_ += done;
        if (done == bytes.size()) return true;
        bytes = bytes.subspan(done);
        may_write_ = false;
    }
    if (backlog_.size() - backlog_at_ + bytes.size() > backlog_max) return false;
    backlog_.insert(backlog_.end(), bytes.begin(), bytes.end());
    return true;
}

bool socket_stream::push() noexcept {
    while (waiting() && may_write_) {
        const ssize_t n = ::send(socket_.fd(), backlog_.data() + backlog_at_,
                                 backlog_.size() - backlog_at_, MSG_NOSIGNAL);
        if (n >= 0) {
            backlog_at_ += static_cast<std::size_t>(n);
            sent_ += static_cast<std::uint64_t>(n);
        } else if (errno == EAGAIN) {
            may_write_ = false;
        } else if (errno != EINTR) {
            errno_ = errno;
            return false;
        }
    }
    if (!waiting() && !backlog_.empty()) {
        backlog_.clear();
        backlog_at_ = 0;
        if (backlog_.capacity() > backlog_kept) std::vector<char>().swap(backlog_);
    }
    return true;
}

bool socket_stream::receive() {
    if (received_.owner_ != this) {
        if (received_.owner_ != nullptr) received_.owner_->set_aside();
        received_.owner_ = this;
    }
    if (!may_read_) return false;
    if (aside_.capacity() > aside_kept) std::vector<char>().swap(aside_);
    auto& into = received_.bytes_;
    ssize_t n = 0;
    do
        n = ::recv(socket_.fd(), into.data(), into.size(), 0);
    while (n < 0 && errno == EINTR);
    if (n < 0) {
        may_read_ = false;
        if (errno != EAGAIN) errno_ = errno;
        return false;
    }
    if (n == 0) {
        eof_ = true;
        may_read_ = false;
        return false;
    }
    input_ = into.data();
    input_left_ = static_cast<std::size_t>(n);
    received_bytes_ += input_left_;
    // A short read emptied the socket: the next bytes raise a new event, so that asking again would
    // be a system call for nothing. A close that was signalled already raises none.
    if (input_left_ < into.size() && !hung_up_) may_read_ = false;
    return true;
}

// Another stream is about to receive.
void socket_stream::set_aside() {
    aside_.assign(input_, input_ + input_left_);
    input_ = aside_.data();
}

}  // namespace tidings::wire
