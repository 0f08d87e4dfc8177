// Gathers what is wrong with some settings, so that everything is told at once.
#pragma once

#include "core/failure.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tidings::settings {

class mistake_list {
  public:
    static constexpr std::size_t shown_max = 100;

    // One line: "campaign.toml:12:3: ...". Beyond shown_max they are only counted.
    void add(std::string_view where, std::string_view what);
    bool empty() const noexcept { return lines_.empty(); }
    // All of them, one a line, in the order they were added. Pre: not empty.
    core::failure as_failure() const;

  private:
    std::vector<std::string> lines_;
    std::size_t left_out_ = 0;
};

}  // namespace tidings::settings
