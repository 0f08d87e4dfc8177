#include "app/screen/plan_text.hpp"

#include "app/campaign_assembly.hpp"
#include "app/screen/opt_outs_text.hpp"
#include "core/foreign_text.hpp"
#include "core/hours_presets.hpp"
#include "core/wording.hpp"

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace tidings::app {

namespace {

// "Mon 23 Nov 09:00:12", in the reader's time.
std::string moment(core::wall_time at, const view::page& on) {
    const auto local = std::chrono::floor<std::chrono::seconds>(at) + on.offset(at);
    return fmt::format("{:%a %d %b %H:%M:%S}", local);
}

std::string calendar_text(const plan_content& content, const view::page& on) {
    const auto& stretches = content.when.stretches;
    if (stretches.size() < 2) return {};
    std::string text;
    for (std::size_t i = 0; i < stretches.size() && i < 6; ++i)
        text += fmt::format("  {} {}, pauses {}\n", i == 0 ? "starts" : "goes on",
                            moment(stretches[i].opens, on), moment(stretches[i].closes, on));
    return text;
}

core::rate_limit believed(const core::limit_report& limit) {
    return {limit.believed, limit.asked.window};
}

std::string decider_text(const core::forecast_answer& when) {
    switch (when.decider) {
        case core::forecast_decider::nothing: return "no limit decides";
        case core::forecast_decider::calendar: return "the recipients' hours decide";
        case core::forecast_decider::limit: {
            const auto& limit = when.limit;
            std::string text = fmt::format("{} of {} decides", core::spelled(believed(limit)),
                                           core::in_words(limit.scope, limit.name));
            if (limit.believed < limit.asked.count)
                text += fmt::format(" (asked for {}; the server gave that lately)",
                                    core::spelled(limit.asked));
            return text;
        }
    }
    return {};
}

// "America/Chicago, America/New_York", or two of many.
std::string joined(const std::vector<std::string>& names, std::string_view between) {
    constexpr std::size_t most = 4;
    std::string text;
    for (std::size_t i = 0; i < names.size() && i < most; ++i)
        text += std::string(i == 0 ? "" : between) + names[i];
    if (names.size() > most) text += fmt::format(" and {} more", names.size() - most);
    return text;
}

std::string counts_text(std::string_view title, const std::vector<runner::census_line>& lines,
                        std::string_view between) {
    constexpr std::size_t shown_max = 12;
    if (lines.empty()) return {};
    std::string text = fmt::format("by {}\n", title);
    std::uint64_t rest = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i >= shown_max)
            rest += lines[i].rows;
        else
            text += fmt::format("  {:>14}  {}\n", core::shown_count(lines[i].rows),
                                joined(lines[i].names, between));
    }
    if (rest > 0)
        text +=
            fmt::format("  {:>14}  {} others\n", core::shown_count(rest), lines.size() - shown_max);
    return text;
}

// Rows of each lane, in the order of the campaign file.
std::vector<runner::census_line> by_sender(const plan_content& content) {
    std::vector<runner::census_line> lines;
    for (const auto& lane : lanes_of(*content.settings))
        lines.push_back({{lane.identity.from, lane.identity.bot}, 0});
    for (const auto& load : content.survey->loads)
        lines[load.lane].rows += load.rows;
    return lines;
}

// With quiet hours and their like the zones decide when; without, they are worth knowing.
std::string places_text(const plan_content& content) {
    return counts_text("country", content.survey->countries, "/") +
           counts_text("sender", by_sender(content), " of bot ") +
           counts_text("time zone", content.survey->zones, " + ");
}

// How much sooner it would be done with one more of what decides.
core::duration one_more_saves(const plan_content& content) {
    if (!content.one_more || !content.one_more->finish || !content.when.finish) return {};
    return std::max<core::duration>(*content.when.finish - *content.one_more->finish, {});
}

