#include "app/settings/command_line.hpp"

#include "app/settings/completions.hpp"
#include "app/settings/grammar.hpp"
#include "support/file_text.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::app {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

using arguments = std::vector<std::string>;

template <class Command>
Command parsed(const arguments& given, const environment& variables = {}) {
    auto result = parse_command_line(given, variables);
    if (auto* const words = std::get_if<parting_words>(&result))
        throw std::runtime_error(words->to_stderr + words->to_stdout);
    return std::get<Command>(std::get<command>(result));
}

parting_words parting(const arguments& given) {
    auto result = parse_command_line(given);
    if (std::holds_alternative<command>(result)) return {exit_status::internal, "", "(parsed)"};
    return std::get<parting_words>(result);
}

TEST(command_line, plan) {
    const auto plan = parsed<plan_command>({"plan", "a.toml", "--probe", "--json"});
    EXPECT_EQ(plan.campaign.file, "a.toml");
    EXPECT_EQ(plan.probes, 1U);
    EXPECT_EQ(parsed<plan_command>({"plan", "a.toml"}).probes, 0U);
    EXPECT_EQ(parsed<plan_command>({"plan", "a.toml", "--probe=9"}).probes, 9U);
    EXPECT_TRUE(plan.display.json);
    EXPECT_TRUE(plan.display.progress);
}

TEST(command_line, send_with_the_flags_that_stand_for_keys) {
    const auto sent = parsed<send_command>({"send",
                                            "--set",
                                            "name=early",
                                            "--recipients",
                                            "-",
                                            "--set=retry.attempts_max=3",
                                            "a.toml",
                                            "--name",
                                            "late",
                                            "--dir",
                                            "out",
                                            "--threads",
                                            "2",
                                            "--again",
                                            "again-1",
                                            "-y",
                                            "-q",
                                            "--no-progress",
                                            "--progress-every",
                                            "2s",
                                            "--color",
                                            "never",
                                            "--log-format",
                                            "json"});
    EXPECT_EQ(sent.campaign.file, "a.toml");
    EXPECT_THAT(sent.campaign.overrides,
                ElementsAre(setting_override{"name", "early", "--set"},
                            setting_override{"retry.attempts_max", "3", "--set"},
                            setting_override{"recipients.file", "-", "--recipients"},
                            setting_override{"name", "late", "--name"},
                            setting_override{"output.dir", "out", "--dir"},
                            setting_override{"threads", "2", "--threads"},
                            setting_override{"output.log_format", "json", "--log-format"},
                            setting_override{"name", "again-1", "--again"}));
    EXPECT_EQ(sent.again, "again-1");
    EXPECT_TRUE(sent.yes);
    EXPECT_TRUE(sent.display.quiet);
    EXPECT_FALSE(sent.display.progress);
    EXPECT_EQ(sent.display.progress_every, 2s);
    EXPECT_EQ(sent.display.colour, colour_choice::never);
    EXPECT_EQ(sent.display.log, log_format::json);
}

TEST(command_line, a_value_may_hold_anything_after_the_first_equals_sign) {
    const auto sent = parsed<send_command>({"send", "a.toml", "--set", "bot.url=https://h/?a=b c"});
    EXPECT_EQ(sent.campaign.overrides.at(0).value, "https://h/?a=b c");
}

TEST(command_line, a_run_is_a_path_or_a_name) {
    EXPECT_EQ(parsed<resume_command>({"resume", "nov"}).run.folder, "runs/nov");
    EXPECT_EQ(parsed<resume_command>({"resume", "nov", "--dir", "/x"}).run.folder, "/x/nov");
    EXPECT_EQ(parsed<resume_command>({"resume", "a/nov"}).run.folder, "a/nov");
    EXPECT_EQ(parsed<resume_command>({"resume", "./nov"}).run.folder, "./nov");
    EXPECT_EQ(parsed<resume_command>({"resume", "."}).run.folder, ".");
    const environment variables = {{"TIDINGS_OUTPUT__DIR", "/env"}};
    EXPECT_EQ(parsed<resume_command>({"resume", "nov"}, variables).run.folder, "/env/nov");
    EXPECT_EQ(parsed<resume_command>({"resume", "nov", "--dir", "x"}, variables).run.folder,
              "x/nov");
}

TEST(command_line, the_commands_on_runs) {
    const auto status = parsed<status_command>({"status", "nov", "--watch", "--metrics"});
    EXPECT_TRUE(status.watch && status.metrics);
    EXPECT_EQ(parsed<verify_command>({"verify", "nov"}).run.folder, "runs/nov");
    const auto rows = parsed<export_command>(
        {"export", "nov", "--outcome", "failed,unknown,failed", "-o", "x.csv"});
    EXPECT_THAT(rows.outcomes, ElementsAre(core::outcome::failed, core::outcome::unknown));
    EXPECT_EQ(rows.out, "x.csv");
    EXPECT_EQ(parsed<export_command>({"export", "nov", "--outcome", "failed"}).out, "-");
    EXPECT_EQ(parsed<report_command>({"report", "nov"}).out, "");
    EXPECT_EQ(parsed<resume_command>({"resume", "n", "--set", "a.b=c"}).overrides.size(), 1U);
    EXPECT_THAT(parsed<resume_command>({"resume", "n", "--log-format", "text"}).overrides,
                ElementsAre(setting_override{"output.log_format", "text", "--log-format"}));
}

