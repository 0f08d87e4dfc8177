// What `plan` says: counts, problems by line, where the messages go, when it would be done and
// which limit decides.
#pragma once

#include "app/settings/campaign_file.hpp"
#include "core/forecast.hpp"
#include "run/answer_times.hpp"
#include "run/earlier_runs.hpp"
#include "run/list_survey.hpp"
#include "view/page.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tidings::app {

// A proxy, without its credentials.
struct way_out {
    std::string bot;
    std::string proxy;
};

struct plan_content {
    const campaign* settings;
    const run::list_survey* survey;
    core::forecast_answer when;
    std::optional<core::forecast_answer> one_more;  // with one more of what decides, where one does
    run::answer_times answers;
    std::vector<run::earlier_run>
        earlier;  // that went to these bots and share people with the list
    core::wall_time now{};
    std::vector<way_out> ways{};                 // of the bots that have one
    std::vector<runner::rule_standing> hours{};  // the rules about hours, and whom they are for
};

std::string plan_text(const plan_content& content, const view::page& on);
std::string plan_json(const plan_content& content);

}  // namespace tidings::app
