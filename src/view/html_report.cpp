#include "view/html_report.hpp"

#include "core/wording.hpp"
#include "view/clock_text.hpp"
#include "view/html_charts.hpp"
#include "view/html_text.hpp"
#include "view/progress_words.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace tidings::view {
namespace {

constexpr std::size_t reasons_shown_max = 20;

std::uint64_t rows_of(const core::progress_snapshot& last) {
    return last.rows_total.value_or(last.rows_read);
}

std::string tile(std::string_view figure, std::string_view what) {
    return fmt::format("<div class=\"tile\"><b>{}</b><span>{}</span></div>", html_escaped(figure),
                       html_escaped(what));
}

std::string head(const core::run_summary& summary, zone_offset offset) {
    const auto& last = summary.last;
    return fmt::format("<h1>{}</h1><p>{}</p><p class=\"soft\">{} to {}</p>", html_escaped(last.run),
                       html_escaped(summary.reason), date_text(last.started, offset),
                       date_text(summary.finished, offset));
}

std::string tiles(const core::run_summary& summary) {
    const auto& last = summary.last;
    std::string all = tile(core::shown_count(rows_of(last)), "rows");
    all += tile(core::shown_share(last.ended[core::outcome::accepted], rows_of(last)), "accepted");
    all += tile(core::shown_count(last.ended[core::outcome::unknown]), "unknown");
    all += tile(core::shown(last.elapsed), "duration");
    all += tile(core::shown_rate(last.rate_mean), "on average");
    if (last.latency.max > core::duration{}) {
        all += tile(core::shown(last.latency.p50), "median latency");
        all += tile(core::shown(last.latency.p99), "99 % within");
    }
    return "<section><div class=\"tiles\">" + all + "</div></section>";
}

std::string outcome_bar(const core::progress_snapshot& last) {
    const auto rows = rows_of(last);
    std::string bar, key;
    const auto part = [&](std::string_view name, std::uint64_t count) {
        if (count > 0 && rows > 0)
            bar +=
                fmt::format("<i style=\"width:{:.4f}%;background:var(--{})\" title=\"{} {}\"></i>",
                            100.0 * static_cast<double>(count) / static_cast<double>(rows), name,
                            name, core::shown_count(count));
        key += fmt::format(
            "<div><i style=\"background:var(--{0})\"></i>{0}<b>{1}</b>"
            "<small>{2}</small></div>",
            name, core::shown_count(count), html_escaped(core::shown_share(count, rows)));
    };
    for (std::size_t i = 0; i < core::outcome_count; ++i)
        part(core::outcome_names[i], last.ended.by_outcome[i]);
    if (last.unsent() > 0) part("unsent", last.unsent());
    return "<section><h2>Outcomes</h2><div class=\"bar\">" + bar + "</div><div class=\"key\">" +
           key + "</div></section>";
}

std::string chart(std::string_view title, const std::string& drawing,
                  std::string_view legend = "") {
    if (drawing.empty()) return "";
    return fmt::format("<section><h2>{}</h2>{}{}</section>", title, drawing, legend);
}

std::string limits_table(const core::progress_snapshot& last) {
    if (last.limits.empty()) return "";
    std::string rows;
    for (const auto& one : last.limits) {
        const auto most = std::max<std::uint32_t>(one.limit.count, 1);
        const auto share = std::min(100.0, 100.0 * static_cast<double>(one.worst_window) / most);
        rows += fmt::format(
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>"
            "<td><div class=\"gauge\"><i style=\"width:{:.1f}%\"></i></div></td>"
            "<td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            html_escaped(core::in_words(one.scope, one.scope_name)), core::spelled(one.limit),
            core::shown_count(one.worst_window), share,
            one.waited > core::duration{} ? core::shown(one.waited) : "",
            one.given ? core::spelled(*one.given) : "");
    }
    return "<section><h2>Limits</h2><table><tr><th>scope</th><th class=\"n\">limit</th>"
           "<th class=\"n\">worst window</th><th></th><th class=\"n\">held back</th>"
           "<th class=\"n\">the server gave</th></tr>" +
           rows + "</table></section>";
}

std::string reasons_table(const report_content& content) {
    if (content.reasons.empty()) return "";
    std::string rows;
    const auto shown = std::min(content.reasons.size(), reasons_shown_max);
    for (std::size_t i = 0; i < shown; ++i)
        rows += fmt::format("<tr><td>{}</td><td class=\"n\">{}</td></tr>",
                            html_escaped(content.reasons[i].first),
                            core::shown_count(content.reasons[i].second));
    if (content.reasons.size() > shown)
        rows += fmt::format("<tr><td class=\"soft\">and {} more</td><td></td></tr>",
                            content.reasons.size() - shown);
    return "<section><h2>Why rows were not accepted</h2><table><tr><th>answer or reason</th>"
           "<th class=\"n\">rows</th></tr>" +
           rows + "</table></section>";
}

std::string facts_table(const report_content& content) {
    const auto& last = content.summary.last;
    std::string rows;
    const auto fact = [&](std::string_view name, std::string_view value) {
        rows += fmt::format("<tr><td class=\"soft\">{}</td><td>{}</td></tr>", html_escaped(name),
                            html_escaped(value));
    };
    for (const auto& [name, value] : content.facts)
        fact(name, value);
    fact("requests",
         core::shown_count(last.requests) + ", of them retries " + core::shown_count(last.retries));
    if (!last.protocol.empty()) fact("protocol", last.protocol);
    if (last.opt_outs) fact("opt-outs", opt_outs_in_words(*last.opt_outs));
    fact("in doubt after a crash, at most", core::shown_count(last.in_doubt_max) + " rows");
    if (last.answers.odd > 0)
        fact("accepted without the documented answer", core::shown_count(last.answers.odd));
    for (const auto& note : last.notes)
        fact("note", note);
    // A page that was asked for later knows the rows, and no process's end.
    if (!content.summary.reason.empty())
        fact("exit status", std::to_string(content.summary.exit_status));
    return "<section><h2>The run</h2><table>" + rows + "</table></section>";
}

}  // namespace

std::string html_report(const report_content& content, zone_offset offset) {
    const auto& last = content.summary.last;
    std::string page =
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
        "<meta http-equiv=\"Content-Security-Policy\" "
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        "<title>" +
        html_escaped(last.run) + "</title><style>" + std::string(html_style()) +
        "</style></head>\n<body><main>";
    page += head(content.summary, offset) + tiles(content.summary) + outcome_bar(last);
    page += chart("Rows a second", outcomes_chart(content.over_time, offset));
    page += chart("Latency", latency_chart(content.over_time, offset),
                  "<div class=\"legend\"><span><i style=\"background:var(--accent)\"></i>median"
                  "</span><span><i style=\"background:var(--unknown)\"></i>99th percentile</span>"
                  "</div>");
    page += chart("How long answers took", distribution_chart(content.latency));
    page += limits_table(last) + reasons_table(content) + facts_table(content);
    page += "<footer>tidings. Latency counts from the moment a row was due to be sent.</footer>";
    return page + "</main></body></html>\n";
}

}  // namespace tidings::view
