#include "app/settings/campaign_file.hpp"

#include "app/settings/campaign_checks.hpp"
#include "app/settings/campaign_keys.hpp"
#include "app/settings/settings_tree.hpp"
#include "codec/text/near_miss.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

#include <unistd.h>

namespace tidings::app {
namespace {

const std::vector<std::string_view> lists = {"bot", "bot.sender"};

// Reads a section's keys into `into`. `named` is how messages call it: "[retry]". `inner` are the
// sections inside it, which are read elsewhere.
template <class Section>
void read_section(const settings_tree& tree, const toml::node& at, const std::string& path,
                  const std::string& named, const std::vector<std::string_view>& inner,
                  Section& into, mistake_list& mistakes) {
    const auto* const table = at.as_table();
    if (table == nullptr) {
        mistakes.add(tree.where(path), named + " must be a section with keys, not a value");
        return;
    }
    const auto keys = keys_of<Section>();
    const auto before = [](const std::string& front) { return front.empty() ? "" : front + "."; };
    const auto shown = [](const std::string& front) { return front.empty() ? "" : front + " "; };
    for (const auto& [found, node] : *table) {
        // A name of its own: Clang 14 captures no structured binding.
        const std::string_view name = found.str();
        const auto key = std::find_if(keys.begin(), keys.end(),
                                      [&](const auto& one) { return one.name == name; });
        const auto key_path = before(path) + std::string(name);
        if (key != keys.end()) {
            if (const auto wrong = key->read({tree, key_path, node}, into))
                mistakes.add(tree.where(key_path),
                             shown(named) + std::string(key->name) + " " + *wrong);
            continue;
        }
        if (std::find(inner.begin(), inner.end(), name) != inner.end()) continue;
        std::vector<std::string_view> known = inner;
        for (const auto& one : keys)
            known.push_back(one.name);
        mistakes.add(tree.where(key_path), shown(named) + std::string(name.substr(0, 60)) +
                                               " is no key" + codec::did_you_mean(name, known));
    }
}

// A section of the file's top level that may be left out.
template <class Section>
void read_top(const settings_tree& tree, const char* name, Section& into, mistake_list& mistakes) {
    if (const auto* const at = tree.find(name))
        read_section(tree, *at, name, "[" + std::string(name) + "]", {}, into, mistakes);
}

void read_senders(const settings_tree& tree, const std::string& path, bot_settings& into,
                  mistake_list& mistakes) {
    const auto* const node = tree.find(path);
    if (node == nullptr) return;
    const auto* const array = node->as_array();
    if (array == nullptr) {
        mistakes.add(tree.where(path), "sender must be a list: write [[bot.sender]]");
        return;
    }
    for (std::size_t i = 0; i < array->size(); ++i) {
        const auto one_path = path + "." + std::to_string(i);
        sender_settings one;
        read_section(tree, *array->get(i), one_path, "[[bot.sender]]", {}, one, mistakes);
        if (one.from.empty() && !tree.find(one_path + ".from"))
            mistakes.add(tree.where(one_path),
                         "[[bot.sender]] from is missing: write from = \"+16693422058\"");
        into.senders.push_back(std::move(one));
    }
}

void apply_profile(const settings_tree& tree, const std::string& path, bot_settings& bot,
                   campaign& into) {
    using std::chrono::hours;
    using std::chrono::minutes;
    const core::rate_limit minute_of_60{60, minutes(1)};
    auto& account = into.accounts[bot.account].limits;
    if (tree.find(path + ".limits")) {
        bot.profile = limit_profile::custom;
        return;
    }
    switch (bot.profile) {
        case limit_profile::custom: return;
        case limit_profile::runtime: bot.limits = {{600, minutes(1)}, {18'000, hours(1)}}; return;
        case limit_profile::design: bot.limits = {minute_of_60, {1'800, hours(1)}}; return;
        case limit_profile::contact_center:
            bot.limits.clear();
            if (std::find(account.begin(), account.end(), minute_of_60) == account.end())
                account.push_back(minute_of_60);
            return;
    }
}

void read_bots(const settings_tree& tree, campaign& into, mistake_list& mistakes) {
    const auto* const node = tree.find("bot");
    if (node == nullptr) return;
    const auto* const array = node->as_array();
    if (array == nullptr) {
        mistakes.add(tree.where("bot"), "bot must be a list: write [[bot]]");
        return;
    }
    for (std::size_t i = 0; i < array->size(); ++i) {
        const auto path = "bot." + std::to_string(i);
        bot_settings bot;
        read_section(tree, *array->get(i), path, "[[bot]]", {"sender"}, bot, mistakes);
        while (bot.url.ends_with('/'))
            bot.url.pop_back();
        read_senders(tree, path + ".sender", bot, mistakes);
        into.bots.push_back(std::move(bot));
    }
    for (std::size_t i = 0; i < into.bots.size(); ++i)
        apply_profile(tree, "bot." + std::to_string(i), into.bots[i], into);
}

void read_accounts(const settings_tree& tree, campaign& into, mistake_list& mistakes) {
    const auto* const node = tree.find("account");
    if (node == nullptr) return;
    const auto* const table = node->as_table();
    if (table == nullptr) {
        mistakes.add(tree.where("account"), "account must be sections: write [account.main]");
        return;
    }
    for (const auto& [name, settings] : *table) {
        const std::string key(name.str());
        if (const auto wrong = folder_safe_name(key)) {
            mistakes.add(tree.where("account." + key), "[account.NAME] " + *wrong);
            continue;
        }
        read_section(tree, settings, "account." + key, "[account." + key + "]", {},
                     into.accounts[key], mistakes);
    }
}

// The file's own name as a run's name: letters that cannot name a folder become dashes.
std::string name_from(const std::filesystem::path& file) {
    auto name = file.stem().string().substr(0, 100);
    for (auto& c : name)
        if (folder_safe_name("x" + std::string(1, c))) c = '-';
    return folder_safe_name(name) ? "campaign" : name;
}

}  // namespace

environment environment_of_process() {
    environment found;
    for (char** one = environ; one != nullptr && *one != nullptr; ++one) {
        const std::string_view entry(*one);
        const auto equals = entry.find('=');
        if (!entry.starts_with("TIDINGS_") || equals == std::string_view::npos) continue;
        found.emplace(entry.substr(0, equals), entry.substr(equals + 1));
    }
    return found;
}

core::result<campaign> campaign_from(std::string_view toml, const std::filesystem::path& named,
                                     const std::vector<setting_override>& overrides,
                                     const environment& variables) {
    auto parsed = settings_tree::parse(toml, named);
    if (!parsed) return parsed.error();
    auto& tree = *parsed;
    mistake_list mistakes;
    for (const auto& one : overrides_from(variables, {"name", "threads"}))
        tree.lay_over(one, lists, mistakes);
    for (const auto& one : overrides)
        tree.lay_over(one, lists, mistakes);

    campaign made;
    made.name = name_from(named);
    const std::vector<std::string_view> sections = {"recipients", "bot",     "account", "schedule",
                                                    "retry",      "unknown", "stop",    "output"};
    read_section(tree, tree.root(), "", "", sections, made, mistakes);
    read_top(tree, "recipients", made.recipients, mistakes);
    read_accounts(tree, made, mistakes);
    read_bots(tree, made, mistakes);
    read_top(tree, "schedule", made.schedule, mistakes);
    read_top(tree, "retry", made.retry, mistakes);
    unknown_settings unknown;
    read_top(tree, "unknown", unknown, mistakes);
    made.unknown = unknown.policy;
    read_top(tree, "stop", made.stop, mistakes);
    read_top(tree, "output", made.output, mistakes);
    check_campaign(made, tree, mistakes);
    if (!mistakes.empty()) return mistakes.as_failure();
    return made;
}

core::result<campaign> load_campaign(const std::filesystem::path& file,
                                     const std::vector<setting_override>& overrides,
                                     const environment& variables) {
    std::error_code error;
    const auto kind = std::filesystem::status(file, error).type();
    if (kind == std::filesystem::file_type::not_found)
        return core::failure{core::trouble::missing,
                             file.string() +
                                 ": no such campaign file; conf/campaign.toml is an "
                                 "example to begin with"};
    if (kind == std::filesystem::file_type::directory)
        return core::failure{core::trouble::configuration,
                             file.string() + ": is a folder, not a campaign file"};
    std::ifstream in(file, std::ios::binary);
    std::string text(settings_file_bytes_max + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in.is_open() || in.bad())
        return core::failure{core::trouble::configuration,
                             file.string() + ": cannot be read; check its permissions"};
    text.resize(static_cast<std::size_t>(in.gcount()));
    return campaign_from(text, file, overrides, variables);
}

}  // namespace tidings::app
