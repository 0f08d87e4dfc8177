#include "app/settings/grammar.hpp"
#include "codec/text/units.hpp"

#include <algorithm>

namespace tidings::app {
namespace {

core::failure usage(std::string text) {
    return {core::trouble::usage, std::move(text)};
}

std::string listed_outcomes() {
    std::string text;
    for (const auto name : core::outcome_names)
        text += (text.empty() ? "" : ", ") + std::string(name);
    return text;
}

}  // namespace

const std::vector<subcommand_words>& subcommands() {
    static const std::vector<subcommand_words> words = {
        {"plan", "Read everything, send nothing: counts, problems, finish time, deciding limit",
         "  tidings plan november.toml\n"
         "  tidings plan november.toml --probe\n"
         "  tidings plan november.toml --set bot.limits=600/60s\n"},
        {"send", "Start a campaign",
         "  tidings send november.toml\n"
         "  tidings send november.toml --recipients late.csv --name november-late --yes\n"
         "  zcat list.csv.gz | tidings send november.toml --recipients - --yes\n"
         "  tidings send november.toml --again november-2\n"
         "  tidings send november.toml --yes --listen 127.0.0.1:8740\n"},
        {"resume", "Go on after an interruption; never creates a run",
         "  tidings resume november-reminder\n"
         "  tidings resume runs/november-reminder --yes --no-progress\n"},
        {"status", "How far a run is, while it runs or after",
         "  tidings status november-reminder\n"
         "  tidings status november-reminder --watch\n"
         "  tidings status november-reminder --json\n"},
        {"control", "Steer a running campaign: pause, continue, stop, rate",
         "  tidings control november-reminder pause\n"
         "  tidings control november-reminder continue\n"
         "  tidings control november-reminder rate 5/s\n"
         "  tidings control november-reminder rate none\n"},
        {"verify", "Prove the sum from list, journal and outcome log",
         "  tidings verify november-reminder\n"},
        {"export", "Rows by outcome, in the list's own format, ready to be fed back",
         "  tidings export november-reminder --outcome failed,expired > again.csv\n"
         "  tidings export november-reminder --outcome unknown --out doubt.csv\n"
         "  tidings export november-reminder --outcome rejected --from-log\n"},
        {"resolve", "Settle what is in doubt, on your word or the platform's, recorded",
         "  tidings resolve november-reminder --ask\n"
         "  tidings resolve november-reminder --unknown sent\n"
         "  tidings resolve november-reminder --unknown resend --rows 17,20-25\n"},
        {"report", "A self-contained HTML page of a run",
         "  tidings report november-reminder\n"
         "  tidings report november-reminder --out november.html\n"},
        {"recent", "What frequency caps remember of whom was texted; forgets a number",
         "  tidings recent\n"
         "  tidings recent --forget +16693422058\n"},
        {"token", "Print a signed token",
         "  tidings token november.toml\n"
         "  tidings token november.toml --claims\n"},
        {"gateway", "Serve the endpoint locally, by the contract, with faults on demand",
         "  tidings gateway\n"
         "  tidings gateway conf/gateway.toml --port 8443\n"},
        {"bench", "Throughput against a loopback gateway",
         "  tidings bench\n"
         "  tidings bench --rate 500/s --duration 30s\n"
         "  tidings bench --http 2 --connections 8 --json\n"},
        {"demo", "Gateway, sample list, campaign and verify in one go, with nothing configured",
         "  tidings demo\n"
         "  tidings demo --rows 100000\n"
         "  tidings demo --rate 200/s\n"},
    };
    return words;
}

core::result<std::vector<row_span>> row_spans_from(std::string_view text) {
    constexpr std::size_t spans_max = 10'000;
    std::vector<row_span> spans;
    for (auto rest = text;;) {
        const auto comma = rest.find(',');
        const auto part = rest.substr(0, comma);
        const auto dash = part.find('-');
        const auto first = codec::count_from(part.substr(0, dash));
        const auto last =
            dash == std::string_view::npos ? first : codec::count_from(part.substr(dash + 1));
        if (!first || !last || *first == 0 || *first > *last)
            return usage("\"" + std::string(part.substr(0, 60)) +
                         "\" is not rows: write \"17,20-25\"; rows count from 1");
        spans.push_back({*first, *last});
        if (spans.size() > spans_max) return usage("names more than 10000 spans of rows");
        if (comma == std::string_view::npos) break;
        rest.remove_prefix(comma + 1);
    }
    std::sort(spans.begin(), spans.end(),
              [](const row_span& a, const row_span& b) { return a.first < b.first; });
    std::vector<row_span> apart;
    for (const auto& one : spans)
        if (!apart.empty() && one.first <= apart.back().last + 1)
            apart.back().last = std::max(apart.back().last, one.last);
        else
            apart.push_back(one);
    return apart;
}

core::result<std::vector<core::outcome>> outcomes_from(std::string_view text) {
    std::vector<core::outcome> outcomes;
    for (auto rest = text;;) {
        const auto comma = rest.find(',');
        const auto part = rest.substr(0, comma);
        const auto found = core::outcome_named(part);
        if (!found)
            return usage("\"" + std::string(part.substr(0, 60)) +
                         "\" is no outcome: " + listed_outcomes());
        if (std::find(outcomes.begin(), outcomes.end(), *found) == outcomes.end())
            outcomes.push_back(*found);
        if (comma == std::string_view::npos) return outcomes;
        rest.remove_prefix(comma + 1);
    }
}

}  // namespace tidings::app
