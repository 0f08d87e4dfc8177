// Outcomes and latencies over time, in memory that does not grow: when its buckets are used up, two
// become one. Fed row by row from an outcome log or a journal, in any order; read by html_report.
#pragma once

#include "core/outcome.hpp"
#include "core/time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace tidings::view {

class timeline {
  public:
    static constexpr std::size_t buckets_max = 256;
    // Latency classes of a bucket: class c holds [2^(c/4) .. 2^((c+1)/4)) microseconds.
    static constexpr std::size_t latency_classes = 132;  // up to 2^33: all of 32 bits

    struct bucket {
        core::outcome_counts ended;
        std::array<std::uint32_t, latency_classes> latencies{};  // saturate
        std::uint64_t with_latency = 0;

        // In us, to within a tenth; 0 when there was none. Pre: 0 <= share <= 1.
        double latency_us(double share) const;
    };

    timeline() = default;
    explicit timeline(std::chrono::microseconds width) : width_(width) {}

    // `latency_us` 0: the row was never answered, or never sent.
    void add(core::wall_time at, core::outcome what, std::uint32_t latency_us);
    // Many at once, by whoever counts them and not their rows.
    void add_rows(core::wall_time at, core::outcome what, std::uint64_t rows);
    void add_answers(core::wall_time at, std::uint32_t latency_us, std::uint64_t answers);

    bool empty() const noexcept { return buckets_.empty(); }
    core::wall_time start() const noexcept { return start_; }  // of buckets()[0]
    std::chrono::microseconds width() const noexcept { return width_; }
    const std::vector<bucket>& buckets() const noexcept { return buckets_; }

  private:
    bucket& bucket_at(core::wall_time at);
    void make_room(core::wall_time at);
    void halve();

    core::wall_time start_{};
    std::chrono::microseconds width_ = std::chrono::milliseconds(100);
    std::vector<bucket> buckets_;
};

}  // namespace tidings::view
