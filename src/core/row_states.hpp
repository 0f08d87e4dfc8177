// Two bits a row: how far each row of the list is. The journal keeps one for what is durable, the
// dispatcher one for what is so in memory. It grows with the rows seen and never shrinks.
#pragma once

#include "core/row.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tidings::core {

enum class row_state : std::uint8_t {
    untouched = 0,  // not released: certainly not sent
    released = 1,   // may have been sent; with no settlement it is in doubt after a crash
    parked = 2,     // was released, is certainly unsent, and must be released again
    settled = 3,    // has its outcome
};

class row_states {
  public:
    // Rows beyond the highest one set are untouched.
    row_state operator[](row_number row) const noexcept {
        const auto word = static_cast<std::size_t>(row >> 5);
        if (word >= words_.size()) return row_state::untouched;
        return static_cast<row_state>((words_[word] >> ((row & 31) * 2)) & 3);
    }

    void set(row_number row, row_state state) {
        const auto word = static_cast<std::size_t>(row >> 5);
        if (word >= words_.size()) grow(word + 1);
        const auto shift = (row & 31) * 2;
        words_[word] = (words_[word] & ~(std::uint64_t{3} << shift)) |
                       (static_cast<std::uint64_t>(state) << shift);
    }

    void set_run(row_number first, std::uint64_t count, row_state state);

    // How many rows are in that state. Linear: for reports, not for the hot path.
    std::uint64_t count(row_state state) const;
    // The next row >= `from` in that state; 0 when there is none.
    row_number next(row_state state, row_number from) const;

    // Makes room for rows 1..rows at once, so that growing costs no second copy later.
    void reserve(row_number rows);

    // The raw words, for checkpoints: row r is bits 2*(r%32) of word r/32.
    std::span<const std::uint64_t> words() const noexcept { return words_; }
    void assign(std::vector<std::uint64_t> words) { words_ = std::move(words); }

  private:
    void grow(std::size_t words);

    std::vector<std::uint64_t> words_;
};

}  // namespace tidings::core
