// Reads numbers in national form, as libphonenumber does, for a hundredth of its time: what it says
// of one number holds for all whose first digits are alike as far as its patterns look
// (codec/numbers/digit_automaton), and is kept. It judges nothing itself: where the patterns cannot
// be read, or more is told apart than is worth keeping, libphonenumber is asked about each number.
//
// One thread at a time.
#pragma once

#include "codec/numbers/digit_automaton.hpp"
#include "core/phone_number.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::codec {

class national_forms {
  public:
    // A region that libphonenumber knows, in capitals.
    explicit national_forms(std::string region);

    // Digits alone, dialled in the region; nullopt: no valid number.
    std::optional<core::phone_number> read(std::string_view digits);

    // How often libphonenumber was asked.
    std::uint64_t asked() const noexcept { return asked_; }

  private:
    static constexpr std::size_t forks_max = 65'536;  // of what is kept; 44 bytes each

    // Where the next digit leads: to a fork, or to what is known of all numbers that begin so.
    using place = std::int32_t;
    static constexpr place not_seen = 0;
    static constexpr place no_number = -1;
    static constexpr place ask = -2;
    // -3 - n: a number, the first n digits of which are not its own.
    static constexpr place number_behind = -3;
    struct fork {
        digit_automaton::step_id at;
        std::array<place, 10> next{};
    };
    struct answer {
        std::optional<core::phone_number> number;
        place holds = ask;  // for all that are alike
    };

    bool learn_patterns();
    answer ask_library(std::string_view digits);
    place grow(place at, std::size_t depth, std::string_view digits);
    place known(std::string_view digits);

    std::string region_;
    std::string country_code_;
    digit_automaton patterns_;
    bool learns_ = false;
    std::vector<fork> forks_{1};                                  // the first one is none
    std::array<place, digit_automaton::digits_max + 1> roots_{};  // by the number of digits
    std::uint64_t asked_ = 0;
};

}  // namespace tidings::codec
