// Reads values that carry their units, as people write them in campaign files and on the command
// line. Exact: what cannot be represented is refused, never rounded. core/wording writes them.
// Every failure has kind `configuration` and a text that quotes the value and shows a right one;
// the caller puts the file, line and key in front.
#pragma once

#include "core/failure.hpp"
#include "core/rate_limit.hpp"
#include "core/recipient_rules.hpp"
#include "core/time.hpp"
#include "core/wording.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tidings::codec {

// "90s", "30m", "1h30m", "250ms", "2d", "0s": whole numbers with units d h m s ms us, the larger
// unit first, each at most once. At most 3,650 d.
core::result<core::duration> duration_from(std::string_view text);

// "600/60s", "18000/1h", "5/s", "60/m". The count is 1 .. 1,000,000,000, the window 1 ms .. 31 d.
core::result<core::rate_limit> rate_limit_from(std::string_view text);

// Both ends included, low <= high.
struct duration_range {
    core::duration low{};
    core::duration high{};
    friend bool operator==(const duration_range&, const duration_range&) = default;
};
core::result<duration_range> duration_range_from(std::string_view text);  // "1s..60s"

// "64MiB", "500kB", "1GiB", "1500B": kB MB GB are powers of 1000, KiB MiB GiB of 1024.
core::result<std::uint64_t> byte_size_from(std::string_view text);

// "20%/500": so many per cent of the last so many.
struct share_of_last {
    std::uint32_t percent = 0;  // 1 .. 100
    std::uint32_t last = 0;     // 1 .. 1,000,000
    friend bool operator==(const share_of_last&, const share_of_last&) = default;
};
core::result<share_of_last> share_of_last_from(std::string_view text);
std::string spelled(const share_of_last& share);

// "21:00-08:00": a span of the day, from inclusive to exclusive; from > until spans midnight.
struct day_span {
    std::uint16_t from_minute = 0;   // 0 .. 1439 since midnight
    std::uint16_t until_minute = 0;  // 0 .. 1439; differs from from_minute
    friend bool operator==(const day_span&, const day_span&) = default;
};
core::result<day_span> day_span_from(std::string_view text);
std::string spelled(const day_span& span);

// "5%", "0.5%": of all people, to a ten-thousandth of a per cent; "": everybody.
core::result<core::people_share> people_share_from(std::string_view text);

// "state = TX", the value in quotes where it has blanks at its ends; "": no column.
core::result<core::column_value> column_value_from(std::string_view text);

// RFC 3339 with an offset or Z: "2026-11-23T09:00:00+01:00". Years 2000 .. 2199.
core::result<core::wall_time> wall_time_from(std::string_view text);

// "1,000,000" is not read: a plain whole number, no sign, no separators.
core::result<std::uint64_t> count_from(std::string_view text);

}  // namespace tidings::codec
