// The set of numbers seen so far: exact, and small where numbers are many. It answers "is it new?"
// for the duplicate check and "is it in?" for suppression lists; it forgets which row a number came
// from, and it never removes one.
//
// Numbers of people lie close together: a list of a million and more has hundreds of each 65,536
// neighbours, or has few of them. So of a number only the last 16 bits are kept, in the block of
// its neighbours: the first three in the block's own entry, then in cache lines of 32, by a hash,
// and of a block that is fairly full in one bit for each neighbour. A block grows by a quarter, so
// never much is copied and little is left empty. 10^8 random numbers out of 10^10 take 2.4 bytes
// each, and neighbours an eighth of one; numbers that nobody shares a block with take 20.
#pragma once

#include "core/phone_number.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tidings::core {

class number_set {
  public:
    number_set();
    ~number_set();
    number_set(const number_set&) = delete;
    number_set& operator=(const number_set&) = delete;

    // True when the number was not in the set before. Pre: not empty. Throws std::bad_alloc, and
    // then the set is as it was.
    bool insert(phone_number number);

    // The same for many at once, faster on large sets because memory is asked for ahead. fresh[i]
    // becomes 1 when numbers[i] was new, 0 when it was not; a number that stands twice in the span
    // is new once. Empty numbers are passed over with 0. Pre: equal sizes.
    void insert(std::span<const phone_number> numbers, std::span<std::uint8_t> fresh);

    bool contains(phone_number number) const noexcept;

    std::uint64_t size() const noexcept { return size_; }
    // Bytes taken from the allocator, bookkeeping included.
    std::size_t memory_bytes() const noexcept;

  private:
    // A block and what it has; the block of a free place is no_block.
    struct entry {
        std::uint64_t block;
        std::uint64_t held;  // see number_set.cpp
    };
    static constexpr std::uint64_t no_block = ~std::uint64_t{0};

    // Blocks by a hash, next to each other where they meet. Several tables, so that growing copies
    // one of them only, each at another time.
    struct table {
        std::vector<entry> places;
        std::size_t used = 0;

        entry& find(std::uint64_t block) noexcept;
        void grow();
    };
    static constexpr unsigned table_bits = 5;

    table& table_of(std::uint64_t block) noexcept;
    bool put(entry& into, std::uint16_t low);

    std::array<table, std::size_t{1} << table_bits> tables_;
    std::uint64_t size_ = 0;
    std::size_t block_bytes_ = 0;
};

}  // namespace tidings::core
