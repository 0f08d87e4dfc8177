#include "app/lawful_rules.hpp"

#include "codec/text/holiday_file.hpp"
#include "core/hours_presets.hpp"
#include "settings/settings_file.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidings::app {

namespace {

std::vector<core::hours_rule> preset_rules_of(const schedule_settings& from) {
    std::vector<core::hours_rule> rules;
    // "us" has the others of its name within.
    const bool all =
        std::find(from.presets.begin(), from.presets.end(), "us") != from.presets.end();
    for (const auto& name : from.presets)
        if (!all || name == "us")
            for (auto& rule : core::rules_of_preset(name))
                rules.push_back(std::move(rule));
    return rules;
}

core::result<std::vector<std::chrono::sys_days>> dates_of(const std::filesystem::path& file,
                                                          std::string_view key,
                                                          core::wall_time now) {
    // As far as a run looks ahead, and a year more.
    constexpr auto ahead = std::chrono::days(4400);
    const auto today = std::chrono::floor<std::chrono::days>(now);
    const auto text = settings::text_of_file(file);
    if (!text)
        return core::failure{core::trouble::configuration,
                             std::string(key) + " " + text.error().text};
    return codec::holidays_from(*text, file.string(),
                                {today - std::chrono::days(2), today + ahead});
}

}  // namespace

core::result<runner::hours_options> hours_options_of(const campaign& settings,
                                                     core::wall_time now) {
    const auto& from = settings.schedule;
    auto made = from.hours;
    if (!from.holidays.empty()) {
        auto days = dates_of(from.holidays, "[schedule] holidays", now);
        if (!days) return days.error();
        made.holidays = std::move(*days);
    }
    made.rules = preset_rules_of(from);
    for (const auto& [rule, holidays] : from.rules) {
        made.rules.push_back(rule);
        if (holidays.empty()) continue;
        auto days = dates_of(holidays, "[[schedule.rule]] holidays", now);
        if (!days) return days.error();
        made.rules.back().dates = std::move(*days);
        made.rules.back().dates_from = holidays.filename().string();
    }
    return made;
}

bool rules_differ_by_region(const campaign& settings) {
    const auto& rules = settings.schedule.rules;
    if (!settings.schedule.presets.empty()) return true;
    return std::any_of(rules.begin(), rules.end(),
                       [](const schedule_rule& one) { return !one.rule.where.empty(); });
}

}  // namespace tidings::app
