#include "runner/control_socket.hpp"

#include "codec/text/units.hpp"
#include "runner/clock.hpp"
#include "runner/live_state.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace tidings::runner {

namespace {

// How long one exchange may take, from its first moment to its last byte. Peers are served beside
// each other, so a slow one delays nobody.
constexpr core::duration patience = std::chrono::seconds(2);
constexpr int refused_wait_ms = 200;

int wait_ms(core::instant now, core::instant until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

// A socket's address has room for 107 bytes, a run folder may lie deeper: so the file is named
// through a descriptor of its folder, which lives as long as this.
class short_address {
  public:
    explicit short_address(const std::string& path) {
        const auto slash = path.rfind('/');
        const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash);
        folder_ = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
        name_ = path.substr(slash + 1);
        const auto text = "/proc/self/fd/" + std::to_string(folder_) + "/" + name_;
        address_.sun_family = AF_UNIX;
        std::memcpy(address_.sun_path, text.data(),
                    std::min(text.size(), sizeof address_.sun_path - 1));
    }
    ~short_address() { ::close(folder_); }
    short_address(const short_address&) = delete;
    short_address& operator=(const short_address&) = delete;

    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
    void unlink() const { ::unlinkat(folder_, name_.c_str(), 0); }
    static constexpr socklen_t size = sizeof(sockaddr_un);

  private:
    int folder_ = -1;
    std::string name_;
    sockaddr_un address_{};
};

core::failure trouble_with(const std::string& path, const std::string& what) {
    return {core::trouble::internal, "control socket " + path + ": " + what};
}

// Takes what has come into `line`; true when there is nothing more to wait for: its end, the peer's
// end, or more than a line may have.
bool take_line(int peer, std::string& line) {
    std::array<char, control_socket::line_max> bytes{};
    const auto got = ::read(peer, bytes.data(), bytes.size() - line.size());
    if (got < 0) return errno != EINTR && errno != EAGAIN;
    const std::string_view came(bytes.data(), static_cast<std::size_t>(got));
    line += came.substr(0, came.find('\n'));
    return got == 0 || came.find('\n') != std::string_view::npos ||
           line.size() >= control_socket::line_max;
}

std::string line_from(int peer) {
    const system_clock clock;
    const auto until = clock.now() + patience;
    std::string line;
    while (true) {
        pollfd one{peer, POLLIN, 0};
        const int ready = ::poll(&one, 1, wait_ms(clock.now(), until));
        if (ready == 0 || (ready > 0 && take_line(peer, line))) return line;
    }
}

// Whoever the kernel says is at the other end may steer: this user and root.
bool may_steer(int peer) {
    ucred who{};
    socklen_t size = sizeof who;
    return ::getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 &&
           (who.uid == ::geteuid() || who.uid == 0);
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
    const int listening = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listening < 0) return trouble_with(path, std::strerror(errno));
    // The run's lock is ours, so whoever made this file is gone.
    address.unlink();
    // The folder is this user's alone (0700), and so is who may steer.
    const bool bound = ::bind(listening, address.get(), short_address::size) == 0;
    if (!bound || ::listen(listening, 8) != 0) {
        const std::string why = std::strerror(errno);
        ::close(listening);
        return trouble_with(path, why);
    }
    const int stop = ::eventfd(0, EFD_CLOEXEC);
    if (stop < 0) {
        const std::string why = std::strerror(errno);
        ::close(listening);
        address.unlink();
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
    for (const auto& left : peers_)
        ::close(left.file);
    ::close(listening_);
    ::close(stop_);
    short_address(path_).unlink();
}

void control_socket::run() {
    const system_clock clock;
    std::vector<pollfd> watched;
    while (true) {
        watched.assign({{stop_, POLLIN, 0}, {listening_, POLLIN, 0}});
        // Who comes while there are too many waits until one is served or given up.
        if (peers_.size() >= peers_max) watched.back().events = 0;
        for (const auto& one : peers_)
            watched.push_back({one.file, POLLIN, 0});
        const int wait = peers_.empty() ? -1 : wait_ms(clock.now(), peers_.front().give_up);
        if (::poll(watched.data(), watched.size(), wait) < 0) continue;
        if ((watched[0].revents & POLLIN) != 0) return;
        const auto now = clock.now();
        for (std::size_t i = peers_.size(); i-- > 0;) {
            const bool over =
                watched[i + 2].revents != 0 ? hear(peers_[i]) : now >= peers_[i].give_up;
            if (over) forget(i);
        }
        if ((watched[1].revents & POLLIN) != 0 && !welcome(now + patience))
            // Without a descriptor left the peer goes on waiting, and poll() would return at once.
            ::poll(watched.data(), 1, refused_wait_ms);
    }
}

bool control_socket::welcome(core::instant give_up) {
    const int file = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (file < 0) return errno == EAGAIN;
    if (!may_steer(file)) {
        say(file, "no: this run is another user's");
        ::close(file);
        return true;
    }
    peers_.push_back({file, give_up, {}});
    return true;
}

bool control_socket::hear(peer& from) {
    if (!take_line(from.file, from.line)) return false;
    answer(from);
    return true;
}

void control_socket::forget(std::size_t place) {
    ::close(peers_[place].file);
    peers_.erase(peers_.begin() + static_cast<std::ptrdiff_t>(place));
}

void control_socket::answer(const peer& to) {
    if (to.line == "state")
        return say(to.file, to_line(live_state_of(look_())).substr(0, line_max - 1));
    const auto wish = steering_from(to.line);
    if (wish) running_.steer(*wish);
    say(to.file, wish ? "ok" : "no: " + wish.error().text);
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
    if (!may_steer(peer)) {
        ::close(peer);
        return trouble_with(path, "another user's process answers there: do it as that user");
    }
    say(peer, std::string(line));
    auto answer = line_from(peer);
    ::close(peer);
    if (answer.empty()) return trouble_with(path, "no answer");
    return answer;
}

}  // namespace tidings::runner
