// Reads the digits of numbers as codec/numbers/country_rules does, for a hundredth of its time:
// what the rules say of one number holds for all whose first digits are alike as far as the plan's
// patterns look (codec/numbers/digit_automaton), and is kept. It judges nothing itself: where the
// patterns cannot be read, or more is told apart than is worth keeping, the rules are asked about
// each number.
//
// One thread at a time.
#pragma once

#include "codec/numbers/country_rules.hpp"
#include "codec/numbers/digit_automaton.hpp"
#include "codec/numbers/numbering_plan.hpp"
#include "core/phone_number.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::codec {

// What the digits of a number were found to be.
struct read_form {
    core::phone_number number{};  // empty when it does not fit, and when it is abroad
    number_fit fit = number_fit::wrong_length;
    number_type type = number_type::unknown;
    region_index region = region_unknown;
    std::uint8_t taken_away = 0;  // digits at the beginning that are not the number's own
    bool rewritten = false;       // the number is not what is left of the digits
    bool old_form = false;        // the digits were those before the country's plan changed
    const number_twin* twin = nullptr;
};

class number_forms {
  public:
    // The digits behind a country code. The plan outlives it. Pre: somebody has the code.
    number_forms(const numbering_plan& plan, unsigned code);
    // The digits as they are dialled in a region of the plan.
    number_forms(const numbering_plan& plan, const plan_region& region);

    read_form read(std::string_view digits);
    // What is kept of all numbers that begin as this one does, without the number itself; nullptr:
    // it has to be read. Good until the next call.
    const read_form* read_kept(std::string_view digits) {
        if (!learns_ || digits.size() > digit_automaton::digits_max) return nullptr;
        const place found = known(digits);
        return found <= first_answer ? &answers_[static_cast<std::size_t>(first_answer - found)]
                                     : nullptr;
    }

    // How often the rules were asked.
    std::uint64_t asked() const noexcept { return asked_; }

  private:
    static constexpr std::size_t forks_max = 65'536;  // of what is kept; 44 bytes each
    static constexpr std::size_t answers_max = 4'096;

    // Where the next digit leads: to a fork, or to what is known of all numbers that begin so.
    using place = std::int32_t;
    static constexpr place not_seen = 0;
    static constexpr place ask = -1;
    static constexpr place first_answer = -2;  // -2 - n: answers_[n]
    struct fork {
        digit_automaton::step_id at;
        std::array<place, 10> next{};
    };

    bool learn_patterns(const numbering_plan& plan, const plan_region* dialled);
    read_form ask_rules(std::string_view digits, bool& alone);
    place kept(const read_form& form);
    place grow(place at, std::size_t depth, std::string_view digits);
    place known(std::string_view digits);
    core::phone_number number_behind_code(std::string_view national) const;

    std::string code_;
    const plan_region* dialled_ = nullptr;  // nullptr: the digits stand behind a country code
    country_rules rules_;
    digit_automaton patterns_;
    bool learns_ = false;
    std::vector<fork> forks_{1};                                  // the first one is none
    std::array<place, digit_automaton::digits_max + 1> roots_{};  // by the number of digits
    std::vector<read_form> answers_;                              // without their numbers
    std::uint64_t asked_ = 0;
};

}  // namespace tidings::codec
