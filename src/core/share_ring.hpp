// Whom of many a key belongs to, in proportion to their weights, in a time that does not grow with
// how many there are: consistent hashing. Every holder has points on a circle, more the heavier it
// is; a key starts where its hash says and goes on from point to point, and the first one that
// takes it, by a throw that hangs on the key and the point alone, has it. So a holder more takes
// keys from the others and moves none between them, and one less gives its own away.
//
// Some dozens of points are looked at, one after the other in memory. For a few holders
// core/lane_choice asks each of them instead, which is exact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tidings::core {

class share_ring {
  public:
    static constexpr std::size_t holders_max = 0xFFFF;
    struct holder {
        std::uint64_t seed;  // who it is: a hash, whatever its place
        // > 0, best around 1: what is below 1/500 counts as that, and of the largest all are alike.
        double weight;
    };

    // Points lie by chance, so a share is its weight's but for some per cent. `exact`: the throws
    // are set so that it is within 0.1 %, whatever the unit of the weights; a holder more or less
    // then moves a few keys between the others too, about as many as it takes itself.
    explicit share_ring(std::span<const holder> holders, bool exact);

    // The holder of a key; `out[h]` != 0 passes one over. Pre: not all are out; out.size() is 0 or
    // that of the holders.
    std::size_t of(std::uint64_t key, std::span<const std::uint8_t> out = {}) const noexcept;

    // Of all keys, the share of each holder.
    std::vector<double> shares() const;
    std::size_t memory_bytes() const noexcept;

  private:
    // Of a holder of weight 1, and each of them takes a key of as many; one that is heavier has
    // more points, and each takes more.
    static constexpr double points_of_one = 32;
    static constexpr double points_max = 1024;
    static constexpr double takes_min = 0x1p-10;
    static constexpr double takes_max = 0.5;

    struct point {
        std::uint32_t at;     // on the circle
        std::uint32_t takes;  // a key whose throw is below
        std::uint16_t holder;
    };

    void make_exact(std::span<const holder> holders);
    void index();

    std::vector<point> points_;         // ascending
    std::vector<std::uint32_t> first_;  // point at or after the beginning of each equal part
    unsigned part_shift_ = 0;
    std::size_t holders_ = 0;
};

}  // namespace tidings::core
