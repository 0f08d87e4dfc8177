// Why a run, or the part of a bot or a sender in it, ended before the list did. Several may hold at
// once: the gravest decides what the run ends as, and all of them are told. Nothing ends here:
// core/dispatcher does what it adds.
#pragma once

#include "core/stop_rules.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tidings::core {

struct halt_reason {
    stop_status status = stop_status::stopped;
    std::string text;
};

class halt_reasons {
  public:
    static constexpr std::size_t kept_max = 8;

    // What was said already is not said again; beyond kept_max the least grave of the latest goes.
    void add(halt_reason one);
    // The gravest first, those of a kind in the order of their coming.
    const std::vector<halt_reason>& all() const { return all_; }
    // The status of the gravest, with the texts of all; nullopt: none was added.
    std::optional<halt_reason> whole() const;

  private:
    std::vector<halt_reason> all_;
};

}  // namespace tidings::core
