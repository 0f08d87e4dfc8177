// One row of a recipient list on its way from the reader to the dispatcher: what it says and what
// screening thought of it. What became of it afterwards is core/journal_batch.hpp's settlement.
#pragma once

#include "core/phone_number.hpp"

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

// What screening found. Everything but `sendable` is an outcome of the row at once.
enum class screening : std::uint8_t {
    sendable,
    invalid,     // `text` says why
    duplicate,   // an earlier row of this list has the number
    suppressed,  // `text` names the suppression file
};

struct listed_row {
    row_number row = 0;
    phone_number to;    // empty when invalid
    phone_number from;  // the row's own sender; empty: the dispatcher chooses
    zone_id zone = 0;
    screening found = screening::sendable;
    std::uint32_t text_at = 0;  // slice of listed_batch::text; for rows that are never sent
    std::uint32_t text_size = 0;
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
