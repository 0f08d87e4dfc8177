#include "app/campaign_assembly.hpp"

#include "app/lawful_rules.hpp"
#include "app/settings/secret.hpp"
#include "app/this_machine.hpp"
#include "net/proxy.hpp"
#include "run/frequency.hpp"
#include "runner/dialing_zones.hpp"
#include "settings/settings_file.hpp"

#include <algorithm>
#include <bit>
#include <filesystem>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include <spdlog/spdlog.h>

namespace tidings::app {

namespace {

core::result<std::string> text_of(const std::filesystem::path& path, std::string_view key) {
    auto text = settings::text_of_file(path);
    if (text) return text;
    return core::failure{core::trouble::configuration, std::string(key) + " " + text.error().text};
}

core::result<codec::jwe_options> jwe_of(const bot_settings& bot) {
    auto key = text_of(bot.jwe_key_file, "[[bot]] jwe_key_file");
    if (!key) return key.error();
    auto made = bot.jwe;
    made.key = std::move(*key);
    return made;
}

// Once: every network thread makes a signer, and it is said to a person.
void tell_once(const std::string& sentence) {
    static std::mutex guard;
    static std::set<std::string> told;
    const std::lock_guard held(guard);
    if (!sentence.empty() && told.insert(sentence).second) spdlog::warn("{}", sentence);
}

// "" where it is long enough. A rehearsal's secret, which everybody knows, is none.
std::string warning_of_short(std::size_t size, codec::token_algorithm algorithm,
                             std::string_view url) {
    const bool long_digest = algorithm == codec::token_algorithm::hs512;
    const auto usual = shared_secret_bytes_usual * (long_digest ? 2 : 1);
    if (size >= usual || is_this_machine(url)) return {};
    return "[[bot]] client_secret has " + std::to_string(size) +
           " bytes, and whoever sees a token could guess it: ask the platform for one of " +
           std::to_string(usual);
}

core::result<codec::token_signer> make_signer(const bot_settings& bot,
                                              const environment& variables) {
    auto options = bot.token;
    if (!bot.jwe_key_file.empty()) {
        auto wrap = jwe_of(bot);
        if (!wrap) return wrap.error();
        options.wrap = std::move(*wrap);
    }
    const bool rsa = codec::signs_with_private_key(options.algorithm);
    const std::string_view what = rsa ? "[[bot]] private_key" : "[[bot]] client_secret";
    auto fetched = read_secret(rsa ? bot.private_key : bot.client_secret, what, variables);
    if (!fetched) return fetched.error();
    codec::secret kept(std::move(fetched->bytes));
    tell_once(fetched->note);
    if (!rsa) {
        if (const auto fit = check_shared_secret(kept.reveal(), what); !fit) return fit.error();
        tell_once(warning_of_short(kept.size(), options.algorithm, bot.url));
    }
    return codec::token_signer::make(options, std::move(kept));
}

net::proxy_environment proxies_of(const environment& variables) {
    const auto first_of = [&](const char* small, const char* large) {
        for (const char* const name : {small, large})
            if (const auto found = variables.find(name);
                found != variables.end() && !found->second.empty())
                return found->second;
        return std::string();
    };
    return {.https_proxy = first_of("https_proxy", "HTTPS_PROXY"),
            .all_proxy = first_of("all_proxy", "ALL_PROXY"),
            .no_proxy = first_of("no_proxy", "NO_PROXY")};
}

// The bot's way to `where`; nothing: straight.
core::result<std::optional<net::proxy>> way_out_of(const bot_settings& bot,
                                                   const net::endpoint& where,
                                                   const environment& variables) {
    const std::optional<net::proxy> straight;
    if (bot.proxy == proxy_none) return straight;
    std::string password;
    if (bot.proxy_password.where != secret_place::kind::none) {
        auto found = read_secret(bot.proxy_password, "[[bot]] proxy_password", variables);
        if (!found) return found.error();
        password = std::move(found->bytes);
        tell_once(found->note);
    }
    const bool own = !bot.proxy.empty();
    const auto url =
        own ? bot.proxy : net::proxy_url_for(proxies_of(variables), where.host, where.numeric);
    if (url.empty()) return straight;
    auto made = net::make_proxy(url, password);
    if (!made)
        return core::failure{
            core::trouble::configuration,
            (own ? "[[bot]] proxy: " : "HTTPS_PROXY (or ALL_PROXY): ") + made.error().text};
    return std::optional(std::move(*made));
}

}  // namespace

bool is_this_machine(std::string_view url) {
    for (const std::string_view host : {"https://localhost", "https://127.0.0.1", "https://[::1]"})
        if (url.starts_with(host) &&
            (url.size() == host.size() || url[host.size()] == ':' || url[host.size()] == '/'))
            return true;
    return false;
}

std::vector<store::recorded_lane> lanes_of(const campaign& settings) {
    std::vector<store::recorded_lane> lanes;
    for (const auto& bot : settings.bots)
        for (const auto& sender : bot.senders)
            lanes.push_back({.identity = {.from = sender.from.text(), .bot = bot.bot_id},
                             .url = bot.url,
                             .account = bot.account});
    return lanes;
}

std::vector<runner::campaign_lane> runner_lanes_of(const campaign& settings) {
    std::vector<runner::campaign_lane> lanes;
    for (core::bot_id id = 0; id < settings.bots.size(); ++id)
        for (const auto& sender : settings.bots[id].senders)
            lanes.push_back({.bot = id, .from = sender.from});
    return lanes;
}

std::vector<run::window_owner> window_owners_of(const campaign& settings) {
    std::vector<run::window_owner> owners;
    const auto owner_of = [&](store::bot_key key) -> run::window_owner& {
        const auto found = std::find_if(owners.begin(), owners.end(),
                                        [&](const auto& one) { return one.key == key; });
        if (found != owners.end()) return *found;
        owners.push_back({.key = std::move(key), .limits = {}});
        return owners.back();
    };
    for (const auto& bot : settings.bots) {
        auto& owner = owner_of({.url = bot.url, .bot = bot.bot_id});
        for (const auto& limit : bot.limits)
            owner.limits.push_back({core::scope_kind::bot, bot.bot_id, limit});
        for (const auto& sender : bot.senders)
            for (const auto& limit : sender.limits)
                owner.limits.push_back({core::scope_kind::sender, sender.from.text(), limit});
    }
    for (const auto& [name, account] : settings.accounts)
        for (const auto& limit : account.limits)
            owner_of({.url = {}, .bot = name, .account = true})
                .limits.push_back({core::scope_kind::account, name, limit});
    return owners;
}

store::state_folders state_of_campaign(const campaign& settings) {
    return run::state_of(state_folders_of(settings.state),
                         (settings.output.dir / settings.name).string());
}

core::limit_plan limit_plan_of(const campaign& settings) {
    core::limit_plan plan;
    for (const auto& [name, account] : settings.accounts)
        if (!account.limits.empty()) plan.accounts.push_back({name, account.limits});
    for (const auto& bot : settings.bots) {
        const auto account = settings.accounts.find(bot.account);
        const bool limited = account != settings.accounts.end() && !account->second.limits.empty();
        core::bot_plan made{.name = bot.bot_id,
                            .account = limited ? bot.account : std::string(),
                            .limits = bot.limits,
                            .how = bot.pace,
                            .senders = {}};
        for (const auto& sender : bot.senders)
            made.senders.push_back({.name = sender.from.text(), .limits = sender.limits});
        plan.bots.push_back(std::move(made));
    }
    return plan;
}

namespace {

// Whoever writes one means all of them.
bool has_weights(const campaign& settings) {
    return std::any_of(settings.bots.begin(), settings.bots.end(), [](const bot_settings& bot) {
        return bot.weight != 0 || std::any_of(bot.senders.begin(), bot.senders.end(),
                                              [](const auto& one) { return one.weight != 0; });
    });
}

double weight_of(std::uint32_t written) {
    return written == 0 ? 1 : written;
}

}  // namespace

core::result<run::campaign_cores> make_cores(const campaign& settings, core::wall_time now) {
    if (const auto caps = caps_of(settings); !caps) return caps.error();
    run::campaign_cores made;
    const auto plan = limit_plan_of(settings);
    made.limits = std::make_unique<core::limiter>(core::make_limiter(plan));
    const auto note_windows = [&](const std::vector<core::rate_limit>& limits) {
        for (const auto& limit : limits)
            made.window_longest = std::max(made.window_longest, limit.window);
    };
    for (const auto& account : plan.accounts)
        note_windows(account.limits);
    const bool weighed = has_weights(settings);
    const auto rates = core::lane_rates(plan);
    std::vector<core::lane_option> lanes;
    for (const auto& bot : settings.bots) {
        note_windows(bot.limits);
        for (const auto& sender : bot.senders) {
            note_windows(sender.limits);
            lanes.push_back({.bot = bot.bot_id,
                             .from = sender.from,
                             .weight = weighed ? weight_of(bot.weight) * weight_of(sender.weight)
                                               : rates[lanes.size()]});
        }
    }
    made.lanes = std::make_unique<core::lane_choice>(
        std::move(lanes), core::lane_choice_options{.move_rows = true, .by_limits = !weighed});
    made.hours = std::make_unique<core::calendar>(settings.schedule.span);
    auto hours = hours_options_of(settings, now);
    if (!hours) return hours.error();
    made.zones = std::make_unique<runner::zones>(std::move(*hours), now);
    if (auto filled = made.zones->fill(*made.hours); !filled) return filled.error();
    return made;
}

namespace {

// What a second's sixteenth needs, which is the way there and back to most endpoints and a commit:
// rows on their way and rows released ahead. Where that is not enough the bound grows.
std::uint32_t in_doubt_first_of(const campaign& settings) {
    constexpr double without_limits = 16'384;  // a second
    double rate = 0;
    std::size_t lanes = 0;
    for (const auto& bot : settings.bots) {
        double slowest = without_limits;
        for (const auto& limit : bot.limits)
            slowest = std::min(slowest,
                               limit.count / std::chrono::duration<double>(limit.window).count());
        rate += slowest;
        lanes += bot.senders.size();
    }
    return static_cast<std::uint32_t>(16 + 2 * lanes + static_cast<std::size_t>(rate / 16));
}

}  // namespace

namespace {

std::string_view authority_of(const bot_settings& bot) {
    const auto rest = std::string_view(bot.url).substr(bot.url.find("://") + 3);
    return rest.substr(0, rest.find('/'));
}

// By the host, and by the bot where several are there.
std::string shown_endpoint(const campaign& settings, const bot_settings& bot) {
    const auto host = authority_of(bot);
    const auto there = std::count_if(settings.bots.begin(), settings.bots.end(),
                                     [&](const auto& one) { return authority_of(one) == host; });
    return there == 1 ? std::string(host) : std::string(host) + " (bot " + bot.bot_id + ")";
}

}  // namespace

core::result<core::capped_countries> caps_of(const campaign& settings) {
    if (settings.recipients.caps.empty()) return core::capped_countries();
    const auto table = runner::dialing_zones();
    if (!table) return table.error();
    return runner::prefixes_of(settings.recipients.caps, *table);
}

core::dispatcher_options dispatch_options_of(const campaign& settings, std::uint64_t seed) {
    core::dispatcher_options made;
    made.unknown = settings.unknown;
    made.token_each = std::any_of(settings.bots.begin(), settings.bots.end(),
                                  [](const auto& bot) { return bot.token_each; });
    for (const auto& bot : settings.bots)
        made.probe_within = std::min(made.probe_within, bot.token.lifetime * 4 / 5);
    made.in_doubt_first = in_doubt_first_of(settings);
    made.seed = seed;
    made.answers = settings.answers;
    made.endpoints.trouble = settings.trouble;
    for (const auto& bot : settings.bots)
        made.endpoints.names.push_back({bot.bot_id, shown_endpoint(settings, bot)});
    return made;
}

codec::column_names columns_of(const campaign& settings) {
    auto made = settings.recipients.columns;
    made.where = settings.recipients.who.where.column;
    return made;
}

run::screened_list list_of(const campaign& settings, const std::string& path) {
    const auto& from = settings.recipients;
    run::screened_list made;
    made.list.path = path;
    if (from.files.empty()) {
        made.list.format = from.format;
        made.list.header_row = from.header_row;
    } else {  // the copy is one CSV list, whatever they are
        made.list.format = codec::list_format::csv;
    }
    made.list.columns = columns_of(settings);
    made.list.screen.rules = from.who;
    made.list.screen.rules.needs_consent = !from.columns.consent.empty();
    made.list.screen.sample_word = settings.name;
    made.list.rules_differ = rules_differ_by_region(settings);
    made.list.screen.time_zone = settings.schedule.hours.time_zone;
    made.list.default_region = from.default_region;
    made.list.plan = from.plan;
    for (const auto& file : from.suppress)
        made.suppress.push_back(file.string());
    made.time_zone = settings.schedule.hours.time_zone;
    return made;
}

namespace {

constexpr std::uint64_t segment_bytes_min = 256U << 10;
constexpr std::uint64_t segment_bytes_max = 64U << 20;

// Room for a list's journal in one segment, within reason: a small campaign shall not claim 64 MiB.
std::uint64_t segment_bytes_for(const std::string& list_path) {
    std::error_code unknown;
    const auto bytes = std::filesystem::file_size(list_path, unknown);
    if (unknown) return segment_bytes_min;
    return std::clamp<std::uint64_t>(std::bit_ceil(bytes), segment_bytes_min, segment_bytes_max);
}

}  // namespace

run::session_options session_options_of(const campaign& settings, const std::string& list_path,
                                        core::duration window_longest,
                                        const store::state_folders& state) {
    run::session_options made;
    made.state = state;
    made.owners = window_owners_of(settings);
    made.remembers_texted = settings.recipients.frequency.has_value();
    made.lanes = lanes_of(settings);
    made.window_longest = window_longest;
    made.journal.segment_bytes = segment_bytes_for(list_path);
    made.outcomes.numbers = settings.output.numbers;
    made.outcomes.piece_bytes = settings.output.rotate;
    return made;
}

core::result<void> add_objections(run::screened_list& list, const campaign& settings,
                                  const run::surroundings& around, std::uint64_t own_run) {
    list.list.screen.now = around.now().wall;
    if (!settings.recipients.frequency) return {};
    auto objection = run::objection_of(around, {.at_most = *settings.recipients.frequency,
                                                .state_folder = state_of_campaign(settings).front(),
                                                .own_run = own_run});
    if (!objection) return objection.error();
    list.list.objection = std::move(*objection);
    return {};
}

core::result<void> check_suppression(const campaign& settings,
                                     std::span<const store::suppression_findings> found) {
    if (settings.recipients.ignores_unreadable) return {};
    std::string files;
    for (const auto& one : found)
        if (!one.whole()) files += (files.empty() ? "" : "; ") + one.in_words();
    if (files.empty()) return {};
    return core::failure{core::trouble::list,
                         "opt-outs that cannot be read would be texted: " + files +
                             ": repair them, or set recipients.suppress_unreadable = \"ignore\""};
}

runner::signer_source signer_source_of(const bot_settings& bot, environment variables) {
    return [bot, variables = std::move(variables)] { return make_signer(bot, variables); };
}

core::result<std::vector<runner::campaign_bot>> make_bots(const campaign& settings,
                                                          const environment& variables) {
    std::vector<runner::campaign_bot> made;
    for (const auto& bot : settings.bots) {
        auto where = net::make_endpoint(bot.url, bot.bot_id);
        if (!where)
            return core::failure{core::trouble::configuration,
                                 "[[bot]] url \"" + bot.url + "\": " + where.error().text};
        auto way = way_out_of(bot, *where, variables);
        if (!way) return way.error();
        where->through = std::move(*way);
        auto source = signer_source_of(bot, variables);
        if (const auto signer = source(); !signer) return signer.error();
        runner::campaign_bot one;
        one.id = bot.bot_id;
        one.where = std::move(*where);
        one.trust = bot.trust;
        if (bot.client_key_password.where != secret_place::kind::none) {
            auto password =
                read_secret(bot.client_key_password, "[[bot]] client_key_password", variables);
            if (!password) return password.error();
            one.trust.client_key_password = std::move(password->bytes);
            tell_once(password->note);
        }
        one.pool = bot.pool;
        one.pool.sessions.token_varies = bot.token_each;
        one.pool.sessions.headers_kept = core::headers_of(settings.answers);
        one.pool.first_goes_ahead = std::chrono::milliseconds(200);
        one.signer = std::move(source);
        one.token_each = bot.token_each;
        made.push_back(std::move(one));
    }
    return made;
}

}  // namespace tidings::app
