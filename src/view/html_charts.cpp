#include "view/html_charts.hpp"

#include "core/wording.hpp"
#include "view/clock_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <vector>

#include <fmt/format.h>

namespace tidings::view {
namespace {

// The drawing's own units; the page scales it to its width.
constexpr double width = 900, height = 230;
constexpr double left = 52, right = 6, top = 8, bottom = 24;
constexpr double plot_width = width - left - right, plot_height = height - top - bottom;
constexpr double floor_y = top + plot_height;

class drawing {
  public:
    explicit drawing(std::string_view described) {
        text_ = fmt::format(R"(<svg viewBox="0 0 {} {}" role="img" aria-label="{}">)", width,
                            height, described);
    }
    template <class... Values>
    void add(fmt::format_string<Values...> form, Values&&... values) {
        fmt::format_to(std::back_inserter(text_), form, std::forward<Values>(values)...);
    }
    void level(double y, std::string_view label) {
        add(R"(<line class="grid" x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}"/>)", left,
            width - right, y, y);
        add(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="end">{}</text>)", left - 8, y + 4, label);
    }
    void below(double x, std::string_view label, std::string_view anchor = "middle") {
        add(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>)", x, height - 6, anchor,
            label);
    }
    std::string ended() && { return std::move(text_) + "</svg>"; }

  private:
    std::string text_;
};

// The next round figure that is at least that large; its half is round, too.
double round_above(double value) {
    const double power = std::pow(10, std::floor(std::log10(std::max(value, 1e-9))));
    for (const double step : {1.0, 2.0, 3.0, 4.0, 6.0, 8.0})
        if (value <= step * power * (1 + 1e-9)) return step * power;
    return 10 * power;
}

std::string figure(double value) {
    return value < 10 ? fmt::format("{:.3g}", value)
                      : core::shown_count(static_cast<std::uint64_t>(value));
}

double seconds(std::chrono::microseconds span) {
    return std::chrono::duration<double>(span).count();
}

// Moments under the time axis; fewer than would touch each other.
void time_axis(drawing& into, const timeline& over_time, zone_offset offset) {
    constexpr int marks = 4;
    const auto span = over_time.width() * static_cast<std::int64_t>(over_time.buckets().size());
    const auto end = over_time.start() + span;
    const bool fine = span < std::chrono::minutes(30);
    for (int i = 0; i <= marks; ++i) {
        const auto at = over_time.start() + span * i / marks;
        const auto anchor = i == 0 ? "start" : i == marks ? "end" : "middle";
        into.below(left + plot_width * i / marks, clock_text(at, i == 0 ? at : end, offset, fine),
                   anchor);
    }
}

// A logarithmic scale of time between two powers of ten of a microsecond.
struct log_scale {
    int low = 0, high = 1;
    double share_of(double us) const {
        const double at = std::log10(std::max(us, 1.0));
        return std::clamp((at - low) / (high - low), 0.0, 1.0);
    }
};

log_scale scale_around(double least_us, double most_us) {
    const int low = static_cast<int>(std::floor(std::log10(std::max(least_us, 1.0))));
    const int high = static_cast<int>(std::ceil(std::log10(std::max(most_us, 1.0))));
    return {low, std::max(high, low + 1)};
}

std::string decade(int exponent) {
    const auto us = static_cast<std::int64_t>(std::llround(std::pow(10, exponent)));
    return core::spelled(core::duration(std::chrono::microseconds(us)));
}

using core::outcome;
// From the bottom of the stack upwards: the good news carries the rest.
constexpr std::array<outcome, core::outcome_count> stacked = {
    outcome::accepted, outcome::unknown,    outcome::rejected,  outcome::failed,
    outcome::expired,  outcome::suppressed, outcome::duplicate, outcome::invalid};

}  // namespace

std::string outcomes_chart(const timeline& over_time, zone_offset offset) {
    const auto& buckets = over_time.buckets();
    if (buckets.empty()) return "";
    double most = 0;
    for (const auto& one : buckets)
        most = std::max(most, static_cast<double>(one.ended.total()));
    const double per_second = seconds(over_time.width());
    const double ceiling = round_above(most / per_second);
    drawing made("Rows a second by outcome over time");
    for (const double share : {0.0, 0.5, 1.0})
        made.level(floor_y - plot_height * share, figure(ceiling * share));
    const double step = plot_width / static_cast<double>(buckets.size());
    const double bar = std::max(step - (step > 6 ? 1.5 : 0.0), 0.5);
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        double y = floor_y;
        for (const auto what : stacked) {
            const auto count = buckets[i].ended[what];
            if (count == 0) continue;
            const double share = static_cast<double>(count) / per_second / ceiling;
            const double high = plot_height * share;
            y -= high;
            made.add(R"(<rect x="{:.1f}" y="{:.1f}" width="{:.2f}" height="{:.2f}" )"
                     R"svg(fill="var(--{})"/>)svg",
                     left + step * static_cast<double>(i), y, bar, high, core::name_of(what));
        }
    }
    time_axis(made, over_time, offset);
    return std::move(made).ended();
}

