#include "core/wording.hpp"
#include "view/clock_text.hpp"
#include "view/painted_line.hpp"
#include "view/progress_words.hpp"
#include "view/summary.hpp"

#include <algorithm>

namespace tidings::view {
namespace {

constexpr int label_width = 13;

std::string bar_of(std::uint64_t part, std::uint64_t whole, int width, bool utf8) {
    if (part == 0 || whole == 0) return "";
    const auto share = static_cast<double>(part) / static_cast<double>(whole);
    // The smallest part is seen, too.
    const int size = std::clamp(static_cast<int>(share * width + 0.5), 1, width);
    std::string bar;
    for (int i = 0; i < size; ++i)
        bar += utf8 ? "━" : "=";
    return bar;
}

std::string count_line(std::string_view label, std::uint64_t count, std::uint64_t whole,
                       int number_width, tint as, const page& on) {
    painted_line line(on);
    const auto number = core::shown_count(count);
    line.add("  ").add(label, count == 0 ? tint::faint : tint::plain);
    line.to_column(label_width + number_width - width_of(number)).add(number, as);
    if (whole == 0) return line.ended();
    const auto share = core::shown_share(count, whole);
    line.to_column(label_width + number_width + 9 - width_of(share));
    line.add(share, tint::faint).to_column(label_width + number_width + 11);
    return line.add(bar_of(count, whole, std::min(line.room(), 40), on.utf8), as).ended();
}

std::string fact_line(std::string_view label, const std::string& fact, const page& on) {
    painted_line line(on);
    line.add("  ").add(label, tint::faint).to_column(label_width);
    return line.add(fact).ended();
}

std::string limit_lines(const core::progress_snapshot& last, const page& on) {
    std::string lines;
    for (const auto& limit : last.limits) {
        auto text = core::spelled(limit.limit) + " of " +
                    core::in_words(limit.scope, limit.scope_name) + ": worst window " +
                    core::shown_count(limit.worst_window);
        if (limit.waited > core::duration{}) text += ", held back " + core::shown(limit.waited);
        if (limit.given) text += ", the server gave " + core::spelled(*limit.given);
        // The name is long, and what matters stands behind it.
        if (width_of(text) > on.columns - label_width) {
            const auto name = text.find(limit.scope_name);
            const auto excess = width_of(text) - (on.columns - label_width);
            const int kept = std::max(width_of(limit.scope_name) - excess, 8);
            text.replace(name, limit.scope_name.size(), cut_to(limit.scope_name, kept, on.utf8));
        }
        lines += fact_line("limit", text, on);
    }
    return lines;
}

std::string latency_text(const core::latency_percentiles& latency) {
    return "p50 " + core::shown(latency.p50) + "   p90 " + core::shown(latency.p90) + "   p99 " +
           core::shown(latency.p99) + "   p99.9 " + core::shown(latency.p999) + "   max " +
           core::shown(latency.max);
}

std::string hours_lines(const std::vector<std::string>& rules, const page& on) {
    constexpr std::size_t shown_max = 6;
    std::string lines;
    for (std::size_t i = 0; i < std::min(rules.size(), shown_max); ++i)
        lines += fact_line("hours", rules[i], on);
    if (rules.size() > shown_max)
        lines += fact_line(
            "hours", "and " + core::shown_count(rules.size() - shown_max) + " rules more", on);
    return lines;
}

}  // namespace

std::string summary_table(const core::run_summary& summary, const page& on) {
    const auto& last = summary.last;
    const auto rows = last.rows_total.value_or(last.rows_read);
    const int number_width = std::max(width_of(core::shown_count(rows)), 5);
    painted_line head(on);
    head.add(last.run, tint::bold).add("  ");
    head.add(summary.reason, summary.exit_status == 0 ? tint::good : tint::warn);
    std::string table = head.ended() + "\n";
    for (std::size_t i = 0; i < core::outcome_count; ++i) {
        const auto what = static_cast<core::outcome>(i);
        const auto count = last.ended[what];
        table +=
            count_line(core::name_of(what), count, rows, number_width, tint_of(what, count), on);
    }
    if (last.unsent() > 0)
        table += count_line("unsent", last.unsent(), rows, number_width, tint::warn, on);
    table += count_line("rows", rows, 0, number_width, tint::bold, on) + "\n";
    table += fact_line(
        "requests",
        core::shown_count(last.requests) + ", of them retries " + core::shown_count(last.retries),
        on);
    if (summary.suppressed_by.total() > 0)
        table += fact_line("suppressed", core::in_words(summary.suppressed_by), on);
    if (last.opt_outs) table += fact_line("opt-outs", opt_outs_in_words(*last.opt_outs), on);
    table += fact_line("time",
                       core::shown(last.elapsed) + ", " +
                           clock_text(last.started, summary.finished, on.offset) + " to " +
                           clock_text(summary.finished, last.started, on.offset) + ", " +
                           core::shown_rate(last.rate_mean),
                       on);
    if (last.latency.max > core::duration{})
        table += fact_line("latency", latency_text(last.latency), on);
    table += limit_lines(last, on);
    table += hours_lines(summary.hours, on);
    for (const auto& one : last.answers.own_rules)
        table += fact_line("your rule", one.rule + ": " + core::shown_count(one.answers), on);
    if (last.answers.trouble.times > 0)
        table += fact_line("trouble", troubles_in_words(last.answers.trouble), on);
    if (last.answers.odd > 0)
        table += fact_line(
            "note",
            core::shown_count(last.answers.odd) + " accepted, but not with the documented answer",
            on);
    for (const auto& note : last.notes)
        table += fact_line("note", note, on);
    return table;
}

}  // namespace tidings::view
