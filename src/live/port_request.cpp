#include "live/port_request.hpp"

namespace tidings::live {
namespace {

struct route {
    std::string_view path;
    asked_for what;
    std::string_view method;
    bool of_the_run;  // tells of it, so that the token is wanted where there is one
};

constexpr route routes[] = {
    {"/", asked_for::file, "GET", false},
    {"/page.css", asked_for::file, "GET", false},
    {"/page.js", asked_for::file, "GET", false},
    {"/charts.css", asked_for::file, "GET", false},
    {"/charts.js", asked_for::file, "GET", false},
    {"/healthz", asked_for::health, "GET", false},
    {"/metrics", asked_for::metrics, "GET", true},
    {"/api/status", asked_for::status, "GET", true},
    {"/api/history", asked_for::history, "GET", true},
    {"/api/events", asked_for::events, "GET", true},
    {"/api/control", asked_for::control, "POST", true},
};

const route* route_to(std::string_view target) {
    const auto path = target.substr(0, target.find('?'));
    for (const auto& one : routes)
        if (one.path == path) return &one;
    return nullptr;
}

}  // namespace

port_decision decide(const port_request& asked, const port_rules& rules) {
    using codec::port_refusal;
    if (const auto refusal = codec::why_not_here(asked.claims, rules.here)) return *refusal;
    const auto* const to = route_to(asked.target);
    if (to == nullptr)
        return port_refusal{404,
                            "there is /, /metrics, /healthz, /api/status, /api/history, "
                            "/api/events, and /api/control to POST to"};
    if (to->of_the_run && !rules.token.empty())
        if (const auto refusal = codec::why_not_admitted(asked.claims, rules.token))
            return *refusal;
    if (asked.method != to->method)
        return port_refusal{
            405, to->method == "GET" ? "only GET is known there" : "only POST is known there"};
    if (asked.has_body && to->method == "GET") return port_refusal{400, "a GET brings no body"};
    if (to->what != asked_for::control) return to->what;
    if (rules.token.empty())
        return port_refusal{403, "steering wants a token: start the run with --listen-token FILE"};
    if (asked.mark != "1") return port_refusal{403, "say Tidings-Control: 1"};
    return to->what;
}

}  // namespace tidings::live
