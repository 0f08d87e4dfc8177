// What the operator says answers mean ([[answer]] of the campaign file), looked at before
// core/verdict's table: who knows his front vouches for what nobody else can know. It decides about
// rows; an endpoint that is not well stays so, whatever its answers are called.
#pragma once

#include "core/attempt.hpp"
#include "core/verdict.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidings::core {

struct own_rule {
    std::uint16_t status_from = 0;  // 0: whatever the status
    std::uint16_t status_to = 0;
    std::string words;            // in what the server said (answer::message); empty: whatever
    std::string header;           // a header it carries, in lower case; empty: whatever
    std::string header_words;     // in one of that name
    bool refused_stream = false;  // HTTP/2 REFUSED_STREAM instead of an answer
    verdict means = verdict::not_processed;

    friend bool operator==(const own_rule&, const own_rule&) = default;
};

// "status 503 with \"Backend fetch failed\" means not processed"
std::string in_words(const own_rule& rule);
// The headers that they look at, each once.
std::vector<std::string> headers_of(std::span<const own_rule> rules);
// It takes what was accepted for not processed, too, so that people would be texted again.
bool says_nothing_is_processed(const own_rule& rule);

struct meaning_name {
    std::string_view name;
    verdict means;
};
// What a rule may say, as the campaign file spells it.
inline constexpr std::array<meaning_name, 5> meanings = {
    {{"not processed", verdict::not_processed},
     {"unknown", verdict::in_doubt},
     {"accepted", verdict::accepted},
     {"rejected", verdict::rejected},
     {"not the platform", verdict::not_platform}}};
// What it may say of a refused stream, of which there is no answer.
constexpr bool needs_no_answer(verdict means) {
    return means == verdict::not_processed || means == verdict::in_doubt;
}

class own_rules {
  public:
    // Pre: of a refused stream only what needs_no_answer().
    explicit own_rules(std::vector<own_rule> rules = {})
        : rules_(std::move(rules)), counts_(rules_.size()) {}

    struct ruling {
        verdict what;
        endpoint_sign sign;
        std::size_t rule = none;  // the place of the one that said so
    };
    static constexpr std::size_t none = ~std::size_t{0};

    ruling judge(const attempt_report& report) const;
    // The same, counted.
    ruling judge_and_count(const attempt_report& report);

    std::span<const own_rule> all() const noexcept { return rules_; }
    std::uint64_t count(std::size_t rule) const noexcept { return counts_[rule]; }

  private:
    std::vector<own_rule> rules_;
    std::vector<std::uint64_t> counts_;
};

}  // namespace tidings::core