std::string finish_text(const plan_content& content, const view::page& on) {
    const auto& when = content.when;
    if (!when.first_departure) return "There is nothing to send.\n";
    std::string text;
    if (when.decider == core::forecast_decider::nothing)
        text = "no limit: as fast as the connections allow\n";
    else if (when.finish)
        text = fmt::format("done {} ({} from now); {}\n", moment(*when.finish, on),
                           core::shown(*when.finish - content.now), decider_text(when));
    if (*when.first_departure > content.now + std::chrono::minutes(1))
        text = fmt::format("begins {}\n", moment(*when.first_departure, on)) + text;
    text += calendar_text(content, on);
    if (when.decider != core::forecast_decider::nothing) text += in_words(content.answers) + "\n";
    if (when.left_over > 0)
        text += fmt::format("{} rows would be left unsent by a deadline, a cap or their hours\n",
                            core::shown_count(when.left_over));
    if (const auto saved = one_more_saves(content); saved.count() > 0)
        text += fmt::format(
            "one more {} like {} would save {}\n",
            when.limit.scope == core::scope_kind::sender ? "sender" : "bot",
            when.limit.scope == core::scope_kind::account ? "the last" : when.limit.name,
            core::shown(saved));
    return text;
}

// --- JSON ---

std::string json_text(std::string_view text) {
    std::string made = "\"";
    core::append_json(made, text);
    return made + '"';
}

template <class List, class Text>
std::string json_list(const List& all, Text text_of) {
    std::string made = "[";
    for (const auto& one : all)
        made += (made.size() > 1 ? "," : "") + text_of(one);
    return made + "]";
}

std::string json_names(const std::vector<std::string>& names) {
    return json_list(names, json_text);
}

std::string json_ways(const plan_content& content) {
    return ",\"proxies\":" + json_list(content.ways, [](const way_out& one) {
               return fmt::format(R"({{"bot":{},"proxy":{}}})", json_text(one.bot),
                                  json_text(one.proxy));
           });
}

std::string json_places(const plan_content& content) {
    const auto line = [](std::string_view key) {
        return [key](const runner::census_line& one) {
            return fmt::format(R"({{"{}":{},"rows":{}}})", key, json_names(one.names), one.rows);
        };
    };
    const auto sender = [](const runner::census_line& one) {
        return fmt::format(R"({{"from":{},"bot":{},"rows":{}}})", json_text(one.names[0]),
                           json_text(one.names[1]), one.rows);
    };
    return fmt::format(R"(,"countries":{},"senders":{},"time_zones":{})",
                       json_list(content.survey->countries, line("countries")),
                       json_list(by_sender(content), sender),
                       json_list(content.survey->zones, line("time_zones")));
}

std::string json_notes(const runner::number_notes& notes) {
    const auto note = [](const runner::number_notes::note& one) {
        return fmt::format(R"({{"rows":{},"example":{}}})", one.rows, json_text(one.example));
    };
    return fmt::format(R"(,"corrected":{},"beyond_plan":{},"near_duplicates":{},"plan_of":{})",
                       note(notes.corrected), note(notes.beyond_plan), note(notes.near_another),
                       json_text(notes.plan_day)) +
           R"(,"region_unknown":)" + note(notes.region_unknown);
}

std::string json_oddities(const store::list_oddities& how) {
    return fmt::format(R"(,"hidden":{{"rows":{},"columns":{},"sheets":{}}},"notes":{})",
                       how.hidden_rows, how.hidden_columns, how.hidden_sheets,
                       json_names(how.notes));
}

std::string earlier_text(const plan_content& content) {
    std::string text;
    if (!content.earlier.empty() && content.earlier.front().same)
        text += "  " + run::why_refused(content.earlier.front()) + "\n";
    for (const auto& sentence : run::shared_in_words(content.earlier))
        text += "  " + sentence + "\n";
    return text;
}

std::string earlier_json(const plan_content& content) {
    return ",\"earlier\":" + json_list(content.earlier, [](const run::earlier_run& one) {
               return fmt::format(
                   R"({{"run":{},"began":"{}","same":{},"common":{},"people":{},"exact":{}}})",
                   json_text(one.run.name), core::spelled(one.run.began), one.same,
                   one.shared.common, one.shared.people, one.shared.exact);
           });
}

std::string json_moment(const std::optional<core::wall_time>& at) {
    return at ? json_text(core::spelled(*at)) : std::string("null");
}

