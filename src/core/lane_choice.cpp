#include "core/lane_choice.hpp"

#include <algorithm>
#include <cmath>

#include <boost/assert.hpp>

namespace tidings::core {

namespace {

// FNV-1a: short keys, and it must never change, because the choice hangs on it.
std::uint64_t hash_of(std::string_view text, std::uint64_t hash = 0xcbf2'9ce4'8422'2325) {
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x0000'0100'0000'01b3;
    }
    return hash;
}

// The finalizer of splitmix64: every bit of the input moves half of the output's.
std::uint64_t mixed(std::uint64_t value) {
    value += 0x9e37'79b9'7f4a'7c15;
    value = (value ^ (value >> 30)) * 0xbf58'476d'1ce4'e5b9;
    value = (value ^ (value >> 27)) * 0x94d0'49bb'1331'11eb;
    return value ^ (value >> 31);
}

// Highest random weight: among lanes of weights w, each wins a share w of all numbers.
double score(std::uint64_t hash, double weight) {
    const double unit = (static_cast<double>(hash >> 11) + 0.5) * 0x1p-53;  // in (0, 1)
    return weight / -std::log(unit);
}

}  // namespace

lane_choice::lane_choice(std::vector<lane_option> lanes, bool move_rows) : move_rows_(move_rows) {
    BOOST_ASSERT(!lanes.empty() && lanes.size() < lane_none);
    lanes_.reserve(lanes.size());
    for (const auto& one : lanes) {
        even_weights_ = even_weights_ && one.weight == lanes.front().weight;
        const std::uint64_t seed = hash_of(one.from.text(), hash_of(one.bot + '\n'));
        lanes_.push_back({seed, one.from, static_cast<double>(one.weight)});
    }
}

lane_id lane_choice::best_of(phone_number to, phone_number from, bool mind_excluded) const {
    lane_id best = lane_none;
    std::uint64_t best_hash = 0;
    double best_score = -1;
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        const auto& one = lanes_[i];
        if (!from.empty() && one.from != from) continue;
        if (mind_excluded && one.out) continue;
        const std::uint64_t hash = mixed(mixed(to.digits()) ^ one.seed);
        // The score rises with the hash, so even weights need no logarithm.
        const double its_score = even_weights_ ? 0 : score(hash, one.weight);
        const bool better = even_weights_ ? hash > best_hash : its_score > best_score;
        if (best != lane_none && !better) continue;
        best = static_cast<lane_id>(i);
        best_hash = hash;
        best_score = its_score;
    }
    return best;
}

result<lane_id> lane_choice::choose(phone_number to, phone_number from) const {
    if (lanes_.size() == 1 && (from.empty() || from == lanes_[0].from)) return lane_id{0};
    // A row's own sender is kept to among that sender's lanes, and so may move only between them.
    if (move_rows_) {
        const lane_id best = best_of(to, from, true);
        if (best != lane_none) return best;
    }
    const lane_id best = best_of(to, from, false);
    if (best != lane_none) return best;
    return failure{trouble::list, "no sender of this campaign is " + from.text() +
                                      ": add it as [[bot.sender]] or correct the row"};
}

void lane_choice::exclude(lane_id lane, bool out) {
    lanes_[lane].out = out;
}

}  // namespace tidings::core
