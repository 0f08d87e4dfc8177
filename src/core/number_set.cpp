#include "core/number_set.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace tidings::core {
namespace {

constexpr unsigned number_bits = 50;
constexpr std::uint64_t number_mask = (std::uint64_t{1} << number_bits) - 1;
constexpr unsigned home_bits = 16;  // the last bits choose the group a number belongs to
constexpr unsigned tag_bits = 7;    // the bits above them are its tag

constexpr std::size_t group_slots = 16;
constexpr std::size_t group_bytes = group_slots * 5;
constexpr std::size_t cache_line = 64;
constexpr double leaf_groups_min = 20;
constexpr std::uint32_t leaf_groups_max = 40;
// A number that would land this many groups from home makes its leaf split: at about 9/10 full.
constexpr std::uint32_t displaced_max = 3;

// A leaf: the words of all groups, their tags, and one byte that says how deep it hangs.
constexpr std::size_t leaf_bytes(std::uint32_t groups) {
    return (groups * group_bytes + 1 + cache_line - 1) / cache_line * cache_line;
}

struct leaf_view {
    std::byte* base;
    std::uint32_t groups;

    std::byte* words(std::uint32_t group) const {
        return base + group * group_slots * sizeof(std::uint32_t);
    }
    std::byte* tags(std::uint32_t group) const {
        return base + (groups * sizeof(std::uint32_t) + group) * group_slots;
    }
    std::byte& depth() const { return base[groups * group_bytes]; }
};

// What a slot keeps of a mixed number: 39 bits. A tag is never zero: zero marks an empty slot.
std::uint8_t tag_of(std::uint64_t mixed) {
    return static_cast<std::uint8_t>(0x80 | ((mixed >> home_bits) & 0x7F));
}
std::uint32_t word_of(std::uint64_t mixed) {
    return static_cast<std::uint32_t>((mixed & 0xFFFF) | (mixed >> tag_bits & 0xFFFF0000));
}
std::uint64_t kept_bits(std::uint8_t tag, std::uint32_t word) {
    return (word & 0xFFFF) | std::uint64_t{tag & 0x7FU} << home_bits |
           std::uint64_t{word & 0xFFFF0000} << tag_bits;
}

// The directory uses the first bits and the home the last, so they stay independent.
std::uint32_t home(std::uint64_t mixed, std::uint32_t groups) {
    return static_cast<std::uint32_t>(((mixed & 0xFFFF) * groups) >> home_bits);
}

std::uint32_t word_at(const std::byte* words, unsigned slot) {
    std::uint32_t word = 0;
    std::memcpy(&word, words + slot * sizeof word, sizeof word);
    return word;
}

struct group_match {
    unsigned same;   // bit i: tag i is the one looked for
    unsigned empty;  // bit i: slot i is empty
};

group_match match(const std::byte* tags, std::uint8_t tag) {
#ifdef __SSE2__
    __m128i all;
    std::memcpy(&all, tags, sizeof all);
    const auto same = _mm_movemask_epi8(_mm_cmpeq_epi8(all, _mm_set1_epi8(static_cast<char>(tag))));
    const auto used = _mm_movemask_epi8(all);
    return {static_cast<unsigned>(same), ~static_cast<unsigned>(used) & 0xFFFFU};
#else
    group_match found{0, 0};
    for (unsigned i = 0; i < group_slots; ++i) {
        found.same |= unsigned{tags[i] == std::byte{tag}} << i;
        found.empty |= unsigned{tags[i] == std::byte{0}} << i;
    }
    return found;
#endif
}

// Where a number stands in a leaf, or the empty slot where it would.
struct leaf_place {
    bool found;
    std::uint32_t displaced;  // groups from home; `groups` when the leaf has no empty slot
    std::uint32_t group;
    unsigned slot;
};

leaf_place look(leaf_view leaf, std::uint64_t mixed) {
    const auto tag = tag_of(mixed);
    const auto word = word_of(mixed);
    auto group = home(mixed, leaf.groups);
    for (std::uint32_t displaced = 0; displaced < leaf.groups; ++displaced) {
        const auto hits = match(leaf.tags(group), tag);
        for (auto same = hits.same; same != 0; same &= same - 1) {
            const auto slot = static_cast<unsigned>(std::countr_zero(same));
            if (word_at(leaf.words(group), slot) == word) return {true, displaced, group, slot};
        }
        if (hits.empty != 0)
            return {false, displaced, group, static_cast<unsigned>(std::countr_zero(hits.empty))};
        group = group + 1 == leaf.groups ? 0 : group + 1;
    }
    return {false, leaf.groups, 0, 0};
}

void put(leaf_view leaf, std::uint32_t group, unsigned slot, std::uint64_t mixed) {
    const auto word = word_of(mixed);
    std::memcpy(leaf.words(group) + slot * sizeof word, &word, sizeof word);
    leaf.tags(group)[slot] = std::byte{tag_of(mixed)};
}

// For a number that is known not to be in the leaf, in a leaf that is known to have room.
void put_new(leaf_view leaf, std::uint64_t mixed) {
    auto group = home(mixed, leaf.groups);
    for (;;) {
        const auto empty = match(leaf.tags(group), 0).empty;
        if (empty != 0)
            return put(leaf, group, static_cast<unsigned>(std::countr_zero(empty)), mixed);
        group = group + 1 == leaf.groups ? 0 : group + 1;
    }
}

}  // namespace

