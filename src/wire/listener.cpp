#include "wire/listener.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace tidings::wire {

namespace {

struct socket_address {
    sockaddr_storage bytes{};
    socklen_t size = 0;
};

bool read_address(const std::string& text, std::uint16_t port, socket_address& out) {
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::memcpy(&out.bytes, &v4, sizeof v4);
        out.size = sizeof v4;
        return true;
    }
    if (::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        std::memcpy(&out.bytes, &v6, sizeof v6);
        out.size = sizeof v6;
        return true;
    }
    return false;
}

std::uint16_t port_of(int fd) {
    sockaddr_in6 name{};  // the port of both families is at the same place
    socklen_t size = sizeof name;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) != 0) return 0;
    return ntohs(name.sin6_port);
}

}  // namespace

core::failure listener::cannot_listen() const {
    const std::string what = boost::system::system_category().message(errno);
    return {core::trouble::network, "cannot listen on " + options_.address + ":" +
                                        std::to_string(options_.port) + ": " + what +
                                        "; choose another address or port (0 takes a free one)"};
}

core::result<std::unique_ptr<listener>> listener::open(readiness& set, listener_options options,
                                                       accept_sink& sink) {
    std::unique_ptr<listener> made(new listener(set, std::move(options), sink));
    if (auto taken = made->take_port(); !taken) return taken.error();
    // From now on the port that the kernel may have chosen.
    made->options_.port = made->port_ = port_of(made->socket_.fd());
    if (auto opened = made->set_door(door_state::open); !opened) return opened.error();
    return made;
}

listener::listener(readiness& set, listener_options options, accept_sink& sink)
    : set_(set),
      options_(std::move(options)),
      sink_(sink),
      spare_(::open("/dev/null", O_RDONLY | O_CLOEXEC)) {}

// A socket that has the port and does not listen on it.
core::result<void> listener::take_port() {
    socket_address where;
    if (!read_address(options_.address, options_.port, where)) {
        return core::failure{
            core::trouble::network,
            "cannot listen on \"" + options_.address +
                "\": it is not a numeric address; write 127.0.0.1 for this machine alone"};
    }
    if (socket_) set_.remove(socket_.fd(), *this);
    plug_.close();
    socket_.close();
    socket_ = socket_handle(
        ::socket(where.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket_) return cannot_listen();
    const int on = 1;
    ::setsockopt(socket_.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(socket_.fd(), reinterpret_cast<const sockaddr*>(&where.bytes), where.size) != 0)
        return cannot_listen();
    return {};
}

core::result<void> listener::set_door(door_state how) {
    if (how == door_) return {};
    // Linux has no way back from listening but a new socket.
    if (door_ != door_state::shut) {
        door_ = door_state::shut;
        if (auto taken = take_port(); !taken) return taken;
    }
    switch (how) {
        case door_state::shut: break;
        case door_state::open:
            if (::listen(socket_.fd(), options_.backlog) != 0) return cannot_listen();
            if (auto added = set_.add(socket_.fd(), *this); !added) return added;
            break;
        case door_state::silent: {
            // The shortest queue holds one, and one of ours sits in it.
            socket_address self;
            if (::listen(socket_.fd(), 0) != 0 ||
                !read_address(options_.address, options_.port, self))
                return cannot_listen();
            plug_ = socket_handle(
                ::socket(self.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
            if (::connect(plug_.fd(), reinterpret_cast<const sockaddr*>(&self.bytes), self.size) !=
                    0 &&
                errno != EINPROGRESS)
                return cannot_listen();
            break;
        }
    }
    door_ = how;
    return {};
}

listener::~listener() {
    if (socket_) set_.remove(socket_.fd(), *this);
}

void listener::resume() {
    if (!std::exchange(paused_, false)) return;
    set_.again(*this);
}

void listener::on_ready(std::uint32_t) {
    for (std::size_t i = 0; i < options_.accepts_max; ++i) {
        if (paused_ || door_ != door_state::open) return;
        socket_handle taken(
            ::accept4(socket_.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (taken) {
            const int on = 1;
            ::setsockopt(taken.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            ++accepted_;
            sink_.on_accepted(std::move(taken));
            continue;
        }
        if (errno == EAGAIN) return;
        if ((errno == EMFILE || errno == ENFILE) && !turn_one_away()) return;
        // ECONNABORTED and the network errors of accept(2) concern one client: go on.
    }
    set_.again(*this);
}

// Without a descriptor for it a client would wait in the queue for ever, and under edge triggering
// nobody would look again: the spare one is spent to close it.
bool listener::turn_one_away() {
    if (!spare_) return false;
    spare_.close();
    socket_handle victim(::accept4(socket_.fd(), nullptr, nullptr, SOCK_CLOEXEC));
    const bool got = static_cast<bool>(victim);
    victim.reset();
    spare_ = socket_handle(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (got) ++turned_away_;
    return got;
}

}  // namespace tidings::wire
