#include "runner/control_socket.hpp"

#include "codec/text/units.hpp"
#include "runner/live_state.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace tidings::runner {

namespace {

// A peer that says nothing must not keep the next one waiting for long.
constexpr int patience_ms = 2000;
constexpr int refused_wait_ms = 200;

// A socket's address has room for 107 bytes, a run folder may lie deeper: so the file is named
// through a descriptor of its folder, which lives as long as this.
class short_address {
  public:
    explicit short_address(const std::string& path) {
        const auto slash = path.rfind('/');
        const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash);
        folder_ = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
        const auto text = "/proc/self/fd/" + std::to_string(folder_) + "/" + path.substr(slash + 1);
        address_.sun_family = AF_UNIX;
        std::memcpy(address_.sun_path, text.data(),
                    std::min(text.size(), sizeof address_.sun_path - 1));
    }
    ~short_address() { ::close(folder_); }
    short_address(const short_address&) = delete;
    short_address& operator=(const short_address&) = delete;

    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
    static constexpr socklen_t size = sizeof(sockaddr_un);

  private:
    int folder_ = -1;
    sockaddr_un address_{};
};

core::failure trouble_with(const std::string& path, const std::string& what) {
    return {core::trouble::internal, "control socket " + path + ": " + what};
}

std::string line_from(int peer) {
    std::string line;
    char byte = 0;
    while (line.size() < control_socket::line_max) {
        pollfd one{peer, POLLIN, 0};
        if (::poll(&one, 1, patience_ms) <= 0 || ::read(peer, &byte, 1) != 1 || byte == '\n') break;
        line.push_back(byte);
    }
    return line;
}

void say(int peer, std::string text) {
    text += '\n';
    [[maybe_unused]] const auto sent = ::send(peer, text.data(), text.size(), MSG_NOSIGNAL);
}

}  // namespace

core::result<steering> steering_from(std::string_view line) {
    using what = steering::what;
    if (line == "pause") return steering{what::pause, {}};
    if (line == "continue") return steering{what::go_on, {}};
    if (line == "stop") return steering{what::stop, {}};
    if (line == "rate none") return steering{what::rate, {}};
    if (line.starts_with("rate ")) {
        const auto limit = codec::rate_limit_from(line.substr(5));
        if (!limit) return limit.error();
        return steering{what::rate, *limit};
    }
    return core::failure{core::trouble::usage,
                         "not understood; say pause, continue, stop, rate 5/1s or rate none"};
}

core::result<std::unique_ptr<control_socket>> control_socket::open(
    const std::string& path, campaign& running, std::function<core::progress_snapshot()> look) {
    const short_address address(path);
    const int listening = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listening < 0) return trouble_with(path, std::strerror(errno));
    // The run's lock is ours, so whoever made this file is gone.
    ::unlink(path.c_str());
    const auto before = ::umask(0177);
    const bool bound = ::bind(listening, address.get(), short_address::size) == 0;
    ::umask(before);
    if (!bound || ::listen(listening, 8) != 0) {
        const std::string why = std::strerror(errno);
        ::close(listening);
        return trouble_with(path, why);
    }
    const int stop = ::eventfd(0, EFD_CLOEXEC);
    if (stop < 0) {
        const std::string why = std::strerror(errno);
        ::close(listening);
        ::unlink(path.c_str());
        return trouble_with(path, why);
    }
    return std::unique_ptr<control_socket>(
        new control_socket(path, listening, stop, running, std::move(look)));
}

control_socket::control_socket(std::string path, int listening, int stop, campaign& running,
                               std::function<core::progress_snapshot()> look)
    : path_(std::move(path)),
      listening_(listening),
      stop_(stop),
      running_(running),
      look_(std::move(look)),
      thread_([this] { run(); }) {}

control_socket::~control_socket() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(stop_, &one, sizeof one);
    thread_.join();
    ::close(listening_);
    ::close(stop_);
    ::unlink(path_.c_str());
}

void control_socket::run() {
    while (true) {
        pollfd both[2] = {{listening_, POLLIN, 0}, {stop_, POLLIN, 0}};
        if (::poll(both, 2, -1) < 0) continue;
        if ((both[1].revents & POLLIN) != 0) return;
        const int peer = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
        if (peer < 0) {
            // Without a descriptor left the peer goes on waiting, and poll() would return at once.
            ::poll(&both[1], 1, refused_wait_ms);
            continue;
        }
        serve(peer);
        ::close(peer);
    }
}

void control_socket::serve(int peer) {
    const auto line = line_from(peer);
    if (line == "state") return say(peer, to_line(live_state_of(look_())).substr(0, line_max - 1));
    const auto wish = steering_from(line);
    if (wish) running_.steer(*wish);
    say(peer, wish ? "ok" : "no: " + wish.error().text);
}

core::result<std::string> say_to_run(const std::string& path, std::string_view line) {
    const short_address address(path);
    const int peer = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (peer < 0) return trouble_with(path, std::strerror(errno));
    if (::connect(peer, address.get(), short_address::size) != 0) {
        ::close(peer);
        return core::failure{core::trouble::missing,
                             "nobody is sending this run now (no process listens at " + path + ")"};
    }
    say(peer, std::string(line));
    auto answer = line_from(peer);
    ::close(peer);
    if (answer.empty()) return trouble_with(path, "no answer");
    return answer;
}

}  // namespace tidings::runner
