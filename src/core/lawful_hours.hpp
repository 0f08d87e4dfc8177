// What a local day permits: rules about hours, each for some places and days, of which all that
// concern somebody hold, so that the strictest wins. It knows no clock, no time zone and no
// country: a place is a name ("US-TX"), a day a date on the recipient's wall. runner/zones turns
// the days into moments, core/calendar is asked while messages leave.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::core {

// Minutes of a local day: from <= m < until, 0 .. 1440.
struct day_part {
    static constexpr std::uint16_t day_end = 24 * 60;
    std::uint16_t from = 0;
    std::uint16_t until = day_end;

    friend bool operator==(const day_part&, const day_part&) = default;
};
using day_parts = std::vector<day_part>;  // ascending, none empty, none touching another

// From inclusive to exclusive, over midnight when from > until: then it is the day's beginning and
// its end. The same twice: the whole day.
day_parts hours_between(std::uint16_t from, std::uint16_t until);
// The rest of the day.
day_parts hours_outside(std::uint16_t from, std::uint16_t until);
day_parts in_both(const day_parts& a, const day_parts& b);

// A set of weekdays: bit 0 is Monday.
using weekday_set = std::uint8_t;
inline constexpr weekday_set every_day = 0x7F;
inline constexpr std::array<std::string_view, 7> day_names = {"mon", "tue", "wed", "thu",
                                                              "fri", "sat", "sun"};

// Says of the days it is for that messages go out within its hours only. Of other days it says
// nothing.
struct hours_rule {
    std::string where = {};  // "US", "US-TX"; empty: everywhere
    weekday_set days = every_day;
    // Only on these of the days; ascending. nullopt: on all of them.
    std::optional<std::vector<std::chrono::sys_days>> dates = {};
    day_parts open = {};          // empty: no message at all
    std::string dates_from = {};  // what the dates are called: a file
    std::string source = {};      // whose rule it is; empty: the sender's own
};

// Whether a rule for `where` may hold for somebody in `region`: it is the place or has it within,
// or lies within it, for who is in "US" may be in "US-TX".
bool concerns(std::string_view where, std::string_view region) noexcept;

// "US-TX sun: 12:00-21:00".
std::string in_words(const hours_rule& rule);
// The same with its source behind it, of each.
std::vector<std::string> told_with_sources(std::span<const hours_rule> rules);
// "mon-fri", "sat sun"; empty: every day.
std::string in_words(weekday_set days);
// "08:00-21:00", two parts joined by "and"; "no messages".
std::string in_words(const day_parts& open);

class lawful_hours {
  public:
    using rule_index = std::uint16_t;
    static constexpr std::size_t rules_max = 1000;

    // Pre: at most rules_max.
    explicit lawful_hours(std::vector<hours_rule> rules = {});

    const std::vector<hours_rule>& rules() const noexcept { return rules_; }
    // Whether any of them closes anything.
    bool restrict_hours() const noexcept;
    // Whether any of them is for one place and not for another.
    bool differ_by_region() const noexcept;

    // Those that hold for somebody who is in one of these regions, in the order of the rules. No
    // region: those for everywhere.
    std::vector<rule_index> rules_for(std::span<const std::string> regions) const;
    // What all of `which` permit on that local day.
    day_parts open_on(std::chrono::sys_days day, std::span<const rule_index> which) const;

  private:
    std::vector<hours_rule> rules_;
};

}  // namespace tidings::core
