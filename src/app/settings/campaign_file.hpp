// A campaign as its file says it: plain values, checked one by one and against each other. It opens
// no list, no socket and no secret: app/settings/secret reads secrets, the commands do the rest.
// The keys, their defaults and their meaning are the table in app/settings/campaign_keys.
#pragma once

#include "codec/records/outcome_line.hpp"
#include "codec/text/units.hpp"
#include "codec/tokens/token.hpp"
#include "core/failure.hpp"
#include "core/phone_number.hpp"
#include "core/rate_limit.hpp"
#include "core/time.hpp"
#include "core/unknown_policy.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tidings::app {

enum class list_format : std::uint8_t { automatic, csv, tsv, ndjson, lines };
enum class http_choice : std::uint8_t { automatic, http_1_1, http_2 };
enum class limit_profile : std::uint8_t { custom, runtime, contact_center, design };
enum class token_jti : std::uint8_t { none, each };
enum class log_format : std::uint8_t { text, json };

// Where a secret lies; never the secret itself.
struct secret_place {
    enum class kind : std::uint8_t { none, environment, file };
    kind where = kind::none;
    std::string name;  // of the variable, or the path of the file, already made absolute or
                       // relative to the current folder
    friend bool operator==(const secret_place&, const secret_place&) = default;
};

struct recipients_settings {
    std::filesystem::path file;  // "-": standard input; else resolved against the campaign file
    list_format format = list_format::automatic;
    std::string to = "toNo";
    std::string from;       // column with the row's own sender; empty: none
    std::string time_zone;  // column with the recipient's zone; empty: none
    std::string default_region;
    std::vector<std::filesystem::path> suppress;  // resolved like `file`
    bool operator==(const recipients_settings&) const = default;
};

struct sender_settings {
    core::phone_number from;
    std::vector<core::rate_limit> limits;
    std::uint32_t weight = 1;  // 1 .. 1000, among the senders of its bot
    bool operator==(const sender_settings&) const = default;
};

struct bot_settings {
    std::string url;  // https, with host; a path prefix is kept, without a final slash
    std::string bot_id;
    std::filesystem::path ca_file;  // empty: the system's anchors only
    http_choice http = http_choice::automatic;
    std::uint32_t connections_max = 64;
    core::duration connect_timeout = std::chrono::seconds(10);
    core::duration request_timeout = std::chrono::seconds(30);
    core::duration late_for = std::chrono::seconds(120);  // reads on this long after the timeout
    // The bot's own limits, with those that its profile puts on a bot already in them.
    std::vector<core::rate_limit> limits = {{600, std::chrono::minutes(1)},
                                            {18'000, std::chrono::hours(1)}};
    limit_profile profile = limit_profile::runtime;  // custom: `limits` was given
    core::pace pace = core::pace::earliest;
    std::string account = "main";
    std::uint32_t weight = 1;  // 1 .. 1000, among the bots

    std::string client_id;
    secret_place client_secret;  // HS256, HS512
    secret_place private_key;    // RS256, RS512: PEM
    codec::token_algorithm algorithm = codec::token_algorithm::hs256;
    std::string subject = "1234567890";
    core::duration token_lifetime =
        std::chrono::minutes(30);  // 0: the token carries no iat and exp
    token_jti jti = token_jti::none;
    std::filesystem::path jwe_key_file;  // the platform's JWK; empty: the token is not wrapped
    codec::jwe_wrap jwe_algorithm = codec::jwe_wrap::rsa_oaep;
    codec::jwe_cipher jwe_encryption = codec::jwe_cipher::a128cbc_hs256;

    std::vector<sender_settings> senders;  // at least one
    bool operator==(const bot_settings&) const = default;
};

struct account_settings {
    // The account's own limits, with those that a bot's profile puts on its account.
    std::vector<core::rate_limit> limits;
    bool operator==(const account_settings&) const = default;
};

struct schedule_settings {
    std::optional<core::wall_time> start_at;
    std::optional<core::wall_time> expires_at;   // after start_at
    std::optional<codec::day_span> quiet_hours;  // at the recipient
    std::uint8_t weekdays = 0x7F;                // bit 0 = Monday; never 0
    std::filesystem::path holidays;              // file with one date a line; empty: none
    std::string time_zone;  // IANA name for rows whose zone is unknown; empty: from the number
    bool operator==(const schedule_settings&) const = default;
};

struct retry_settings {
    std::uint32_t attempts_max = 5;  // 1 .. 100
    codec::duration_range backoff = {std::chrono::seconds(1), std::chrono::seconds(60)};
    bool operator==(const retry_settings&) const = default;
};

// 0 or empty: that rule is off.
struct stop_settings {
    std::uint32_t rejected_in_a_row = 50;
    std::optional<codec::share_of_last> rejected_share;
    std::uint64_t unknown_max = 0;
    core::duration latency_p99_max{};
    std::uint64_t first = 0;  // canary: so many, then wait for their outcomes
    std::uint64_t messages_max = 0;
    core::duration duration_max{};
    bool operator==(const stop_settings&) const = default;
};

struct output_settings {
    std::filesystem::path dir = "runs";  // relative to the current folder
    codec::number_style numbers = codec::number_style::full;
    app::log_format log_format = app::log_format::text;
    std::uint64_t rotate = std::uint64_t{256} << 20;  // bytes of outcomes.ndjson before a new piece
    bool operator==(const output_settings&) const = default;
};

struct campaign {
    std::string name;           // folder-safe: letters, digits, . _ -; default: the file's stem
    std::uint32_t threads = 1;  // network threads, 1 .. 64
    recipients_settings recipients;
    std::vector<bot_settings> bots;                    // 1 .. 100
    std::map<std::string, account_settings> accounts;  // every account that a bot names
    schedule_settings schedule;
    retry_settings retry;
    core::unknown_policy unknown = core::unknown_policy::hold;
    stop_settings stop;
    output_settings output;
    bool operator==(const campaign&) const = default;
};

// One `--set section.key=value`, or a flag that stands for one.
struct setting_override {
    std::string
        path;  // "retry.attempts_max", "bot.0.url", "bot.url" (the first), "account.main.limits"
    std::string value;   // as written
    std::string origin;  // how to name it in a message: "--set", "--recipients"
    bool operator==(const setting_override&) const = default;
};

// Variables of the environment that begin with TIDINGS_; handed in, so that tests choose them.
using environment = std::map<std::string, std::string>;
environment environment_of_process();

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
