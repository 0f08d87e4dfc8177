// `tidings token`: prints a token as it would be sent, or what is in it.
#include "app/campaign_assembly.hpp"
#include "app/commands/commands.hpp"
#include "codec/tokens/base64url.hpp"
#include "runner/clock.hpp"

#include <cstdio>
#include <string>

namespace tidings::app {

namespace {

// The two JSON parts of a signed token, one a line.
std::string claims_of(std::string_view token) {
    std::string told;
    for (int part = 0; part < 2; ++part) {
        const auto dot = token.find('.');
        told += codec::read_base64url(token.substr(0, dot)).value_or("(encrypted)") + '\n';
        token.remove_prefix(dot + 1);
    }
    return told;
}

}  // namespace

core::result<exit_status> perform(const token_command& asked) {
    const auto variables = environment_of_process();
    const auto settings = load_campaign(asked.campaign.file, asked.campaign.overrides, variables);
    if (!settings) return settings.error();
    if (asked.bot >= settings->bots.size())
        return core::failure{core::trouble::usage,
                             "--bot " + std::to_string(asked.bot) + ": the campaign has " +
                                 std::to_string(settings->bots.size()) + ", counted from 0"};
    auto signer = signer_source_of(settings->bots[asked.bot], variables)();
    if (!signer) return signer.error();
    std::string token(signer->size_max(), '\0');
    const runner::system_clock clock;
    const char* end = signer->sign(token.data(), clock.wall_now());
    if (end == nullptr)
        return core::failure{core::trouble::internal, "the token could not be signed"};
    token.resize(static_cast<std::size_t>(end - token.data()));
    if (asked.claims)
        std::printf("%s", claims_of(token).c_str());
    else
        std::printf("%s\n", token.c_str());
    return exit_status::accepted;
}

}  // namespace tidings::app
