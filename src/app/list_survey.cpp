#include "app/list_survey.hpp"

#include <utility>

#include "app/campaign_assembly.hpp"
#include "tidings/core/wording.hpp"

namespace tidings::app {

core::result<list_survey> survey_list(const campaign& settings, const std::string& path) {
    auto cores = make_cores(settings, core::wall_time{});
    if (!cores) return cores.error();
    auto suppression = load_suppression(settings);
    if (!suppression) return suppression.error();
    auto options = list_options_of(settings);
    options.path = path;
    auto list = runner::list_reader::open(std::move(options));
    if (!list) return list.error();
    if (*suppression) list->suppress((*suppression)->current());

    list_survey made;
    made.by_lane.resize(lanes_of(settings).size());
    core::listed_batch batch;
    while (true) {
        const auto more = list->read(batch);
        if (!more) return more.error();
        if (!*more) break;
        for (const auto& row : batch.rows) {
            if (row.found != core::screening::sendable) continue;
            if (made.by_lane.size() == 1 && row.from.empty()) {
                ++made.by_lane[0];
            } else if (const auto lane = cores->lanes->choose(row.to, row.from)) {
                ++made.by_lane[*lane];
            } else {
                ++made.no_lane;
            }
        }
    }
    made.counts = list->counts();
    made.problems = list->problems();
    if (*suppression) made.suppression_problems = (*suppression)->problems();
    return made;
}

std::string question_for(const campaign& settings, const list_survey& survey) {
    std::string text = "Send " + core::shown_count(survey.counts.sendable - survey.no_lane) +
                       " messages from ";
    const auto lanes = lanes_of(settings);
    if (lanes.size() == 1)
        text += lanes[0].identity.from + " of bot " + lanes[0].identity.bot;
    else
        text += std::to_string(lanes.size()) + " senders of " +
                std::to_string(settings.bots.size()) + " bots";
    return text + " (" + core::shown_count(survey.counts.rows - survey.counts.sendable) +
           " rows of the list are not sent)?";
}

}  // namespace tidings::app
