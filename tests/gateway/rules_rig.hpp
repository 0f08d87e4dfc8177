// Rules with an app for each of their parts, and calls to them as rows of a table.
#pragma once

#include "gateway/rules/rules.hpp"
#include "gateway/signed_token.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::gateway::testing {

using namespace std::chrono_literals;
using enum verdict_case;

inline constexpr std::string_view other_bot_target = "/api/public/bot/st-other/outboundsms";
inline constexpr std::string_view off_bot_target = "/api/public/bot/st-off/outboundsms";
inline constexpr core::wall_time noon =
    std::chrono::sys_days(std::chrono::year(2026) / std::chrono::November / 23) + 12h;

inline core::time_stamp at(core::duration elapsed) {
    return {core::instant(elapsed + 1000s),
            noon + std::chrono::floor<std::chrono::microseconds>(elapsed)};
}

inline std::string epoch(core::duration after_noon) {
    return std::to_string(std::chrono::floor<std::chrono::seconds>(
                              (noon + std::chrono::floor<std::chrono::microseconds>(after_noon)))
                              .time_since_epoch()
                              .count());
}

// The sample service with an app for each rule and a bot for each refusal.
inline service_options rich_service() {
    auto made = sample_service();
    made.bots[0].limits.clear();
    const auto add_app = [&made](std::string id, auto change) {
        app_options app;
        app.client_id = std::move(id);
        app.client_secret = "s";
        app.bots = {made.bots[0].id, "st-off"};
        change(app);
        made.apps.push_back(std::move(app));
    };
    add_app("cs-noscope", [](auto& app) { app.scopes = {"Inbound"}; });
    add_app("cs-draft", [](auto& app) { app.published = false; });
    add_app("cs-admin", [](auto& app) {
        app.admin_level = true;
        app.bots.clear();
    });
    add_app("cs-jti", [](auto& app) { app.jti = jti_rule::enforced; });
    add_app("cs-nojti", [](auto& app) { app.jti = jti_rule::off; });
    add_app("cs-plain", [](auto&) {});
    add_app("cs-jwe", [](auto& app) {
        app.jwe = jwe_rule::enforced;
        app.jwe_private_key_pem = rsa_private_pem();
        app.jwe_key_id = "k1";
    });
    add_app("cs-rsa", [](auto& app) {
        app.public_key_pem = rsa_public_pem();
        app.algorithms = {signature_algorithm::rs256, signature_algorithm::rs512};
    });

    const auto number = [](std::uint64_t digits) {
        number_options one;
        one.number = core::phone_number::from_digits(digits);
        return one;
    };
    auto no_flow = number(15550000001);
    no_flow.flow.clear();
    auto inbound = number(15550000002);
    inbound.direction = number_direction::inbound;
    made.bots[0].numbers.push_back(no_flow);
    made.bots[0].numbers.push_back(inbound);
    bot_options off;
    off.id = "st-off";
    off.sms_channel = false;
    off.numbers.push_back(number(16693422058));
    made.bots.push_back(off);
    return made;
}

inline rules make_rules(service_options service, reply_table words = documented_replies()) {
    return rules::make(std::move(service), std::move(words)).value();
}

inline std::string app_token(std::string_view app, std::string_view more = "") {
    return hmac_token(R"({"sub":"1","appId":")" + std::string(app) + "\"" + std::string(more) + "}",
                      "s");
}

struct row {
    const char* name;
    std::string_view method = "POST";
    std::string_view target = sample_target;
    std::optional<std::string> auth = hmac_token(sample_payload());
    std::string_view content_type = "application/json;charset=UTF-8";
    std::string body = std::string(sample_body);
    verdict_case why = triggered;
    std::uint16_t status = 200;
    std::string answer = R"({"message":"Triggered the configured Experience flow to deliver )"
                         R"(message via SMS channel"})";
};

inline std::string error(const std::string& msg, const std::string& code) {
    return R"({"errors":[{"msg":")" + msg + R"(","code":)" + code + "}]}";
}

inline decision judge(rules& judge_of, const row& one, core::duration elapsed = 0s) {
    call asked;
    asked.method = one.method;
    asked.target = one.target;
    if (one.auth) asked.auth = *one.auth;
    asked.content_type = one.content_type;
    asked.body = one.body;
    return judge_of.judge(asked, at(elapsed));
}

}  // namespace tidings::gateway::testing
