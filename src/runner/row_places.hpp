// Where a row is by its own columns, a time zone and a region, as one name that rows carry by
// number (runner/zone_names). What the columns leave open its number says; what then holds there is
// runner/zones' question.
#pragma once

#include "codec/lists/list_columns.hpp"
#include "codec/numbers/phone_spelling.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace tidings::runner {

struct row_place {
    std::string time_zone = {};             // empty: those of its regions
    std::vector<std::string> regions = {};  // one of them; none: what holds everywhere

    friend bool operator==(const row_place&, const row_place&) = default;
};
// "America/Chicago", "America/Chicago @US-TX", "@US CA"; reads back as the same place.
std::string spelled(const row_place& place);
row_place row_place_in(std::string_view name);

class row_places {
  public:
    struct options {
        bool time_zones = false;    // the list has a column of them
        bool regions = false;       // the same
        bool rules_differ = false;  // by region, so that it matters where a row with a zone is
    };
    // The plan outlives it.
    row_places(options how, const codec::numbering_plan& plan);

    bool wanted() const noexcept { return options_.time_zones || options_.regions; }
    // The name of the row's place, good until the next call; empty: its number judges it.
    std::string_view of(const codec::raw_row& raw, const codec::spelling& to);
    // Of the row that of() saw last: what its column says of a region and is not understood.
    std::string_view not_understood() const noexcept { return not_understood_; }

  private:
    std::string_view country_of(const codec::spelling& to) const;
    const std::string& region_of(std::string_view text, std::string_view country);

    static constexpr std::size_t kept_max = 65'536;

    options options_;
    const codec::numbering_plan* plan_;
    std::vector<std::uint16_t> by_leading_;  // into places_
    struct number_place {
        std::string regions;  // "US-TX", "US CA"
        std::string country;
    };
    std::vector<number_place> places_;
    boost::unordered_flat_map<std::string, std::string> known_;  // country and text to region
    std::string key_;
    std::string name_;
    std::string not_understood_;
};

}  // namespace tidings::runner
