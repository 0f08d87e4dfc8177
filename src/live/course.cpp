#include "live/course.hpp"

#include "view/json_text.hpp"

#include <algorithm>
#include <limits>

namespace tidings::live {
namespace {

using std::chrono::microseconds;

// What is seen at one look happened since the one before: it is told of every part of that time.
constexpr std::int64_t parts_of_a_look = 4;

std::int64_t ms_of(microseconds span) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(span).count();
}

class columns {
  public:
    void begin(std::string_view name) {
        text_ += ",\"" + std::string(name) + "\":[";
        first_ = true;
    }
    void add(const std::string& value) {
        text_ += (first_ ? "" : ",") + value;
        first_ = false;
    }
    void end() { text_ += "]"; }
    std::string ended() && { return std::move(text_); }

  private:
    std::string text_;
    bool first_ = true;
};

}  // namespace

void course::add(const core::progress_snapshot& now, const core::latency_histogram* latencies) {
    if (last_ && now.now <= last_->at) return;
    if (last_)
        add_rows(now);
    else
        over_time_.add_rows(now.now, core::outcome::accepted, 0);  // here it begins
    if (latencies != nullptr) add_answers(now.now, *latencies);
    last_ = look{now.now, now.ended};
}

void course::add_rows(const core::progress_snapshot& now) {
    const auto span = now.now - last_->at;
    for (std::size_t i = 0; i < core::outcome_count; ++i) {
        const auto before = last_->ended.by_outcome[i];
        const auto rows = now.ended.by_outcome[i] - std::min(now.ended.by_outcome[i], before);
        std::uint64_t told = 0;
        for (std::int64_t part = 1; part <= parts_of_a_look; ++part) {
            const auto until = rows * static_cast<std::uint64_t>(part) / parts_of_a_look;
            over_time_.add_rows(last_->at + span * part / parts_of_a_look,
                                static_cast<core::outcome>(i), until - told);
            told = until;
        }
    }
}

void course::add_answers(core::wall_time at, const core::latency_histogram& latencies) {
    for (std::size_t i = 0; i < core::latency_histogram::bucket_count; ++i) {
        const auto more = latencies.in_bucket(i) - latencies_.in_bucket(i);
        if (more == 0) continue;
        const auto us = std::min<std::uint64_t>(core::latency_histogram::lowest_us(i),
                                                std::numeric_limits<std::uint32_t>::max());
        over_time_.add_answers(at, static_cast<std::uint32_t>(us), more);
    }
    latencies_ = latencies;
}

std::string course::json(bool steering) const {
    const auto width = over_time_.width();
    view::json_object head;
    head.count("version", 1)
        .raw("steering", steering ? "true" : "false")
        .raw("start_ms",
             std::to_string(over_time_.empty() ? 0 : ms_of(over_time_.start().time_since_epoch())))
        .raw("width_ms", std::to_string(ms_of(width)));
    const double seconds = std::chrono::duration<double>(width).count();
    columns all;
    for (std::size_t i = 0; i < core::outcome_count; ++i) {
        all.begin(core::outcome_names[i]);
        for (const auto& bucket : over_time_.buckets())
            all.add(view::json_number(static_cast<double>(bucket.ended.by_outcome[i]) / seconds));
        all.end();
    }
    const std::pair<const char*, double> shares[] = {
        {"p50_ms", 0.5}, {"p90_ms", 0.9}, {"p99_ms", 0.99}};
    for (const auto& [name, share] : shares) {
        all.begin(name);
        for (const auto& bucket : over_time_.buckets())
            all.add(bucket.with_latency == 0 ? "null"
                                             : view::json_number(bucket.latency_us(share) / 1000));
        all.end();
    }
    auto text = head.ended();
    text.pop_back();
    return text + std::move(all).ended() + "}";
}

}  // namespace tidings::live
