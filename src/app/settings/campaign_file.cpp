#include "app/settings/campaign_file.hpp"

#include "app/settings/campaign_checks.hpp"
#include "app/settings/campaign_keys.hpp"
#include "app/settings/plan_file.hpp"
#include "codec/text/url_name.hpp"
#include "settings/section.hpp"
#include "settings/settings_file.hpp"

#include <algorithm>

namespace tidings::app {
namespace {

using settings::mistake_list;
using settings::section;

settings::tree_shape shape_of_campaigns() {
    return {.lists = {"bot", "bot.sender", "answer", "schedule.rule"},
            .rivals = {{"limits", "profile"}}};
}

std::string entry(const std::string& list, std::size_t index) {
    return list + "." + std::to_string(index);
}

void apply_profile(const settings::tree& tree, const std::string& path, bot_settings& bot,
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

bot_settings read_bot(const settings::tree& tree, const std::string& path, mistake_list& mistakes) {
    bot_settings bot;
    section in(tree, path, mistakes);
    in.read(bot_keys(), bot);
    bot.url = codec::url_name(bot.url);
    const auto senders = in.count_of("sender");
    for (std::size_t i = 0; i < senders; ++i)
        section(tree, entry(path + ".sender", i), mistakes)
            .read(sender_keys(), bot.senders.emplace_back());
    return bot;
}

void read_accounts(const settings::tree& tree, campaign& into, mistake_list& mistakes) {
    const auto* const node = tree.find("account");
    if (node == nullptr) return;
    const auto* const table = node->as_table();
    if (table == nullptr) {
        mistakes.add(tree.where("account"), "account must be sections: write [account.main]");
        return;
    }
    for (const auto& [name, value] : *table) {
        const std::string key(name.str());
        const auto path = "account." + key;
        if (const auto wrong = folder_safe_name(key))
            mistakes.add(tree.where(path), "[account.NAME] " + *wrong);
        else
            section(tree, path, value, mistakes).read(account_keys(), into.accounts[key]);
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

namespace {

void read_plan(const settings::tree& tree, recipients_settings& into, mistake_list& mistakes) {
    if (into.numbering_plan.empty()) return;
    const auto plan = plan_from(into.numbering_plan);
    if (plan)
        into.plan = *plan;
    else
        mistakes.add(tree.where("recipients.numbering_plan"),
                     "[recipients] numbering_plan: " + plan.error().text);
}

}  // namespace

namespace {

void read_schedule(const settings::tree& tree, schedule_settings& into, mistake_list& mistakes) {
    section in(tree, "schedule", mistakes);
    in.read(schedule_keys(), into);
    const auto rules = in.count_of("rule");
    constexpr std::size_t rules_max = 200;
    if (rules > rules_max)
        return mistakes.add(tree.where("schedule.rule"), "has more than 200 [[schedule.rule]]");
    for (std::size_t i = 0; i < rules; ++i)
        section(tree, entry("schedule.rule", i), mistakes)
            .read(schedule_rule_keys(), into.rules.emplace_back());
}

}  // namespace

core::result<campaign> campaign_from(std::string_view toml, const std::filesystem::path& named,
                                     const std::vector<setting_override>& overrides,
                                     const environment& variables) {
    auto parsed = settings::tree::parse(toml, named, shape_of_campaigns());
    if (!parsed) return parsed.error();
    auto& tree = *parsed;
    mistake_list mistakes;
    for (const auto& one : settings::overrides_from(variables, {"name", "threads", "state"}))
        tree.lay_over(one, mistakes);
    for (const auto& one : overrides)
        tree.lay_over(one, mistakes);

    campaign made;
    made.name = name_from(named);
    section top(tree, "", mistakes);
    top.read(top_keys(), made);
    top.holds(
        {"recipients", "account", "schedule", "retry", "unknown", "trouble", "stop", "output"});
    section(tree, "recipients", mistakes).read(recipients_keys(), made.recipients);
    read_accounts(tree, made, mistakes);
    const auto bots = top.count_of("bot");
    for (std::size_t i = 0; i < bots; ++i)
        made.bots.push_back(read_bot(tree, entry("bot", i), mistakes));
    for (std::size_t i = 0; i < bots; ++i)
        apply_profile(tree, entry("bot", i), made.bots[i], made);
    read_schedule(tree, made.schedule, mistakes);
    section(tree, "retry", mistakes).read(retry_keys(), made.retry);
    section(tree, "unknown", mistakes).read(unknown_keys(), made);
    const auto answers = top.count_of("answer");
    for (std::size_t i = 0; i < answers; ++i)
        section(tree, entry("answer", i), mistakes)
            .read(answer_keys(), made.answers.emplace_back());
    section(tree, "trouble", mistakes).read(trouble_keys(), made.trouble);
    section(tree, "stop", mistakes).read(stop_keys(), made.stop);
    section(tree, "output", mistakes).read(output_keys(), made.output);
    read_plan(tree, made.recipients, mistakes);
    check_campaign(made, tree, mistakes);
    top.refuse_others();
    if (!mistakes.empty()) return mistakes.as_failure();
    return made;
}

core::result<campaign> load_campaign(const std::filesystem::path& file,
                                     const std::vector<setting_override>& overrides,
                                     const environment& variables) {
    auto text = settings::text_of_file(file);
    if (!text && text.error().kind == core::trouble::missing)
        return core::failure{core::trouble::missing,
                             file.string() +
                                 ": no such campaign file; conf/campaign.toml is an "
                                 "example to begin with"};
    if (!text) return text.error();
    return campaign_from(*text, file, overrides, variables);
}

}  // namespace tidings::app
