#include "runner/recipient_census.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

#include <date/tz.h>

namespace tidings::runner {

namespace {

// date/tz tells an unknown name by an exception.
bool is_zone(std::string_view name) {
    try {
        return date::locate_zone(std::string(name)) != nullptr;
    } catch (const std::runtime_error&) {
        return false;
    }
}

std::vector<std::string> zones_of(const row_place& place, const std::vector<dialing_zone>& table) {
    if (!place.time_zone.empty()) return {place.time_zone};
    std::vector<std::string> zones;
    for (const auto& region : place.regions) {
        const auto its = zones_of_region(table, region);
        zones.insert(zones.end(), its.begin(), its.end());
    }
    return zones;
}

class tally {
  public:
    void add(const std::vector<std::string>& names, std::uint64_t rows) {
        if (rows > 0) rows_[names] += rows;
    }
    std::vector<census_line> largest_first() const {
        std::vector<census_line> lines;
        for (const auto& [names, rows] : rows_)
            lines.push_back({names, rows});
        std::stable_sort(lines.begin(), lines.end(),
                         [](const auto& a, const auto& b) { return a.rows > b.rows; });
        return lines;
    }

  private:
    std::map<std::vector<std::string>, std::uint64_t> rows_;
};

}  // namespace

recipient_census::recipient_census(std::string only_zone)
    : only_zone_(std::move(only_zone)), by_leading_(core::phone_number::leading_end) {}

void recipient_census::add_row_zone(core::zone_id of_rows, std::string_view name) {
    if (of_rows >= by_row_zone_.size()) by_row_zone_.resize(of_rows + std::size_t{1});
    auto place = row_place_in(name);
    if (!place.time_zone.empty() && !is_zone(place.time_zone)) place.time_zone.clear();
    const bool known = !place.time_zone.empty() || !place.regions.empty();
    by_row_zone_[of_rows] = {std::move(place), known, 0};
}

std::vector<census_line> recipient_census::by_country(
    const std::vector<dialing_zone>& table) const {
    const auto known = by_leading(table);
    tally counts;
    for (std::size_t i = 0; i < by_leading_.size(); ++i)
        counts.add(known[i] != nullptr ? known[i]->countries : std::vector<std::string>{"?"},
                   by_leading_[i].rows);
    return counts.largest_first();
}

std::vector<census_line> recipient_census::by_zone(const std::vector<dialing_zone>& table) const {
    const auto known = by_leading(table);
    tally counts;
    for (const auto& one : by_row_zone_)
        counts.add(zones_of(one.place, table), one.rows);
    for (std::size_t i = 0; i < by_leading_.size(); ++i) {
        const std::uint64_t rows = by_leading_[i].without_zone;
        if (!only_zone_.empty())
            counts.add({only_zone_}, rows);
        else
            // Numbers of no country are judged by UTC, as runner/zones does.
            counts.add(known[i] != nullptr ? known[i]->zones : std::vector<std::string>{"Etc/UTC"},
                       rows);
    }
    return counts.largest_first();
}

}  // namespace tidings::runner
