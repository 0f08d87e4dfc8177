#include "gateway/settings/settings_sections.hpp"

#include "gateway/rules/owned_file.hpp"
#include "gateway/rules/windows.hpp"

#include <algorithm>

namespace tidings::gateway {

namespace {

using namespace std::chrono_literals;

const std::vector<std::string_view> profiles = {"runtime", "contact-center", "design", "none"};

std::vector<core::rate_limit> limits_of_profile(std::size_t which) {
    switch (which) {
        case 0: return {{600, 60s}, {18'000, 3600s}};
        case 1: return {{60, 60s}};
        case 2: return {{60, 60s}, {1'800, 3600s}};
        default: return {};
    }
}

const std::vector<std::string_view> algorithm_names = {"HS256", "HS512", "RS256", "RS512"};

// Ids stand in answers and ledger lines as they are.
void check_id(toml_section& section, std::string_view key, const std::string& id) {
    const bool plain = !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '-' || c == '_' || c == '.';
    });
    if (!plain) section.complain(key, "is needed: letters, digits, dashes, dots and underscores");
}

void read_pem(toml_section& section, std::string_view key, const std::filesystem::path& folder,
              std::string& pem) {
    std::string name;
    section.read(key, name);
    if (name.empty()) return;
    pem = text_of_file(folder / name);
    if (pem.empty()) section.complain(key, (folder / name).string() + " cannot be read");
}

void read_algorithms(toml_section& section, app_options& app) {
    std::vector<std::string> names;
    section.read("algorithms", names);
    if (names.empty()) return;
    app.algorithms.clear();
    for (const auto& name : names) {
        const auto found = std::find(algorithm_names.begin(), algorithm_names.end(), name);
        if (found == algorithm_names.end())
            section.complain("algorithms", name + " is none of HS256, HS512, RS256, RS512");
        else
            app.algorithms.push_back(
                static_cast<signature_algorithm>(found - algorithm_names.begin()));
    }
}

void read_app(const toml::table& table, settings_mistakes& mistakes,
              const std::filesystem::path& folder, app_options& app) {
    toml_section section(table, "app", mistakes);
    section.read("client_id", app.client_id);
    check_id(section, "client_id", app.client_id);
    section.read("client_secret", app.client_secret);
    read_pem(section, "public_key_file", folder, app.public_key_pem);
    read_algorithms(section, app);
    section.read("scopes", app.scopes);
    section.read("published", app.published);
    section.read("account", app.account);
    app.admin_level = section.choice("level", {"bot", "admin"}, app.admin_level ? 1 : 0) == 1;
    section.read("bots", app.bots);
    app.jti = static_cast<jti_rule>(
        section.choice("jti", {"off", "optional", "enforced"}, static_cast<std::size_t>(app.jti)));
    app.jwe = static_cast<jwe_rule>(
        section.choice("jwe", {"off", "optional", "enforced"}, static_cast<std::size_t>(app.jwe)));
    read_pem(section, "jwe_key_file", folder, app.jwe_private_key_pem);
    section.read("jwe_key_id", app.jwe_key_id);
    section.read("accept_tokens", app.accept_tokens);
}

void read_number(const toml::table& table, settings_mistakes& mistakes, number_options& number) {
    toml_section section(table, "bot.number", mistakes);
    std::string text;
    section.read("number", text);
    if (const auto parsed = core::phone_number::from_e164(text))
        number.number = *parsed;
    else
        section.complain("number", "must be a number in E.164 form: \"+16693422058\"");
    section.read("flow", number.flow);
    number.direction = static_cast<number_direction>(section.choice(
        "direction", {"inbound", "outbound", "both"}, static_cast<std::size_t>(number.direction)));
    read_limits(section, number.limits);
}

// The one that a table is about: while the gateway runs that of the same name, else a new one.
template <class One, class Name>
One& one_named(std::vector<One>& all, const toml::table& table, std::string_view key, Name name,
               bool running, const One& otherwise = {}) {
    const auto wanted = table[key].template value<std::string>();
    if (running && wanted)
        for (auto& one : all)
            if (name(one) == *wanted) return one;
    all.push_back(otherwise);
    return all.back();
}

void read_bot(const toml::table& table, settings_mistakes& mistakes, bot_options& bot,
              bool running) {
    toml_section section(table, "bot", mistakes);
    section.read("id", bot.id);
    check_id(section, "id", bot.id);
    section.read("account", bot.account);
    section.read("sms_channel", bot.sms_channel);
    read_limits(section, bot.limits);
    for (const auto* const one : section.tables("number"))
        read_number(*one, mistakes,
                    one_named(
                        bot.numbers, *one, "number",
                        [](const number_options& it) { return it.number.text(); }, running));
}

}  // namespace

void read_limits(toml_section& section, std::vector<core::rate_limit>& limits) {
    // What was laid over the file wins over what stands in it.
    const bool over = section.is_laid_over("limits") != section.is_laid_over("profile");
    const bool both = section.has("profile") && section.has("limits");
    if (both && !over) section.complain("profile", "say either profile or limits");
    const bool by_profile = !both || !over || section.is_laid_over("profile");
    if (section.has("profile") && by_profile)
        limits = limits_of_profile(section.choice("profile", profiles, 3));
    if (both && over && by_profile) return;
    section.read("limits", limits, call_window::count_max);
}

void read_limit_options(toml_section& section, limit_options& options) {
    section.read("count_refused", options.count_refused);
    options.old_text = section.choice("text", {"new", "old"}, options.old_text ? 1 : 0) == 1;
    section.read("retry_after", options.retry_after);
}

void read_service(toml_section& file, service_options& service, const std::filesystem::path& folder,
                  bool running) {
    auto& mistakes = file.mistakes();
    if (!running && file.has("account")) service.accounts.clear();
    for (const auto* const table : file.tables("account")) {
        toml_section section(*table, "account", mistakes);
        auto& account = one_named(
            service.accounts, *table, "name", [](const auto& it) { return it.name; }, running);
        section.read("name", account.name);
        read_limits(section, account.limits);
    }
    if (!running && file.has("bot")) service.bots.clear();
    bot_options usual;
    usual.limits = limits_of_profile(0);
    for (const auto* const table : file.tables("bot"))
        read_bot(
            *table, mistakes,
            one_named(
                service.bots, *table, "id", [](const auto& it) { return it.id; }, running, usual),
            running);
    if (!running && file.has("app")) service.apps.clear();
    for (const auto* const table : file.tables("app"))
        read_app(*table, mistakes, folder,
                 one_named(
                     service.apps, *table, "client_id", [](const auto& it) { return it.client_id; },
                     running));
}

void read_words(toml_section& section, reply_words& words) {
    section.read_number("status", words.status, 200, 599);
    section.read("msg", words.msg);
    if (section.has("code")) {
        std::string text;
        std::uint32_t number = 0;
        words.code_is_string = false;
        section.read("code_is_string", words.code_is_string);
        if (words.code_is_string) {
            section.read("code", words.code);
        } else {
            section.read_number("code", number, 0, 4'000'000'000);
            words.code = std::to_string(number);
        }
    }
    section.read("as_message", words.as_message);
    section.read("body", words.body);
    section.read("content_type", words.content_type);
}

void read_replies(toml_section& section, reply_table& replies) {
    for (std::size_t i = 0; i < replies.size(); ++i) {
        const auto name = name_of(static_cast<verdict_case>(i));
        const auto* const table = section.table(name);
        if (table == nullptr) continue;
        toml_section one(*table, section.path_of(name), section.mistakes());
        read_words(one, replies[i]);
        one.read("ignore", replies[i].ignore);
        if (replies[i].ignore && !can_be_ignored(static_cast<verdict_case>(i)))
            one.complain("ignore", "this refusal cannot be left out");
    }
}

}  // namespace tidings::gateway
