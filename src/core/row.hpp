// One row of a recipient list on its way from the reader to the dispatcher: what it says and what
// screening thought of it. What became of it afterwards is core/journal_batch.hpp's settlement.
#pragma once

#include "core/phone_number.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::core {

// Rows count from 1 and leave a header out.
using row_number = std::uint64_t;

// A sender of a bot: the unit that limits, order and fairness are kept for. Index into the
// campaign's lanes, in the order of the campaign file.
using lane_id = std::uint16_t;
inline constexpr lane_id lane_none = 0xFFFF;

// Index into the campaign's time zones (core/calendar.hpp); 0 = judged by the number alone.
using zone_id = std::uint16_t;

// When a row may leave by its own word, in seconds since 1970; 0: it says nothing.
struct row_span {
    std::uint32_t opens = 0;
    std::uint32_t expires = 0;

    wall_time opens_at() const noexcept { return wall_time(std::chrono::seconds(opens)); }
    wall_time expires_at() const noexcept { return wall_time(std::chrono::seconds(expires)); }
    bool expired(wall_time now) const noexcept { return expires != 0 && now >= expires_at(); }

    friend bool operator==(const row_span&, const row_span&) = default;
};

// What screening found. Everything but `sendable` is an outcome of the row at once.
enum class screening : std::uint8_t {
    sendable,
    invalid,     // `text` says why
    duplicate,   // an earlier row of this list has the number
    suppressed,  // `text` says why: the suppression file, or what core/recipient_rules says
};

struct listed_row {
    row_number row = 0;
    phone_number to;    // empty when invalid
    phone_number from;  // the row's own sender; empty: the dispatcher chooses
    zone_id zone = 0;
    screening found = screening::sendable;
    // The campaign is not for this row, whatever its number: it is not one of its people.
    bool left_out = false;
    row_span when{};
    std::uint32_t text_at = 0;  // slice of listed_batch::text; for rows that are never sent
    std::uint32_t text_size = 0;

    // Whom the campaign names by this row; empty: nobody.
    phone_number person() const noexcept { return left_out ? phone_number() : to; }
};

// Batches, not rows, cross threads. Rows are in ascending order.
struct listed_batch {
    std::vector<listed_row> rows;
    std::string text;

    std::string_view text_of(const listed_row& row) const {
        return std::string_view(text).substr(row.text_at, row.text_size);
    }
    void clear() {
        rows.clear();
        text.clear();
    }
};

}  // namespace tidings::core
