// Plain counters of what the endpoint did; statistics_json shows them together with the windows and
// the ledger's sums.
#pragma once

#include "gateway/rules/faults.hpp"
#include "gateway/rules/ledger.hpp"
#include "gateway/rules/replies.hpp"
#include "gateway/rules/rules.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace tidings::gateway {

struct statistics {
    std::uint64_t connections = 0;       // accepted since the start
    std::uint64_t connections_open = 0;  // now
    std::uint64_t connections_turned_away = 0;
    std::uint64_t handshakes = 0;
    std::uint64_t handshakes_failed = 0;
    std::uint64_t http2_connections = 0;
    std::uint64_t requests = 0;    // begun
    std::uint64_t unreadable = 0;  // not HTTP, or over a limit
    std::uint64_t answers = 0;     // made; whether they arrived is the ledger's
    std::array<std::uint64_t, 600> by_status{};
    std::array<std::uint64_t, verdict_case_count> by_case{};
};

// {"requests":..,"triggered":..,"duplicates":..,"by_status":{..},"windows":[..],...}
std::string statistics_json(const statistics& counters, const ledger& book, const rules& judging,
                            const fault_desk& faults);

}  // namespace tidings::gateway
