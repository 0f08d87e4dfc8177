// The connections of a pool that have room for a message: the most recently used first, and how
// much room they have together. It keeps places; how much room a connection has is its session's
// to say, and which connection is opened or closed net/pool's.
#pragma once

#include "core/time.hpp"

#include <cstddef>
#include <utility>

namespace tidings::net {

class connection;

// A connection's place in the list; part of the connection.
struct ready_place {
    connection* owner = nullptr;
    ready_place* before = nullptr;
    ready_place* after = nullptr;
    std::size_t room = 0;
    core::instant idle_since{};
    bool listed = false;
};

class ready_list {
  public:
    std::size_t room() const noexcept { return shut_ ? 0 : room_; }
    std::size_t size() const noexcept { return size_; }
    ready_place* most_recent() const noexcept { return first_; }
    ready_place* least_recent() const noexcept { return last_; }

    // That much room from now on. The first room puts it in front, none takes it out.
    void set_room(ready_place& one, std::size_t room) noexcept {
        if (room > 0 && !one.listed) list(one);
        if (room == 0 && one.listed) unlist(one);
        room_ += room - one.room;  // unsigned wrap cancels out
        one.room = room;
    }
    void remove(ready_place& one) noexcept { set_room(one, 0); }
    // Nothing is to begin any more: room() is 0 from now on.
    void shut() noexcept { shut_ = true; }
    bool is_shut() const noexcept { return shut_; }

  private:
    void list(ready_place& one) noexcept {
        one.listed = true;
        one.before = nullptr;
        one.after = first_;
        (first_ != nullptr ? first_->before : last_) = &one;
        first_ = &one;
        ++size_;
    }
    void unlist(ready_place& one) noexcept {
        one.listed = false;
        (one.before != nullptr ? one.before->after : first_) = one.after;
        (one.after != nullptr ? one.after->before : last_) = one.before;
        one.before = one.after = nullptr;
        --size_;
    }

    ready_place* first_ = nullptr;
    ready_place* last_ = nullptr;
    std::size_t room_ = 0;
    std::size_t size_ = 0;
    bool shut_ = false;
};

}  // namespace tidings::net