TEST(command_line, resolve) {
    const auto some = parsed<resolve_command>(
        {"resolve", "nov", "--unknown", "resend", "--rows", "20-25,17,24-30,31", "--yes"});
    EXPECT_EQ(some.as, resolve_command::ruling::resend);
    EXPECT_THAT(some.rows, ElementsAre(row_span{17, 17}, row_span{20, 31}));
    EXPECT_TRUE(some.yes);
    const auto all = parsed<resolve_command>({"resolve", "nov", "--unknown", "sent"});
    EXPECT_EQ(all.as, resolve_command::ruling::sent);
    EXPECT_TRUE(all.rows.empty());
}

TEST(command_line, control) {
    using action = control_command::action;
    EXPECT_EQ(parsed<control_command>({"control", "n", "pause"}).what, action::pause);
    EXPECT_EQ(parsed<control_command>({"control", "n", "continue"}).what, action::go_on);
    EXPECT_EQ(parsed<control_command>({"control", "n", "stop"}).what, action::stop);
    const auto rate = parsed<control_command>({"control", "n", "rate", "5/s"});
    EXPECT_EQ(rate.what, action::rate);
    EXPECT_EQ(rate.rate, (core::rate_limit{5, 1s}));
    EXPECT_EQ(parsed<control_command>({"control", "n", "rate", "none"}).rate, std::nullopt);
}

