// Asks core/recipient_rules about the rows of a list: finds out what a row says of itself (country
// and type of its number, its columns), and what it says about when. It knows no other row and no
// other list: duplicates and opt-outs are list_reader's.
#pragma once

#include "codec/lists/raw_row.hpp"
#include "codec/numbers/number_hash.hpp"
#include "codec/numbers/phone_spelling.hpp"
#include "core/recipient_rules.hpp"
#include "core/row.hpp"
#include "core/time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::runner {

struct row_screen_options {
    core::recipient_rules rules{};
    // Who is in a sample; another word takes other people. Not a secret.
    std::string sample_word = {};
    // Today, as consent is judged; nullopt: its age is not looked at.
    std::optional<core::wall_time> now{};
    // Of moments without an offset; empty: such are not understood.
    std::string time_zone = {};
};

class row_screen {
  public:
    // The plan outlives it.
    row_screen(row_screen_options options, const codec::numbering_plan& plan);

    // What is true of the row whenever it is read; the first that speaks against it.
    struct verdict {
        std::string refused = {};  // suppressed, with this detail
        bool left_out = false;     // the campaign is for others
        std::string invalid = {};  // a column says what cannot be understood
        std::string_view shown = {};
    };
    // Fills in row.when. `to`: of the row.
    verdict judge(const codec::raw_row& raw, const codec::spelling& to, core::listed_row& row);
    // Not yet, or no longer: why the row is suppressed today; empty: it is not. Of the row that
    // judge() saw last.
    std::string refused_today() const;

    // So many rows said something about when.
    std::uint64_t send_at_rows() const noexcept { return send_at_.rows; }
    std::uint64_t expires_at_rows() const noexcept { return expires_at_.rows; }

  private:
    // Of one column: the rows of a list often say the same.
    struct moment_column {
        std::string last_text;
        std::optional<core::wall_time> last;
        std::uint64_t rows = 0;
    };

    std::string country_of(const codec::spelling& to);
    std::optional<core::wall_time> moment_of(std::string_view text) const;
    // False: it cannot be understood.
    bool read(std::string_view text, moment_column& column, std::uint32_t& into);

    row_screen_options options_;
    const codec::numbering_plan* plan_;
    codec::number_hash hash_;
    std::vector<std::string> by_region_;  // why a region's numbers are left out
    std::array<std::string, core::number_type_count> by_type_;
    bool all_countries_ = true;
    moment_column send_at_;
    moment_column expires_at_;
    std::optional<core::wall_time> consent_;
};

}  // namespace tidings::runner
