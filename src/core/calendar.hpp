// Whether a recipient may be texted at a moment, and if not, from when on: spans of permission per
// zone, as plain data. It knows no time zones, weekdays or countries: runner/zones turns the rules
// of the campaign into these spans. It postpones; it never drops.
//
// A zone here is a set of permitted spans: that of one time zone, or of a country with several
// (then only what is permitted in all of them). A row's own zone_id is a name of its list; which
// zone that is, set_row_zone tells. A row without one, or with an unknown one, is judged by its
// number.
#pragma once

#include "core/phone_number.hpp"
#include "core/row.hpp"
#include "core/time.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidings::core {

// Texting is permitted at t when opens <= t < closes.
struct open_span {
    wall_time opens{};
    wall_time closes{};

    friend bool operator==(const open_span&, const open_span&) = default;
};

struct calendar_options {
    std::optional<wall_time> starts_at{};   // nothing leaves before
    std::optional<wall_time> expires_at{};  // nothing leaves from then on
    // A row that could only just leave before its span closes waits for the next one.
    duration margin = std::chrono::minutes(2);
};

class calendar {
  public:
    // Without a zone every recipient may be texted at any time.
    explicit calendar(calendar_options options = {});

    // `spans` ascending and apart. Returns 1, 2, 3 ... in turn. Pre: at most zones_max zones.
    static constexpr std::size_t zones_max = 0xFFFE;
    zone_id add_zone(std::string name, std::vector<open_span> spans);
    // Other spans for a zone, when time has gone on. Pre: 1 <= zone <= zone_count().
    void set_spans(zone_id zone, std::vector<open_span> spans);
    // Numbers that begin with these digits belong to `zone`; a longer prefix wins, whatever the
    // order. Pre: 1 to 4 digits ("1", "44", "1212").
    void add_prefix(std::string_view digits, zone_id zone);
    // Rows that carry `of_rows` (row.hpp) are judged by `zone`. Pre: of_rows >= 1.
    void set_row_zone(zone_id of_rows, zone_id zone);
    bool knows_row_zone(zone_id of_rows) const noexcept {
        return of_rows < by_row_zone_.size() && by_row_zone_[of_rows] != 0;
    }
    // For numbers that no prefix knows; without it they are open at any time.
    void set_default_zone(zone_id zone) noexcept { default_zone_ = zone; }

    bool started(wall_time now) const noexcept {
        return !options_.starts_at || now >= *options_.starts_at;
    }
    bool expired(wall_time now) const noexcept {
        return options_.expires_at && now >= *options_.expires_at;
    }
    const std::optional<wall_time>& starts_at() const noexcept { return options_.starts_at; }
    const std::optional<wall_time>& expires_at() const noexcept { return options_.expires_at; }

    static constexpr auto far_ahead = std::chrono::days(366);
    // `now` when it may leave now, else when it may; now + far_ahead: not within the known spans.
    // starts_at and expires_at are not looked at. Fast while `now` goes forward, right in any case.
    wall_time next_open(zone_id of_row, phone_number to, wall_time now) noexcept {
        return opens_in(zone_for(of_row, to), now);
    }
    // The same of a row that has a word of its own about when: the later of the two.
    wall_time next_open(zone_id of_row, phone_number to, const row_span& when,
                        wall_time now) noexcept {
        return next_open(of_row, to, std::max(now, when.opens_at()));
    }
    // The same for a zone of this calendar; 0 is always open.
    wall_time opens_in(zone_id zone, wall_time now) noexcept;

    // The zone a row is judged by: its own, or that of its number; 0: none, always open.
    zone_id zone_for(zone_id of_row, phone_number to) const noexcept;
    std::size_t zone_count() const noexcept { return zones_.size(); }
    // Pre: 1 <= zone <= zone_count().
    const std::string& zone_name(zone_id zone) const { return zones_[zone - 1u].name; }
    const std::vector<open_span>& spans(zone_id zone) const { return zones_[zone - 1u].spans; }
    duration margin() const noexcept { return options_.margin; }

  private:
    struct zone_spans {
        std::string name;
        std::vector<open_span> spans;
        std::size_t at = 0;  // the first span that is still of use, as of the last question
    };
    struct prefix_zone {
        zone_id zone = 0;
        std::uint8_t digits = 0;  // length of the prefix that set it
    };

    static constexpr std::size_t prefix_digits = 4;

    bool usable(const open_span& span, wall_time now) const noexcept;

    calendar_options options_;
    std::vector<zone_spans> zones_;
    std::vector<zone_id> by_row_zone_;
    std::vector<prefix_zone> by_prefix_;  // by the first four digits; empty until the first prefix
    zone_id default_zone_ = 0;
};

}  // namespace tidings::core
