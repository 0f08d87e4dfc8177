#include "runner/row_screen.hpp"

#include "codec/lists/list_columns.hpp"
#include "codec/text/dates.hpp"
#include "codec/text/legacy_text.hpp"
#include "codec/text/utf8.hpp"
#include "codec/tokens/content_digest.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include <date/tz.h>

namespace tidings::runner {

namespace {

codec::number_key key_of(std::string_view word) {
    codec::content_digest digest;
    digest.add("tidings sample ");
    digest.add(word);
    const auto text = digest.take();
    codec::number_key key{};
    std::copy_n(text.begin(), key.size(), key.begin());
    return key;
}

// The field as it is meant: UTF-8, without the blanks around it.
std::string plain(std::string_view field) {
    const auto text = codec::trimmed(field);
    return codec::is_utf8(text) ? std::string(text) : codec::from_windows_1252(text);
}

std::uint32_t in_seconds(std::int64_t seconds) {
    constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds, 1, most));
}

}  // namespace

row_screen::row_screen(row_screen_options options, const codec::numbering_plan& plan)
    : options_(std::move(options)), plan_(&plan), hash_(key_of(options_.sample_word)) {
    const auto& rules = options_.rules;
    all_countries_ = rules.countries.empty() && rules.not_countries.empty();
    for (const auto& region : plan.regions()) {
        const std::string_view id = region.id;
        by_region_.push_back(core::country_exclusion(rules, std::span(&id, 1)));
    }
    for (std::size_t i = 0; i < by_type_.size(); ++i)
        by_type_[i] = core::type_exclusion(rules, static_cast<core::number_type>(i));
}

// Of a number that the plan does not know: by the countries of its code.
std::string row_screen::country_of(const codec::spelling& to) {
    if (to.region != codec::region_unknown) return by_region_[to.region];
    std::vector<std::string_view> countries;
    const auto digits = to.number.text();
    for (std::size_t size = 1; size <= 3 && countries.empty(); ++size) {
        const auto code = static_cast<unsigned>(std::stoul(digits.substr(1, size)));
        for (const auto& region : plan_->regions_of(code))
            countries.push_back(region.id);
    }
    return core::country_exclusion(options_.rules, countries);
}

std::optional<core::wall_time> row_screen::moment_of(std::string_view text) const {
    const auto written = codec::moment_in(text);
    if (!written) return std::nullopt;
    if (!written->local) return written->at;
    if (options_.time_zone.empty()) return std::nullopt;
    const auto local = date::local_time<std::chrono::microseconds>(written->at.time_since_epoch());
    return date::locate_zone(options_.time_zone)->to_sys(local, date::choose::earliest);
}

bool row_screen::read(std::string_view text, moment_column& column, std::uint32_t& into) {
    text = codec::trimmed(text);
    into = 0;
    if (text.empty()) return true;
    if (text != column.last_text) {
        column.last_text = text;
        column.last = moment_of(text);
    }
    if (!column.last) return false;
    ++column.rows;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(*column.last);
    into = in_seconds(seconds.time_since_epoch().count());
    return true;
}

row_screen::verdict row_screen::judge(const codec::raw_row& raw, const codec::spelling& to,
                                      core::listed_row& row) {
    const auto& rules = options_.rules;
    const auto left_out = [](std::string why) {
        return verdict{.refused = std::move(why), .left_out = true};
    };
    consent_.reset();
    if (!rules.where.column.empty())
        if (auto why = core::where_exclusion(rules, plain(raw.where)); !why.empty())
            return left_out(std::move(why));
    if (!all_countries_)
        if (auto why = country_of(to); !why.empty()) return left_out(std::move(why));
    if (const auto& why = by_type_[static_cast<std::size_t>(to.type)]; !why.empty())
        return {.refused = why, .left_out = rules.types != core::usual_types};
    if (rules.sample.millionths != 0)
        if (auto why = core::sample_exclusion(rules, hash_(to.number)); !why.empty())
            return left_out(std::move(why));
    constexpr std::string_view fix =
        "no moment with an offset, \"2026-11-23T09:00:00+01:00\" "
        "(schedule.time_zone reads those without)";
    if (!read(raw.send_at, send_at_, row.when.opens))
        return {.invalid = "send_at has " + std::string(fix), .shown = raw.send_at};
    if (!read(raw.expires_at, expires_at_, row.when.expires))
        return {.invalid = "expires_at has " + std::string(fix), .shown = raw.expires_at};
    if (!rules.needs_consent) return {};
    const auto given = codec::moment_in(raw.consent);
    if (given) consent_ = given->at;
    return {.refused =
                core::no_consent_exclusion(rules, !codec::trimmed(raw.consent).empty(), consent_)};
}

std::string row_screen::refused_today() const {
    if (!consent_ || !options_.now) return {};
    return core::consent_age_exclusion(options_.rules, *consent_, *options_.now);
}

}  // namespace tidings::runner
