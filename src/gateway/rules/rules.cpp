#include "gateway/rules/rules.hpp"

#include "gateway/rules/rules_bot.hpp"

#include <algorithm>
#include <cctype>
#include <limits>
#include <utility>

namespace tidings::gateway {

namespace {

using core::failure;
using core::trouble;

constexpr std::string_view needed_scope = "Outbound SMS";
constexpr std::string_view session_scope = "Bot Sessions";
constexpr std::string_view json_type = "application/json";
constexpr auto jti_ahead_max = std::chrono::hours(1);
constexpr std::uint32_t retry_after_s_max = 86'400;

bool same_letters(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) ==
               std::tolower(static_cast<unsigned char>(y));
    });
}

// The media type, parameters left out.
bool is_json(std::string_view content_type) {
    auto type = content_type.substr(0, content_type.find(';'));
    while (!type.empty() && type.back() == ' ')
        type.remove_suffix(1);
    return same_letters(type, json_type);
}

failure contradiction(std::string text) {
    return failure{trouble::configuration, std::move(text)};
}

}  // namespace

// One request on its way through the checks.
struct rules::judged {
    const call& asked;
    core::time_stamp now;
    std::string_view bot_name{};
    std::optional<std::uint16_t> bot{};
    const token_facts* token = nullptr;
    message_numbers numbers{};
    core::phone_number to{};
    std::optional<sender_id> sender{};
    call_window* refused_by = nullptr;
};

rules::rules(service_options service, token_desk desk, reply_table words)
    : service_(std::move(service)), desk_(std::move(desk)), used_(service_.jti_remembered_max) {
    render(words);
}

rules::rules(rules&&) noexcept = default;
rules& rules::operator=(rules&&) noexcept = default;
rules::~rules() = default;

core::result<rules> rules::make(service_options service, reply_table words) {
    auto desk = token_desk::make(service.apps);
    if (!desk) return desk.error();
    rules made(std::move(service), std::move(*desk), std::move(words));
    if (const auto indexed = made.index_service(); !indexed) return indexed.error();
    return made;
}

void rules::render(const reply_table& words) {
    for (std::size_t i = 0; i < words.size(); ++i)
        replies_[i] = {words[i].status, render_body(words[i]), words[i].content_type,
                       words[i].ignore};
    auto old = words[static_cast<std::size_t>(verdict_case::limit_minute)];
    old.msg = old_limit_text;
    old_limit_body_ = render_body(old);
}

core::result<void> rules::index_service() {
    const auto account_index = [this](const std::string& name) -> std::optional<std::uint16_t> {
        for (std::size_t i = 0; i < service_.accounts.size(); ++i)
            if (service_.accounts[i].name == name) return static_cast<std::uint16_t>(i);
        return std::nullopt;
    };
    for (const auto& account : service_.accounts)
        account_windows_.emplace_back(account.limits);
    for (const auto& app : service_.apps) {
        if (!account_index(app.account))
            return contradiction("app " + app.client_id + ": no account is named " + app.account);
        const auto has = [&app](std::string_view wanted) {
            return std::find(app.scopes.begin(), app.scopes.end(), wanted) != app.scopes.end();
        };
        may_send_.push_back(has(needed_scope));
        may_ask_.push_back(has(session_scope));
    }
    known_senders known;
    for (std::size_t i = 0; i < sender_names_.size(); ++i)
        known.emplace(named(sender_names_[i]), static_cast<sender_id>(i));
    for (const auto& bot : service_.bots) {
        const auto account = account_index(bot.account);
        if (!account)
            return contradiction("bot " + bot.id + ": no account is named " + bot.account);
        const auto index = static_cast<std::uint16_t>(bots_.size());
        if (!bot_by_id_.emplace(bot.id, index).second)
            return contradiction("bot " + bot.id + " is there twice: remove one");
        bots_.push_back(
            {*account, scope_windows(bot.limits), {}, scope_windows(question_limits())});
        for (std::size_t i = 0; i < bot.numbers.size(); ++i)
            if (const auto indexed = index_number(index, i, known); !indexed) return indexed;
    }
    return {};
}

// A sender that the ledger knows keeps its id.
core::result<void> rules::index_number(std::size_t bot, std::size_t number,
                                       const known_senders& known) {
    const auto& id = service_.bots[bot].id;
    const auto& options = service_.bots[bot].numbers[number];
    const auto before = known.find(named({id, options.number}));
    const auto sender =
        before != known.end() ? before->second : static_cast<sender_id>(sender_names_.size());
    if (!bots_[bot].senders.emplace(options.number, sender_place{sender, number}).second)
        return contradiction("bot " + id + " has " + options.number.text() + " twice");
    if (before != known.end()) {
        sender_windows_[sender].change(options.limits);
        return {};
    }
    if (sender == std::numeric_limits<sender_id>::max())
        return contradiction("there are more than 65,534 sender numbers");
    sender_names_.push_back({id, options.number});
    sender_windows_.emplace_back(options.limits);
    return {};
}

