#include "core/forecast_rows.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include <boost/assert.hpp>

namespace tidings::core {

namespace {

// When the span that is open now is left, its margin included.
wall_time closes(const calendar& hours, zone_id zone, wall_time now) {
    const auto& spans = hours.spans(zone);
    const auto span =
        std::upper_bound(spans.begin(), spans.end(), now,
                         [](wall_time when, const open_span& one) { return when < one.closes; });
    const auto margin = std::chrono::ceil<wall_time::duration>(hours.margin());
    return span == spans.end() ? now : span->closes - margin;
}

}  // namespace

forecast_rows::forecast_rows(const std::vector<forecast_load>& loads, std::size_t lanes)
    : holders_(lanes + 1) {
    const auto holder_of = [&](const forecast_load& load) -> holder& {
        BOOST_ASSERT(load.lane < lanes || load.lane == lane_none);
        return load.lane == lane_none ? holders_.back() : holders_[load.lane];
    };
    for (const auto& load : loads)
        ++holder_of(load).end;
    std::size_t first = 0;
    for (auto& one : holders_) {
        one.first = first;
        first += one.end;
        one.end = one.first;
    }
    works_.resize(first);
    for (const auto& load : loads) {
        works_[holder_of(load).end++] = {load.zone, load.rows, load.rows, false};
        left_ += load.rows;
    }
}

wall_time forecast_rows::look(calendar& hours, wall_time now) {
    const wall_time beyond = now + calendar::far_ahead;
    wall_time change = beyond;
    // Asked once a zone, whoever's rows lie there.
    std::vector<std::optional<bool>> known;
    const auto is_open = [&](zone_id zone) {
        if (zone == 0) return true;
        if (zone >= known.size()) known.resize(std::size_t{zone} + 1);
        if (!known[zone]) {
            const wall_time opens = hours.opens_in(zone, now);
            known[zone] = opens <= now;
            change = std::min(change, *known[zone] ? closes(hours, zone, now) : opens);
        }
        return *known[zone];
    };
    open_ = 0;
    for (auto& its : holders_) {
        share_out(its);
        for (auto& one : std::span(works_).subspan(its.first, its.end - its.first)) {
            one.open = one.left > 0 && is_open(one.zone);
            if (one.open) its.open += one.left;
        }
        open_ += its.open;
    }
    return change;
}

// Rows of a holder's zones leave in proportion, as they stand mixed in the list: down to the same
// share of each, which is lowest where most has left already.
void forecast_rows::share_out(holder& its) {
    const std::uint64_t kept = std::exchange(its.open, 0);
    if (std::exchange(its.gone, 0) == 0) return;
    const auto works = std::span(works_).subspan(its.first, its.end - its.first);
    const auto keeps = [](const work& one, double share) {
        return std::min(one.left,
                        static_cast<std::uint64_t>(share * static_cast<double>(one.rows)));
    };
    const auto kept_at = [&](double share) {
        std::uint64_t sum = 0;
        for (const auto& one : works)
            sum += one.open ? keeps(one, share) : 0;
        return sum;
    };
    double low = 0;
    double high = 1;
    for (int step = 0; kept > 0 && step < 60; ++step) {
        const double middle = (low + high) / 2;
        (kept_at(middle) <= kept ? low : high) = middle;
    }
    std::uint64_t missing = kept - kept_at(low);
    for (auto& one : works) {
        if (!one.open) continue;
        const auto before = one.left;
        one.left = keeps(one, low);
        const auto back = std::min<std::uint64_t>(missing, before - one.left);
        one.left += back;
        missing -= back;
    }
}

std::uint64_t forecast_rows::take_from(holder& from, std::uint64_t rows) noexcept {
    rows = std::min(rows, from.open);
    from.open -= rows;
    from.gone += rows;
    left_ -= rows;
    open_ -= rows;
    return rows;
}

std::uint64_t forecast_rows::take(lane_id lane, std::uint64_t rows) noexcept {
    const std::uint64_t own = take_own(lane, rows);
    return own + take_of_any(rows - own);
}

std::vector<forecast_load> forecast_rows::loads() {
    std::vector<forecast_load> made;
    for (std::size_t h = 0; h < holders_.size(); ++h) {
        auto& its = holders_[h];
        share_out(its);
        const auto lane = h + 1 == holders_.size() ? lane_none : static_cast<lane_id>(h);
        for (std::size_t i = its.first; i < its.end; ++i) {
            works_[i].open = false;
            if (works_[i].left > 0) made.push_back({lane, works_[i].zone, works_[i].left});
        }
    }
    open_ = 0;
    return made;
}

}  // namespace tidings::core
