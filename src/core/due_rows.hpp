// Released rows of a lane whose moment has come, first in, first out: they leave before its queue.
#pragma once

#include "core/delayed_rows.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace tidings::core {

class due_rows {
  public:
    std::size_t size() const noexcept { return rows_.size() - head_; }
    bool empty() const noexcept { return size() == 0; }

    void push(const delayed_row& row) { rows_.push_back(row); }
    // Pre: !empty().
    delayed_row pop() {
        const delayed_row row = rows_[head_++];
        if (empty()) {
            rows_.clear();
            head_ = 0;
        }
        return row;
    }
    std::vector<delayed_row> take_all() {
        rows_.erase(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(head_));
        head_ = 0;
        return std::exchange(rows_, {});
    }
    // Takes out those for which keep(row) says false.
    template <class Keep>
    void remove_unless(Keep keep) {
        auto all = take_all();
        std::erase_if(all, [&](const delayed_row& row) { return !keep(row); });
        rows_ = std::move(all);
    }

  private:
    std::vector<delayed_row> rows_;
    std::size_t head_ = 0;
};

}  // namespace tidings::core
