// Reads a number the way people and spreadsheets spell it and makes it E.164, or says why not. It
// repairs only what has one meaning; it never guesses a country. Exact E.164 text is the fast path;
// whether a well-formed number exists is not asked, except for national forms, which are read by
// libphonenumber with the default region.
#pragma once

#include "core/failure.hpp"
#include "core/phone_number.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tidings::codec {

// Why a text is no number. Each has a text of its own: phone_speller::text_of.
enum class invalid_reason : std::uint8_t {
    none,                 // it is one
    empty,                // nothing, or white space only
    too_few_digits,       // E.164 asks for two at least
    too_many_digits,      // E.164 allows fifteen
    leading_zero,         // a country code cannot begin with 0
    letter,               // 1-800-FLOWERS, "x123", "n/a"
    stray_character,      // anything else that has no place in a number
    misplaced_plus,       // a second + : two numbers in one field?
    control_character,    // CR, LF, NUL and their like
    broken_utf8,          // bytes that are no text
    scientific_notation,  // 9.19877E+11: a spreadsheet threw digits away
    decimal_number,       // 919877654321.0: the point would turn into a digit more
    no_country,           // national form, and there is no default region to read it with
    not_in_region,        // libphonenumber knows no such number there
};

// The number, or why there is none.
struct spelling {
    core::phone_number number;
    invalid_reason why = invalid_reason::none;

    explicit operator bool() const noexcept { return why == invalid_reason::none; }
};

class national_forms;

class phone_speller {
  public:
    // Text longer than this is refused as too many digits without being read.
    static constexpr std::size_t text_max = 128;

    // `default_region` is an ISO 3166 country code ("US"), in either case, or empty: then only
    // numbers with a country code are read. Fails (configuration) when the region is not known.
    static core::result<phone_speller> make(std::string_view default_region);
    ~phone_speller();
    phone_speller(phone_speller&&) noexcept;
    phone_speller& operator=(phone_speller&&) noexcept;

    // One thread at a time: what was learned of national forms is kept.
    spelling spell(std::string_view text) {
        if (const auto exact = core::phone_number::from_e164(text)) return {*exact, {}};
        return repair(text);
    }

    // One phrase, e.g. "too few digits" or "not a valid number for US". Lives as long as *this.
    std::string_view text_of(invalid_reason why) const noexcept;

    const std::string& default_region() const noexcept { return region_; }

  private:
    phone_speller();
    spelling repair(std::string_view text);

    std::string region_;
    std::unique_ptr<national_forms> national_;  // null: there is no default region
    std::string not_in_region_;
};

}  // namespace tidings::codec
