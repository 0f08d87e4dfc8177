// An E.164 number as a value of eight bytes. It decides what is a well-formed number
// (^\+[1-9]\d{1,14}$); it does not repair spellings: codec/numbers/phone_spelling does.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::core {

class phone_number {
  public:
    static constexpr std::size_t digits_max = 15;
    static constexpr std::size_t text_max = digits_max + 1;  // with the plus sign

    // No number at all: not equal to any well-formed one.
    constexpr phone_number() = default;

    // From the digits as an integer. Pre: 10 <= digits < 10^15 (a leading digit is never zero, so
    // the integer and the spelling name each other exactly).
    static constexpr phone_number from_digits(std::uint64_t digits) {
        phone_number made;
        made.digits_ = digits;
        return made;
    }

    // Exactly `+` and 2 to 15 digits, the first of them not zero; anything else is nullopt.
    static constexpr std::optional<phone_number> from_e164(std::string_view text) {
        if (text.size() < 3 || text.size() > text_max || text[0] != '+' || text[1] == '0')
            return std::nullopt;
        std::uint64_t digits = 0;
        for (const char c : text.substr(1)) {
            if (c < '0' || c > '9') return std::nullopt;
            digits = digits * 10 + static_cast<std::uint64_t>(c - '0');
        }
        return from_digits(digits);
    }

    constexpr bool empty() const noexcept { return digits_ == 0; }
    constexpr std::uint64_t digits() const noexcept { return digits_; }

    // The first four digits, which tell the country and, within +1, the area: an index below
    // leading_end. Shorter numbers, which are nobody's, get zeros behind.
    static constexpr std::size_t leading_end = 10'000;
    constexpr std::size_t leading() const noexcept {
        std::uint64_t first = digits_;
        if (first >= 1'000'000'000'000) first /= 100'000'000;
        if (first >= 100'000'000) first /= 10'000;
        while (first >= leading_end)
            first /= 10;
        while (first != 0 && first < leading_end / 10)
            first *= 10;
        return static_cast<std::size_t>(first);
    }

    // Writes `+` and the digits at `out` (room for text_max); returns the end. An empty number
    // writes nothing.
    char* write_to(char* out) const noexcept;
    std::string text() const;

    friend constexpr auto operator<=>(const phone_number&, const phone_number&) = default;

  private:
    std::uint64_t digits_ = 0;
};

}  // namespace tidings::core