std::string json_finish(const plan_content& content) {
    const auto& when = content.when;
    const bool limited = when.decider == core::forecast_decider::limit;
    const auto seconds = [](auto span) { return std::chrono::duration<double>(span).count(); };
    std::string decider = "nothing";
    if (limited) decider = core::spelled(believed(when.limit));
    if (when.decider == core::forecast_decider::calendar) decider = "calendar";
    // Without a limit there is nothing to compute a finish from.
    const auto finish = decider == "nothing" ? std::nullopt : when.finish;
    std::string text = fmt::format(
        R"(,"starts":{},"finish":{},"duration_s":{},"decided_by":{})",
        json_moment(when.first_departure), json_moment(finish),
        finish ? fmt::format("{:.3f}", seconds(*finish - content.now)) : std::string("null"),
        json_text(decider));
    if (limited)
        text += fmt::format(R"(,"decided_by_scope":{},"one_more_saves_s":{:.3f})",
                            json_text(when.limit.name), seconds(one_more_saves(content)));
    text += fmt::format(R"(,"answer_ms":{:.1f},"answer_from":{})",
                        seconds(content.answers.typical) * 1e3,
                        json_text(name_of(content.answers.from)));
    text += fmt::format(R"(,"left_over":{},"stretches":{})", when.left_over,
                        json_list(when.stretches, [](const core::open_span& one) {
                            return fmt::format(R"(["{}","{}"])", core::spelled(one.opens),
                                               core::spelled(one.closes));
                        }));
    return text;
}

}  // namespace

namespace {

std::string json_rules(const campaign& settings) {
    std::string all;
    for (const auto& rule : settings.answers) {
        all += all.empty() ? "\"" : ",\"";
        core::append_json(all, core::in_words(rule));
        all += '"';
    }
    return ",\"answer_rules\":[" + all + "]";
}

// A column that no row has anything in is told, too: its name may be another one's.
std::string own_times_text(const campaign& settings,
                           const struct run::list_survey::own_times& times, const view::page& on) {
    std::string text;
    const auto& columns = settings.recipients.columns;
    if (!columns.send_at.empty() && times.send_at == 0)
        text += "  no row to send has a send_at of its own\n";
    else if (times.send_at > 0)
        text += fmt::format("  rows with a send_at of their own: {}, the last {}\n",
                            core::shown_count(times.send_at), moment(times.last_send_at, on));
    if (!columns.expires_at.empty())
        text += fmt::format("  rows with an expires_at of their own: {}\n",
                            core::shown_count(times.expires_at));
    return text;
}

// Of the caps that some rows to send are for.
std::vector<std::pair<core::country_cap, std::uint64_t>> capped_rows(const plan_content& content) {
    std::vector<std::pair<core::country_cap, std::uint64_t>> made;
    for (const auto& cap : content.settings->recipients.caps) {
        std::uint64_t rows = 0;
        for (const auto& line : content.survey->countries)
            if (line.names.front() == cap.country) rows += line.rows;
        made.emplace_back(cap, rows);
    }
    return made;
}

std::string caps_text(const plan_content& content) {
    std::string text;
    for (const auto& [cap, rows] : capped_rows(content)) {
        text += fmt::format("  cap {}: {} rows", core::spelled(cap), core::shown_count(rows));
        if (rows > cap.limit.count)
            text += ", which takes at least " +
                    core::shown(cap.limit.window *
                                static_cast<std::int64_t>((rows - 1) / cap.limit.count));
        text += '\n';
    }
    return text;
}

std::string json_caps(const plan_content& content) {
    return ",\"caps\":" + json_list(capped_rows(content), [](const auto& one) {
               return fmt::format(R"({{"cap":{},"rows":{}}})", json_text(core::spelled(one.first)),
                                  one.second);
           });
}

// The rules that are for some rows, with how many wait for them now.
std::string hours_text(const plan_content& content) {
    std::string text;
    bool of_law = false;
    for (const auto& one : content.hours) {
        if (one.rows == 0) continue;
        text += fmt::format("  {:>14}  {}", core::shown_count(one.rows), core::in_words(*one.rule));
        if (one.waiting > 0)
            text += fmt::format("; {} wait for it now", core::shown_count(one.waiting));
        if (!one.rule->source.empty()) text += " (" + one.rule->source + ")";
        of_law = of_law || !one.rule->source.empty();
        text += '\n';
    }
    if (text.empty()) return text;
    if (of_law)
        text += fmt::format(
            "  {:>14}  presets are the law as people who are no lawyers read it on "
            "{}: ask counsel\n",
            "", core::hours_presets_read_on);
    return "by rule about hours, at the recipient\n" + text;
}

std::string json_hours(const plan_content& content) {
    return ",\"hours_rules\":" + json_list(content.hours, [](const auto& one) {
               return fmt::format(R"({{"rule":{},"source":{},"rows":{},"waiting":{}}})",
                                  json_text(core::in_words(*one.rule)), json_text(one.rule->source),
                                  one.rows, one.waiting);
           });
}

std::string json_exclusions(const run::list_survey& survey) {
    std::string made;
    const auto& counts = survey.counts.suppressed_by;
    for (std::size_t i = 0; i < core::exclusion_count; ++i)
        if (counts.rows[i] > 0)
            made += fmt::format(R"({}"{}":{})", made.empty() ? "" : ",", core::exclusion_names[i],
                                counts.rows[i]);
    const auto& times = survey.own_times;
    const auto last = times.send_at > 0 ? std::optional(times.last_send_at) : std::nullopt;
    return fmt::format(R"(,"suppressed_by":{{{}}},"expired":{})", made, survey.expired) +
           fmt::format(R"(,"own_times":{{"send_at":{},"last_send_at":{},"expires_at":{}}})",
                       times.send_at, json_moment(last), times.expires_at);
}

}  // namespace

