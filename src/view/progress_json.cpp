#include "view/progress_json.hpp"

#include "core/wording.hpp"
#include "view/json_text.hpp"
#include "view/progress_words.hpp"

namespace tidings::view {
namespace {

std::string limits_of(const core::progress_snapshot& now) {
    std::string all;
    for (const auto& one : now.limits) {
        json_object limit;
        limit.text("scope", core::in_words(one.scope, one.scope_name))
            .text("limit", core::spelled(one.limit))
            .count("used", one.used)
            .count("worst_window", one.worst_window)
            .raw("waited_s", json_seconds(one.waited));
        if (one.given) limit.text("given", core::spelled(*one.given));
        all += (all.empty() ? "" : ",") + limit.ended();
    }
    return "[" + all + "]";
}

std::string troubles_of(const core::progress_snapshot& now) {
    std::string all;
    for (const auto& one : now.answers.troubles) {
        json_object trouble;
        trouble.text("bot", one.bot)
            .text("name", one.name)
            .text("words", one.words)
            .text("since", core::spelled(one.since))
            .count("questions", one.questions)
            .raw("ask_at", one.ask_at ? json_string(core::spelled(*one.ask_at)) : "null")
            .raw("trying", one.trying ? "true" : "false")
            .raw("given_up", one.given_up ? "true" : "false");
        all += (all.empty() ? "" : ",") + trouble.ended();
    }
    return "[" + all + "]";
}

}  // namespace

std::string progress_json(const core::progress_snapshot& now) {
    json_object line;
    line.text("type", "progress")
        .count("version", 1)
        .text("ts", core::spelled(now.now))
        .text("run", now.run)
        .text("phase", phase_in_words(now.phase))
        .count("rows_read", now.rows_read)
        .raw("rows", now.rows_total ? std::to_string(*now.rows_total) : "null");
    for (std::size_t i = 0; i < core::outcome_count; ++i)
        line.count(core::outcome_names[i], now.ended.by_outcome[i]);
    line.count("in_flight", now.in_flight)
        .count("postponed", now.postponed)
        .count("in_doubt_max", now.in_doubt_max)
        .count("odd_answers", now.answers.odd)
        .raw("opt_outs", now.opt_outs ? std::to_string(now.opt_outs->numbers) : "null")
        .count("opt_outs_unreadable", now.opt_outs ? now.opt_outs->unreadable : 0)
        .count("requests", now.requests)
        .count("retries", now.retries)
        .raw("rate_now_per_s", json_number(now.rate_now))
        .raw("rate_per_s", json_number(now.rate_mean));
    json_object latency;
    latency.raw("p50", json_ms(now.latency.p50))
        .raw("p90", json_ms(now.latency.p90))
        .raw("p99", json_ms(now.latency.p99))
        .raw("p999", json_ms(now.latency.p999))
        .raw("max", json_ms(now.latency.max));
    line.raw("latency_ms", latency.ended()).raw("limits", limits_of(now));
    line.text("waiting_for", now.waiting_for);
    line.raw("waiting_until",
             now.waiting_until ? json_string(core::spelled(*now.waiting_until)) : "null");
    line.raw("finish_expected",
             now.finish_expected ? json_string(core::spelled(*now.finish_expected)) : "null");
    line.text("started_at", core::spelled(now.started))
        .raw("elapsed_s", json_seconds(now.elapsed))
        .count("connections", now.connections)
        .text("protocol", now.protocol);
    std::string notes;
    for (const auto& note : now.notes)
        notes += (notes.empty() ? "" : ",") + json_string(note);
    return line.raw("trouble", troubles_of(now)).raw("notes", "[" + notes + "]").ended();
}

}  // namespace tidings::view
