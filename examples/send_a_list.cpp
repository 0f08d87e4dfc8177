// Sends the list of a campaign file, and goes on with its run when it is there already:
//   send_a_list campaign.toml [key=value ...]
#include <cstdio>
#include <string>
#include <tidings/tidings.hpp>

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: send_a_list CAMPAIGN.toml [key=value ...]\n");
        return static_cast<int>(tidings::exit_status::usage);
    }
    auto settings = tidings::configuration::from_file(argv[1]);
    for (int i = 2; settings && i < argc; ++i) {
        const std::string text = argv[i];
        const auto equals = text.find('=');
        settings->set(text.substr(0, equals),
                      equals == std::string::npos ? "" : text.substr(equals + 1));
    }
    const auto stop = [](const tidings::failure& why) {
        std::fprintf(stderr, "%s\n", why.text.c_str());
        return static_cast<int>(why.status);
    };
    if (!settings) return stop(settings.error());

    const auto plan = tidings::campaign::plan(*settings);
    if (!plan) return stop(plan.error());
    std::printf("%llu of %llu rows can be sent\n", static_cast<unsigned long long>(plan->sendable),
                static_cast<unsigned long long>(plan->rows));

    auto campaign = tidings::campaign::begin(*settings);
    if (!campaign) return stop(campaign.error());
    const auto ended = campaign->run();
    if (!ended) return stop(ended.error());
    std::printf("%s\n", ended->reason.c_str());

    const auto proof = tidings::campaign::verify(campaign->folder());
    if (!proof) return stop(proof.error());
    std::printf("%s\n", proof->sentence.c_str());
    return static_cast<int>(ended->status);
}
