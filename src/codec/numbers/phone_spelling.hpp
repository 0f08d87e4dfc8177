// Reads a number the way people and spreadsheets spell it and makes it E.164, or says why not: a
// number is a phone, so every one is read by the numbering plan of its country, also one that
// begins with a plus. What has one meaning is understood and told (trunk zeros behind the country
// code, old forms, tel:); what may have two is refused; a country is never guessed. Nobody is
// refused for being newer than the plan: lengths decide, and `known` says the rest.
#pragma once

#include "codec/numbers/number_forms.hpp"
#include "codec/numbers/number_text.hpp"
#include "codec/numbers/numbering_plan.hpp"
#include "core/failure.hpp"
#include "core/phone_number.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::codec {

// The number and what the plan says of it, or why there is none.
struct spelling {
    core::phone_number number;
    invalid_reason why = invalid_reason::none;
    bool corrected = false;  // other digits than those that were written, or wrapped in something
    bool known = true;       // to the plan; false: possible, as far as its length goes
    number_type type = number_type::unknown;
    region_index region = region_unknown;
    const number_twin* twin = nullptr;

    explicit operator bool() const noexcept { return why == invalid_reason::none; }
    // A number that may be the same phone; empty: none.
    core::phone_number near_duplicate() const noexcept;
};

class phone_speller {
  public:
    // Text longer than this is refused as too many digits without being read.
    static constexpr std::size_t text_max = 128;

    // `default_region` is an ISO 3166 country code ("US"), in either case, or empty: then only
    // numbers with a country code are read. Fails (configuration) when the plan does not know it.
    // The plan outlives the speller.
    static core::result<phone_speller> make(
        std::string_view default_region, const numbering_plan& plan = numbering_plan::built_in());
    ~phone_speller();
    phone_speller(phone_speller&&) noexcept;
    phone_speller& operator=(phone_speller&&) noexcept;

    // One thread at a time: what was learned of numbers is kept.
    spelling spell(std::string_view text) {
        const auto exact = core::phone_number::from_e164(text);
        if (!exact || text.size() <= 1 + code_digits_max) return spell_text(text);
        const auto& of = leading_[leading_of(text.substr(1))];
        if (of.code == 0 && text.size() > codeless_digits_min) return said_of(*exact, codeless);
        if (of.forms == nullptr) return spell_text(text);
        const auto* const kept = of.forms->read_kept(text.substr(1 + of.code_digits));
        if (kept == nullptr || kept->taken_away != 0 || !fits(kept->fit)) return spell_text(text);
        return said_of(*exact, *kept);
    }

    // One phrase, e.g. "too few digits".
    static std::string_view text_of(invalid_reason why) noexcept;

    const std::string& default_region() const noexcept { return region_; }
    const numbering_plan& plan() const noexcept { return *plan_; }

  private:
    struct found_number;
    static constexpr std::size_t code_digits_max = 3;
    // No number of any country is shorter; of codes that no country has (+999 is kept for tests)
    // there is nothing else to say.
    static constexpr std::size_t codeless_digits_min = 7;
    static constexpr read_form codeless{.fit = number_fit::possible};
    static constexpr std::size_t leading_end = 1000;

    // What the first three digits of a number tell: its country code, which has one to three.
    struct leading_place {
        number_forms* forms = nullptr;  // made when first asked for
        unsigned code = 0;              // 0: nobody's
        std::uint8_t code_digits = 0;
    };

    explicit phone_speller(const numbering_plan& plan);
    // Fewer digits get zeros behind.
    static std::size_t leading_of(std::string_view digits) noexcept {
        std::size_t first = 0;
        for (std::size_t i = 0; i < code_digits_max; ++i)
            first = first * 10 + static_cast<std::size_t>(i < digits.size() ? digits[i] - '0' : 0);
        return first;
    }
    static spelling said_of(core::phone_number number, const read_form& form) noexcept {
        spelling said;
        said.number = number;
        said.known = form.fit == number_fit::known;
        said.type = form.type;
        said.region = form.region;
        said.twin = form.twin;
        return said;
    }
    found_number international(std::string_view digits);
    found_number read(std::string_view digits, bool has_code);
    found_number read_best(const number_text& text, bool has_code);
    bool has_second_number(const number_text& text, bool has_code);
    invalid_reason extension_of(const number_text& text, bool has_code, const found_number& found);
    spelling spell_text(std::string_view text);

    const numbering_plan* plan_;
    std::string region_;
    std::unique_ptr<number_forms> national_;  // null: there is no default region
    std::vector<leading_place> leading_;
    std::vector<std::unique_ptr<number_forms>> behind_codes_;
};

}  // namespace tidings::codec
