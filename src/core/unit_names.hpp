// The names of the units of time and of size, and what each is worth: core/wording writes values in
// them, codec/text/units reads them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tidings::core {

struct unit {
    std::string_view name;
    std::int64_t worth;
};

inline constexpr std::int64_t second_ns = 1'000'000'000;
// In nanoseconds. Larger units first: a span names them in this order.
inline constexpr std::array<unit, 7> time_units = {{{"d", 86'400 * second_ns},
                                                    {"h", 3'600 * second_ns},
                                                    {"m", 60 * second_ns},
                                                    {"s", second_ns},
                                                    {"ms", 1'000'000},
                                                    {"us", 1'000},
                                                    {"ns", 1}}};
// In bytes, the largest first.
inline constexpr std::array<unit, 7> size_units = {{{"GiB", std::int64_t{1} << 30},
                                                    {"GB", 1'000'000'000},
                                                    {"MiB", std::int64_t{1} << 20},
                                                    {"MB", 1'000'000},
                                                    {"KiB", 1024},
                                                    {"kB", 1000},
                                                    {"B", 1}}};

}  // namespace tidings::core
