// What a person asked for on the command line, as plain values, one struct a subcommand. It parses
// and checks spelling only; campaign keys are checked by app/settings/campaign_file, and the
// commands in app/commands act. Nothing is read, written or opened here.
#pragma once

#include "app/exit_status.hpp"
#include "app/settings/campaign_file.hpp"
#include "codec/messages/port_gate.hpp"
#include "core/outcome.hpp"
#include "core/rate_limit.hpp"
#include "core/row.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tidings::app {

enum class colour_choice : std::uint8_t { automatic, always, never };

struct display_arguments {
    bool quiet = false;    // no progress and no messages but errors; results stay
    bool json = false;     // results and progress as JSON lines
    bool progress = true;  // --no-progress
    core::duration progress_every = std::chrono::seconds(10);  // where stderr is no terminal
    colour_choice colour = colour_choice::automatic;
    log_format log = log_format::text;  // of messages on stderr
};

struct campaign_arguments {
    std::filesystem::path file;
    // --set in the order given, then the flags that stand for a key: --recipients, --name, --dir,
    // --threads, --log-format. The last of equal paths wins.
    std::vector<setting_override> overrides;
};

struct run_arguments {
    std::filesystem::path folder;  // RUN as a path, or --dir joined with the name
};

// Where a run is told of while it is sent; nothing: nowhere.
struct listen_arguments {
    std::optional<codec::listen_address> where;
    std::filesystem::path token_file;  // empty: there is no token
};

struct plan_command {
    campaign_arguments campaign;
    display_arguments display;
    std::size_t probes = 0;  // requests to each bot; 0: none
};
struct send_command {
    campaign_arguments campaign;
    display_arguments display;
    listen_arguments listen;
    bool yes = false;
    std::string again;  // the new run's name; empty: not given. Also the override of `name`
};
struct resume_command {
    run_arguments run;
    display_arguments display;
    listen_arguments listen;
    bool yes = false;
    bool moved = false;  // the folder is elsewhere now, and no copy of it will be resumed
    std::vector<setting_override> overrides;
};
struct status_command {
    run_arguments run;
    display_arguments display;
    bool metrics = false;  // Prometheus text instead of the block
    bool watch = false;    // redraw until the run ends
};
struct control_command {
    enum class action : std::uint8_t { pause, go_on, stop, rate };
    run_arguments run;
    display_arguments display;
    action what = action::pause;
    std::optional<core::rate_limit> rate;  // with action::rate; empty: "none", the cap is lifted
};
struct verify_command {
    run_arguments run;
    display_arguments display;
};
struct export_command {
    run_arguments run;
    display_arguments display;
    std::vector<core::outcome> outcomes;  // at least one, each once
    std::filesystem::path out = "-";      // standard output
    bool from_log = false;                // numbers from the outcome log, without the list
};
// Both ends included.
struct row_span {
    core::row_number first = 0;
    core::row_number last = 0;
    friend bool operator==(const row_span&, const row_span&) = default;
};
struct resolve_command {
    enum class ruling : std::uint8_t { sent, resend, ask };
    run_arguments run;
    display_arguments display;
    ruling as = ruling::sent;
    std::vector<row_span> rows;  // ascending, apart; empty: every unknown row
    bool yes = false;
};
struct report_command {
    run_arguments run;
    std::filesystem::path out;  // empty: report.html in the run folder; "-": standard output
};
struct recent_command {
    std::filesystem::path state;  // empty: the user's own folder
    core::phone_number forget;    // empty: nobody
    display_arguments display;
};
struct token_command {
    campaign_arguments campaign;
    std::size_t bot = 0;  // index
    bool claims = false;  // show header and claims instead of the token
};
struct gateway_command {
    std::optional<std::filesystem::path> file;
    std::vector<setting_override> overrides;  // keys of the gateway's file
    std::optional<std::uint16_t> port;        // 0: a free one
    std::optional<std::uint16_t> control_port;
    display_arguments display;
};
struct bench_command {
    std::string url;  // empty: the built-in endpoint
    bool own_host = false;
    std::uint64_t messages = 100'000;
    core::duration duration{};             // 0: `messages` decides
    std::optional<core::rate_limit> rate;  // open loop; empty: closed loop at full speed
    std::uint32_t connections = 32;
    std::uint32_t threads = 1;
    net::http_mode http = net::http_mode::automatic;
    std::filesystem::path ca_file;
    display_arguments display;
};
struct demo_command {
    std::uint64_t rows = 10'000;
    std::uint64_t seed = 1;
    std::filesystem::path dir = "runs";
    std::optional<core::rate_limit> rate;  // slower, to watch it
    display_arguments display;
};

using command =
    std::variant<plan_command, send_command, resume_command, status_command, control_command,
                 verify_command, export_command, resolve_command, report_command, recent_command,
                 token_command, gateway_command, bench_command, demo_command>;

// --help, --version, or a mistake: print the texts and leave.
struct parting_words {
    exit_status status = exit_status::accepted;
    std::string to_stdout;
    std::string to_stderr;
};

// `arguments` without the program's name. Of the variables only TIDINGS_OUTPUT__DIR counts here: a
// run's name is looked for under it, like --dir.
std::variant<command, parting_words> parse_command_line(const std::vector<std::string>& arguments,
                                                        const environment& variables = {});

}  // namespace tidings::app