TEST(command_line, token_gateway_bench_and_demo) {
    const auto token = parsed<token_command>({"token", "a.toml", "--bot", "1", "--claims"});
    EXPECT_EQ(token.bot, 1U);
    EXPECT_TRUE(token.claims);
    EXPECT_EQ(parsed<gateway_command>({"gateway"}).file, std::nullopt);
    const auto gateway = parsed<gateway_command>(
        {"gateway", "g.toml", "--port", "8443", "--control-port", "0", "--set", "x=1"});
    EXPECT_EQ(gateway.file, "g.toml");
    EXPECT_EQ(gateway.port, 8443);
    EXPECT_EQ(gateway.control_port, 0);
    const auto bench = parsed<bench_command>({"bench", "--url", "https://h", "--i-own-this-host",
                                              "--rate", "500/s", "--duration", "30s", "--http", "2",
                                              "--connections", "8", "--threads", "2"});
    EXPECT_TRUE(bench.own_host);
    EXPECT_EQ(bench.rate, (core::rate_limit{500, 1s}));
    EXPECT_EQ(bench.duration, 30s);
    EXPECT_EQ(bench.http, net::http_mode::http2);
    EXPECT_EQ(bench.connections, 8U);
    EXPECT_EQ(bench.messages, 100'000U);
    const auto demo = parsed<demo_command>({"demo", "--rows", "500", "--seed", "9"});
    EXPECT_EQ(demo.rows, 500U);
    EXPECT_EQ(demo.seed, 9U);
    EXPECT_EQ(demo.rate, std::nullopt);
}

struct mistake_row {
    arguments given;
    const char* expected;
};

const mistake_row mistake_rows[] = {
    {{}, "which command?"},
    {{"snd", "a.toml"}, "\"snd\" is no command; did you mean send?"},
    {{"--yes", "send"}, "options come after the command"},
    {{"send"}, "tidings send: CAMPAIGN is missing"},
    {{"send", "a.toml", "--recipient", "x"}, "did you mean --recipients?"},
    {{"send", "a.toml", "--recipient=x"}, "--recipient is no option of tidings send"},
    {{"send", "a.toml", "b.toml"}, "\"b.toml\" is one argument too many"},
    {{"send", "a.toml", "--set", "x"}, "section.key=value"},
    {{"send", "a.toml", "--set", "=x"}, "section.key=value"},
    {{"send", "a.toml", "--set"}, "--set"},
    {{"send", "a.toml", "--progress-every", "10"}, "\"10\" is not a span of time"},
    {{"send", "a.toml", "--log-format", "xml"}, "\"xml\" is not text or json"},
    {{"send", "a.toml", "--colour", "red"}, "auto, always or never"},
    {{"resume"}, "RUN is missing"},
    {{"control", "n"}, "ACTION is missing"},
    {{"control", "n", "go"}, "\"go\" is not pause, continue, stop or rate"},
    {{"control", "n", "rate"}, "needs a limit"},
    {{"control", "n", "rate", "5"}, "\"5\" is not a limit"},
    {{"control", "n", "pause", "5/s"}, "goes with rate only"},
    {{"export", "n"}, "--outcome is missing"},
    {{"export", "n", "--outcome", "lost"}, "\"lost\" is no outcome: accepted, rejected"},
    {{"resolve", "n"}, "needs --ask"},
    {{"resolve", "n", "--unknown", "maybe"}, "\"maybe\" is not sent or resend"},
    {{"resolve", "n", "--unknown", "sent", "--rows", "5-3"}, "\"5-3\" is not rows"},
    {{"resolve", "n", "--unknown", "sent", "--rows", "0"}, "rows count from 1"},
    {{"gateway", "--port", "99999"}, "--port"},
    {{"bench", "--connections", "0"}, "--connections"},
    {{"bench", "--http", "3"}, "\"3\" is not auto, 1.1 or 2"},
    {{"demo", "--rows", "0"}, "0 is outside 1 .. 100000000"},
};

TEST(command_line, a_mistake_is_named_with_the_way_to_help) {
    for (const auto& row : mistake_rows) {
        const auto words = parting(row.given);
        EXPECT_EQ(words.status, exit_status::usage) << row.expected;
        EXPECT_THAT(words.to_stderr, AllOf(HasSubstr(row.expected), HasSubstr("--help\n")));
        EXPECT_EQ(words.to_stdout, "");
    }
}

TEST(command_line, rows_are_limited) {
    std::string many = "1";
    for (int i = 1; i <= 10'000; ++i)
        many += "," + std::to_string(1 + 2 * i);
    EXPECT_TRUE(row_spans_from(many).has_error());
    EXPECT_TRUE(row_spans_from(many.substr(0, many.rfind(','))).has_value());
}

TEST(command_line, help_and_version_on_everything) {
    const auto top = parting({"--help"});
    EXPECT_EQ(top.status, exit_status::accepted);
    for (const auto& one : subcommands()) {
        EXPECT_THAT(top.to_stdout, HasSubstr("  " + std::string(one.name) + " "));
        const auto help = parting({std::string(one.name), "--help"});
        EXPECT_EQ(help.status, exit_status::accepted);
        EXPECT_THAT(help.to_stdout,
                    AllOf(HasSubstr("Usage: tidings " + std::string(one.name)),
                          HasSubstr(std::string(one.examples)), HasSubstr("Exit status")));
        EXPECT_THAT(parting({std::string(one.name), "--version"}).to_stdout,
                    testing::StartsWith("tidings "));
    }
    EXPECT_THAT(parting({"send", "--help-keys"}).to_stdout, HasSubstr("rejected_in_a_row = 50"));
}

// Every example that the help shows is understood.
TEST(command_line, the_examples_parse) {
    for (const auto& one : subcommands()) {
        std::istringstream lines{std::string(one.examples)};
        for (std::string line; std::getline(lines, line);) {
            std::istringstream words(line.substr(line.find("tidings ") + 8));
            arguments given;
            for (std::string word; words >> word && word != ">";)
                given.push_back(word);
            EXPECT_EQ(parting(given).to_stderr, "(parsed)") << line;
        }
    }
}

TEST(command_line, no_help_line_is_wider_than_a_terminal) {
    for (const auto& one : subcommands()) {
        std::istringstream lines(parting({std::string(one.name), "--help"}).to_stdout);
        for (std::string line; std::getline(lines, line);)
            EXPECT_LE(line.size(), 85U) << line;
    }
}

TEST(command_line, the_manual_knows_every_command) {
    const auto manual = tests::file_text(TIDINGS_SOURCE_DIR "/docs/tidings.1");
    for (const auto& one : subcommands()) {
        const std::string name(one.name);
        EXPECT_THAT(manual, testing::ContainsRegex("\\.BI? \"?" + name + "|\\.BR \"?" + name));
    }
    for (const auto& row : exit_statuses())
        EXPECT_THAT(manual, HasSubstr(".IP " + std::to_string(static_cast<int>(row.status))));
}

// How to make them anew: TIDINGS_WRITE_COMPLETIONS=1 and this test.
TEST(command_line, completions_are_made_of_the_grammar) {
    const std::string folder = TIDINGS_SOURCE_DIR "/docs/completion/";
    const std::pair<std::string, std::string> scripts[] = {{"tidings.bash", bash_completion()},
                                                           {"_tidings", zsh_completion()},
                                                           {"tidings.fish", fish_completion()}};
    for (const auto& [name, text] : scripts) {
        if (std::getenv("TIDINGS_WRITE_COMPLETIONS") != nullptr)
            std::ofstream(folder + name, std::ios::trunc) << text;
        EXPECT_EQ(tests::file_text(folder + name), text) << name;
        for (const auto& one : subcommands())
            EXPECT_THAT(text, HasSubstr(std::string(one.name))) << name;
        for (const auto outcome : core::outcome_names)
            EXPECT_THAT(text, HasSubstr(std::string(outcome))) << name;
    }
}

}  // namespace
}  // namespace tidings::app
