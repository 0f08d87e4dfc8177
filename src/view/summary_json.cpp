#include "core/wording.hpp"
#include "view/json_text.hpp"
#include "view/summary.hpp"

#include <utility>
#include <vector>

namespace tidings::view {
namespace {

using members = std::vector<std::pair<std::string_view, std::string>>;

std::string limit_object(const core::limit_progress& limit) {
    return json_object()
        .text("scope", core::in_words(limit.scope, limit.scope_name))
        .text("limit", core::spelled(limit.limit))
        .count("worst_window", limit.worst_window)
        .raw("waited_s", json_seconds(limit.waited))
        .ended();
}

// By name, only what there is.
std::string suppressed_by_json(const core::exclusion_counts& counts) {
    json_object made;
    for (std::size_t i = 0; i < core::exclusion_count; ++i)
        if (counts.rows[i] > 0) made.count(core::exclusion_names[i], counts.rows[i]);
    return made.ended();
}

// The keys of design.md section 2, in its order.
members members_of(const core::run_summary& summary) {
    const auto& last = summary.last;
    members all = {{"run", json_string(last.run)},
                   {"rows", std::to_string(last.rows_total.value_or(last.rows_read))}};
    for (std::size_t i = 0; i < core::outcome_count; ++i)
        all.emplace_back(core::outcome_names[i], std::to_string(last.ended.by_outcome[i]));
    all.emplace_back("unsent", std::to_string(last.unsent()));
    all.emplace_back("suppressed_by", suppressed_by_json(summary.suppressed_by));
    if (last.opt_outs) {
        all.emplace_back("opt_outs", std::to_string(last.opt_outs->numbers));
        all.emplace_back("opt_outs_unreadable", std::to_string(last.opt_outs->unreadable));
    }
    all.emplace_back("requests", std::to_string(last.requests));
    all.emplace_back("retries", std::to_string(last.retries));
    all.emplace_back("started_at", json_string(core::spelled(last.started)));
    all.emplace_back("finished_at", json_string(core::spelled(summary.finished)));
    all.emplace_back("duration_s", json_seconds(last.elapsed));
    all.emplace_back("rate_per_s", json_number(last.rate_mean));
    all.emplace_back("latency_ms", json_object()
                                       .raw("p50", json_ms(last.latency.p50))
                                       .raw("p90", json_ms(last.latency.p90))
                                       .raw("p99", json_ms(last.latency.p99))
                                       .raw("p999", json_ms(last.latency.p999))
                                       .raw("max", json_ms(last.latency.max))
                                       .ended());
    std::string limits;
    for (const auto& one : last.limits)
        limits += (limits.empty() ? "" : ",") + limit_object(one);
    all.emplace_back("limits", "[" + limits + "]");
    all.emplace_back("in_doubt_max", std::to_string(last.in_doubt_max));
    all.emplace_back("trouble", json_object()
                                    .count("times", last.answers.trouble.times)
                                    .count("questions", last.answers.trouble.questions)
                                    .raw("lasted_s", json_seconds(last.answers.trouble.lasted))
                                    .ended());
    std::string rules;
    for (const auto& one : last.answers.own_rules)
        rules += (rules.empty() ? "" : ",") +
                 json_object().text("rule", one.rule).count("answers", one.answers).ended();
    all.emplace_back("answer_rules", "[" + rules + "]");
    std::string hours;
    for (const auto& rule : summary.hours)
        hours += (hours.empty() ? "" : ",") + json_string(rule);
    all.emplace_back("hours_rules", "[" + hours + "]");
    all.emplace_back("exit_status", std::to_string(summary.exit_status));
    all.emplace_back("reason", json_string(summary.reason));
    return all;
}

}  // namespace

std::string summary_json(const core::run_summary& summary) {
    std::string text;
    for (const auto& [name, value] : members_of(summary))
        text += (text.empty() ? "{\n  " : ",\n  ") + json_string(name) + ": " + value;
    return text + "\n}\n";
}

std::string summary_json_line(const core::run_summary& summary) {
    json_object line;
    line.text("type", "summary");
    for (const auto& [name, value] : members_of(summary))
        line.raw(name, value);
    return line.ended();
}

}  // namespace tidings::view
