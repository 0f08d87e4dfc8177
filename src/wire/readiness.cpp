#include "wire/readiness.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio/post.hpp>

#include <poll.h>
#include <sys/prctl.h>

namespace tidings::wire {

namespace asio = boost::asio;

namespace {

void sleep_as(const rest& wished) {
    const auto time = std::min(wished.at_most, readiness::rest_max);
    if (wished.until.empty()) return std::this_thread::sleep_for(time);
    std::array<pollfd, readiness::awaited_max> awaited{};
    const auto count = std::min(wished.until.size(), awaited.size());
    for (std::size_t i = 0; i < count; ++i)
        awaited[i] = {.fd = wished.until[i], .events = POLLIN, .revents = 0};
    const timespec limit = {.tv_sec = 0, .tv_nsec = static_cast<long>(time.count())};
    // Whatever ends it, the set is looked at next.
    ::ppoll(awaited.data(), count, &limit, nullptr);
}

std::string words_for(int error) {
    switch (error) {
        case ENOSPC:
            return "the kernel watches no more descriptors for this user: raise "
                   "fs.epoll.max_user_watches";
        case ENOMEM: return "the kernel has no memory for another descriptor";
        default:
            return "epoll refuses a descriptor: " + boost::system::system_category().message(error);
    }
}

}  // namespace

readiness::readiness(asio::io_context& io, readiness_options options)
    : io_(io),
      epoll_(io),
      events_(std::clamp<std::size_t>(options.events_max, 1, 4096)),
      alive_(std::make_shared<bool>(true)) {
    const int fd = ::epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0) {
        core::throw_exception_from_error({core::trouble::internal,
                                          "no epoll set can be made: the process has no descriptor "
                                          "left; raise `ulimit -n`"},
                                         BOOST_CURRENT_LOCATION);
    }
    epoll_.assign(fd);
    again_.reserve(events_.size());
    again_now_.reserve(events_.size());
}

readiness::~readiness() {
    *alive_ = false;
}

core::result<void> readiness::add(int fd, ready_object& object) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &object;
    if (::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, fd, &event) == 0) return {};
    return core::failure{core::trouble::internal, words_for(errno)};
}

void readiness::remove(int fd, ready_object& object) noexcept {
    epoll_event ignored{};
    ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, fd, &ignored);
    forget(object);
}

void readiness::forget(const ready_object& object) noexcept {
    for (std::size_t i = next_; i < count_; ++i)
        if (events_[i].data.ptr == &object) events_[i].data.ptr = nullptr;
    std::replace(again_.begin(), again_.end(), const_cast<ready_object*>(&object),
                 static_cast<ready_object*>(nullptr));
    std::replace(again_now_.begin(), again_now_.end(), const_cast<ready_object*>(&object),
                 static_cast<ready_object*>(nullptr));
}

void readiness::again(ready_object& object) {
    again_.push_back(&object);
    // During a turn the next one is arranged when this one ends.
    if (!in_turn_ && started_) post_turn();
}

// A turn between those that events bring.
void readiness::post_turn() {
    if (std::exchange(turn_posted_, true)) return;
    asio::post(io_, [this, alive = alive_] {
        if (!*alive) return;
        turn_posted_ = false;
        if (!started_) return;
        dispatch();
        if (!again_.empty()) post_turn();
    });
}

void readiness::start() {
    if (started_) return;
    started_ = true;
    arm();
}

void readiness::stop() noexcept {
    started_ = false;
    boost::system::error_code ignored;
    epoll_.cancel(ignored);
}

void readiness::arm() {
    const auto wake = [this, alive = alive_](const boost::system::error_code& error) {
        if (!*alive || error || !started_) return;
        dispatch();
        look_again();
        if (started_) arm();
    };
    // Waiting costs one epoll_ctl and one wake-up for the whole batch. Objects that asked to be
    // called again need no event: they only let Asio's other work go first.
    if (!again_.empty()) {
        asio::post(io_, [wake] { wake({}); });
    } else if (may_rest()) {
        came_ = false;
        // Posted: what is ready in Asio goes first. And not a timer of Asio's: it would be waited
        // for in the epoll set that ours is in, where every answer wakes the thread.
        asio::post(io_, [this, alive = alive_, wake] {
            if (!*alive || !started_) return;
            sleep_as(rest_);
            wake({});
        });
    } else {
        epoll_.async_wait(asio::posix::stream_descriptor::wait_read, wake);
    }
}

// A rest after which nothing had come is not followed by another one: whatever is awaited, the next
// event wakes.
bool readiness::may_rest() const noexcept {
    if (rest_.at_most <= core::duration{}) return false;
    return rest_.until.empty() || (quiet_ && came_);
}

// What has come during a turn is taken without going through Asio, which would be two system calls
// more for it; but only so often, for the sake of Asio's own work.
void readiness::look_again() {
    constexpr int turns_max = 8;
    quiet_ = false;
    for (int i = 0; i < turns_max && !quiet_; ++i) {
        if (!started_ || !again_.empty()) return;
        if (rest_.at_most > core::duration{} && rest_.until.empty()) return;
        in_turn_ = true;
        quiet_ = call_ready() == 0;
        if (!quiet_) end_turn();
        in_turn_ = false;
    }
}

std::size_t readiness::dispatch() {
    in_turn_ = true;
    const std::size_t called = call_again() + call_ready();
    end_turn();
    in_turn_ = false;
    return called;
}

std::size_t readiness::call_again() {
    std::size_t called = 0;
    again_now_.swap(again_);
    for (std::size_t i = 0; i < again_now_.size(); ++i) {
        if (again_now_[i] == nullptr) continue;
        ++called;
        again_now_[i]->on_ready(0);
    }
    again_now_.clear();
    return called;
}

std::size_t readiness::call_ready() {
    std::size_t called = 0;
    const int got =
        ::epoll_wait(epoll_.native_handle(), events_.data(), static_cast<int>(events_.size()), 0);
    count_ = got > 0 ? static_cast<std::size_t>(got) : 0;
    for (next_ = 0; next_ < count_;) {
        const epoll_event event = events_[next_++];
        if (event.data.ptr == nullptr) continue;
        ++called;
        static_cast<ready_object*>(event.data.ptr)->on_ready(event.events);
    }
    count_ = next_ = 0;
    came_ = came_ || called > 0;
    return called;
}

void readiness::end_turn() {
    rest_ = hook_ != nullptr ? hook_->on_batch_end() : rest{};
}

}  // namespace tidings::wire
