#include "core/people_sample.hpp"

#include <algorithm>
#include <span>

namespace tidings::core {

namespace {

// The front of them that lies below the bound of `shift`.
std::span<const std::uint64_t> below(const std::vector<std::uint64_t>& hashes, unsigned shift) {
    if (shift == 0) return hashes;
    const auto end =
        std::lower_bound(hashes.begin(), hashes.end(), std::uint64_t{1} << (64 - shift));
    return std::span(hashes).first(static_cast<std::size_t>(end - hashes.begin()));
}

}  // namespace

const std::vector<std::uint64_t>& people_sample::hashes() {
    settle();
    return hashes_;
}

void people_sample::settle() {
    if (whole_ == hashes_.size()) return;
    std::sort(hashes_.begin(), hashes_.end());
    hashes_.erase(std::unique(hashes_.begin(), hashes_.end()), hashes_.end());
    while (hashes_.size() > kept_max && shift_ < shift_max)
        hashes_.resize(below(hashes_, ++shift_).size());
    whole_ = hashes_.size();
}

people_overlap overlap_of(people_sample& first, people_sample& second) {
    const unsigned shift = std::max(first.shift(), second.shift());
    const auto ours = below(first.hashes(), shift);
    const auto theirs = below(second.hashes(), shift);
    people_overlap made;
    made.people = ours.size();
    made.exact = shift == 0;
    auto its = theirs.begin();
    for (const auto hash : ours) {
        while (its != theirs.end() && *its < hash)
            ++its;
        if (its == theirs.end()) break;
        if (*its == hash) ++made.common;
    }
    made.same = !ours.empty() && first.shift() == second.shift() && made.common == ours.size() &&
                made.common == theirs.size();
    return made;
}

}  // namespace tidings::core
