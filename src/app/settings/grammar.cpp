#include "app/settings/grammar.hpp"

#include "app/screen/wrapped_text.hpp"
#include "app/settings/campaign_keys.hpp"
#include "app/settings/campaign_words.hpp"
#include "codec/text/units.hpp"
#include "tidings/version.hpp"

namespace tidings::app {
namespace {

// One of the words of a campaign file's key.
template <const auto& words>
auto choice_from(const std::string& text)
    -> core::result<std::decay_t<decltype(words.front().second)>> {
    if (const auto found = settings::choice_named(words, text)) return *found;
    return core::failure{core::trouble::usage,
                         settings::not_among(text, settings::words_in(words))};
}

constexpr word_table<colour_choice, 3> colour_words = {{{"auto", colour_choice::automatic},
                                                        {"always", colour_choice::always},
                                                        {"never", colour_choice::never}}};

template <class Count>
CLI::Option* add_count(CLI::App& to, const std::string& name, Count& into, std::uint64_t low,
                       std::uint64_t high, const std::string& help) {
    const auto parse = [low, high](const std::string& text) -> core::result<Count> {
        const auto count = codec::count_from(text);
        if (!count) return count.error();
        if (*count < low || *count > high)
            return core::failure{core::trouble::usage, text + " is outside " + std::to_string(low) +
                                                           " .. " + std::to_string(high)};
        return static_cast<Count>(*count);
    };
    return add_unit(to, name, into, parse, help)->type_name("N");
}

CLI::Option* add_rate(CLI::App& to, std::optional<core::rate_limit>& into,
                      const std::string& help) {
    return add_unit(to, "--rate", into, codec::rate_limit_from, help)->type_name("LIMIT");
}

void add_key_flag(CLI::App& to, std::vector<setting_override>& into, const std::string& flag,
                  const std::string& path, const std::string& type, const std::string& help) {
    to.add_option_function<std::string>(
          flag,
          [&into, flag, path](const std::string& value) {
              into.push_back({path, value, flag});
          },
          help + " (" + path + ")")
        ->type_name(type);
}

void add_set(CLI::App& to, std::vector<setting_override>& into) {
    to.add_option_function<std::vector<std::string>>(
          "--set",
          [&into](const std::vector<std::string>& all) {
              for (const auto& one : all) {
                  const auto equals = one.find('=');
                  if (equals == std::string::npos || equals == 0)
                      throw CLI::ValidationError(
                          "--set", "is followed by section.key=value: --set retry.attempts_max=3");
                  into.push_back({one.substr(0, equals), one.substr(equals + 1), "--set"});
              }
          },
          "Give a key of the file another value; may be repeated")
        ->type_name("KEY=VALUE")
        ->expected(1)
        ->allow_extra_args(false)
        ->take_all();
}

void add_campaign(CLI::App& to, campaign_arguments& into) {
    to.add_option("CAMPAIGN", into.file, "The campaign file")->required()->type_name("");
    add_overrides(to, into.overrides);
    to.add_flag_callback(
        "--help-keys", [] { throw CLI::CallForVersion(campaign_keys_help(), 0); },
        "Show every key of a campaign file and leave");
}

// CLI11's help without its shouting, in 80 columns. Shared with every subcommand by CLI11 itself,
// which wants a shared_ptr.
class plain_formatter : public CLI::Formatter {
  public:
    plain_formatter() { column_width(30); }
    std::string make_option_opts(const CLI::Option* option) const override {
        std::string text;
        if (!option->get_type_name().empty()) text = " " + option->get_type_name();
        return text;
    }
    std::string make_option_desc(const CLI::Option* option) const override {
        const auto initial = option->get_default_str();
        return fitted(option->get_description() +
                      (initial.empty() ? "" : " (default: " + initial + ")"));
    }
    std::string make_subcommand(const CLI::App* sub) const override {
        std::stringstream out;
        CLI::detail::format_help(out, sub->get_name(), fitted(sub->get_description()), 16);
        return out.str();
    }

