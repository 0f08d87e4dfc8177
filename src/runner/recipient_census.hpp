// Counts where the recipients of a list are while it is read: by the country of the number and by
// the time zone that judges the row. It costs a row one table entry or two and its memory does not
// grow with the list. Whether anybody may be texted at a moment is core/calendar's question.
#pragma once

#include "core/failure.hpp"
#include "core/phone_number.hpp"
#include "core/row.hpp"
#include "runner/dialing_zones.hpp"
#include "runner/row_places.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::runner {

// Rows of one country, or of one set of time zones.
struct census_line {
    // A country as ISO 3166 ("US"), or several that share a calling code ("GB", "GG", "JE", "IM").
    // A zone by its IANA name; several: only what is permitted in all of them is permitted.
    std::vector<std::string> names;
    std::uint64_t rows = 0;

    friend bool operator==(const census_line&, const census_line&) = default;
};

class recipient_census {
  public:
    // `only_zone` judges the rows that have no zone of their own; empty: their number does.
    explicit recipient_census(std::string only_zone = {});

    // The place (row_places) that rows carry as `of_rows`; in the order of the numbers. A zone that
    // is none is accepted: those rows are judged by their region, or as if they had none.
    void add_row_zone(core::zone_id of_rows, std::string_view name);

    // Pre: `to` is a number. Zones that add_row_zone was not told of count as none.
    void add(core::phone_number to, core::zone_id of_row) noexcept {
        auto& its = by_leading_[to.leading()];
        ++its.rows;
        if (of_row < by_row_zone_.size() && by_row_zone_[of_row].known)
            ++by_row_zone_[of_row].rows;
        else
            ++its.without_zone;
    }

    // The largest first. Numbers of no country are told under "?".
    std::vector<census_line> by_country(const std::vector<dialing_zone>& table) const;
    std::vector<census_line> by_zone(const std::vector<dialing_zone>& table) const;

  private:
    struct leading_count {
        std::uint64_t rows = 0;
        std::uint64_t without_zone = 0;  // of them: without a zone of their own
    };
    struct row_zone {
        row_place place;  // without a zone that is none
        bool known = false;
        std::uint64_t rows = 0;
    };

    std::string only_zone_;
    std::vector<leading_count> by_leading_;
    std::vector<row_zone> by_row_zone_;
};

}  // namespace tidings::runner
