// What a peer may say on a connection that nobody asked for: frames and records that carry no part
// of an answer. Counted in bytes, because a flood of the smallest frames is the dearest. It only
// counts; whoever reads the bytes ends the connection.
#pragma once

#include <algorithm>
#include <cstddef>

namespace tidings::net {

class noise_budget {
  public:
    static constexpr std::size_t bytes_max = 256 * 1024;
    // Acknowledgements, windows and pings that go with one answer.
    static constexpr std::size_t bytes_an_answer = 1024;

    void spend(std::size_t bytes) noexcept { spent_ += bytes; }
    // They were part of an answer after all.
    void refund(std::size_t bytes) noexcept { spent_ -= std::min(spent_, bytes); }
    void on_answer() noexcept { refund(bytes_an_answer); }
    bool overspent() const noexcept { return spent_ > bytes_max; }

  private:
    std::size_t spent_ = 0;
};

}  // namespace tidings::net
