#include "gateway/rules/statistics.hpp"

#include <iterator>

#include <fmt/format.h>

namespace tidings::gateway {

namespace {

std::string_view name_of_scope(rules::scope kind) {
    switch (kind) {
        case rules::scope::account: return "account";
        case rules::scope::bot: return "bot";
        case rules::scope::sender: return "sender";
    }
    return "";
}

void append_windows(std::string& out, const rules& judging) {
    out += R"("windows":[)";
    const char* between = "";
    for (const auto& one : judging.windows()) {
        const auto& window = *one.window;
        fmt::format_to(std::back_inserter(out),
                       R"({}{{"scope":"{}","name":{},"count_max":{},"window_s":{},"worst":{},)"
                       R"("worst_is_floor":{},"refused":{}}})",
                       between, name_of_scope(one.kind), json_quoted(one.name),
                       window.limit().count,
                       std::chrono::duration<double>(window.limit().window).count(), window.worst(),
                       window.worst_is_floor(), window.refused());
        between = ",";
    }
    out += ']';
}

void append_faults(std::string& out, const fault_desk& faults) {
    fmt::format_to(std::back_inserter(out), R"("faults":{{"seed":{},"rules":[)", faults.seed());
    for (std::size_t i = 0; i < faults.rules().size(); ++i)
        fmt::format_to(std::back_inserter(out), R"({}{{"what":"{}","applied":{}}})",
                       i == 0 ? "" : ",", name_of(faults.rules()[i].what), faults.applied()[i]);
    out += "]}";
}

}  // namespace

std::string statistics_json(const statistics& counters, const ledger& book, const rules& judging,
                            const fault_desk& faults) {
    std::string out;
    fmt::format_to(
        std::back_inserter(out),
        R"({{"requests":{},"triggered":{},"duplicates":{},"answers_lost":{},"answers":{},)"
        R"("unreadable":{},"connections":{},"connections_open":{},"connections_turned_away":{},)"
        R"("handshakes":{},"handshakes_failed":{},"http2_connections":{},"tokens_verified":{},)",
        counters.requests, book.size(), book.repeats(), book.lost(), counters.answers,
        counters.unreadable, counters.connections, counters.connections_open,
        counters.connections_turned_away, counters.handshakes, counters.handshakes_failed,
        counters.http2_connections, judging.tokens_verified());
    out += R"("by_status":{)";
    const char* between = "";
    for (std::size_t status = 0; status < counters.by_status.size(); ++status) {
        if (counters.by_status[status] == 0) continue;
        fmt::format_to(std::back_inserter(out), R"({}"{}":{})", between, status,
                       counters.by_status[status]);
        between = ",";
    }
    out += R"(},"by_case":{)";
    between = "";
    for (std::size_t i = 0; i < counters.by_case.size(); ++i) {
        if (counters.by_case[i] == 0) continue;
        fmt::format_to(std::back_inserter(out), R"({}"{}":{})", between,
                       name_of(static_cast<verdict_case>(i)), counters.by_case[i]);
        between = ",";
    }
    out += "},";
    append_windows(out, judging);
    out += ',';
    append_faults(out, faults);
    out += "}\n";
    return out;
}

}  // namespace tidings::gateway
