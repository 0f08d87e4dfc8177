#include "runner/row_places.hpp"

#include "codec/numbers/subdivisions.hpp"
#include "runner/dialing_zones.hpp"

#include <algorithm>
#include <map>

namespace tidings::runner {

namespace {

constexpr char region_mark = '@';

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words)
        text.append(text.empty() ? "" : " ").append(word);
    return text;
}

}  // namespace

std::string spelled(const row_place& place) {
    if (place.regions.empty()) return place.time_zone;
    const std::string between = place.time_zone.empty() ? "" : " ";
    return place.time_zone + between + region_mark + joined(place.regions);
}

row_place row_place_in(std::string_view name) {
    const auto mark = std::min(name.find(region_mark), name.size());
    row_place place{.time_zone = std::string(codec::trimmed(name.substr(0, mark))), .regions = {}};
    name.remove_prefix(std::min(mark + 1, name.size()));
    while (!(name = codec::trimmed(name)).empty()) {
        const auto end = std::min(name.find(' '), name.size());
        place.regions.emplace_back(name.substr(0, end));
        name.remove_prefix(end);
    }
    return place;
}

row_places::row_places(options how, const codec::numbering_plan& plan)
    : options_(how), plan_(&plan), places_(1) {
    if (!wanted()) return;
    // Without the system's table nothing is known by number, and runner/zones says so.
    const auto table = dialing_zones();
    if (!table) return;
    by_leading_.resize(core::phone_number::leading_end);
    std::map<const dialing_zone*, std::uint16_t> numbers;
    const auto entries = by_leading(*table);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (entries[i] == nullptr) continue;
        const auto [at, is_new] =
            numbers.emplace(entries[i], static_cast<std::uint16_t>(places_.size()));
        if (is_new) places_.push_back({joined(entries[i]->regions), entries[i]->countries.front()});
        by_leading_[i] = at->second;
    }
}

std::string_view row_places::country_of(const codec::spelling& to) const {
    if (to.region != codec::region_unknown) return plan_->regions()[to.region].id;
    if (by_leading_.empty()) return {};
    return places_[by_leading_[to.number.leading()]].country;
}

// Empty: it is not understood.
const std::string& row_places::region_of(std::string_view text, std::string_view country) {
    key_.assign(country).append(1, ' ').append(text);
    if (const auto known = known_.find(key_); known != known_.end()) return known->second;
    if (known_.size() == kept_max) known_.clear();
    return known_.emplace(key_, codec::region_in(text, country).value_or("")).first->second;
}

std::string_view row_places::of(const codec::raw_row& raw, const codec::spelling& to) {
    not_understood_.clear();
    name_.clear();
    std::string_view region;
    if (options_.regions)
        if (const auto text = codec::trimmed(raw.region); !text.empty()) {
            region = region_of(text, country_of(to));
            if (region.empty()) not_understood_ = text;
        }
    const auto zone = options_.time_zones ? codec::trimmed(raw.time_zone) : std::string_view();
    if (zone.empty() && region.empty()) return {};
    if (region.empty() && options_.rules_differ && !by_leading_.empty())
        region = places_[by_leading_[to.number.leading()]].regions;
    // Of one with a zone its region decides nothing else.
    if (!options_.rules_differ && !zone.empty()) region = {};
    name_ = zone;
    if (region.empty()) return name_;
    if (!zone.empty()) name_ += ' ';
    name_.append(1, region_mark).append(region);
    return name_;
}

}  // namespace tidings::runner
