// What only the process that sends a run knows of it, and its folder does not tell: what it is
// doing or waiting for, and when it will be done. It crosses runner/control_socket as one line, so
// that `status` says the same as the progress block.
#pragma once

#include "core/progress.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::runner {

struct live_state {
    core::run_phase phase = core::run_phase::running;
    std::optional<core::wall_time> waiting_until;
    std::optional<core::wall_time> finish_expected;
    double rate_now = 0;
    std::string waiting_for;
    std::vector<core::endpoint_trouble> troubles;  // the first few

    friend bool operator==(const live_state&, const live_state&) = default;
};

live_state live_state_of(const core::progress_snapshot& now);
// "phase until finish rate words ...", and behind a unit separator (0x1F) each trouble: "since ask
// questions trying given_up bot name words ...". Moments in microseconds since 1970, 0: none.
// Without a line end, however hostile the words, and so short that control_socket takes it.
std::string to_line(const live_state& state);
std::optional<live_state> live_state_from(std::string_view line);
// What a run's folder told, with what its process says.
void tell(core::progress_snapshot& into, const live_state& state);

}  // namespace tidings::runner
