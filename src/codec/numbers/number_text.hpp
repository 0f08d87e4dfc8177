// Takes the digits of a number out of what people and programs write around them: blanks, dashes,
// brackets, tel:, ="...", and whatever else has one meaning. Which number they are is
// codec/numbers/phone_spelling's question; this one asks no numbering plan. Pure.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::codec {

// Why a text is no number. Each has a text of its own: phone_speller::text_of.
enum class invalid_reason : std::uint8_t {
    none,                 // it is one
    empty,                // nothing, or white space only
    too_few_digits,       // none, or one
    too_many_digits,      // more than any number has, with whatever is dialled before it
    leading_zero,         // a country code cannot begin with 0
    letter,               // 1-800-FLOWERS, "n/a"
    stray_character,      // anything else that has no place in a number
    several_numbers,      // two in one field
    extension,            // behind the number: cannot be texted
    control_character,    // NUL and its like
    broken_utf8,          // bytes that are no text
    lost_character,       // ? in place of one that an export could not write
    scientific_notation,  // 9.19877E+11: a spreadsheet threw digits away
    decimal_number,       // 919877654321.5: no number has half a digit
    no_country,           // national form, and there is no default region to read it with
    too_short_there,      // for its country
    too_long_there,
    wrong_length_there,
};
inline constexpr std::size_t invalid_reason_count = 18;

struct number_text {
    static constexpr std::size_t digits_max = 40;

    std::string digits;
    bool plus = false;
    // Something was peeled off that is no part of a number's spelling: tel:, ="...", ".0".
    bool wrapped = false;
    // Bit n: such a separator stands before digit n.
    std::uint64_t blanks = 0;  // points and brackets count among them
    std::uint64_t dashes = 0;
    std::uint64_t slashes = 0;
    std::optional<std::size_t> bracketed_zero;  // "(0)": the place of the zero among the digits

    // Digits before the last separator; 0: there is none.
    std::size_t last_cut() const noexcept {
        const auto all = blanks | dashes | slashes;
        return all == 0 ? 0 : static_cast<std::size_t>(std::bit_width(all) - 1);
    }
    // Without the first digits, which were a prefix.
    void drop(std::size_t count);
};

// invalid_reason::none, or why there are no digits to be had.
invalid_reason read_number_text(std::string_view text, number_text& out);

}  // namespace tidings::codec
