// A campaign as its file says it: plain values, checked one by one and against each other. It opens
// no list, no socket and no secret: app/settings/secret reads secrets, the commands do the rest. A
// numbering plan of its own is read with it.
// The keys, their defaults and their meaning are the table in app/settings/campaign_keys.
#pragma once

#include "app/screen/messages.hpp"
#include "codec/lists/list_columns.hpp"
#include "codec/lists/list_format.hpp"
#include "codec/numbers/numbering_plan.hpp"
#include "codec/records/outcome_line.hpp"
#include "codec/tokens/token.hpp"
#include "core/calendar.hpp"
#include "core/circuit_breaker.hpp"
#include "core/country_caps.hpp"
#include "core/failure.hpp"
#include "core/own_rules.hpp"
#include "core/phone_number.hpp"
#include "core/rate_limit.hpp"
#include "core/recipient_rules.hpp"
#include "core/retry.hpp"
#include "core/stop_rules.hpp"
#include "core/time.hpp"
#include "core/unknown_policy.hpp"
#include "net/pool_options.hpp"
#include "net/trust.hpp"
#include "runner/zones.hpp"
#include "settings/overrides.hpp"
#include "settings/secret_place.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tidings::app {

using settings::environment;
using settings::environment_of_process;
using settings::secret_place;
using settings::setting_override;

enum class limit_profile : std::uint8_t { custom, runtime, contact_center, design };

struct recipients_settings {
    std::filesystem::path file;  // "-": standard input; else resolved against the campaign file
    std::vector<std::filesystem::path> files;  // several that are one list; resolved like `file`
    std::vector<std::string> command;          // a program and its words, which writes the list
    std::optional<codec::list_format> format;  // nullopt: by name and first bytes
    std::size_t header_row = 1;
    codec::column_names columns = {.to = "toNo"};  // without that of `who.where`
    std::string default_region;
    std::filesystem::path numbering_plan;         // resolved like `file`; empty: none
    const codec::numbering_plan* plan = nullptr;  // what it says; nullptr: the built-in one
    core::recipient_rules who;
    std::vector<core::country_cap> caps;
    std::vector<std::filesystem::path> suppress;  // resolved like `file`
    bool ignores_unreadable = false;              // opt-outs that nobody can read
    std::optional<core::rate_limit> frequency;    // to one number, over campaigns

    // The run has a copy of its own, because what it is read from cannot be read again.
    bool is_kept() const { return file == "-" || !files.empty() || !command.empty(); }
};

struct sender_settings {
    core::phone_number from;
    std::vector<core::rate_limit> limits;
    std::uint32_t weight = 0;  // 1 .. 1000, among the senders of its bot; 0: not written
};

// In the place of a proxy: none, whatever the environment says.
inline constexpr std::string_view proxy_none = "none";

struct bot_settings {
    std::string url;  // https, with host; a path prefix is kept, without a final slash
    std::string bot_id;
    net::trust_options trust;  // without the password, which is a secret
    secret_place client_key_password;
    std::string proxy;  // URL; empty: as the environment says; "none": straight
    secret_place proxy_password;
    net::pool_options pool;
    // The bot's own limits, with those that its profile puts on a bot already in them.
    std::vector<core::rate_limit> limits = {{600, std::chrono::minutes(1)},
                                            {18'000, std::chrono::hours(1)}};
    limit_profile profile = limit_profile::runtime;  // custom: `limits` was given
    core::pace pace = core::pace::earliest;
    std::string account = "main";
    std::uint32_t weight = 0;  // 1 .. 1000, among the bots; 0: not written

    codec::token_options token;          // without `wrap`, which needs jwe_key_file's text
    secret_place client_secret;          // HS256, HS512
    secret_place private_key;            // RS256, RS512: PEM
    bool token_each = false;             // jti = "each": every request has a token of its own
    std::filesystem::path jwe_key_file;  // the platform's JWK; empty: the token is not wrapped
    codec::jwe_options jwe;              // without the key

    std::vector<sender_settings> senders;  // at least one
};

struct account_settings {
    // The account's own limits, with those that a bot's profile puts on its account.
    std::vector<core::rate_limit> limits;
};

struct schedule_rule {
    core::hours_rule rule;           // without the dates themselves
    std::filesystem::path holidays;  // file of the only dates that it is for; empty: all
};

struct schedule_settings {
    core::calendar_options span;
    runner::hours_options hours;       // without holidays and rules
    std::filesystem::path holidays;    // file of dates; empty: none
    std::vector<std::string> presets;  // names of core/hours_presets
    std::vector<schedule_rule> rules;  // [[schedule.rule]]
};

struct output_settings {
    std::filesystem::path dir = "runs";  // relative to the current folder
    codec::number_style numbers = codec::number_style::full;
    app::log_format log_format = app::log_format::text;
    std::uint64_t rotate = std::uint64_t{256} << 20;  // bytes of outcomes.ndjson before a new piece
};

struct campaign {
    std::string name;             // folder-safe: letters, digits, . _ -; default: the file's stem
    std::uint32_t threads = 1;    // network threads, 1 .. 64
    std::filesystem::path state;  // folder for what belongs to bots and people; empty: the user's
    recipients_settings recipients;
    std::vector<bot_settings> bots;                    // 1 .. 100
    std::map<std::string, account_settings> accounts;  // every account that a bot names
    schedule_settings schedule;
    core::retry_options retry;
    core::unknown_policy unknown = core::unknown_policy::hold;
    std::vector<core::own_rule> answers;  // [[answer]]
    core::trouble_options trouble;
    core::stop_options stop = {.rejected_in_a_row = 50};
    output_settings output;
};

// Reads and checks everything. Precedence: override, TIDINGS_SECTION__KEY, file, default. On
// failure (kind configuration, or missing) the text holds one line for each mistake, all of them at
// once, each "file:line:column: ..." or "--set bot.url: ...".
core::result<campaign> load_campaign(const std::filesystem::path& file,
                                     const std::vector<setting_override>& overrides,
                                     const environment& variables);
// The same from text; `named` is how messages call it and what paths are relative to.
core::result<campaign> campaign_from(std::string_view toml, const std::filesystem::path& named,
                                     const std::vector<setting_override>& overrides,
                                     const environment& variables);

}  // namespace tidings::app