void number_set::chunk_free::operator()(std::byte* chunk) const noexcept {
    std::free(chunk);
}

number_set::number_set() {
    for (std::size_t i = 0; i < shelf_count; ++i) {
        auto& one = shelves_[i];
        const double step = std::exp2(static_cast<double>(i) / static_cast<double>(shelf_count));
        one.groups = static_cast<std::uint32_t>(leaf_groups_min * step);
        one.directory.resize(std::size_t{1} << depth_min);
        for (auto& place : one.directory)
            place = one.add_leaf(depth_min);
    }
}

// Odd factors and shifts to the right can be undone, so two numbers never meet in one value.
std::uint64_t number_set::mix(std::uint64_t digits) noexcept {
    std::uint64_t x = digits;
    x ^= x >> 25;
    x = (x * 0x2545F4914F6CDDULL) & number_mask;
    x ^= x >> 24;
    x = (x * 0x1D8E4E27C47D125ULL) & number_mask;
    x ^= x >> 25;
    return x;
}

std::size_t number_set::shelf::place_of(std::uint64_t mixed) const noexcept {
    return (mixed & (number_mask >> shelf_bits)) >> (number_bits - shelf_bits - depth);
}

std::byte* number_set::shelf::add_leaf(unsigned leaf_depth) {
    const auto bytes = leaf_bytes(groups);
    if (leaves % leaves_a_chunk == 0) {
        chunks.reserve(chunks.size() + 1);
        auto* raw = static_cast<std::byte*>(std::aligned_alloc(cache_line, leaves_a_chunk * bytes));
        if (raw == nullptr) throw std::bad_alloc();
        chunks.emplace_back(raw);
    }
    auto* const base = chunks.back().get() + leaves % leaves_a_chunk * bytes;
    const leaf_view made{base, groups};
    std::memset(made.tags(0), 0, groups * group_slots);
    made.depth() = static_cast<std::byte>(leaf_depth);
    ++leaves;
    return base;
}