core::result<void> rules::change_service(service_options service, reply_table words) {
    auto desk = token_desk::make(service.apps);
    if (!desk) return desk.error();
    rules made(std::move(service), std::move(*desk), std::move(words));
    made.sender_names_ = sender_names_;
    made.sender_windows_ = sender_windows_;
    if (auto indexed = made.index_service(); !indexed) return indexed;
    made.keep_windows_of(*this);
    made.used_ = std::move(used_);
    made.verified_before_ = tokens_verified();
    *this = std::move(made);
    return {};
}

void rules::keep_windows_of(const rules& before) {
    for (std::size_t i = 0; i < service_.accounts.size(); ++i)
        for (std::size_t j = 0; j < before.service_.accounts.size(); ++j) {
            if (service_.accounts[i].name != before.service_.accounts[j].name) continue;
            account_windows_[i] = before.account_windows_[j];
            account_windows_[i].change(service_.accounts[i].limits);
        }
    for (std::size_t i = 0; i < service_.bots.size(); ++i) {
        const auto known = before.known_bot(service_.bots[i].id);
        if (!known) continue;
        bots_[i].windows = before.bots_[*known].windows;
        bots_[i].windows.change(service_.bots[i].limits);
        bots_[i].questions = before.bots_[*known].questions;
    }
}

decision rules::judge(const call& one, core::time_stamp now) {
    judged state{one, now};
    const auto refusal = first_refusal(state);
    decision out;
    fill_reply(state, refusal.value_or(verdict_case::triggered), out);
    if (!refusal || service_.limits.count_refused) fill_windows(state);
    if (refusal) return out;
    if (service_.jti_used_by_trigger_only && state.token->has_jti &&
        service_.apps[state.token->app].jti != jti_rule::off && state.token->expires)
        used_.use(state.token->jti, *state.token->expires, now.wall);
    out.message = triggered_message{now.wall, state.to, state.token->id, *state.sender};
    return out;
}

bool rules::asks_for_sessions(const call& one) const {
    return bot_named_in(one.target, sessions_name).has_value();
}

question_decision rules::judge_question(const call& one, core::time_stamp now) {
    judged state{one, now};
    const auto refusal = refusal_of_question(state);
    question_decision out;
    if (state.bot && (!refusal || service_.limits.count_refused))
        bots_[*state.bot].questions.count(now.steady);
    if (refusal)
        fill_reply(state, *refusal, out.refused);
    else
        out.bot = state.bot_name;
    return out;
}

std::optional<verdict_case> rules::refusal_of_question(judged& one) {
    one.bot_name = bot_named_in(one.asked.target, sessions_name).value_or(std::string_view{});
    one.bot = known_bot(one.bot_name);
    if (one.asked.method != "POST") return verdict_case::wrong_method;
    if (auto no = refusal_by_token(one)) return no;
    if (auto no = refusal_by_jti(one)) return no;
    if (auto no = refusal_by_app(one, may_ask_)) return no;
    if (!one.bot || service_.bots[*one.bot].account != service_.apps[one.token->app].account)
        return verdict_case::unknown_bot;
    return refusal_by_limit(one, bots_[*one.bot].questions);
}

void rules::count_unprocessed(const call& one, core::time_stamp now) {
    if (!service_.limits.count_refused) return;
    judged state{one, now};
    if (refusal_by_address(state)) return;
    state.bot = known_bot(state.bot_name);
    fill_windows(state);
}

std::optional<verdict_case> rules::first_refusal(judged& one) {
    if (auto no = refusal_by_address(one)) return no;
    one.bot = known_bot(one.bot_name);
    if (one.asked.method != "POST") return verdict_case::wrong_method;
    if (auto no = refusal_by_token(one)) return no;
    if (auto no = refusal_by_jti(one)) return no;
    if (auto no = refusal_by_app(one, may_send_)) return no;
    if (!one.bot || service_.bots[*one.bot].account != service_.apps[one.token->app].account)
        return verdict_case::unknown_bot;
    if (auto no = refusal_by_limit(one, account_windows_[bots_[*one.bot].account])) return no;
    if (auto no = refusal_by_limit(one, bots_[*one.bot].windows)) return no;
    if (auto no = refusal_by_body(one)) return no;
    if (auto no = refusal_by_number(one)) return no;
    return refusal_by_limit(one, sender_windows_[*one.sender]);
}

std::optional<verdict_case> rules::refusal_by_address(judged& one) {
    const auto bot = bot_named_in(one.asked.target, message_name);
    if (!bot) return verdict_case::no_route;
    one.bot_name = *bot;
    return std::nullopt;
}

