// The outcome log's line: a settlement as one line of JSON (design.md section 2), and back as far
// as scanning needs. It decides spelling and order of the keys; files are store/outcome_log's.
#pragma once

#include "core/journal_batch.hpp"
#include "core/outcome.hpp"
#include "core/phone_number.hpp"
#include "core/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::codec {

// How recipients' numbers appear. Sender numbers are the operator's own and always stand in full.
enum class number_style : std::uint8_t {
    full,    // +917760336484
    masked,  // +9177******84: the first four and the last two digits
};

// Writes `+` and the digits, some of them as stars when masked, at `out` (room for
// phone_number::text_max); returns the end. An empty number writes nothing.
char* write_number(char* out, core::phone_number number, number_style style) noexcept;

// Writes 2026-11-23T08:00:00.123456Z at `out` (room for 27 bytes); returns the end.
// Pre: year 0 to 9999.
char* write_timestamp(char* out, core::wall_time at) noexcept;

// A lane as the outcome log names it.
struct lane_identity {
    std::string from;  // E.164
    std::string bot;   // bot id

    friend bool operator==(const lane_identity&, const lane_identity&) = default;
};

// Makes lines for one run. Holds the constant parts of them, escaped once.
class outcome_line {
  public:
    // No line is longer, newline included: run names and bot ids are cut at 256 bytes.
    static constexpr std::size_t bytes_max = 8192;

    outcome_line(std::string_view run, const std::vector<lane_identity>& lanes, number_style style);

    // Appends the line and its newline. `detail` is raw text of at most detail_bytes_max bytes
    // (the rest is cut); numbers in it are masked where the recipients' are. Allocates only when
    // `out` must grow, or to mask.
    void append(std::string& out, const core::settlement& what, std::string_view detail) const;

    // The same for a row whose number is known only as the log spelled it (it may be masked).
    void append(std::string& out, const core::settlement& what, std::string_view detail,
                std::string_view number) const;

  private:
    std::string before_row_;                 // ","run":"...","row":
    std::vector<std::string> after_number_;  // per lane, the last for lane_none
    number_style style_;
};

// What a scan needs from a line.
struct scanned_line {
    core::row_number row = 0;
    core::outcome what = core::outcome::unknown;
    std::string_view number;  // as spelled; into the line
};

// Reads a line (without its newline) that outcome_line wrote; nullopt when it is not whole.
std::optional<scanned_line> scan_line(std::string_view line);

}  // namespace tidings::codec
