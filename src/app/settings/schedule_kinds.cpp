#include "app/settings/schedule_kinds.hpp"

#include "codec/numbers/numbering_plan.hpp"
#include "codec/numbers/subdivisions.hpp"
#include "codec/text/near_miss.hpp"
#include "codec/text/units.hpp"
#include "core/hours_presets.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace tidings::app::campaign_kind {

namespace {

using core::day_names;

std::optional<std::size_t> day_in(std::string_view word) {
    const auto found = std::find(day_names.begin(), day_names.end(), word);
    if (found == day_names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - day_names.begin());
}

// "sun", "fri-mon" over the week's end.
std::optional<unsigned> days_in(std::string_view word) {
    const auto dash = word.find('-');
    const auto first = day_in(word.substr(0, dash));
    const auto last = dash == word.npos ? first : day_in(word.substr(dash + 1));
    if (!first || !last) return std::nullopt;
    unsigned days = 0;
    for (auto day = *first;; day = (day + 1) % day_names.size()) {
        days |= 1U << day;
        if (day == *last) return days;
    }
}

// What a person meant to write.
std::string near_code(const std::string& code) {
    std::vector<std::string_view> codes;
    for (const auto& one : codec::subdivisions())
        codes.push_back(one.code);
    return codec::did_you_mean(code, codes);
}

}  // namespace

settings::wrong_with rule_place::read(const settings::setting& at, std::string& into) {
    constexpr std::size_t code_max = 6;
    settings::wrong_with wrong;
    const auto text = settings::text_of(at, wrong);
    if (!text) return wrong;
    const auto dash = text->find('-');
    const auto country = text->substr(0, dash);
    const auto known = [](const std::string& code) {
        return codec::numbering_plan::built_in().region(code) != nullptr;
    };
    bool well = text->empty() || (known(country) && text->size() <= code_max);
    if (well && dash != text->npos) well = codec::region_in(*text, country) == *text;
    if (!well)
        return "\"" + text->substr(0, 20) + "\" is no region" + near_code(*text) +
               ": write a country, \"US\", or a part of one, \"US-TX\" (ISO 3166)";
    into = *text;
    return std::nullopt;
}

settings::wrong_with rule_days::read(const settings::setting& at, core::weekday_set& into) {
    settings::wrong_with wrong;
    const auto text = settings::text_of(at, wrong);
    if (!text) return wrong;
    unsigned chosen = 0;
    constexpr std::string_view between = " ,";
    for (std::size_t from = 0; (from = text->find_first_not_of(between, from)) != text->npos;) {
        const auto end = std::min(text->find_first_of(between, from), text->size());
        const auto days = days_in(std::string_view(*text).substr(from, end - from));
        if (!days)
            return "\"" + text->substr(from, 20) +
                   "\" is not a day: write \"sun\", \"mon-fri\" or \"sat sun\"";
        chosen |= *days;
        from = end;
    }
    into = chosen == 0 ? core::every_day : static_cast<core::weekday_set>(chosen);
    return std::nullopt;
}

settings::wrong_with rule_hours::read(const settings::setting& at, core::day_parts& into) {
    settings::wrong_with wrong;
    auto text = settings::text_of(at, wrong);
    if (!text) return wrong;
    if (*text == "none") {
        into.clear();
        return std::nullopt;
    }
    // What ends with the day ends at midnight.
    if (text->ends_with("-24:00")) text->replace(text->size() - 5, 5, "00:00");
    if (*text == "00:00-00:00") {
        into = {core::day_part{}};
        return std::nullopt;
    }
    const auto span = codec::day_span_from(*text);
    if (!span) return span.error().text + "; \"none\" for no messages on those days";
    into = core::hours_between(span->from_minute, span->until_minute);
    return std::nullopt;
}

settings::wrong_with hours_presets::read(const settings::setting& at,
                                         std::vector<std::string>& into) {
    const auto names = core::hours_preset_names();
    settings::wrong_with wrong;
    auto texts = settings::texts_of(at, names.size(), wrong);
    if (!texts) return wrong;
    for (const auto& text : *texts)
        if (std::find(names.begin(), names.end(), text) == names.end())
            return settings::not_among(text, names);
    into = std::move(*texts);
    return std::nullopt;
}

}  // namespace tidings::app::campaign_kind
