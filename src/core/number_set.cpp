#include "core/number_set.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace tidings::core {
namespace {

constexpr unsigned low_bits = 16;
constexpr std::size_t cache_line = 64;
constexpr std::uint32_t line_slots = cache_line / sizeof(std::uint16_t);
// A number that would land this many lines from home makes its block grow: at about 14/15 full.
constexpr std::uint32_t displaced_max = 2;
// More lines than these take more than one bit for each neighbour.
constexpr std::uint32_t lines_max = 112;
constexpr std::size_t bitmap_words = (std::size_t{1} << low_bits) / 64;
// Marks an empty slot; the neighbour of that number is told in the entry.
constexpr std::uint16_t empty_slot = 0xFFFF;

// --- what an entry holds --------------------------------------------------------------------
// By its last two bits: up to three numbers, their count in bits 2 and 3 and they themselves from
// bit 16 on; or a pointer, to lines or to a bitmap. Lines are aligned, and their memory begins up
// to 48 bytes before: bits 2 and 3, in units of 16. Bit 4: empty_slot is in the set. From bit 48
// on: how many lines there are.
enum class kind : std::uint8_t { few, lines, bitmap };

constexpr std::uint64_t pointer_mask = 0x0000'FFFF'FFFF'FFC0;
constexpr std::uint64_t last_bit = 1U << 4;
constexpr unsigned few_max = 3;

kind kind_of(std::uint64_t held) noexcept {
    return static_cast<kind>(held & 3);
}
unsigned few_of(std::uint64_t held) noexcept {
    return static_cast<unsigned>(held >> 2 & 3);
}
std::uint16_t few_at(std::uint64_t held, unsigned i) noexcept {
    return static_cast<std::uint16_t>(held >> (16 + 16 * i));
}
std::byte* pointer_of(std::uint64_t held) noexcept {
    return std::bit_cast<std::byte*>(held & pointer_mask);
}
std::uint32_t lines_of(std::uint64_t held) noexcept {
    return static_cast<std::uint32_t>(held >> 48);
}

// `count` lines, or what a bitmap takes; `bytes` is what was asked for.
std::uint64_t allocated(kind what, std::uint32_t count, std::size_t& bytes) {
    constexpr std::size_t unit = alignof(std::max_align_t);
    static_assert(unit == 16);
    const std::size_t wanted = what == kind::lines ? count * cache_line : bitmap_words * 8;
    auto* const raw = static_cast<std::byte*>(std::malloc(wanted + cache_line - unit));
    if (raw == nullptr) throw std::bad_alloc();
    bytes += wanted + cache_line;
    const auto at = std::bit_cast<std::uint64_t>(raw);
    const auto aligned = (at + cache_line - 1) & ~std::uint64_t{cache_line - 1};
    std::memset(pointer_of(aligned), what == kind::lines ? 0xFF : 0, wanted);
    return aligned | static_cast<std::uint64_t>(what) | (aligned - at) / unit << 2 |
           std::uint64_t{what == kind::lines ? count : 0} << 48;
}

void release(std::uint64_t held, std::size_t& bytes) noexcept {
    if (kind_of(held) == kind::few) return;
    const bool lines = kind_of(held) == kind::lines;
    bytes -= (lines ? lines_of(held) * cache_line : bitmap_words * 8) + cache_line;
    std::free(pointer_of(held) - (held >> 2 & 3) * 16);
}

// --- lines ----------------------------------------------------------------------------------

struct line_match {
    unsigned same;   // bit i: slot i is the number looked for
    unsigned empty;  // bit i: slot i is empty
};

line_match match(const std::byte* line, std::uint16_t low) noexcept {
#ifdef __SSE2__
    const auto wanted = _mm_set1_epi16(static_cast<short>(low));
    const auto nothing = _mm_set1_epi16(static_cast<short>(empty_slot));
    line_match found{0, 0};
    for (unsigned half = 0; half < 2; ++half) {
        __m128i slots[2];
        std::memcpy(slots, line + half * sizeof slots, sizeof slots);
        const auto bits = [&](__m128i value) {
            const auto packed =
                _mm_packs_epi16(_mm_cmpeq_epi16(slots[0], value), _mm_cmpeq_epi16(slots[1], value));
            return static_cast<unsigned>(_mm_movemask_epi8(packed)) << (16 * half);
        };
        found.same |= bits(wanted);
        found.empty |= bits(nothing);
    }
    return found;
#else
    line_match found{0, 0};
    for (unsigned i = 0; i < line_slots; ++i) {
        std::uint16_t slot = 0;
        std::memcpy(&slot, line + i * sizeof slot, sizeof slot);
        found.same |= unsigned{slot == low} << i;
        found.empty |= unsigned{slot == empty_slot} << i;
    }
    return found;
#endif
}

// Neighbours in a list are far apart here.
std::uint32_t home(std::uint16_t low, std::uint32_t lines) noexcept {
    return ((low * 0x9E37U & 0xFFFFU) * lines) >> low_bits;
}

enum class line_put : std::uint8_t { known, done, crowded };

// Pre: low is not empty_slot.
line_put put_in_lines(std::byte* base, std::uint32_t lines, std::uint16_t low) noexcept {
    auto at = home(low, lines);
    for (std::uint32_t displaced = 0; displaced < std::min(displaced_max, lines); ++displaced) {
        auto* const line = base + at * cache_line;
        const auto found = match(line, low);
        if (found.same != 0) return line_put::known;
        if (found.empty != 0) {
            const auto slot = static_cast<unsigned>(std::countr_zero(found.empty));
            std::memcpy(line + slot * sizeof low, &low, sizeof low);
            return line_put::done;
        }
        at = at + 1 == lines ? 0 : at + 1;
    }
    return line_put::crowded;
}

std::uint16_t slot_at(const std::byte* base, std::size_t slot) noexcept {
    std::uint16_t low = 0;
    std::memcpy(&low, base + slot * sizeof low, sizeof low);
    return low;
}

// Lines fill from their first slot on.
template <class Visit>
void each_in_lines(std::uint64_t held, Visit visit) {
    const auto* const base = pointer_of(held);
    for (std::size_t line = 0; line < lines_of(held); ++line) {
        for (std::size_t slot = line * line_slots; slot < (line + 1) * line_slots; ++slot) {
            const auto low = slot_at(base, slot);
            if (low == empty_slot) break;
            visit(low);
        }
    }
}

// Into lines that are empty. False: they are too few.
bool moved(std::uint64_t held, std::uint64_t into) noexcept {
    std::array<std::uint8_t, lines_max> filled{};
    const auto lines = lines_of(into);
    bool fits = true;
    each_in_lines(held, [&](std::uint16_t low) {
        auto at = home(low, lines);
        for (std::uint32_t displaced = 0; displaced < std::min(displaced_max, lines); ++displaced) {
            if (filled[at] < line_slots) {
                const std::size_t slot = at * line_slots + filled[at]++;
                std::memcpy(pointer_of(into) + slot * sizeof low, &low, sizeof low);
                return;
            }
            at = at + 1 == lines ? 0 : at + 1;
        }
        fits = false;
    });
    return fits;
}

// --- bitmaps --------------------------------------------------------------------------------

std::uint64_t word_at(const std::byte* base, std::uint16_t low) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, base + low / 64 * sizeof word, sizeof word);
    return word;
}
std::uint64_t bit_of(std::uint16_t low) noexcept {
    return std::uint64_t{1} << (low % 64);
}
void set_bit(std::byte* base, std::uint16_t low) noexcept {
    const std::uint64_t word = word_at(base, low) | bit_of(low);
    std::memcpy(base + low / 64 * sizeof word, &word, sizeof word);
}

