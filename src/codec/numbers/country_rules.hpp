// What digits mean by the numbering plan of one country code: which number they name once trunk
// prefixes and old forms are gone, whether such a number can exist, where, and of which type. The
// rules are libphonenumber's (Parse, IsPossibleNumber, IsValidNumber, GetNumberType), whose data
// the plan is; tests hold the one against the other. It reads one number at a time and
// keeps nothing: codec/numbers/number_forms is the fast way.
#pragma once

#include "codec/numbers/digit_expression.hpp"
#include "codec/numbers/numbering_plan.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::codec {

// Whether a number can exist.
enum class number_fit : std::uint8_t {
    known,     // the plan knows it
    possible,  // as long as numbers are there, but the plan does not know it: newer, or nobody's
    too_short,
    too_long,
    wrong_length,  // there are shorter and longer ones, none of this length
    abroad,        // dialled with the prefix for abroad: the country is not this one
};

// There may be such a number.
constexpr bool fits(number_fit fit) noexcept {
    return fit == number_fit::known || fit == number_fit::possible;
}

// Index into numbering_plan::regions().
using region_index = std::uint16_t;
inline constexpr region_index region_unknown = 0xFFFF;

struct plan_reading {
    std::string national;  // the digits behind the country code; abroad: behind that prefix
    number_fit fit = number_fit::wrong_length;
    region_index region = region_unknown;  // known numbers have one
    number_type type = number_type::unknown;
    bool old_form = false;              // the digits were those before the country's plan changed
    const number_twin* twin = nullptr;  // the plan's
    // Another number that the patterns do not tell from this one may read otherwise.
    bool alone = false;
};

class country_rules {
  public:
    // The plan outlives it. Pre: regions_of(code) is not empty.
    country_rules(const numbering_plan& plan, unsigned code);

    // The digits behind the country code: "7911123456", "07911123456".
    plan_reading behind_code(std::string_view digits) const;
    // The digits as they are dialled in a region of this code. Pre: it is one.
    plan_reading dialled_in(const plan_region& region, std::string_view digits) const;

  private:
    struct type_rule {
        number_type type;
        std::uint32_t lengths;
        digit_expression pattern;
    };
    struct region_rules {
        const plan_region* plan;
        region_index index;
        digit_expression any;
        std::vector<type_rule> types;
        std::optional<digit_expression> begins;
        std::optional<digit_expression> abroad;
        std::optional<digit_expression> trunk;
    };
    struct change_rule {
        const number_change* plan;
        digit_expression pattern;
    };
    struct twin_rule {
        const number_twin* plan;
        digit_expression pattern;
    };

    static region_rules rules_of(const plan_region& region, region_index index);
    static number_type type_in(const region_rules& region, std::string_view national);
    static number_fit length_in(const plan_region& region, std::size_t digits);
    static bool strip_trunk(const region_rules& region, std::string& digits, bool& alone);
    std::optional<std::string> without_code(const region_rules& dialled, const std::string& digits,
                                            bool& alone) const;
    plan_reading finished(const region_rules& strips, std::string digits, bool alone) const;
    void judge(plan_reading& reading) const;
    void read_old_form(plan_reading& reading) const;

    std::string code_;
    std::vector<region_rules> regions_;  // the main one first
    std::vector<change_rule> changes_;
    std::vector<twin_rule> twins_;
};

}  // namespace tidings::codec
