#include "core/recipient_rules.hpp"

#include "core/wording.hpp"

#include <algorithm>
#include <numeric>

namespace tidings::core {

namespace {

bool holds(const std::vector<std::string>& countries, std::string_view one) {
    return std::find(countries.begin(), countries.end(), one) != countries.end();
}

std::string detail(exclusion why, std::string_view words) {
    return std::string(name_of(why)).append(": ").append(words);
}

}  // namespace

exclusion exclusion_told_by(std::string_view detail) noexcept {
    for (std::size_t i = 1; i < exclusion_count; ++i) {
        const auto name = exclusion_names[i];
        if (detail.size() <= name.size() || !detail.starts_with(name)) continue;
        // "frequency 1/24h: ..." says the cap before the colon.
        const char next = detail[name.size()];
        if (next == ':' || (static_cast<exclusion>(i) == exclusion::frequency && next == ' '))
            return static_cast<exclusion>(i);
    }
    return exclusion::opt_out;
}

std::uint64_t exclusion_counts::total() const noexcept {
    return std::accumulate(rows.begin(), rows.end(), std::uint64_t{0});
}

std::string in_words(const exclusion_counts& counts) {
    std::string text;
    for (std::size_t i = 0; i < exclusion_count; ++i)
        if (counts.rows[i] > 0)
            text += (text.empty() ? "" : ", ") + shown_count(counts.rows[i]) + " " +
                    std::string(exclusion_names[i]);
    return text;
}

std::string country_exclusion(const recipient_rules& rules,
                              std::span<const std::string_view> countries) {
    const auto likeliest = countries.empty() ? std::string_view("nobody's") : countries.front();
    if (holds(rules.not_countries, likeliest))
        return detail(exclusion::country, std::string(likeliest) + " is in not_countries");
    if (rules.countries.empty()) return {};
    const bool asked_for =
        std::any_of(countries.begin(), countries.end(),
                    [&](std::string_view one) { return holds(rules.countries, one); });
    if (asked_for) return {};
    return detail(exclusion::country, std::string(likeliest) + " is not in countries");
}

std::string type_exclusion(const recipient_rules& rules, number_type type) {
    if ((rules.types & bit_of(type)) != 0) return {};
    return detail(exclusion::type, std::string(name_of(type)) + " is not in types");
}

std::string sample_exclusion(const recipient_rules& rules, std::uint64_t hash) {
    const auto share = rules.sample.millionths;
    if (share == 0 || share >= people_share::whole) return {};
    // The hash as a fraction of one, in millionths.
    const auto place = ((hash >> 32) * people_share::whole) >> 32;
    return place < share ? std::string() : detail(exclusion::sample, "not among those taken");
}

std::string where_exclusion(const recipient_rules& rules, std::string_view value) {
    const auto& asked = rules.where;
    if (asked.column.empty() || asked.value == value) return {};
    return detail(exclusion::where, asked.column + " is not " + asked.value);
}

std::string no_consent_exclusion(const recipient_rules& rules, bool written,
                                 std::optional<wall_time> given) {
    if (!rules.needs_consent || given) return {};
    return detail(exclusion::consent, written ? "not a date" : "none");
}

std::string consent_age_exclusion(const recipient_rules& rules, wall_time given, wall_time now) {
    constexpr auto clocks_apart = std::chrono::hours(24);
    if (given > now + clocks_apart) return detail(exclusion::consent, "of a day to come");
    if (rules.consent_age_max == duration{} || now - given <= rules.consent_age_max) return {};
    return detail(exclusion::consent, "older than " + spelled(rules.consent_age_max));
}

std::string spelled(const column_value& asked) {
    return asked.column.empty() ? std::string() : asked.column + " = " + asked.value;
}

std::string spelled(people_share share) {
    constexpr std::uint32_t percent = people_share::whole / 100;
    if (share.millionths == 0) return {};
    auto text = std::to_string(share.millionths / percent);
    if (const auto rest = share.millionths % percent; rest != 0) {
        auto digits = std::to_string(percent + rest).substr(1);
        digits.resize(digits.find_last_not_of('0') + 1);
        text += "." + digits;
    }
    return text + "%";
}

}  // namespace tidings::core
