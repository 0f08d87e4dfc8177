#include "app/door/translation.hpp"

#include "core/wording.hpp"

#include <utility>

namespace tidings::app {

namespace {

static_assert(tidings::outcome_count == core::outcome_count &&
              static_cast<int>(tidings::outcome::suppressed) ==
                  static_cast<int>(core::outcome::suppressed));
static_assert(static_cast<int>(tidings::phase::finished) ==
              static_cast<int>(core::run_phase::finished));

limit_state told(const core::limit_progress& limit) {
    return {.limit = core::spelled(limit.given.value_or(limit.limit)),
            .scope = core::in_words(limit.scope, limit.scope_name),
            .used = limit.used,
            .worst_window = limit.worst_window,
            .waited = limit.waited};
}

std::string decider_of(const core::forecast_answer& when) {
    switch (when.decider) {
        case core::forecast_decider::nothing: return {};
        case core::forecast_decider::calendar: return "the recipients' hours";
        case core::forecast_decider::limit:
            return core::spelled(core::rate_limit{when.limit.believed, when.limit.asked.window}) +
                   " of " + when.limit.name;
    }
    return {};
}

}  // namespace

tidings::failure told(const core::failure& why) {
    return {status_of(why.kind), why.text};
}

tidings::snapshot told(const core::progress_snapshot& now) {
    tidings::snapshot made{.run = now.run,
                           .phase = static_cast<tidings::phase>(now.phase),
                           .rows_read = now.rows_read,
                           .rows_total = now.rows_total,
                           .ended = {now.ended.by_outcome},
                           .in_flight = now.in_flight,
                           .postponed = now.postponed,
                           .in_doubt_max = now.in_doubt_max,
                           .requests = now.requests,
                           .retries = now.retries,
                           .rate_now = now.rate_now,
                           .rate_mean = now.rate_mean,
                           .latency_p50 = now.latency.p50,
                           .latency_p99 = now.latency.p99,
                           .waiting_for = now.waiting_for,
                           .waiting_until = now.waiting_until,
                           .limits = {},
                           .started = now.started,
                           .finish_expected = now.finish_expected,
                           .notes = now.notes};
    for (const auto& limit : now.limits)
        made.limits.push_back(told(limit));
    return made;
}

tidings::summary told(const run_result& ended) {
    return {.last = told(ended.summary.last),
            .finished = ended.summary.finished,
            .status = ended.status,
            .reason = ended.summary.reason,
            .unsent = ended.summary.last.unsent()};
}

tidings::campaign_plan told(const campaign_prospect& ahead) {
    const auto& counts = ahead.survey.counts;
    tidings::campaign_plan made{.rows = counts.rows,
                                .sendable = ahead.survey.to_send(),
                                .invalid = counts.invalid + ahead.survey.no_lane,
                                .duplicate = counts.duplicate,
                                .suppressed = counts.suppressed,
                                .finish = {},
                                .decided_by = decider_of(ahead.when),
                                .notes = ahead.survey.notes.texts()};
    if (ahead.when.decider != core::forecast_decider::nothing) made.finish = ahead.when.finish;
    for (const auto& file : ahead.survey.opt_outs) {
        made.opt_outs += file.numbers;
        made.opt_outs_unreadable += file.unreadable;
    }
    for (const auto& problem : ahead.survey.problems)
        made.notes.push_back(problem.text);
    return made;
}

tidings::verification told(const store::verify_report& report) {
    return {.holds = report.holds(),
            .complete = report.complete(),
            .sentence = report.sentence(),
            .findings = report.findings};
}

std::vector<setting_override> overrides_of(
    const std::vector<std::pair<std::string, std::string>>& values) {
    std::vector<setting_override> made;
    for (const auto& [key, value] : values)
        made.push_back({.path = key, .value = value, .origin = "set"});
    return made;
}

}  // namespace tidings::app
