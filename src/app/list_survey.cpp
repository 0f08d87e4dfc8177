#include "app/list_survey.hpp"

#include "app/campaign_assembly.hpp"
#include "core/load_tally.hpp"
#include "core/wording.hpp"

#include <utility>

namespace tidings::app {

namespace {

// Counts what would be sent, by lane and by the zone that judges it.
class load_counter {
  public:
    load_counter(campaign_cores& cores, std::size_t lanes)
        : cores_(cores), lanes_(lanes), tally_(lanes) {}

    // False: nobody sends from the number that the row asks for.
    bool add(const core::listed_row& row) {
        core::lane_id lane = 0;
        if (lanes_ > 1 || !row.from.empty()) {
            const auto chosen = cores_.lanes->choose(row.to, row.from);
            if (!chosen) return false;
            lane = *chosen;
        }
        const auto zone = cores_.hours->zone_for(row.zone, row.to);
        tally_.add(lane, zone);
        return true;
    }
    std::vector<core::forecast_load> loads() const { return tally_.loads(); }

  private:
    campaign_cores& cores_;
    std::size_t lanes_;
    core::load_tally tally_;
};

}  // namespace

core::result<list_survey> survey_list(const campaign& settings, const std::string& path,
                                      campaign_cores& cores, const survey_options& how) {
    auto suppression = load_suppression(settings);
    if (!suppression) return suppression.error();
    auto options = list_options_of(settings);
    options.path = path;
    options.screen_duplicates = how.screen_duplicates;
    auto list = runner::list_reader::open(std::move(options));
    if (!list) return list.error();
    if (*suppression) list->suppress((*suppression)->current());

    list_survey made;
    load_counter counter(cores, lanes_of(settings).size());
    runner::recipient_census census(settings.schedule.hours.time_zone);
    core::zone_id zones_known = 0;
    core::listed_batch batch;
    while (true) {
        const auto more = list->read(batch);
        if (!more) return more.error();
        if (!*more) break;
        if (how.go_on && !how.go_on())
            return core::failure{core::trouble::internal, "the survey was interrupted"};
        for (const auto& name : list->zones().from(static_cast<core::zone_id>(zones_known + 1))) {
            census.add_row_zone(++zones_known, name);
            const auto added = cores.zones->add_row_zone(*cores.hours, zones_known, name);
            if (!added) made.warnings.push_back(added.error().text);
        }
        for (const auto& row : batch.rows) {
            if (row.found != core::screening::sendable) continue;
            if (how.before != nullptr) {
                const auto state = (*how.before)[row.row];
                if (state == core::row_state::settled || state == core::row_state::released)
                    continue;
            }
            if (counter.add(row))
                census.add(row.to, row.zone);
            else
                ++made.no_lane;
        }
    }
    made.loads = counter.loads();
    made.counts = list->counts();
    made.problems = list->problems();
    made.notes = list->notes();
    if (const auto table = runner::dialing_zones()) {
        made.countries = census.by_country(*table);
        made.zones = census.by_zone(*table);
    } else {
        made.warnings.push_back(table.error().text);
    }
    if (*suppression) made.opt_outs = (*suppression)->findings();
    made.warnings.insert(made.warnings.end(), cores.zones->warnings().begin(),
                         cores.zones->warnings().end());
    return made;
}

std::string question_for(const campaign& settings, const list_survey& survey,
                         const core::forecast_answer& when, const answer_times& answers,
                         core::wall_time now) {
    std::string text =
        "Send " + core::shown_count(survey.counts.sendable - survey.no_lane) + " messages from ";
    const auto lanes = lanes_of(settings);
    if (lanes.size() == 1)
        text += lanes[0].identity.from + " of bot " + lanes[0].identity.bot;
    else
        text += std::to_string(lanes.size()) + " senders of " +
                std::to_string(settings.bots.size()) + " bots";
    text += " (" + core::shown_count(survey.counts.rows - survey.counts.sendable) +
            " rows of the list are not sent";
    if (when.finish && when.decider != core::forecast_decider::nothing)
        text += "; done in about " + core::shown(*when.finish - now) + ", " + in_words(answers);
    return text + ")?";
}

}  // namespace tidings::app
