#include "app/plan_text.hpp"

#include "tidings/core/wording.hpp"

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

std::string decider_text(const core::forecast_answer& when) {
    switch (when.decider) {
        case core::forecast_decider::nothing: return "no limit: as fast as the network goes";
        case core::forecast_decider::calendar: return "the recipients' hours decide";
        case core::forecast_decider::limit:
            return fmt::format("{} of {} decides", core::spelled(when.limit.asked),
                               when.limit.name);
    }
    return {};
}

}  // namespace

std::string plan_text(const plan_content& content, const view::page& on) {
    const auto& counts = content.survey->counts;
    const auto row = [](std::string_view name, std::uint64_t count) {
        return fmt::format("  {:<12}{:>14}\n", name, core::shown_count(count));
    };
    std::string text =
        fmt::format("{}: {} rows\n", content.settings->name, core::shown_count(counts.rows));
    text += row("to send", counts.sendable - content.survey->no_lane);
    text += row("invalid", counts.invalid + content.survey->no_lane);
    text += row("duplicate", counts.duplicate);
    text += row("suppressed", counts.suppressed);
    for (const auto& problem : content.survey->problems)
        text += "  " + problem.text + "\n";
    for (const auto& problem : content.survey->warnings)
        text += "  " + problem + "\n";
    if (!content.when.finish) return text + "There is nothing to send.\n";
    text +=
        fmt::format("done {} ({} from now); {}\n", moment(*content.when.finish, on),
                    core::shown(*content.when.finish - content.now), decider_text(content.when));
    text += calendar_text(content, on);
    if (content.when.left_over > 0)
        text += fmt::format("{} rows would be left unsent when the campaign expires\n",
                            core::shown_count(content.when.left_over));
    if (content.when.decider == core::forecast_decider::limit && content.one_more.finish &&
        *content.one_more.finish < *content.when.finish)
        text += fmt::format("one more bot like the last would save {}\n",
                            core::shown(*content.when.finish - *content.one_more.finish));
    return text;
}

std::string plan_json(const plan_content& content) {
    const auto& counts = content.survey->counts;
    std::string text = fmt::format(
        R"({{"type":"plan","rows":{},"sendable":{},"invalid":{},"duplicate":{},"suppressed":{})",
        counts.rows, counts.sendable - content.survey->no_lane,
        counts.invalid + content.survey->no_lane, counts.duplicate, counts.suppressed);
    if (content.when.finish)
        text +=
            fmt::format(R"(,"finish":"{}","duration_s":{:.3f},"decided_by":"{}")",
                        core::spelled(*content.when.finish),
                        std::chrono::duration<double>(*content.when.finish - content.now).count(),
                        content.when.decider == core::forecast_decider::limit
                            ? core::spelled(content.when.limit.asked)
                            : std::string(content.when.decider == core::forecast_decider::calendar
                                              ? "calendar"
                                              : "nothing"));
    return text + "}";
}

}  // namespace tidings::app
