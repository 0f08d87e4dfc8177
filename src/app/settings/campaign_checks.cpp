#include "app/settings/campaign_checks.hpp"

#include "codec/text/near_miss.hpp"

#include <algorithm>
#include <set>

namespace tidings::app {
namespace {

constexpr std::size_t bots_max = 100;
constexpr std::size_t senders_max = 10'000;  // of all bots together

void check_recipients(const campaign& what, const settings::tree& tree,
                      settings::mistake_list& mistakes) {
    for (const auto& file : what.recipients.suppress)
        if (file == "-")
            mistakes.add(tree.where("recipients.suppress"),
                         "[recipients] suppress cannot be standard input: it is read again while "
                         "the campaign runs");
    for (const auto& file : what.recipients.files)
        if (file == "-")
            mistakes.add(tree.where("recipients.files"),
                         "[recipients] files cannot have standard input among them: name it alone, "
                         "as file = \"-\"");
    const auto given = (what.recipients.file.empty() ? 0 : 1) +
                       (what.recipients.files.empty() ? 0 : 1) +
                       (what.recipients.command.empty() ? 0 : 1);
    if (given == 0 && !tree.has("recipients.file"))
        mistakes.add(tree.where("recipients"),
                     "[recipients] file is missing: write file = \"recipients.csv\", or give "
                     "--recipients FILE");
    if (given > 1)
        mistakes.add(tree.where("recipients"),
                     "[recipients] has more than one of file, files and command: keep the one "
                     "that is the list");
    constexpr auto remembered = std::chrono::hours(24 * 366);
    const auto& frequency = what.recipients.frequency;
    if (frequency && frequency->window > remembered)
        mistakes.add(tree.where("recipients.frequency"),
                     "[recipients] frequency: who was texted is remembered for a year; write a "
                     "shorter time, \"1/24h\"");
}

void check_token(const bot_settings& bot, const std::string& path, const settings::tree& tree,
                 settings::mistake_list& mistakes) {
    const bool by_secret = !codec::signs_with_private_key(bot.token.algorithm);
    const auto missing = secret_place::kind::none;
    if (by_secret && bot.client_secret.where == missing && !tree.has(path + ".client_secret"))
        mistakes.add(tree.where(path),
                     "[[bot]] client_secret is missing: write client_secret = { env = "
                     "\"TIDINGS_CLIENT_SECRET\" } or { file = \"secret.txt\" }");
    if (!by_secret && bot.private_key.where == missing && !tree.has(path + ".private_key"))
        mistakes.add(tree.where(path),
                     "[[bot]] private_key is missing, which RS256 and RS512 need: write "
                     "private_key = { file = \"app-key.pem\" }");
    if (by_secret && tree.has(path + ".private_key"))
        mistakes.add(tree.where(path + ".private_key"),
                     "[[bot]] private_key is for RS256 and RS512: set algorithm, or take it out");
    if (!by_secret && tree.has(path + ".client_secret"))
        mistakes.add(tree.where(path + ".client_secret"),
                     "[[bot]] client_secret is for HS256 and HS512: set algorithm, or take it out");
    const bool too_long = bot.token.lifetime > std::chrono::hours(1);
    if (bot.token_each && (too_long || bot.token.lifetime == core::duration{}))
        mistakes.add(tree.where(path + ".token_lifetime"),
                     "[[bot]] token_lifetime must be at most 1h with jti = \"each\": write "
                     "token_lifetime = \"30m\"");
}

void check_senders(const bot_settings& bot, const std::string& path, const settings::tree& tree,
                   settings::mistake_list& mistakes) {
    if (bot.senders.empty() && !tree.has(path + ".sender"))
        mistakes.add(tree.where(path),
                     "[[bot]] has no sender: add [[bot.sender]] with from = \"+16693422058\"");
    std::set<core::phone_number> seen;
    for (std::size_t i = 0; i < bot.senders.size(); ++i) {
        const auto number = bot.senders[i].from;
        if (!number.empty() && !seen.insert(number).second)
            mistakes.add(tree.where(path + ".sender." + std::to_string(i) + ".from"),
                         "[[bot.sender]] from " + number.text() +
                             " stands twice in this bot: keep one of them");
    }
}

void check_bot(const bot_settings& bot, const std::string& path, const settings::tree& tree,
               settings::mistake_list& mistakes) {
    check_token(bot, path, tree, mistakes);
    check_senders(bot, path, tree, mistakes);
}

void check_bots(const campaign& what, const settings::tree& tree,
                settings::mistake_list& mistakes) {
    if (what.bots.empty() && !tree.has("bot"))
        mistakes.add(tree.where("bot"),
                     "has no [[bot]]: add one with url, bot_id, client_id, "
                     "client_secret and a [[bot.sender]]");
    if (what.bots.size() > bots_max) mistakes.add(tree.where("bot"), "has more than 100 bots");
    std::size_t senders = 0;
    std::set<std::pair<std::string, std::string>> seen;
    for (std::size_t i = 0; i < what.bots.size(); ++i) {
        const auto& bot = what.bots[i];
        const auto path = "bot." + std::to_string(i);
        check_bot(bot, path, tree, mistakes);
        senders += bot.senders.size();
        if (!bot.bot_id.empty() && !seen.insert({bot.url, bot.bot_id}).second)
            mistakes.add(tree.where(path + ".bot_id"),
                         "[[bot]] bot_id stands twice: put all its senders under one [[bot]]");
    }
    if (senders > senders_max) mistakes.add(tree.where("bot"), "has more than 10000 senders");
}

void check_accounts(const campaign& what, const settings::tree& tree,
                    settings::mistake_list& mistakes) {
    std::vector<std::string_view> used;
    for (const auto& bot : what.bots)
        used.push_back(bot.account);
    for (const auto& [name, settings] : what.accounts)
        if (std::find(used.begin(), used.end(), name) == used.end())
            mistakes.add(tree.where("account." + name), "[account." + name + "] belongs to no bot" +
                                                            codec::did_you_mean(name, used) +
                                                            "; a bot names it by account = \"" +
                                                            name + "\"");
}

void check_times(const campaign& what, const settings::tree& tree,
                 settings::mistake_list& mistakes) {
    const auto& when = what.schedule.span;
    if (when.starts_at && when.expires_at && *when.starts_at >= *when.expires_at)
        mistakes.add(tree.where("schedule.expires_at"),
                     "[schedule] expires_at is not after start_at, so nothing could be sent");
    const auto without_jti = [](const bot_settings& bot) { return !bot.token_each; };
    if (what.unknown == core::unknown_policy::probe &&
        std::any_of(what.bots.begin(), what.bots.end(), without_jti))
        mistakes.add(tree.where("unknown.policy"),
                     "[unknown] policy = \"probe\" needs jti = \"each\" in every [[bot]]: the "
                     "token's id is what tells a repeat from a first copy");
    const auto& stop = what.stop;
    if (stop.canary > 0 && stop.rejected_share > 0 && stop.share_of > stop.canary)
        mistakes.add(tree.where("stop.first"),
                     "[stop] first is smaller than the " + std::to_string(stop.share_of) +
                         " that rejected_share looks at, so the canary would prove nothing: "
                         "raise first, or look at fewer");
}

// Whoever means that everything goes again says so twice.
void check_answers(const campaign& what, const settings::tree& tree,
                   settings::mistake_list& mistakes) {
    for (std::size_t i = 0; i < what.answers.size(); ++i) {
        const auto& rule = what.answers[i];
        const auto path = "answer." + std::to_string(i);
        const auto wrong = [&](std::string_view why) {
            mistakes.add(tree.where(path),
                         "[[answer]] " + core::in_words(rule) + ": " + std::string(why));
        };
        const bool of_answers =
            rule.status_from != 0 || !rule.words.empty() || !rule.header.empty();
        if (rule.refused_stream && of_answers)
            wrong("a refused stream has no answer: give frame alone");
        else if (rule.refused_stream && !core::needs_no_answer(rule.means))
            wrong("without an answer it can mean \"not processed\" or \"unknown\"");
        else if (!rule.refused_stream && !of_answers && rule.means != core::verdict::not_processed)
            wrong("it names nothing to know it by: give status, body, header or frame");
        else if (core::says_nothing_is_processed(rule) &&
                 std::count(what.answers.begin(), what.answers.end(), rule) < 2)
            wrong(
                "successes, too, so that people are texted again and again; who means it writes "
                "the rule twice");
    }
}

}  // namespace

void check_campaign(const campaign& what, const settings::tree& tree,
                    settings::mistake_list& mistakes) {
    check_recipients(what, tree, mistakes);
    check_bots(what, tree, mistakes);
    check_accounts(what, tree, mistakes);
    check_times(what, tree, mistakes);
    check_answers(what, tree, mistakes);
}

}  // namespace tidings::app
