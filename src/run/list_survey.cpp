#include "run/list_survey.hpp"

#include "core/load_tally.hpp"

#include <algorithm>
#include <utility>

namespace tidings::run {

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

void note_times(const core::row_span& when, list_survey& made) {
    if (when.expires != 0) ++made.own_times.expires_at;
    if (when.opens == 0) return;
    ++made.own_times.send_at;
    made.own_times.last_send_at = std::max(made.own_times.last_send_at, when.opens_at());
}

}  // namespace

core::result<std::unique_ptr<store::suppression_list>> load_suppression(const screened_list& from) {
    if (from.suppress.empty()) return std::unique_ptr<store::suppression_list>();
    auto speller = codec::phone_speller::make(from.list.default_region, from.list.numbers_by());
    if (!speller) return speller.error();
    auto loaded =
        store::suppression_list::load(from.suppress, std::move(*speller), from.list.columns.to);
    if (!loaded) return loaded.error();
    return std::make_unique<store::suppression_list>(std::move(*loaded));
}

core::result<list_survey> survey_list(const screened_list& from, campaign_cores& cores,
                                      const survey_options& how) {
    auto suppression = load_suppression(from);
    if (!suppression) return suppression.error();
    auto options = from.list;
    options.screen_duplicates = how.screen_duplicates;
    auto list = runner::list_reader::open(std::move(options));
    if (!list) return list.error();
    if (*suppression) list->suppress((*suppression)->current());

    list_survey made;
    load_counter counter(cores, cores.limits->lane_count());
    runner::recipient_census census(from.time_zone);
    core::zone_id zones_known = 0;
    core::listed_batch batch;
    while (true) {
        const auto more = list->read(batch);
        if (!more) return more.error();
        if (!*more) break;
        if (how.go_on && !how.go_on())
            return core::failure{core::trouble::internal, "the survey was interrupted"};
        if (how.people != nullptr)
            if (const auto taken = how.people->add(batch); !taken) return taken.error();
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
            if (from.list.screen.now && row.when.expired(*from.list.screen.now)) {
                ++made.expired;
                continue;
            }
            if (!counter.add(row)) {
                ++made.no_lane;
                continue;
            }
            census.add(row.to, row.zone);
            note_times(row.when, made);
        }
    }
    if (how.people != nullptr)
        if (const auto taken = how.people->finish(); !taken) return taken.error();
    made.loads = counter.loads();
    made.counts = list->counts();
    made.problems = list->problems();
    made.notes = list->notes();
    made.oddities = list->oddities();
    if (const auto table = runner::dialing_zones()) {
        made.countries = census.by_country(*table);
        made.zones = census.by_zone(*table);
    } else {
        made.warnings.push_back(table.error().text);
    }
    if (*suppression) made.opt_outs = (*suppression)->findings();
    const auto never = cores.zones->warnings_for(made.loads);
    made.warnings.insert(made.warnings.end(), never.begin(), never.end());
    return made;
}

core::result<std::uint64_t> count_rows(runner::list_reader_options list) {
    list.screen_duplicates = false;
    auto reader = runner::list_reader::open(std::move(list));
    if (!reader) return reader.error();
    core::listed_batch batch;
    while (true) {
        const auto more = reader->read(batch);
        if (!more) return more.error();
        if (!*more) return reader->counts().rows;
    }
}

}  // namespace tidings::run
