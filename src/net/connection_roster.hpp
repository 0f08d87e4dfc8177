// The connections of a pool, from the first dial to the grave: it owns them, counts them, and keeps
// which of them have something to write. What is to become of one is not decided here.
#pragma once

#include "net/connection.hpp"
#include "net/pool_stats.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace tidings::net {

class connection_roster {
  public:
    bool empty() const noexcept { return living_.empty(); }
    std::size_t size() const noexcept { return living_.size(); }
    std::size_t dialing() const noexcept { return dialing_; }
    std::size_t late() const noexcept { return late_; }
    connection& last() noexcept { return *living_.back(); }

    // It is being opened: no message can begin on it yet.
    void add(std::unique_ptr<connection> fresh);
    void on_usable(connection& which) noexcept;
    // It has an answer that is overdue, and takes no message any more.
    void on_late(connection& which) noexcept;
    // Out of the books; destroyed by bury(), because it may be in the middle of a call. False: it
    // was out already.
    bool retire(connection& which);
    void bury() noexcept { graves_.clear(); }

    // `visit` may retire the one it is given, and others.
    template <class Visit>
    void each(Visit visit) {
        // From the back: the place of one that goes is taken by the last, which has been visited.
        for (std::size_t i = living_.size(); i-- > 0;)
            if (i < living_.size()) visit(*living_[i]);
    }

    void flush_later(connection& which);
    bool has_unflushed() const noexcept { return !unflushed_.empty(); }
    // Writes what they have; they may come back on the list meanwhile.
    void flush();

    // Adds what is counted here.
    void append_to(pool_stats& sums) const noexcept;

  private:
    std::vector<std::unique_ptr<connection>> living_;
    std::vector<std::unique_ptr<connection>> graves_;
    std::vector<connection*> unflushed_;
    std::vector<connection*> flushing_;
    std::size_t dialing_ = 0;
    std::size_t late_ = 0;
    std::uint64_t sent_bytes_ = 0;  // on those that are over
    std::uint64_t received_bytes_ = 0;
};

}  // namespace tidings::net