// --- blocks ---------------------------------------------------------------------------------

// Larger by a quarter, with all that it has; nothing of the old one is given back.
std::uint64_t grown(std::uint64_t held, std::size_t& bytes) {
    if (kind_of(held) == kind::few) {
        auto made = allocated(kind::lines, 1, bytes);
        for (unsigned i = 0; i < few_of(held); ++i)
            put_in_lines(pointer_of(made), 1, few_at(held, i));
        return made | (held & last_bit);
    }
    for (auto lines = lines_of(held);;) {
        lines += std::max(1U, lines / 4);
        if (lines > lines_max) break;
        auto made = allocated(kind::lines, lines, bytes);
        if (moved(held, made)) return made | (held & last_bit);
        release(made, bytes);
    }
    const auto made = allocated(kind::bitmap, 0, bytes);
    each_in_lines(held, [&](std::uint16_t low) { set_bit(pointer_of(made), low); });
    if ((held & last_bit) != 0) set_bit(pointer_of(made), empty_slot);
    return made;
}

bool holds(std::uint64_t held, std::uint16_t low) noexcept {
    if (kind_of(held) == kind::bitmap) return (word_at(pointer_of(held), low) & bit_of(low)) != 0;
    if (low == empty_slot) return (held & last_bit) != 0;
    if (kind_of(held) == kind::few) {
        for (unsigned i = 0; i < few_of(held); ++i)
            if (few_at(held, i) == low) return true;
        return false;
    }
    const auto lines = lines_of(held);
    auto at = home(low, lines);
    for (std::uint32_t displaced = 0; displaced < std::min(displaced_max, lines); ++displaced) {
        const auto found = match(pointer_of(held) + at * cache_line, low);
        if (found.same != 0) return true;
        if (found.empty != 0) return false;
        at = at + 1 == lines ? 0 : at + 1;
    }
    return false;
}

std::uint64_t mixed(std::uint64_t block) noexcept {
    block *= 0x9e37'79b9'7f4a'7c15;
    return (block ^ (block >> 32)) * 0xbf58'476d'1ce4'e5b9;
}

}  // namespace

