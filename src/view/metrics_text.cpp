#include "view/metrics_text.hpp"

#include "core/foreign_text.hpp"
#include "core/wording.hpp"
#include "view/json_text.hpp"
#include "view/progress_words.hpp"

namespace tidings::view {
namespace {

std::string label(std::string_view name, std::string_view value) {
    std::string text = std::string(name) + "=\"";
    core::append_label(text, value);
    return text + "\"";
}

class exposition {
  public:
    exposition(std::string_view run, metrics_format format)
        : run_(label("run", run)), format_(format) {}

    // A counter's name ends in _total; OpenMetrics has that in its samples only.
    void family(std::string_view name, std::string_view kind, std::string_view help) {
        name_ = "tidings_" + std::string(name);
        auto announced = name_;
        constexpr std::string_view total = "_total";
        if (format_ == metrics_format::open_metrics && announced.ends_with(total))
            announced.resize(announced.size() - total.size());
        text_ += "# HELP " + announced + " " + std::string(help) + "\n";
        text_ += "# TYPE " + announced + " " + std::string(kind) + "\n";
    }
    void sample(const std::string& value, const std::string& labels = "",
                std::string_view suffix = "") {
        text_ += name_ + std::string(suffix) + "{" + run_ + (labels.empty() ? "" : "," + labels) +
                 "} " + value + "\n";
    }
    void single(std::string_view name, std::string_view kind, std::string_view help,
                const std::string& value) {
        family(name, kind, help);
        sample(value);
    }
    std::string ended() && {
        if (format_ == metrics_format::open_metrics) text_ += "# EOF\n";
        return std::move(text_);
    }

  private:
    std::string run_;
    metrics_format format_;
    std::string name_;
    std::string text_;
};

void add_limits(const core::progress_snapshot& now, exposition& to) {
    const auto labels = [](const core::limit_progress& limit) {
        return label("scope", core::name_of(limit.scope)) + "," + label("name", limit.scope_name) +
               "," + label("limit", core::spelled(limit.limit));
    };
    if (now.limits.empty()) return;
    to.family("limit_used", "gauge", "Slots of a limit that are taken at this moment.");
    for (const auto& one : now.limits)
        to.sample(std::to_string(one.used), labels(one));
    to.family("limit_worst_window", "gauge", "Most requests in any window of a limit so far.");
    for (const auto& one : now.limits)
        to.sample(std::to_string(one.worst_window), labels(one));
    to.family("limit_waited_seconds_total", "counter", "Time that a limit held work back.");
    for (const auto& one : now.limits)
        to.sample(json_seconds(one.waited), labels(one));
}

void add_percentiles(const core::progress_snapshot& now, exposition& to) {
    to.family("latency_seconds", "summary", "From the moment a row was due to its answer.");
    const std::pair<const char*, core::duration> shares[] = {{"0.5", now.latency.p50},
                                                             {"0.9", now.latency.p90},
                                                             {"0.99", now.latency.p99},
                                                             {"0.999", now.latency.p999},
                                                             {"1", now.latency.max}};
    for (const auto& [share, value] : shares)
        to.sample(json_number(std::chrono::duration<double>(value).count()),
                  label("quantile", share));
}

// The edges in microseconds; the last is all that is longer.
constexpr std::uint64_t edges_us[] = {
    1'000,   2'000,     5'000,     10'000,    20'000,     50'000,     100'000,    200'000,
    500'000, 1'000'000, 2'000'000, 5'000'000, 10'000'000, 30'000'000, 60'000'000, 120'000'000};

// A bucket of the histogram that reaches over an edge counts beyond it; its middle is what its
// values add to the sum, so that neither ever falls.
void add_histogram(const core::latency_histogram& latencies, exposition& to) {
    using core::latency_histogram;
    to.family("answer_seconds", "histogram", "From the moment a row was due to its answer.");
    std::uint64_t seen = 0;
    std::uint64_t doubled_sum_us = 0;
    std::size_t at = 0;
    const auto take = [&] {
        seen += latencies.in_bucket(at);
        doubled_sum_us += latencies.in_bucket(at) *
                          (latency_histogram::lowest_us(at) + latency_histogram::highest_us(at));
        ++at;
    };
    for (const auto edge : edges_us) {
        while (latency_histogram::highest_us(at) <= edge)
            take();
        to.sample(std::to_string(seen),
                  label("le", json_number(static_cast<double>(edge) / 1'000'000)), "_bucket");
    }
    while (at < latency_histogram::bucket_count)
        take();
    to.sample(std::to_string(seen), label("le", "+Inf"), "_bucket");
    to.sample(json_number(static_cast<double>(doubled_sum_us) / 2'000'000), "", "_sum");
    to.sample(std::to_string(seen), "", "_count");
}

}  // namespace

std::string metrics_text(const core::progress_snapshot& now, metrics_format format,
                         const core::latency_histogram* latencies) {
    exposition to(now.run, format);
    to.family("rows", "gauge", "Rows by outcome.");
    for (std::size_t i = 0; i < core::outcome_count; ++i)
        to.sample(std::to_string(now.ended.by_outcome[i]),
                  label("outcome", core::outcome_names[i]));
    if (now.rows_total)
        to.single("rows_listed", "gauge", "Rows of the list.", std::to_string(*now.rows_total));
    to.single("rows_read", "gauge", "Rows of the list met so far.", std::to_string(now.rows_read));
    to.single("requests_total", "counter", "Requests begun.", std::to_string(now.requests));
    to.single("retries_total", "counter", "Requests that were retries.",
              std::to_string(now.retries));
    to.single("odd_answers_total", "counter", "Accepted without the documented answer.",
              std::to_string(now.answers.odd));
    to.single("in_flight", "gauge", "Requests without an answer yet.",
              std::to_string(now.in_flight));
    to.single("in_doubt_max", "gauge", "Rows that a crash would leave in doubt, at most.",
              std::to_string(now.in_doubt_max));
    to.single("postponed", "gauge", "Rows held back for later.", std::to_string(now.postponed));
    to.single("connections", "gauge", "Open connections.", std::to_string(now.connections));
    to.single("rate_per_second", "gauge", "Answers a second over the last seconds.",
              json_number(now.rate_now));
    add_percentiles(now, to);
    if (latencies != nullptr) add_histogram(*latencies, to);
    to.single("troubles_total", "counter", "Times that an endpoint was in trouble.",
              std::to_string(now.answers.trouble.times));
    to.single("endpoints_in_trouble", "gauge", "Endpoints to which nothing is sent for that.",
              std::to_string(now.answers.troubles.size()));
    to.family("phase", "gauge", "1 for the phase the run is in.");
    to.sample("1", label("phase", phase_in_words(now.phase)));
    to.single("started_timestamp_seconds", "gauge", "When the run began.",
              json_seconds(now.started.time_since_epoch()));
    if (now.finish_expected)
        to.single("finish_expected_timestamp_seconds", "gauge", "When the run should be done.",
                  json_seconds(now.finish_expected->time_since_epoch()));
    add_limits(now, to);
    return std::move(to).ended();
}

}  // namespace tidings::view
