// Whom a list names, so small that two lists of any length are compared at once: the hashes of its
// numbers, of a long list those of a fair share of them. The order of the rows, and how often a
// number stands in the list, make no difference. Numbers are hashed with a key elsewhere
// (codec/numbers/number_hash); what two lists have in common is told here, what follows from it by
// run/earlier_runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tidings::core {

class people_sample {
  public:
    // So many hashes are kept at most: a list of no more people is known whole.
    static constexpr std::size_t kept_max = std::size_t{1} << 18;
    static constexpr unsigned shift_max = 40;

    people_sample() = default;
    // What hashes() and shift() said of another one. Pre: ascending, each once, all below the bound
    // of `shift`.
    people_sample(std::vector<std::uint64_t> hashes, unsigned shift)
        : hashes_(std::move(hashes)), shift_(shift), whole_(hashes_.size()) {}

    void add(std::uint64_t hash) {
        if (shift_ != 0 && hash >> (64 - shift_) != 0) return;
        hashes_.push_back(hash);
        if (hashes_.size() >= 2 * kept_max) settle();
    }

    // Ascending, each once; of every 2^shift() people one.
    const std::vector<std::uint64_t>& hashes();
    unsigned shift() {
        settle();
        return shift_;
    }
    bool exact() { return shift() == 0; }

  private:
    void settle();

    std::vector<std::uint64_t> hashes_;
    unsigned shift_ = 0;
    std::size_t whole_ = 0;  // so many at the front are in order
};

struct people_overlap {
    std::uint64_t common = 0;
    std::uint64_t people = 0;  // of the first list
    bool exact = false;        // false: both are of a share of the people only
    bool same = false;         // neither list has anybody whom the other has not

    friend bool operator==(const people_overlap&, const people_overlap&) = default;
};

people_overlap overlap_of(people_sample& first, people_sample& second);

}  // namespace tidings::core