  private:
    // CLI11 indents what follows a line end.
    static std::string fitted(const std::string& text) { return wrapped(text, "", 50); }
};

void add_yes(CLI::App& to, bool& into, const std::string& help) {
    to.add_flag("-y,--yes", into, help);
}

void add_listen(CLI::App& to, listen_arguments& into) {
    auto* const where =
        add_unit(to, "--listen", into.where, codec::listen_address_from,
                 "Tell how the run goes there: a live page, /metrics, /api/status, /healthz; "
                 "127.0.0.1:8740, or port 0 for a free one")
            ->type_name("HOST:PORT");
    to.add_option("--listen-token", into.token_file,
                  "Only to whoever shows what this file holds, and who does may also pause, "
                  "continue, stop and set a rate there; for addresses that others reach")
        ->type_name("FILE")
        ->needs(where);
}

// Of stderr at once, and as a key for the file.
void add_log_format(CLI::App& to, display_arguments& display,
                    std::vector<setting_override>& overrides) {
    to.add_option_function<std::string>(
          "--log-format",
          [&](const std::string& text) {
              const auto format = choice_from<log_format_words>(text);
              if (!format) throw CLI::ValidationError("--log-format", format.error().text);
              display.log = *format;
              overrides.push_back({"output.log_format", text, "--log-format"});
          },
          "Of messages and tidings.log: text or json (output.log_format)")
        ->type_name("FORMAT");
}

}  // namespace

std::filesystem::path run_words::folder() const {
    const bool is_path = run.find('/') != std::string::npos || run == "." || run == "..";
    return is_path ? std::filesystem::path(run) : std::filesystem::path(dir) / run;
}

void add_display(CLI::App& to, display_arguments& into) {
    to.add_flag("-q,--quiet", into.quiet, "Errors and results only");
    to.add_flag("--json", into.json, "Results and progress as JSON lines with a type");
    to.add_flag_callback(
        "--no-progress", [&into] { into.progress = false; }, "Draw no progress");
    add_unit(to, "--progress-every", into.progress_every, codec::duration_from,
             "Between progress lines where there is no terminal")
        ->type_name("TIME")
        ->default_str("10s");
    add_unit(to, "--colour,--color", into.colour, choice_from<colour_words>,
             "auto, always or never")
        ->type_name("WHEN")
        ->default_str("auto");
}

void add_overrides(CLI::App& to, std::vector<setting_override>& into) {
    add_set(to, into);
    add_key_flag(to, into, "--recipients", "recipients.file", "FILE", "The list");
    add_key_flag(to, into, "--name", "name", "NAME", "The campaign's name");
    add_key_flag(to, into, "--dir", "output.dir", "FOLDER", "Where run folders lie");
    add_key_flag(to, into, "--threads", "threads", "N", "Network threads");
}

grammar::grammar(const environment& variables)
    : app("Sends one outbound-SMS request per recipient of a list, as fast as the limits\n"
          "allow, and proves afterwards what happened to every row.",
          "tidings") {
    const auto dir = variables.find("TIDINGS_OUTPUT__DIR");
    if (dir != variables.end()) {
        run.dir = dir->second;
        demo.dir = dir->second;
    }
    app.formatter(std::make_shared<plain_formatter>());
    app.set_version_flag("--version", "tidings " + std::string(version),
                         "Show the version and leave");
    app.set_help_flag("-h,--help", "Show this and leave");
    app.require_subcommand(1);
    app.footer(
        "\nFirst steps:\n  tidings demo                    everything at once, on this machine\n"
        "  tidings plan my.toml            what a campaign would do\n"
        "  tidings send my.toml            do it\n\n" +
        exit_status_help());
    for (const auto& one : subcommands()) {
        auto* const sub = app.add_subcommand(std::string(one.name), std::string(one.summary));
        sub->set_version_flag("--version", "tidings " + std::string(version),
                              "Show the version and leave");
        sub->set_help_flag("-h,--help", "Show this and leave");
        sub->footer("\nExamples:\n" + std::string(one.examples) + "\n" + exit_status_help());
    }
    add_campaign_commands();
    add_run_commands();
    add_control();
    add_resolve();
    add_recent();
    add_token();
    add_gateway();
    add_bench();
    add_demo();
}

CLI::App* grammar::run_subcommand(std::string_view name) {
    auto* const sub = app.get_subcommand(std::string(name));
    sub->add_option("RUN", run.run, "The run's folder, or its name under --dir")
        ->required()
        ->type_name("");
    sub->add_option("--dir", run.dir, "Where run folders lie")
        ->type_name("FOLDER")
        ->capture_default_str();
    return sub;
}

void grammar::add_campaign_commands() {
    auto* sub = app.get_subcommand("plan");
    add_campaign(*sub, plan.campaign);
    sub->add_flag("--probe", plan.probes,
                  "Send one request with an empty body, which cannot text anybody, to see whether "
                  "address, TLS, token and scope are right, and how long an answer takes; "
                  "--probe=9 sends nine (at most 20), where answers vary");
    add_display(*sub, plan.display);
    sub->callback([this] {
        constexpr std::size_t probes_max = 20;
        if (plan.probes > probes_max)
            throw CLI::ValidationError("--probe", "takes 1 to 20 requests");
        chosen = plan;
    });

    sub = app.get_subcommand("send");
    add_campaign(*sub, send_out.campaign);
    sub->add_option("--again", send_out.again,
                    "Send although a run of this list exists, as a new run with this name")
        ->type_name("NAME");
    add_yes(*sub, send_out.yes, "Do not ask before the first message");
    add_listen(*sub, send_out.listen);
    add_display(*sub, send_out.display);
    add_log_format(*sub, send_out.display, send_out.campaign.overrides);
    sub->callback([this] {
        if (!send_out.again.empty())
            send_out.campaign.overrides.push_back({"name", send_out.again, "--again"});
        chosen = send_out;
    });
}

void grammar::add_run_commands() {
    auto* sub = run_subcommand("resume");
    add_set(*sub, resume.overrides);
    add_key_flag(*sub, resume.overrides, "--threads", "threads", "N", "Network threads");
    add_yes(*sub, resume.yes, "As with send; nothing is asked here");
    sub->add_flag("--moved", resume.moved,
                  "The run folder was moved here, and no copy of it will be resumed elsewhere");
    add_listen(*sub, resume.listen);
    add_display(*sub, resume.display);
    add_log_format(*sub, resume.display, resume.overrides);
    sub->callback([this] {
        resume.run.folder = run.folder();
        chosen = resume;
    });

    sub = run_subcommand("status");
    sub->add_flag("--watch", status.watch, "Go on showing it until the run ends");
    sub->add_flag("--metrics", status.metrics, "As text for Prometheus");
    add_display(*sub, status.display);
    sub->callback([this] {
        status.run.folder = run.folder();
        chosen = status;
    });

    sub = run_subcommand("verify");
    add_display(*sub, verify.display);
    sub->callback([this] {
        verify.run.folder = run.folder();
        chosen = verify;
    });

    sub = run_subcommand("export");
    add_unit(*sub, "--outcome", export_rows.outcomes, outcomes_from, "Which rows, by commas")
        ->required()
        ->type_name("NAME,...");
    sub->add_option("-o,--out", export_rows.out, "Where to; default: standard output")
        ->type_name("FILE");
    sub->add_flag("--from-log", export_rows.from_log,
                  "Their numbers from the outcome log, when the list is gone or was changed");
    add_display(*sub, export_rows.display);
    sub->callback([this] {
        export_rows.run.folder = run.folder();
        chosen = export_rows;
    });

    sub = run_subcommand("report");
    sub->add_option("-o,--out", report.out, "Where to; default: report.html in the run's folder")
        ->type_name("FILE");
    sub->callback([this] {
        report.run.folder = run.folder();
        chosen = report;
    });
}

void grammar::add_control() {
    auto* const sub = run_subcommand("control");
    const auto action_from = [](const std::string& text) -> core::result<control_command::action> {
        using action = control_command::action;
        if (text == "pause") return action::pause;
        if (text == "continue") return action::go_on;
        if (text == "stop") return action::stop;
        if (text == "rate") return action::rate;
        return core::failure{core::trouble::usage,
                             "\"" + text.substr(0, 60) + "\" is not pause, continue, stop or rate"};
    };
    const auto rate_from =
        [](const std::string& text) -> core::result<std::optional<core::rate_limit>> {
        if (text == "none") return std::optional<core::rate_limit>();
        const auto limit = codec::rate_limit_from(text);
        if (!limit) return limit.error();
        return std::optional(*limit);
    };
    auto* const action =
        add_unit(*sub, "ACTION", control.what, action_from, "pause, continue, stop or rate")
            ->required()
            ->type_name("");
    auto* const rate =
        add_unit(*sub, "LIMIT", control.rate, rate_from, "With rate: \"5/s\" at most, or none")
            ->type_name("");
    add_display(*sub, control.display);
    sub->callback([this, action, rate] {
        const bool wants_rate = action->as<std::string>() == "rate";
        if (wants_rate && rate->count() == 0)
            throw CLI::ValidationError("rate", "needs a limit: \"5/s\", or none to lift it");
        if (!wants_rate && rate->count() > 0)
            throw CLI::ValidationError("LIMIT", "goes with rate only");
        control.run.folder = run.folder();
        chosen = control;
    });
}

void grammar::add_resolve() {
    auto* const sub = run_subcommand("resolve");
    const auto ruling_from = [](const std::string& text) -> core::result<resolve_command::ruling> {
        if (text == "sent") return resolve_command::ruling::sent;
        if (text == "resend") return resolve_command::ruling::resend;
        return core::failure{core::trouble::usage,
                             "\"" + text.substr(0, 60) + "\" is not sent or resend"};
    };
    auto* const word = add_unit(*sub, "--unknown", resolve.as, ruling_from,
                                "sent: they count as accepted; resend: they are sent again")
                           ->type_name("RULING");
    auto* const ask = sub->add_flag_callback(
                             "--ask", [this] { resolve.as = resolve_command::ruling::ask; },
                             "Ask the platform: what it has a session of counts as accepted")
                          ->excludes(word);
    add_unit(*sub, "--rows", resolve.rows, row_spans_from, "Only these; default: all unknown ones")
        ->type_name("17,20-25");
    add_yes(*sub, resolve.yes, "Do not ask before it is recorded");
    add_display(*sub, resolve.display);
    sub->callback([this, word, ask] {
        if (word->count() + ask->count() == 0)
            throw CLI::ValidationError("resolve", "needs --ask, or --unknown sent or resend");
        resolve.run.folder = run.folder();
        chosen = resolve;
    });
}

void grammar::add_recent() {
    auto* const sub = app.get_subcommand("recent");
    const auto number_from = [](const std::string& text) -> core::result<core::phone_number> {
        if (const auto number = core::phone_number::from_e164(text)) return *number;
        return core::failure{core::trouble::usage,
                             "\"" + text.substr(0, 30) + "\" is not E.164: write +16693422058"};
    };
    add_unit(*sub, "--forget", recent.forget, number_from,
             "As if that number had never been texted")
        ->type_name("NUMBER");
    sub->add_option("--state", recent.state, "The folder that `state` names; default: your own")
        ->type_name("FOLDER");
    add_display(*sub, recent.display);
    sub->callback([this] { chosen = recent; });
}

void grammar::add_token() {
    auto* const sub = app.get_subcommand("token");
    add_campaign(*sub, token.campaign);
    sub->add_option("--bot", token.bot, "Which bot's, counted from 0")->type_name("N");
    sub->add_flag("--claims", token.claims, "Show header and claims instead");
    sub->callback([this] { chosen = token; });
}

void grammar::add_gateway() {
    auto* const sub = app.get_subcommand("gateway");
    sub->add_option("GATEWAY", gateway.file, "The gateway's file; without it the defaults serve")
        ->type_name("");
    add_set(*sub, gateway.overrides);
    sub->add_option("--port", gateway.port, "Port of the endpoint; 0 is a free one")
        ->type_name("PORT");
    sub->add_option("--control-port", gateway.control_port,
                    "Port of statistics, ledger and faults; 0 is a free one")
        ->type_name("PORT");
    add_display(*sub, gateway.display);
    sub->callback([this] { chosen = gateway; });
}

void grammar::add_bench() {
    auto* const sub = app.get_subcommand("bench");
    sub->add_option("--url", bench.url, "Endpoint on this machine; default: one of its own")
        ->type_name("URL");
    sub->add_flag("--i-own-this-host", bench.own_host, "Allow --url to be another machine");
    add_count(*sub, "--messages", bench.messages, 1, 1'000'000'000, "How many")
        ->default_str("100000");
    add_unit(*sub, "--duration", bench.duration, codec::duration_from, "Stop after so long")
        ->type_name("TIME");
    add_rate(*sub, bench.rate, "Open loop at this rate; default: closed loop at full speed");
    add_count(*sub, "--connections", bench.connections, 1, 10'000, "Connections")
        ->default_str("32");
    add_count(*sub, "--threads", bench.threads, 1, 64, "Network threads")->default_str("1");
    add_unit(*sub, "--http", bench.http, choice_from<http_words>, "auto, 1.1 or 2")
        ->type_name("VERSION")
        ->default_str("auto");
    sub->add_option("--ca-file", bench.ca_file, "More trust anchors, PEM")->type_name("FILE");
    add_display(*sub, bench.display);
    sub->callback([this] { chosen = bench; });
}

void grammar::add_demo() {
    auto* const sub = app.get_subcommand("demo");
    add_count(*sub, "--rows", demo.rows, 1, 100'000'000, "Rows of the sample list")
        ->default_str("10000");
    add_count(*sub, "--seed", demo.seed, 0, ~std::uint64_t{0}, "What the list is made from")
        ->default_str("1");
    add_rate(*sub, demo.rate, "At most so fast, to watch it");
    sub->add_option("--dir", demo.dir, "Where the run's folder is made")
        ->type_name("FOLDER")
        ->capture_default_str();
    add_display(*sub, demo.display);
    sub->callback([this] { chosen = demo; });
}

}  // namespace tidings::app