number_set::number_set() {
    // Each of another size, so that they grow at different times.
    for (std::size_t i = 0; i < tables_.size(); ++i)
        tables_[i].places.assign(16 + i / 2, {no_block, 0});
}

number_set::~number_set() {
    for (const auto& one : tables_)
        for (const auto& place : one.places)
            if (place.block != no_block) release(place.held, block_bytes_);
}

number_set::table& number_set::table_of(std::uint64_t block) noexcept {
    return tables_[mixed(block) >> (64 - table_bits)];
}

// Its place, or the free one that it would take.
number_set::entry& number_set::table::find(std::uint64_t block) noexcept {
    auto at = static_cast<std::size_t>(((mixed(block) & 0xFFFF'FFFF) * places.size()) >> 32);
    while (places[at].block != block && places[at].block != no_block)
        at = at + 1 == places.size() ? 0 : at + 1;
    return places[at];
}

void number_set::table::grow() {
    table wider;
    wider.places.assign(places.size() + places.size() / 4 + 1, {no_block, 0});
    for (const auto& one : places)
        if (one.block != no_block) wider.find(one.block) = one;
    places.swap(wider.places);
}

// Into a block that is there.
bool number_set::put(entry& into, std::uint16_t low) {
    auto& held = into.held;
    for (;;) {
        if (kind_of(held) == kind::bitmap) {
            if ((word_at(pointer_of(held), low) & bit_of(low)) != 0) return false;
            set_bit(pointer_of(held), low);
            return true;
        }
        if (low == empty_slot) {
            if ((held & last_bit) != 0) return false;
            held |= last_bit;
            return true;
        }
        if (kind_of(held) == kind::few) {
            if (holds(held, low)) return false;
            const unsigned count = few_of(held);
            if (count < few_max) {
                held += (std::uint64_t{low} << (16 + 16 * count)) + (1U << 2);
                return true;
            }
        } else {
            switch (put_in_lines(pointer_of(held), lines_of(held), low)) {
                case line_put::known: return false;
                case line_put::done: return true;
                case line_put::crowded: break;
            }
        }
        const auto larger = grown(held, block_bytes_);
        release(std::exchange(held, larger), block_bytes_);
    }
}

bool number_set::insert(phone_number number) {
    const std::uint64_t block = number.digits() >> low_bits;
    auto& in = table_of(block);
    auto* place = &in.find(block);
    if (place->block == no_block) {
        if ((in.used + 1) * 10 > in.places.size() * 9) {
            in.grow();
            place = &in.find(block);
        }
        *place = {block, 0};
        ++in.used;
    }
    if (!put(*place, static_cast<std::uint16_t>(number.digits()))) return false;
    ++size_;
    return true;
}

void number_set::insert(std::span<const phone_number> numbers, std::span<std::uint8_t> fresh) {
    constexpr std::size_t ahead = 32;  // enough misses in flight, and none evicted again
    for (std::size_t at = 0; at < numbers.size(); at += ahead) {
        const auto some = numbers.subspan(at, std::min(ahead, numbers.size() - at));
        for (const auto one : some) {
            const std::uint64_t block = one.digits() >> low_bits;
            const auto& in = table_of(block);
            __builtin_prefetch(&in.places[((mixed(block) & 0xFFFF'FFFF) * in.places.size()) >> 32]);
        }
        for (const auto one : some) {
            const std::uint64_t block = one.digits() >> low_bits;
            const auto held = table_of(block).find(block).held;
            const auto low = static_cast<std::uint16_t>(one.digits());
            if (kind_of(held) == kind::lines)
                __builtin_prefetch(pointer_of(held) + home(low, lines_of(held)) * cache_line, 1);
            else if (kind_of(held) == kind::bitmap)
                __builtin_prefetch(pointer_of(held) + low / 64 * 8, 1);
        }
        for (std::size_t i = 0; i < some.size(); ++i)
            fresh[at + i] = !some[i].empty() && insert(some[i]) ? 1 : 0;
    }
}

bool number_set::contains(phone_number number) const noexcept {
    const std::uint64_t block = number.digits() >> low_bits;
    const auto& in = tables_[mixed(block) >> (64 - table_bits)];
    auto at = static_cast<std::size_t>(((mixed(block) & 0xFFFF'FFFF) * in.places.size()) >> 32);
    while (in.places[at].block != block) {
        if (in.places[at].block == no_block) return false;
        at = at + 1 == in.places.size() ? 0 : at + 1;
    }
    return holds(in.places[at].held, static_cast<std::uint16_t>(number.digits()));
}

std::size_t number_set::memory_bytes() const noexcept {
    std::size_t bytes = sizeof *this + block_bytes_;
    for (const auto& one : tables_)
        bytes += one.places.capacity() * sizeof(entry);
    return bytes;
}

}  // namespace tidings::core
