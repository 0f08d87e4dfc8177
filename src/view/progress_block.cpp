#include "view/progress_block.hpp"

#include "core/wording.hpp"
#include "view/painted_line.hpp"
#include "view/progress_words.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace tidings::view {
namespace {

using core::outcome;

constexpr std::size_t limits_shown_max = 6;
constexpr std::size_t notes_shown_max = 3;
constexpr int label_width = 10;

// How the run stands, at a glance: the name, what it does, over what.
std::string head_line(const core::progress_snapshot& now, const page& on) {
    painted_line line(on);
    const bool calm =
        now.phase == core::run_phase::running || now.phase == core::run_phase::finished;
    line.add(now.run, tint::bold).add("  ");
    line.add(phase_in_words(now.phase), calm ? tint::plain : tint::warn);
    if (now.connections > 0) {
        const auto plural = now.connections == 1 ? " connection" : " connections";
        auto text = core::shown_count(now.connections) + plural;
        if (!now.protocol.empty()) text = now.protocol + ", " + text;
        line.add_right(text, tint::faint);
    }
    return line.ended();
}

struct bar_part {
    std::uint64_t rows;
    tint as;
};

// Rows by how they ended, over the whole width; what is not there yet is faint.
std::string bar_line(const core::progress_snapshot& now, const page& on) {
    painted_line line(on);
    const auto& ended = now.ended;
    const auto total = now.rows_total.value_or(0);
    const auto done = std::min(ended.total(), total);
    const auto share = now.rows_total ? core::shown_share(done, total) : std::string();
    const int width = std::max(on.columns - 9, 4);
    const std::array<bar_part, 4> parts = {
        {{ended[outcome::accepted], tint::good},
         {ended[outcome::unknown], tint::warn},
         {ended[outcome::rejected] + ended[outcome::failed] + ended[outcome::expired], tint::bad},
         {ended[outcome::invalid] + ended[outcome::duplicate] + ended[outcome::suppressed],
          tint::plain}}};
    const auto repeated = [&](int count, std::string_view piece) {
        std::string text;
        for (int i = 0; i < count; ++i)
            text += piece;
        return text;
    };
    int drawn = 0;
    std::uint64_t rows = 0;
    for (const auto& part : parts) {
        if (part.rows == 0 || total == 0) continue;
        rows += part.rows;
        const auto reached = static_cast<double>(std::min(rows, total)) /
                             static_cast<double>(total) * static_cast<double>(width);
        const int end = std::clamp(static_cast<int>(reached), drawn, width);
        line.add(repeated(end - drawn, on.utf8 ? "━" : "="), part.as);
        drawn = end;
    }
    line.add(repeated(width - drawn, on.utf8 ? "─" : "-"), tint::faint);
    return line.add_right(share).ended();
}

std::string pace_line(const core::progress_snapshot& now, const page& on) {
    painted_line line(on);
    line.add(core::shown_rate(now.rate_now)).add(" now, ", tint::faint);
    line.add(core::shown_rate(now.rate_mean)).add(" on average", tint::faint);
    if (now.latency.max > core::duration{})
        line.add_right("latency p50 " + core::shown(now.latency.p50) + "  p99 " +
                           core::shown(now.latency.p99) + "  max " + core::shown(now.latency.max),
                       tint::faint);
    return line.ended();
}

struct cell {
    std::string_view label;
    std::uint64_t count;
    tint as;
};

std::vector<cell> cells_of(const core::progress_snapshot& now, const page& on) {
    std::vector<cell> cells;
    for (std::size_t i = 0; i < core::outcome_count; ++i) {
        const auto what = static_cast<outcome>(i);
        cells.push_back({core::name_of(what), now.ended[what], tint_of(what, now.ended[what])});
    }
    const auto quiet = [](std::uint64_t count) { return count == 0 ? tint::faint : tint::plain; };
    cells.push_back({"in flight", now.in_flight, quiet(now.in_flight)});
    cells.push_back({on.utf8 ? "in doubt ≤" : "in doubt <", now.in_doubt_max, quiet(0)});
    cells.push_back({"retries", now.retries, quiet(now.retries)});
    cells.push_back({"postponed", now.postponed, quiet(now.postponed)});
    return cells;
}

// The counts as a table of as many columns as fit; the width of a number follows the list's size,
// so that nothing moves while they grow.
std::string counts_table(const core::progress_snapshot& now, const page& on) {
    const auto largest = std::max(
        {now.rows_total.value_or(0), now.rows_read, now.ended.total(), std::uint64_t{9'999}});
    const int number_width = width_of(core::shown_count(largest));
    const int cell_width = label_width + 1 + number_width;
    constexpr int gap_min = 3;
    const int across = std::clamp((on.columns + gap_min) / (cell_width + gap_min), 1, 4);
    const int gap = across < 2 ? 0 : (on.columns - across * cell_width) / (across - 1);
    std::string table;
    const auto cells = cells_of(now, on);
    for (std::size_t i = 0; i < cells.size(); i += static_cast<std::size_t>(across)) {
        painted_line line(on);
        for (int k = 0; k < across && i + static_cast<std::size_t>(k) < cells.size(); ++k) {
            const auto& one = cells[i + static_cast<std::size_t>(k)];
            const auto number = core::shown_count(one.count);
            const int start = k * (cell_width + gap);
            if (k > 0) line.to_column(start);
            line.add(one.label, tint::faint);
            line.to_column(start + cell_width - width_of(number)).add(number, one.as);
        }
        table += line.ended();
    }
    return table;
}

// A label and a text of as many lines as it needs, three at most.
std::string labelled(std::string_view label, tint as, std::string_view text, const page& on) {
    constexpr int lines_max = 3;
    const int room = std::max(on.columns - label_width - 1, 10);
    std::string lines;
    for (int i = 0; i < lines_max && (i == 0 || !text.empty()); ++i) {
        painted_line line(on);
        line.add(i == 0 ? label : "", as).to_column(label_width + 1);
        auto end = text.size();
        if (width_of(text) > room && i + 1 < lines_max) {
            const auto fitting = cut_to(text, room + 1, false).size() - 1;
            const auto blank = text.rfind(' ', fitting);
            end = blank == std::string_view::npos || blank == 0 ? fitting : blank;
        }
        lines += line.add(text.substr(0, end)).ended();
        text.remove_prefix(std::min(text.find_first_not_of(' ', end), text.size()));
    }
    return lines;
}

std::string limit_line(const core::limit_progress& limit, int limit_width, const page& on) {
    const auto worst =
        "now " + core::shown_count(limit.used) + ", worst " + core::shown_count(limit.worst_window);
    const auto waited =
        limit.waited > core::duration{} ? ", held back " + core::shown(limit.waited) : "";
    painted_line line(on);
    line.add("limit", tint::faint).to_column(label_width + 1);
    line.add(core::spelled(limit.limit)).to_column(label_width + 1 + limit_width + 2);
    const auto name = core::in_words(limit.scope, limit.scope_name);
    // The name gives way, down to what still tells bots apart; then the right side does.
    const int name_room = std::max(line.room() - 2 - width_of(worst + waited), 16);
    line.add(cut_to(name, std::min(name_room, line.room()), on.utf8), tint::faint);
    const bool all_fits = line.room() >= width_of(worst + waited) + 2;
    return line.add_right(all_fits ? worst + waited : worst, tint::faint).ended();
}

std::string limit_lines(const core::progress_snapshot& now, const page& on) {
    // Those that hold the run back most, in the order of the campaign.
    std::vector<const core::limit_progress*> chosen;
    int limit_width = 0;
    for (const auto& one : now.limits) {
        chosen.push_back(&one);
        limit_width = std::max(limit_width, width_of(core::spelled(one.limit)));
    }
    std::stable_sort(chosen.begin(), chosen.end(),
                     [](const auto* a, const auto* b) { return a->waited > b->waited; });
    chosen.resize(std::min(chosen.size(), limits_shown_max));
    std::sort(chosen.begin(), chosen.end());
    std::string lines;
    for (const auto* one : chosen)
        lines += limit_line(*one, limit_width, on);
    if (now.limits.size() > chosen.size())
        lines += labelled(
            "", tint::plain,
            "and " + core::shown_count(now.limits.size() - chosen.size()) + " more limits", on);
    return lines;
}

std::string note_lines(const core::progress_snapshot& now, const page& on) {
    std::string lines;
    const auto first = now.notes.size() > notes_shown_max ? now.notes.size() - notes_shown_max : 0;
    for (auto i = first; i < now.notes.size(); ++i)
        lines += labelled("note", tint::warn, now.notes[i], on);
    if (now.answers.odd > 0)
        lines += labelled(
            "note", tint::warn,
            core::shown_count(now.answers.odd) + " accepted, but not with the documented answer",
            on);
    return lines;
}

std::string trouble_lines(const core::progress_snapshot& now, const page& on) {
    constexpr std::size_t shown_max = 3;
    std::string lines;
    for (std::size_t i = 0; i < std::min(now.answers.troubles.size(), shown_max); ++i)
        lines +=
            labelled("trouble", tint::warn, trouble_in_words(now.answers.troubles[i], now, on), on);
    if (now.answers.troubles.size() > shown_max)
        lines += labelled("", tint::plain,
                          "and at " + core::shown_count(now.answers.troubles.size() - shown_max) +
                              " more endpoints",
                          on);
    return lines;
}

// Rows done, and when they all will be: on one line where it fits.
std::string rows_lines(const core::progress_snapshot& now, const page& on) {
    const auto rows = rows_in_words(now);
    const auto finish = finish_in_words(now, on);
    painted_line line(on);
    line.add(rows);
    if (finish.empty() || line.room() >= width_of(finish) + 2)
        return line.add_right(finish).ended();
    painted_line second(on);
    return line.ended() + second.add(finish).ended();
}

}  // namespace

std::string progress_block(const core::progress_snapshot& now, const page& on) {
    std::string block = head_line(now, on) + bar_line(now, on);
    block += rows_lines(now, on) + pace_line(now, on) + "\n" + counts_table(now, on) + "\n";
    block += limit_lines(now, on);
    const bool held = now.phase == core::run_phase::waiting || now.phase == core::run_phase::paused;
    block += labelled("now", held ? tint::warn : tint::faint, doing_in_words(now, on), on);
    return block + trouble_lines(now, on) + note_lines(now, on);
}

std::string progress_line(const core::progress_snapshot& now, const page& on) {
    std::string line = now.run + ": " + rows_in_words(now);
    if (now.rows_total) line += " (" + core::shown_share(now.ended.total(), *now.rows_total) + ")";
    for (std::size_t i = 0; i < core::outcome_count; ++i) {
        const auto what = static_cast<outcome>(i);
        if (now.ended[what] == 0) continue;
        line += ", " + std::string(core::name_of(what)) + " " + core::shown_count(now.ended[what]);
    }
    if (now.phase != core::run_phase::finished)
        line += ", in doubt at most " + core::shown_count(now.in_doubt_max);
    line += ", " + core::shown_rate(now.rate_now);
    const auto finish = finish_in_words(now, on);
    if (!finish.empty()) line += ", " + finish;
    if (now.phase != core::run_phase::running && now.phase != core::run_phase::finished)
        line += "; " + doing_in_words(now, on);
    for (const auto& one : now.answers.troubles)
        line += "; trouble: " + trouble_in_words(one, now, on);
    for (auto& c : line)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    return line;
}

}  // namespace tidings::view
