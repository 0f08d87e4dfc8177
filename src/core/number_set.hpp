// The set of numbers seen so far: exact, small, and without a peak when it grows. It answers "is it
// new?" for the duplicate check and "is it in?" for suppression lists; it forgets which row a
// number came from, and it never removes one.
//
// An E.164 number fits 50 bits. A bijective mix spreads them evenly; the first eleven bits are
// implied by the place, and the other 39 are kept: 7 in a tag byte, 32 in a word. Places are small
// tables ("leaves") of groups of sixteen, whose tags are compared at once, under sixteen
// directories (extendible hashing). A crowded leaf splits in two, so never more than one leaf is
// copied; and each directory has its own leaf size, so they do not fill up at the same time.
// bench/lists_bench holds it against boost::unordered_flat_set, which needs more than twice the
// memory, and five times while it grows.
#pragma once

#include "core/phone_number.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace tidings::core {

class number_set {
  public:
    number_set();

    // True when the number was not in the set before. Pre: not empty. Throws std::bad_alloc, and
    // then the set is as it was.
    bool insert(phone_number number) { return insert_mixed(mix(number.digits())); }

    // The same for many at once, faster on large sets because memory is asked for ahead. fresh[i]
    // becomes 1 when numbers[i] was new, 0 when it was not; a number that stands twice in the span
    // is new once. Empty numbers are passed over with 0. Pre: equal sizes.
    void insert(std::span<const phone_number> numbers, std::span<std::uint8_t> fresh);

    bool contains(phone_number number) const noexcept;

    std::uint64_t size() const noexcept { return size_; }
    // Bytes taken from the allocator, bookkeeping included.
    std::size_t memory_bytes() const noexcept;

  private:
    static constexpr unsigned shelf_bits = 4;
    static constexpr std::size_t shelf_count = std::size_t{1} << shelf_bits;
    static constexpr unsigned depth_min = 7;   // with shelf_bits: what a slot need not hold
    static constexpr unsigned depth_max = 28;  // 2^32 leaves: far beyond any memory
    static constexpr std::size_t leaves_a_chunk = 64;

    struct chunk_free {
        void operator()(std::byte* chunk) const noexcept;
    };

    // One directory with its leaves, all of one size.
    struct shelf {
        std::uint32_t groups = 0;    // of sixteen slots, in a leaf
        unsigned depth = depth_min;  // bits of the directory's index
        std::vector<std::byte*> directory;
        std::vector<std::unique_ptr<std::byte, chunk_free>> chunks;
        std::size_t leaves = 0;

        std::size_t place_of(std::uint64_t mixed) const noexcept;
        std::byte* add_leaf(unsigned leaf_depth);
        void split(std::uint64_t mixed);
    };

    static std::uint64_t mix(std::uint64_t digits) noexcept;
    bool insert_mixed(std::uint64_t mixed);

    std::array<shelf, shelf_count> shelves_;
    std::uint64_t size_ = 0;
};

}  // namespace tidings::core
