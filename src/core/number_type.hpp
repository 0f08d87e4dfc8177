// What kind of line a number is by its country's plan. Which numbers are of which type is
// codec/numbers/country_rules'; who may be texted core/recipient_rules'.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tidings::core {

enum class number_type : std::uint8_t {
    unknown,  // the plan does not know the number
    mobile,
    fixed,
    fixed_or_mobile,  // the plan cannot tell these two apart
    toll_free,
    premium,  // dear to answer or to call
    shared_cost,
    personal,
    voip,
    pager,
    uan,  // a company's number for all its places
    voicemail,
};
inline constexpr std::size_t number_type_count = 12;

// As files and messages write them.
inline constexpr std::array<std::string_view, number_type_count> number_type_names = {
    "unknown",     "mobile",   "fixed", "fixed-or-mobile", "toll-free", "premium",
    "shared-cost", "personal", "voip",  "pager",           "uan",       "voicemail"};

constexpr std::string_view name_of(number_type type) noexcept {
    return number_type_names[static_cast<std::size_t>(type)];
}

constexpr std::optional<number_type> number_type_named(std::string_view name) noexcept {
    for (std::size_t i = 0; i < number_type_count; ++i)
        if (number_type_names[i] == name) return static_cast<number_type>(i);
    return std::nullopt;
}

}  // namespace tidings::core
