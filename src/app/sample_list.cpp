#include "app/sample_list.hpp"

#include "app/part_file.hpp"

#include <algorithm>
#include <array>
#include <ostream>
#include <string>
#include <string_view>

namespace tidings::app {
namespace {

constexpr std::array<std::string_view, 16> first_names = {
    "Ada",  "Grace", "Edsger", "Barbara", "Alan", "Zoë",    "Søren", "Chidi",
    "Noor", "Mei",   "Tomás",  "Ingrid",  "Ravi", "Fatima", "Lev",   "Amélie"};
constexpr std::array<std::string_view, 16> last_names = {
    "Lovelace", "Hopper", "Dijkstra", "Liskov", "Turing", "O'Brien", "Møller",  "Okafor",
    "Haddad",   "Tanaka", "García",   "Berg",   "Patel",  "Zahra",   "Ivanova", "Dubois"};
constexpr std::array<std::string_view, 8> no_numbers = {
    "",        "n/a",           "unknown",           "5550123",
    "call me", "+0 2025550143", "+1202555014399999", "ada@example.com"};

// Well-mixed bits of a seed and a row (the finaliser of SplitMix64).
std::uint64_t mixed(std::uint64_t seed, std::uint64_t row) {
    std::uint64_t x = seed * 0x9E3779B97F4A7C15U + row;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31);
}

// The so-manieth fictional number; no two are the same. The first 79,200 are North American
// 555-01xx numbers of all area codes, the others are of country code 999, which nobody has.
std::string fictional(std::uint64_t index) {
    constexpr std::uint64_t american = 792 * 100;
    if (index < american) {
        // 17,903 shares no factor with 79,200, so this visits each of them once.
        const auto mixed_up = index * 17'903 % american;
        auto area = 200 + mixed_up / 100;
        // Leaves out 211, 311 ... 911: the k-th of them has k-1 before it.
        for (std::uint64_t service = 211; service <= 911 && area >= service; service += 100)
            ++area;
        const auto last = mixed_up % 100;
        return "+1" + std::to_string(area) + "55501" + (last < 10 ? "0" : "") +
               std::to_string(last);
    }
    const auto rest = std::to_string((index - american) * 7'654'321 % 10'000'000'000);
    return "+999" + std::string(10 - rest.size(), '0') + rest;
}

// The same number as people write it.
std::string oddly_spelled(const std::string& number, std::uint64_t way) {
    const auto country = number.starts_with("+1") ? 2U : 4U;
    const auto code = number.substr(1, country - 1);
    const auto area = number.substr(country, 3);
    const auto middle = number.substr(country + 3, 3);
    const auto last = number.substr(country + 6);
    switch (way % 4) {
        case 0: return "+" + code + " " + area + "-" + middle + "-" + last;
        case 1: return "+" + code + " (" + area + ") " + middle + "-" + last;
        case 2: return "00" + code + area + middle + last;
        default: return " +" + code + " " + area + " " + middle + " " + last + " ";
    }
}

std::string named(std::uint64_t bits) {
    const std::string first(first_names[bits % first_names.size()]);
    const std::string last(last_names[bits / first_names.size() % last_names.size()]);
    switch (bits / 256 % 8) {
        case 0: return "\"" + last + ", " + first + "\"";
        case 1: return "\"" + first + " \"\"" + last.substr(0, 3) + "\"\" " + last + "\"";
        default: return first + " " + last;
    }
}

// Numbers of the last sendable rows: what a duplicate repeats.
class recent_numbers {
  public:
    void add(std::string number) { kept_[count_++ % kept_.size()] = std::move(number); }
    bool empty() const { return count_ == 0; }
    const std::string& any(std::uint64_t bits) const {
        return kept_[bits % std::min<std::uint64_t>(count_, kept_.size())];
    }

  private:
    std::array<std::string, 64> kept_;
    std::uint64_t count_ = 0;
};

}  // namespace

sample_list_counts write_sample_list(const sample_list_options& options, std::ostream& list,
                                     std::ostream& suppressed) {
    sample_list_counts counts;
    recent_numbers recent;
    std::uint64_t next_number = mixed(options.seed, 0) % 1'000;
    list << "name,toNo\n";
    for (std::uint64_t row = 1; row <= options.rows; ++row) {
        const auto kind = mixed(options.seed, 2 * row) % 1'000;
        const auto bits = mixed(options.seed, 2 * row + 1);
        const auto odd = bits >> 20;
        std::string number;
        ++counts.rows;
        if (kind < options.invalid) {
            ++counts.invalid;
            number = no_numbers[odd % no_numbers.size()];
        } else if (kind < options.invalid + options.duplicate && !recent.empty()) {
            ++counts.duplicate;
            number = oddly_spelled(recent.any(odd / 4), odd);
        } else if (kind < options.invalid + options.duplicate + options.suppressed) {
            ++counts.suppressed;
            number = fictional(next_number++);
            suppressed << number << "\n";
        } else {
            ++counts.sendable;
            number = fictional(next_number++);
            recent.add(number);
            if (odd / 4 % 1'000 < options.odd_spelling) number = oddly_spelled(number, odd);
        }
        list << named(bits) << "," << number << "\n";
    }
    return counts;
}

core::result<sample_list_counts> write_sample_files(const sample_list_options& options,
                                                    const std::filesystem::path& list,
                                                    const std::filesystem::path& suppressed) {
    auto list_file = part_file::begin("the sample", list);
    if (!list_file) return list_file.error();
    auto suppressed_file = part_file::begin("the sample", suppressed);
    if (!suppressed_file) return suppressed_file.error();
    const auto counts = write_sample_list(options, list_file->stream(), suppressed_file->stream());
    for (auto* const one : {&*list_file, &*suppressed_file})
        if (const auto done = one->finish(); !done) return done.error();
    return counts;
}

}  // namespace tidings::app
