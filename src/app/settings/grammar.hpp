// The command line's grammar: which options each subcommand has and where their values go. It is
// what app/settings/command_line parses with; the options that several subcommands share are added
// by the functions below.
#pragma once

#include "app/settings/command_line.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

namespace tidings::app {

// One line of help and some examples a subcommand.
struct subcommand_words {
    std::string_view name;
    std::string_view summary;
    std::string_view examples;  // one a line
};
const std::vector<subcommand_words>& subcommands();

// A RUN argument while it is parsed: a path, or a name under --dir.
struct run_words {
    std::string run;
    std::string dir = "runs";
    std::filesystem::path folder() const;
};

// Values as they are parsed, one place a subcommand, so that nothing is allocated or shared for
// them. Only the subcommand that was given is looked at afterwards.
struct grammar {
    explicit grammar(const environment& variables);
    grammar(const grammar&) = delete;
    grammar& operator=(const grammar&) = delete;

    CLI::App app;
    std::optional<command> chosen;  // set by the subcommand's own callback

    plan_command plan;
    send_command send_out;
    resume_command resume;
    status_command status;
    control_command control;
    verify_command verify;
    export_command export_rows;
    resolve_command resolve;
    report_command report;
    recent_command recent;
    token_command token;
    gateway_command gateway;
    bench_command bench;
    demo_command demo;
    run_words run;

  private:
    // The subcommand with RUN and --dir.
    CLI::App* run_subcommand(std::string_view name);
    void add_campaign_commands();
    void add_run_commands();
    void add_control();
    void add_resolve();
    void add_recent();
    void add_token();
    void add_gateway();
    void add_bench();
    void add_demo();
};

// --quiet, --json, --no-progress, --progress-every, --colour, --log-format.
void add_display(CLI::App& to, display_arguments& into);
// --set and the flags that stand for keys.
void add_overrides(CLI::App& to, std::vector<setting_override>& into);

// An option whose text is read by one of codec/text/units' functions, or any that returns a result.
template <class Parse, class Value>
CLI::Option* add_unit(CLI::App& to, const std::string& names, Value& into, Parse parse,
                      const std::string& help) {
    return to.add_option_function<std::string>(
        names,
        [&into, parse, names](const std::string& text) {
            const auto value = parse(text);
            if (!value) throw CLI::ValidationError(names, value.error().text);
            into = *value;
        },
        help);
}

// "17,20-25" as spans, in order and apart.
core::result<std::vector<row_span>> row_spans_from(std::string_view text);
// "rejected,failed"; each is kept once.
core::result<std::vector<core::outcome>> outcomes_from(std::string_view text);

}  // namespace tidings::app