std::string latency_chart(const timeline& over_time, zone_offset offset) {
    const auto& buckets = over_time.buckets();
    double least = 1e18, most = 0;
    for (const auto& one : buckets) {
        if (one.with_latency == 0) continue;
        least = std::min(least, one.latency_us(0.5));
        most = std::max(most, one.latency_us(0.99));
    }
    if (most <= 0) return "";
    const auto scale = scale_around(least, most);
    drawing made("Median and 99th percentile of the latency over time");
    for (int power = scale.low; power <= scale.high; ++power)
        made.level(floor_y - plot_height * (power - scale.low) / (scale.high - scale.low),
                   decade(power));
    const double step = plot_width / static_cast<double>(buckets.size());
    for (const auto& [share, colour] : {std::pair(0.99, "--unknown"), std::pair(0.5, "--accent")}) {
        std::string path;
        bool pen_up = true;
        for (std::size_t i = 0; i < buckets.size(); ++i) {
            if (buckets[i].with_latency == 0) {
                pen_up = true;  // a gap is a gap
                continue;
            }
            const double y = floor_y - plot_height * scale.share_of(buckets[i].latency_us(share));
            const double x = left + step * (static_cast<double>(i) + 0.5);
            path += fmt::format("{}{:.1f} {:.1f}", pen_up ? "M" : "L", x, y);
            // A point by itself is seen, too.
            if (pen_up) path += "h.1";
            pen_up = false;
        }
        made.add(R"svg(<path d="{}" fill="none" stroke="var({})" stroke-width="1.8" )svg"
                 R"(stroke-linejoin="round" stroke-linecap="round"/>)",
                 path, colour);
    }
    time_axis(made, over_time, offset);
    return std::move(made).ended();
}

std::string distribution_chart(const core::latency_histogram& latency) {
    if (latency.count() == 0) return "";
    using core::latency_histogram;
    const auto to_us = [](core::duration span) {
        return std::chrono::duration<double, std::micro>(span).count();
    };
    const auto scale = scale_around(to_us(latency.at_share(0)), to_us(latency.max()));
    constexpr std::size_t bars = 90;
    std::array<double, bars> counts{};
    double most = 0;
    for (std::size_t i = 0; i < latency_histogram::bucket_count; ++i) {
        const auto count = latency.in_bucket(i);
        if (count == 0) continue;
        const auto middle = static_cast<double>(latency_histogram::lowest_us(i) +
                                                latency_histogram::highest_us(i)) /
                            2;
        const auto at = static_cast<std::size_t>(scale.share_of(middle) * bars);
        auto& bar = counts[std::min(at, bars - 1)];
        bar += static_cast<double>(count);
        most = std::max(most, bar);
    }
    drawing made("How many answers took how long");
    const double ceiling = round_above(most);
    for (const double share : {0.0, 0.5, 1.0})
        made.level(floor_y - plot_height * share, figure(ceiling * share));
    constexpr double step = plot_width / bars;
    for (std::size_t i = 0; i < bars; ++i) {
        const double high = plot_height * counts[i] / ceiling;
        if (counts[i] > 0)
            made.add(R"(<rect x="{:.1f}" y="{:.1f}" width="{:.2f}" height="{:.2f}" rx="1.5" )"
                     R"svg(fill="var(--accent)"/>)svg",
                     left + step * static_cast<double>(i), floor_y - high, step - 1.5, high);
    }
    for (int power = scale.low; power <= scale.high; ++power)
        made.below(left + plot_width * (power - scale.low) / (scale.high - scale.low),
                   decade(power), power == scale.high ? "end" : "middle");
    for (const double share : {0.5, 0.99}) {
        const double x = left + plot_width * scale.share_of(to_us(latency.at_share(share)));
        made.add(R"svg(<line x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}" stroke="var(--soft)" )svg"
                 R"(stroke-dasharray="3 3"/>)",
                 x, top, floor_y);
        made.add(R"(<text x="{:.1f}" y="{}" >p{:.0f}</text>)", x + 4, top + 10, share * 100);
    }
    return std::move(made).ended();
}

}  // namespace tidings::view
