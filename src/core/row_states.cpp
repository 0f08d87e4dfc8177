#include "core/row_states.hpp"

#include <algorithm>
#include <bit>

namespace tidings::core {

namespace {

constexpr std::uint64_t low_bits = 0x5555'5555'5555'5555;

// A word with the low bit of every pair set where that pair equals `state`.
std::uint64_t matches(std::uint64_t word, row_state state) {
    const auto value = static_cast<std::uint64_t>(state);
    const std::uint64_t pattern = value * low_bits;
    const std::uint64_t differs = word ^ pattern;
    return ~(differs | (differs >> 1)) & low_bits;
}

}  // namespace

void row_states::grow(std::size_t words) {
    // By a quarter, not by two: the bookkeeping must stay near two bits a row.
    if (words > words_.capacity()) words_.reserve(words + words / 4 + 64);
    words_.resize(words);
}

void row_states::reserve(row_number rows) {
    words_.reserve(static_cast<std::size_t>(rows / 32 + 1));
}

void row_states::set_run(row_number first, std::uint64_t count, row_state state) {
    const row_number end = first + count;
    if (count == 0) return;
    if (const auto word = static_cast<std::size_t>((end - 1) >> 5); word >= words_.size())
        grow(word + 1);
    const std::uint64_t pattern = static_cast<std::uint64_t>(state) * low_bits;
    row_number row = first;
    while (row < end && (row & 31) != 0)
        set(row++, state);
    for (; end - row >= 32; row += 32)
        words_[static_cast<std::size_t>(row >> 5)] = pattern;
    while (row < end)
        set(row++, state);
}

std::uint64_t row_states::count(row_state state) const {
    std::uint64_t sum = 0;
    for (const auto word : words_)
        sum += static_cast<std::uint64_t>(std::popcount(matches(word, state)));
    return sum;
}

row_number row_states::next(row_state state, row_number from) const {
    for (auto word = static_cast<std::size_t>(from >> 5); word < words_.size(); ++word) {
        std::uint64_t found = matches(words_[word], state);
        if (word == (from >> 5)) found &= ~std::uint64_t{0} << ((from & 31) * 2);
        if (found != 0)
            return static_cast<row_number>(word) * 32 +
                   static_cast<row_number>(std::countr_zero(found)) / 2;
    }
    return 0;
}

}  // namespace tidings::core
