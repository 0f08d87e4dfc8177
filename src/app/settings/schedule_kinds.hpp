// Kinds of values that rules about hours have: for whom, on which days, within which hours. Kinds
// of the rest of a campaign file are app/settings/campaign_kinds'.
#pragma once

#include "core/lawful_hours.hpp"
#include "settings/kinds.hpp"

#include <string>
#include <vector>

namespace tidings::app::campaign_kind {

// "US", "US-TX", or nothing for everywhere.
struct rule_place {
    static std::string kind() { return "region"; }
    static std::string write(const std::string& value) { return settings::in_quotes(value); }
    static settings::wrong_with read(const settings::setting& at, std::string& into);
};

// "sun", "mon-fri", "sat sun".
struct rule_days {
    static std::string kind() { return "days"; }
    static std::string write(core::weekday_set value) {
        return settings::in_quotes(core::in_words(value));
    }
    static settings::wrong_with read(const settings::setting& at, core::weekday_set& into);
};

// "12:00-21:00", "none"; also "12:00-24:00".
struct rule_hours {
    static std::string kind() { return "hours"; }
    static std::string write(const core::day_parts& value) {
        return settings::in_quotes(value.empty() ? "none" : core::in_words(value));
    }
    static settings::wrong_with read(const settings::setting& at, core::day_parts& into);
};

// ["us"], ["us-federal", "us-tx"].
struct hours_presets {
    static std::string kind() { return "list of presets"; }
    static std::string write(const std::vector<std::string>& value) {
        return settings::in_quotes(value);
    }
    static settings::wrong_with read(const settings::setting& at, std::vector<std::string>& into);
};

}  // namespace tidings::app::campaign_kind
