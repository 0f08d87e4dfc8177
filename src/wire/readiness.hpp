// An edge-triggered epoll set whose own descriptor Asio waits on: one wake-up of the io_context for
// a whole batch of sockets (performance.md: the cheapest shape that leaves timers, signals and
// files to Asio). It decides who is called and in which order; what is read or written is the
// object's own affair. For timers use Asio.
//
// One thread: the one that runs the io_context. Everything here must be called on it.
#pragma once

#include "core/failure.hpp"
#include "core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <sys/epoll.h>

namespace tidings::wire {

// Something with a descriptor in the set.
class ready_object {
  public:
    // `events`: EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLHUP, EPOLLERR; 0 when it had asked to be called
    // `again`. Edge-triggered: whoever is told EPOLLIN must read until the kernel has no more, or
    // ask to be called again. It may remove and destroy itself and others during the call.
    virtual void on_ready(std::uint32_t events) = 0;

  protected:
    ~ready_object() = default;
};

// How a thread sleeps that is not to be woken by each of many answers: once Asio's own work that is
// ready has been done, and then the set looks at its objects again.
struct rest {
    core::duration at_most{};  // zero: no rest, the next event wakes
    // None: at once, and for as long as that. Else only when nothing more has come, and until one
    // of these descriptors can be read; they stay where they are until the next on_batch_end().
    std::span<const int> until{};
};

// Told after each batch of events, before the thread goes back to Asio: the moment to release new
// messages and to flush what the batch left to be written. Says how the thread may rest.
class batch_end {
  public:
    virtual rest on_batch_end() = 0;

  protected:
    ~batch_end() = default;
};

struct readiness_options {
    std::size_t events_max = 128;  // a turn; then Asio's timers and signals have theirs. 1 .. 4096
};

class readiness {
  public:
    // However long the hook wishes to rest: Asio's own work waits meanwhile.
    static constexpr core::duration rest_max = std::chrono::milliseconds(4);
    // Of rest::until, so many are looked at.
    static constexpr std::size_t awaited_max = 16;

    explicit readiness(boost::asio::io_context& io, readiness_options options = {});
    ~readiness();
    readiness(const readiness&) = delete;
    readiness& operator=(const readiness&) = delete;

    // Watches `fd` for reading and writing at once, for good: no further call is needed to wait for
    // EPOLLOUT. The first on_ready comes for the state it is in now. Fails with `internal` when the
    // kernel has no room (the text says which limit).
    core::result<void> add(int fd, ready_object& object);
    // Before fd is closed. The object is not called any more, not even for the batch under way.
    void remove(int fd, ready_object& object) noexcept;
    // on_ready(0) in the next turn: for an object that has more to do than is fair in one call.
    void again(ready_object& object);

    // At most one; nullptr to take it away. Must outlive its registration.
    void set_batch_end(batch_end* hook) noexcept { hook_ = hook; }

    // Keeps the io_context's run() busy until stop().
    void start();
    void stop() noexcept;

    // One turn without waiting: what a wake-up does. Returns how many objects were called.
    // Not from within on_ready or on_batch_end.
    std::size_t dispatch();

  private:
    void arm();
    bool may_rest() const noexcept;
    void look_again();
    std::size_t call_again();
    std::size_t call_ready();
    void end_turn();
    void post_turn();
    void forget(const ready_object& object) noexcept;

    boost::asio::io_context& io_;
    boost::asio::posix::stream_descriptor epoll_;
    std::vector<epoll_event> events_;
    std::size_t next_ = 0;   // of the batch under way
    std::size_t count_ = 0;  // of the batch under way
    std::vector<ready_object*> again_;
    std::vector<ready_object*> again_now_;  // swapped with again_ so that a turn ends
    batch_end* hook_ = nullptr;
    rest rest_{};         // as the hook wished
    bool came_ = false;   // something was called since the last rest
    bool quiet_ = false;  // the last look found nothing
    bool started_ = false;
    bool in_turn_ = false;
    bool turn_posted_ = false;     // asked for between two turns
    std::shared_ptr<bool> alive_;  // shared with the one handler that waits in the io_context
};

}  // namespace tidings::wire
