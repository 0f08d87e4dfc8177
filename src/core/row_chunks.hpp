// The memory of all lanes' queues: chunks of a few rows, handed out and taken back, so that a lane
// costs what it holds and no more. It never gives memory back and never asks for more than was ever
// needed at once. How many rows there may be is core/held_rows' to say.
#pragma once

#include "core/held_row.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace tidings::core {

class row_chunks {
  public:
    static constexpr std::size_t rows_a_chunk = 16;
    using chunk = std::array<held_row, rows_a_chunk>;

    chunk* take() {
        if (free_.empty()) grow();
        chunk* const one = free_.back();
        free_.pop_back();
        return one;
    }
    void give_back(chunk* one) noexcept { free_.push_back(one); }  // there is room for all of them

    std::size_t in_use() const noexcept { return blocks_.size() * chunks_a_block - free_.size(); }

  private:
    static constexpr std::size_t chunks_a_block = 64;

    void grow() {
        blocks_.push_back(std::make_unique<chunk[]>(chunks_a_block));
        free_.reserve(blocks_.size() * chunks_a_block);
        for (std::size_t i = chunks_a_block; i > 0; --i)
            free_.push_back(&blocks_.back()[i - 1]);
    }

    std::vector<std::unique_ptr<chunk[]>> blocks_;
    std::vector<chunk*> free_;
};

}  // namespace tidings::core
