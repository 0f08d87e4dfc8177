// What a run's port answers: bodies and heads, of the last look at the run. A look is taken a few
// times a second however many ask (live/port), and what is made of it is made once. Pure.
#pragma once

#include "core/latency_histogram.hpp"
#include "core/progress.hpp"
#include "live/course.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::live {

// One look at a run.
struct run_look {
    core::progress_snapshot now;
    std::shared_ptr<const core::latency_histogram> latencies;  // null: not known yet
};

struct port_answer {
    std::uint16_t status = 200;
    std::string_view type;
    std::string_view body;
};

// Status line and fields with the empty line. Without `size` the body ends with the connection.
std::string head_of(const port_answer& answer, std::optional<std::size_t> size);

class telling {
  public:
    // A process whose looks are the same for so long does not do its work.
    static constexpr auto silence_max = std::chrono::seconds(15);

    void on_look(run_look look, core::instant now);
    // The run's process has ended its work; what was seen last stays.
    void on_over() { over_ = true; }

    // The run has begun; before, there is nothing to tell.
    bool begun() const noexcept { return look_.has_value(); }
    bool over() const noexcept { return over_; }
    std::string_view status();
    std::string_view metrics(bool open_metrics);
    std::string history(bool steering) const { return course_.json(steering); }
    // The process does its work, has not begun it, or is done with it.
    bool healthy(core::instant now) const noexcept;

  private:
    std::optional<run_look> look_;
    core::instant changed_{};  // when the looks differed last
    course course_;
    bool over_ = false;
    // Made when they are asked for; empty: not since the last look.
    std::string status_;
    std::string metrics_[2];
};

}  // namespace tidings::live
