#include "live/port_request.hpp"

#include <gtest/gtest.h>

namespace tidings::live {
namespace {

constexpr std::string_view token = "0123456789abcdef";

port_request request(std::string_view method, std::string_view target) {
    return {.method = method, .target = target, .claims = {.hosts = 1, .host = "127.0.0.1:8740"}};
}

port_request with_token(port_request asked) {
    asked.claims.authorization = "Bearer 0123456789abcdef";
    return asked;
}

std::optional<asked_for> granted(const port_request& asked, std::string_view secret = "") {
    const auto decision = decide(asked, {{"127.0.0.1", 8740}, secret});
    const auto* const what = std::get_if<asked_for>(&decision);
    return what != nullptr ? std::optional(*what) : std::nullopt;
}

std::uint16_t status(const port_request& asked, std::string_view secret = "") {
    const auto decision = decide(asked, {{"127.0.0.1", 8740}, secret});
    const auto* const refusal = std::get_if<codec::port_refusal>(&decision);
    return refusal != nullptr ? refusal->status : std::uint16_t{200};
}

TEST(port_request, knows_what_there_is) {
    const std::pair<const char*, asked_for> rows[] = {
        {"/", asked_for::file},
        {"/page.css", asked_for::file},
        {"/page.js", asked_for::file},
        {"/charts.css", asked_for::file},
        {"/charts.js", asked_for::file},
        {"/healthz", asked_for::health},
        {"/metrics", asked_for::metrics},
        {"/api/status", asked_for::status},
        {"/api/status?x=1", asked_for::status},
        {"/api/history", asked_for::history},
        {"/api/events", asked_for::events},
    };
    for (const auto& [target, what] : rows)
        EXPECT_EQ(granted(request("GET", target)), what) << target;
    for (const auto* const target :
         {"", "*", "/x", "/page.html", "/../page.css", "//", "/api", "http://127.0.0.1:8740/"})
        EXPECT_EQ(status(request("GET", target)), 404) << target;
}

TEST(port_request, refuses_other_methods_and_bodies_that_nobody_wants) {
    for (const auto* const method : {"POST", "HEAD", "OPTIONS", "PUT", "DELETE", "get", "BREW"})
        EXPECT_EQ(status(request(method, "/api/status")), 405) << method;
    EXPECT_EQ(status(with_token(request("GET", "/api/control")), token), 405);
    auto asked = request("GET", "/metrics");
    asked.has_body = true;
    EXPECT_EQ(status(asked), 400);
}

TEST(port_request, names_the_host_before_it_says_what_there_is) {
    auto asked = request("GET", "/nothing");
    asked.claims.host = "elsewhere.example:8740";
    EXPECT_EQ(status(asked), 421);
    asked = request("GET", "/");
    asked.claims.origin = "http://elsewhere.example";
    EXPECT_EQ(status(asked), 403);
}

TEST(port_request, tells_of_the_run_by_the_token_where_there_is_one) {
    for (const auto* const target : {"/metrics", "/api/status", "/api/history", "/api/events"}) {
        EXPECT_EQ(status(request("GET", target), token), 401) << target;
        EXPECT_EQ(status(with_token(request("GET", target)), token), 200) << target;
    }
    for (const auto* const target : {"/", "/page.js", "/healthz"})
        EXPECT_EQ(status(request("GET", target), token), 200) << target;
    EXPECT_EQ(status(request("POST", "/api/control"), token), 401);
}

TEST(port_request, steers_by_the_token_and_the_mark_only) {
    auto asked = request("POST", "/api/control");
    asked.has_body = true;
    asked.mark = "1";
    EXPECT_EQ(status(asked), 403) << "there is no token";
    EXPECT_EQ(status(asked, token), 401);
    EXPECT_EQ(granted(with_token(asked), token), asked_for::control);
    asked.mark = "";
    EXPECT_EQ(status(with_token(asked), token), 403);
    asked.mark = "yes";
    EXPECT_EQ(status(with_token(asked), token), 403);
    asked.mark = "1";
    asked.claims.origin = "http://elsewhere.example";
    EXPECT_EQ(status(with_token(asked), token), 403);
}

}  // namespace
}  // namespace tidings::live
