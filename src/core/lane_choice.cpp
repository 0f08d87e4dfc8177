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
double unit_of(std::uint64_t hash) {
    return (static_cast<double>(hash >> 11) + 0.5) * 0x1p-53;  // in (0, 1)
}
double score(std::uint64_t hash, double weight) {
    return weight / -std::log(unit_of(hash));
}

}  // namespace

lane_choice::lane_choice(std::vector<lane_option> lanes, lane_choice_options options)
    : out_(lanes.size()), options_(options) {
    BOOST_ASSERT(!lanes.empty() && lanes.size() < lane_none);
    lanes_.reserve(lanes.size());
    for (const auto& one : lanes) {
        BOOST_ASSERT(one.weight > 0);
        even_weights_ = even_weights_ && one.weight == lanes.front().weight;
        weights_ += one.weight;
        const std::uint64_t seed = hash_of(one.from.text(), hash_of(one.bot + '\n'));
        by_from_[one.from.digits()].push_back(static_cast<lane_id>(lanes_.size()));
        all_.push_back(static_cast<lane_id>(lanes_.size()));
        lanes_.push_back({seed, one.from, one.weight});
    }
    if (lanes_.size() <= asked_each_max) return;
    std::vector<share_ring::holder> holders;
    for (const auto& one : lanes_)
        holders.push_back({one.seed, one.weight});
    ring_.emplace(holders, !options.by_limits);
}

lane_id lane_choice::best_of(std::span<const lane_id> some, phone_number to,
                             bool mind_excluded) const {
    const std::uint64_t key = mixed(to.digits());
    lane_id best = lane_none;
    std::uint64_t best_hash = 0;
    double best_score = 0;
    for (const lane_id id : some) {
        const auto& one = lanes_[id];
        if (mind_excluded && out_[id] != 0) continue;
        const std::uint64_t hash = mixed(key ^ one.seed);
        if (even_weights_) {
            // The score rises with the hash, so even weights need no logarithm.
            if (best != lane_none && hash <= best_hash) continue;
            best_hash = hash;
        } else {
            // -log(u) >= 1 - u, so what cannot win needs none either.
            if (one.weight <= best_score * (1 - unit_of(hash))) continue;
            const double its_score = score(hash, one.weight);
            if (its_score <= best_score) continue;
            best_score = its_score;
        }
        best = id;
    }
    return best;
}

lane_id lane_choice::choose_of(std::span<const lane_id> some, phone_number to) const {
    // A row's own sender is kept to among that sender's lanes, and so may move only between them.
    if (options_.move_rows && out_count_ > 0) {
        const lane_id best = best_of(some, to, true);
        if (best != lane_none) return best;
    }
    return best_of(some, to, false);
}

result<lane_id> lane_choice::choose(phone_number to, phone_number from) const {
    if (!from.empty()) {
        const auto some = by_from_.find(from.digits());
        if (some != by_from_.end()) return choose_of(some->second, to);
        return failure{trouble::list, "no sender of this campaign is " + from.text() +
                                          ": add it as [[bot.sender]] or correct the row"};
    }
    if (lanes_.size() == 1) return lane_id{0};
    if (!ring_) return choose_of(all_, to);
    const bool minds = options_.move_rows && out_count_ > 0 && out_count_ < lanes_.size();
    const auto out = minds ? std::span<const std::uint8_t>(out_) : std::span<const std::uint8_t>();
    return static_cast<lane_id>(ring_->of(to.digits(), out));
}

void lane_choice::exclude(lane_id lane, bool out) {
    if (excluded(lane) == out) return;
    out_[lane] = out ? 1 : 0;
    if (out)
        ++out_count_;
    else
        --out_count_;
}

}  // namespace tidings::core