void number_set::shelf::split(std::uint64_t mixed) {
    const leaf_view old{directory[place_of(mixed)], groups};
    const auto old_depth = static_cast<unsigned>(old.depth());
    if (old_depth == depth_max) throw std::length_error("number_set: a leaf cannot split further");
    if (old_depth == depth) {
        std::vector<std::byte*> wider(directory.size() * 2);
        for (std::size_t i = 0; i < wider.size(); ++i)
            wider[i] = directory[i / 2];
        directory.swap(wider);
        ++depth;
    }
    const leaf_view made{add_leaf(old_depth + 1), groups};

    // The places that named the old leaf lie side by side; the upper half of them gets the new one.
    const std::size_t span = std::size_t{1} << (depth - old_depth);
    const auto first = place_of(mixed) & ~(span - 1);
    for (std::size_t i = span / 2; i < span; ++i)
        directory[first + i] = made.base;

    alignas(cache_line) std::array<std::byte, leaf_bytes(leaf_groups_max)> copied;
    std::memcpy(copied.data(), old.base, groups * group_bytes);
    const leaf_view copy{copied.data(), groups};
    std::memset(old.tags(0), 0, groups * group_slots);
    old.depth() = made.depth();

    const auto deciding = std::uint64_t{1} << (number_bits - shelf_bits - old_depth - 1);
    for (std::uint32_t group = 0; group < groups; ++group) {
        const auto* const tags = copy.tags(group);
        for (auto used = ~match(tags, 0).empty & 0xFFFFU; used != 0; used &= used - 1) {
            const auto slot = static_cast<unsigned>(std::countr_zero(used));
            const auto kept =
                kept_bits(static_cast<std::uint8_t>(tags[slot]), word_at(copy.words(group), slot));
            put_new((kept & deciding) != 0 ? made : old, kept);
        }
    }
}

bool number_set::insert_mixed(std::uint64_t mixed) {
    auto& in = shelves_[mixed >> (number_bits - shelf_bits)];
    for (;;) {
        const leaf_view leaf{in.directory[in.place_of(mixed)], in.groups};
        const auto place = look(leaf, mixed);
        if (place.found) return false;
        if (place.displaced < displaced_max) {
            put(leaf, place.group, place.slot, mixed);
            ++size_;
            return true;
        }
        in.split(mixed);
    }
}

void number_set::insert(std::span<const phone_number> numbers, std::span<std::uint8_t> fresh) {
    constexpr std::size_t block = 32;  // enough misses in flight, and none evicted again
    std::array<std::uint64_t, block> mixed;
    for (std::size_t at = 0; at < numbers.size(); at += block) {
        const auto count = std::min(block, numbers.size() - at);
        for (std::size_t i = 0; i < count; ++i) {
            mixed[i] = mix(numbers[at + i].digits());
            const auto& in = shelves_[mixed[i] >> (number_bits - shelf_bits)];
            __builtin_prefetch(&in.directory[in.place_of(mixed[i])]);
        }
        for (std::size_t i = 0; i < count; ++i) {
            const auto& in = shelves_[mixed[i] >> (number_bits - shelf_bits)];
            const leaf_view leaf{in.directory[in.place_of(mixed[i])], in.groups};
            const auto group = home(mixed[i], in.groups);
            __builtin_prefetch(leaf.tags(group), 1);
            __builtin_prefetch(leaf.words(group), 1);
        }
        for (std::size_t i = 0; i < count; ++i) {
            const bool counts = !numbers[at + i].empty();
            fresh[at + i] = counts && insert_mixed(mixed[i]) ? 1 : 0;
        }
    }
}

bool number_set::contains(phone_number number) const noexcept {
    const auto mixed = mix(number.digits());
    const auto& in = shelves_[mixed >> (number_bits - shelf_bits)];
    return look({in.directory[in.place_of(mixed)], in.groups}, mixed).found;
}

std::size_t number_set::memory_bytes() const noexcept {
    std::size_t bytes = sizeof *this;
    for (const auto& one : shelves_) {
        bytes += one.directory.capacity() * sizeof(std::byte*);
        bytes += one.chunks.capacity() * sizeof(void*);
        bytes += one.chunks.size() * leaves_a_chunk * leaf_bytes(one.groups);
    }
    return bytes;
}

}  // namespace tidings::core