std::optional<verdict_case> rules::refusal_by_token(judged& one) {
    if (!one.asked.auth || one.asked.auth->empty()) return verdict_case::no_auth;
    one.token = &desk_.read(*one.asked.auth);
    const auto& token = *one.token;
    switch (token.state) {
        case token_state::not_a_jwt: return verdict_case::not_a_jwt;
        case token_state::bad_signature: return verdict_case::bad_signature;
        case token_state::verified: break;
    }
    const auto& app = service_.apps[token.app];
    if (app.jwe == jwe_rule::enforced && !token.encrypted)
        if (auto no = unless_ignored(verdict_case::jwe_missing)) return no;
    if (!token.has_sub)
        if (auto no = unless_ignored(verdict_case::sub_missing)) return no;
    if (token.expires && *token.expires <= one.now.wall)
        if (auto no = unless_ignored(verdict_case::token_expired)) return no;
    if (token.not_before && *token.not_before > one.now.wall)
        if (auto no = unless_ignored(verdict_case::token_not_yet)) return no;
    if (!may_use(app, one.bot_name)) return verdict_case::wrong_bot;
    return std::nullopt;
}

std::optional<verdict_case> rules::refusal_by_jti(judged& one) {
    const auto& token = *one.token;
    const auto rule = service_.apps[token.app].jti;
    if (rule == jti_rule::off) return std::nullopt;
    if (!token.has_jti)
        return rule == jti_rule::enforced ? unless_ignored(verdict_case::jti_missing)
                                          : std::nullopt;
    if (!token.expires || *token.expires - one.now.wall > jti_ahead_max)
        return verdict_case::jti_lifetime;
    switch (used_.look(token.jti, one.now.wall)) {
        case replay_memory::answer::replay: return verdict_case::jti_replay;
        case replay_memory::answer::full: return verdict_case::jti_memory_full;
        case replay_memory::answer::fresh: break;
    }
    if (!service_.jti_used_by_trigger_only) used_.use(token.jti, *token.expires, one.now.wall);
    return std::nullopt;
}

std::optional<verdict_case> rules::refusal_by_app(judged& one, const std::vector<bool>& allowed) {
    const auto app = one.token->app;
    if (!service_.apps[app].published)
        if (auto no = unless_ignored(verdict_case::app_unpublished)) return no;
    if (!allowed[app]) return verdict_case::wrong_scope;
    return std::nullopt;
}

std::optional<verdict_case> rules::refusal_by_limit(judged& one, scope_windows& windows) {
    auto* const full = windows.refusing(one.now.steady);
    if (full == nullptr) return std::nullopt;
    full->note_refusal();
    one.refused_by = full;
    return full->limit().window <= std::chrono::minutes(1) ? verdict_case::limit_minute
                                                           : verdict_case::limit_hour;
}

std::optional<verdict_case> rules::refusal_by_body(judged& one) {
    if (!is_json(one.asked.content_type))
        if (auto no = unless_ignored(verdict_case::wrong_content_type)) return no;
    const auto numbers = body_reader_.read(one.asked.body);
    if (!numbers) return verdict_case::bad_body;
    one.numbers = *numbers;
    return std::nullopt;
}

// Without a sender and a recipient there is nothing to enter in the ledger, so an unknown number
// cannot be let pass; every other case can.
std::optional<verdict_case> rules::refusal_by_number(judged& one) {
    const auto from = core::phone_number::from_e164(one.numbers.from);
    const auto to = core::phone_number::from_e164(one.numbers.to);
    if (!from || !to) return verdict_case::number_not_e164;
    one.to = *to;
    const auto& bot = service_.bots[*one.bot];
    if (!bot.sms_channel)
        if (auto no = unless_ignored(verdict_case::channel_off)) return no;
    const auto& senders = bots_[*one.bot].senders;
    const auto place = senders.find(*from);
    if (place == senders.end()) return verdict_case::number_unknown;
    one.sender = place->second.sender;
    const auto& number = bot.numbers[place->second.index];
    if (number.flow.empty())
        if (auto no = unless_ignored(verdict_case::number_without_flow)) return no;
    if (number.direction == number_direction::inbound)
        if (auto no = unless_ignored(verdict_case::number_inbound_only)) return no;
    return std::nullopt;
}

std::optional<verdict_case> rules::unless_ignored(verdict_case what) const {
    if (replies_[static_cast<std::size_t>(what)].ignore) return std::nullopt;
    return what;
}

void rules::fill_windows(const judged& one) {
    if (!one.bot) return;
    auto& bot = bots_[*one.bot];
    bot.windows.count(one.now.steady);
    account_windows_[bot.account].count(one.now.steady);
    if (one.sender) sender_windows_[*one.sender].count(one.now.steady);
}

decision rules::reply_of(verdict_case what) const {
    const auto& words = replies_[static_cast<std::size_t>(what)];
    decision out;
    out.why = what;
    out.status = words.status;
    out.body = words.body;
    out.content_type = words.content_type;
    return out;
}

void rules::fill_reply(judged& one, verdict_case why, decision& out) {
    out = reply_of(why);
    if (one.refused_by == nullptr) return;
    if (service_.limits.old_text) out.body = old_limit_body_;
    if (!service_.limits.retry_after) return;
    const auto wait = one.refused_by->free_at(one.now.steady) - one.now.steady;
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    out.retry_after_s =
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds, 1, retry_after_s_max));
}

}  // namespace tidings::gateway
