#include "core/calendar.hpp"

#include <algorithm>

#include <boost/assert.hpp>

namespace tidings::core {

calendar::calendar(calendar_options options) : options_(std::move(options)) {}

zone_id calendar::add_zone(std::string name, std::vector<open_span> spans) {
    BOOST_ASSERT(zones_.size() < zones_max);
    zones_.push_back({std::move(name), {}, 0});
    const auto zone = static_cast<zone_id>(zones_.size());
    set_spans(zone, std::move(spans));
    return zone;
}

void calendar::set_spans(zone_id zone, std::vector<open_span> spans) {
    // Too short to be of use with the margin, and next_open relies on none being so.
    std::erase_if(spans, [&](const open_span& one) { return !usable(one, one.opens); });
    zones_[zone - 1U].spans = std::move(spans);
    zones_[zone - 1U].at = 0;
}

void calendar::add_prefix(std::string_view digits, zone_id zone) {
    BOOST_ASSERT(!digits.empty() && digits.size() <= prefix_digits);
    if (by_prefix_.empty()) by_prefix_.resize(phone_number::leading_end);
    std::size_t first = 0;
    std::size_t count = phone_number::leading_end;
    for (const char c : digits) {
        count /= 10;
        first += static_cast<std::size_t>(c - '0') * count;
    }
    for (std::size_t i = first; i < first + count; ++i)
        if (by_prefix_[i].digits <= digits.size())
            by_prefix_[i] = {zone, static_cast<std::uint8_t>(digits.size())};
}

void calendar::set_row_zone(zone_id of_rows, zone_id zone) {
    if (of_rows >= by_row_zone_.size()) by_row_zone_.resize(std::size_t{of_rows} + 1);
    by_row_zone_[of_rows] = zone;
}

zone_id calendar::zone_for(zone_id of_row, phone_number to) const noexcept {
    if (knows_row_zone(of_row)) return by_row_zone_[of_row];
    if (by_prefix_.empty()) return default_zone_;
    const auto& known = by_prefix_[to.leading()];
    return known.digits == 0 ? default_zone_ : known.zone;
}

bool calendar::usable(const open_span& span, wall_time now) const noexcept {
    return std::max(span.opens, now) + std::chrono::ceil<wall_time::duration>(options_.margin) <
           span.closes;
}

wall_time calendar::opens_in(zone_id zone, wall_time now) noexcept {
    if (zone == 0 || zone > zones_.size()) return now;
    auto& its = zones_[zone - 1u];
    // The clock went back: begin again.
    if (its.at > 0 && usable(its.spans[its.at - 1], now)) its.at = 0;
    while (its.at < its.spans.size() && !usable(its.spans[its.at], now))
        ++its.at;
    if (its.at == its.spans.size()) return now + far_ahead;
    return std::max(its.spans[its.at].opens, now);
}

}  // namespace tidings::core
