#include "codec/text/near_miss.hpp"

#include <algorithm>
#include <array>

namespace tidings::codec {
namespace {

constexpr std::size_t word_max = 64;

}  // namespace

std::size_t letters_apart(std::string_view one, std::string_view other) {
    if (one.size() > word_max || other.size() > word_max) return word_max + 1;
    // Three rows of the table of distances are enough, with one more for the swap.
    std::array<std::array<std::size_t, word_max + 1>, 3> rows;
    for (std::size_t j = 0; j <= other.size(); ++j)
        rows[0][j] = j;
    for (std::size_t i = 1; i <= one.size(); ++i) {
        auto& row = rows[i % 3];
        const auto& above = rows[(i - 1) % 3];
        row[0] = i;
        for (std::size_t j = 1; j <= other.size(); ++j) {
            const std::size_t replaced = above[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
            row[j] = std::min({replaced, above[j] + 1, row[j - 1] + 1});
            const bool swapped =
                i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
            if (swapped) row[j] = std::min(row[j], rows[(i - 2) % 3][j - 2] + 1);
        }
    }
    return rows[one.size() % 3][other.size()];
}

std::string_view nearest(std::string_view typed, std::span<const std::string_view> known) {
    std::string_view best;
    std::size_t best_apart = std::max<std::size_t>(1, typed.size() / 3) + 1;
    for (const auto word : known) {
        const auto apart = letters_apart(typed, word);
        if (apart >= best_apart) continue;
        best = word;
        best_apart = apart;
    }
    if (!best.empty() || typed.size() < 2) return best;
    const auto longer = std::find_if(
        known.begin(), known.end(), [&](std::string_view word) { return word.starts_with(typed); });
    return longer == known.end() ? std::string_view() : *longer;
}

std::string did_you_mean(std::string_view typed, std::span<const std::string_view> known) {
    const auto word = nearest(typed, known);
    return word.empty() ? "" : "; did you mean " + std::string(word) + "?";
}

}  // namespace tidings::codec