std::string plan_text(const plan_content& content, const view::page& on) {
    const auto& counts = content.survey->counts;
    const auto row = [](std::string_view name, std::uint64_t count) {
        return fmt::format("  {:<12}{:>14}\n", name, core::shown_count(count));
    };
    std::string text =
        fmt::format("{}: {} rows\n", content.settings->name, core::shown_count(counts.rows));
    text += row("to send", content.survey->to_send());
    text += row("invalid", counts.invalid + content.survey->no_lane);
    text += row("duplicate", counts.duplicate);
    text += row("suppressed", counts.suppressed);
    if (content.survey->expired > 0) text += row("expired", content.survey->expired);
    if (counts.suppressed_by.total() > 0)
        text += "  suppressed: " + core::in_words(counts.suppressed_by) + "\n";
    text += own_times_text(*content.settings, content.survey->own_times, on);
    text += opt_outs_text(content.survey->opt_outs);
    text += caps_text(content);
    text += earlier_text(content);
    for (const auto& note : content.survey->notes.texts())
        text += "  " + note + "\n";
    for (const auto& note : content.survey->oddities.notes)
        text += "  " + note + "\n";
    for (const auto& problem : content.survey->problems)
        text += "  " + problem.text + "\n";
    for (const auto& problem : content.survey->warnings)
        text += "  " + problem + "\n";
    for (const auto& [bot, proxy] : content.ways)
        text += fmt::format("bot {} goes out through the proxy {}\n", bot, proxy);
    for (const auto& rule : content.settings->answers)
        text += "  your rule: " + core::in_words(rule) + "\n";
    return text + hours_text(content) + places_text(content) + finish_text(content, on);
}

std::string plan_json(const plan_content& content) {
    const auto& counts = content.survey->counts;
    return fmt::format(R"({{"type":"plan","rows":{},"sendable":{},"invalid":{},"duplicate":{},)"
                       R"("suppressed":{})",
                       counts.rows, content.survey->to_send(),
                       counts.invalid + content.survey->no_lane, counts.duplicate,
                       counts.suppressed) +
           json_exclusions(*content.survey) +
           ",\"opt_outs\":" + opt_outs_json(content.survey->opt_outs) + earlier_json(content) +
           json_notes(content.survey->notes) + json_oddities(content.survey->oddities) +
           json_rules(*content.settings) + json_ways(content) + json_caps(content) +
           json_hours(content) + json_places(content) + json_finish(content) + "}";
}

}  // namespace tidings::app
