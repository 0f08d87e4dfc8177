// The scopes of the rules: who may use which bot, and the windows of each while they run. Judging a
// request is rules.cpp's.
#include "gateway/rules/rules.hpp"
#include "gateway/rules/rules_bot.hpp"

#include <algorithm>

namespace tidings::gateway {

namespace {

constexpr std::string_view call_path = "/api/public/bot/";

}  // namespace

std::string named(const sender_name& sender) {
    return sender.bot + " " + sender.number.text();
}

std::vector<core::rate_limit> question_limits() {
    return {{60, std::chrono::minutes(1)}, {1800, std::chrono::hours(1)}};
}

std::optional<std::string_view> rules::bot_named_in(std::string_view target,
                                                    std::string_view call_name) const {
    auto path = target.substr(0, target.find('?'));
    if (!path.starts_with(service_.path_prefix)) return std::nullopt;
    path.remove_prefix(service_.path_prefix.size());
    if (!path.starts_with(call_path) || !path.ends_with(call_name)) return std::nullopt;
    path.remove_prefix(call_path.size());
    if (path.size() <= call_name.size()) return std::nullopt;
    path.remove_suffix(call_name.size());
    if (path.find('/') != std::string_view::npos) return std::nullopt;
    return path;
}

std::optional<std::uint16_t> rules::known_bot(std::string_view id) const {
    const auto found = bot_by_id_.find(id);
    if (found == bot_by_id_.end()) return std::nullopt;
    return found->second;
}

bool rules::may_use(const app_options& app, std::string_view bot) const {
    return app.admin_level || std::find(app.bots.begin(), app.bots.end(), bot) != app.bots.end();
}

bool rules::has_scope(scope kind, std::string_view name) const {
    const auto is_account = [name](const account_options& one) { return one.name == name; };
    const auto is_sender = [name](const sender_name& one) { return named(one) == name; };
    switch (kind) {
        case scope::account:
            return std::any_of(service_.accounts.begin(), service_.accounts.end(), is_account);
        case scope::bot: return known_bot(name).has_value();
        case scope::sender:
            return std::any_of(sender_names_.begin(), sender_names_.end(), is_sender);
    }
    return false;
}

bool rules::change_limits(scope kind, std::string_view name,
                          const std::vector<core::rate_limit>& limits) {
    switch (kind) {
        case scope::account:
            for (std::size_t i = 0; i < service_.accounts.size(); ++i) {
                if (service_.accounts[i].name != name) continue;
                account_windows_[i].change(limits);
                service_.accounts[i].limits = limits;
                return true;
            }
            return false;
        case scope::bot: {
            const auto bot = known_bot(name);
            if (!bot) return false;
            bots_[*bot].windows.change(limits);
            service_.bots[*bot].limits = limits;
            return true;
        }
        case scope::sender:
            for (std::size_t i = 0; i < sender_names_.size(); ++i) {
                if (named(sender_names_[i]) != name) continue;
                sender_windows_[i].change(limits);
                for (auto& bot : service_.bots)
                    for (auto& number : bot.numbers)
                        if (bot.id == sender_names_[i].bot &&
                            number.number == sender_names_[i].number)
                            number.limits = limits;
                return true;
            }
            return false;
    }
    return false;
}

void rules::change_limit_options(const limit_options& options) {
    service_.limits = options;
}

std::vector<rules::window_view> rules::windows() const {
    std::vector<window_view> all;
    const auto add = [&all](scope kind, const std::string& name, const scope_windows& windows) {
        for (const auto& one : windows.all())
            all.push_back({kind, name, &one});
    };
    for (std::size_t i = 0; i < account_windows_.size(); ++i)
        add(scope::account, service_.accounts[i].name, account_windows_[i]);
    for (std::size_t i = 0; i < bots_.size(); ++i)
        add(scope::bot, service_.bots[i].id, bots_[i].windows);
    for (std::size_t i = 0; i < sender_windows_.size(); ++i)
        add(scope::sender, named(sender_names_[i]), sender_windows_[i]);
    return all;
}

void rules::forget_worst() {
    const auto forget = [](scope_windows& windows) {
        for (auto& one : windows.all())
            one.forget_worst();
    };
    std::for_each(account_windows_.begin(), account_windows_.end(), forget);
    std::for_each(sender_windows_.begin(), sender_windows_.end(), forget);
    for (auto& bot : bots_)
        forget(bot.windows);
}

}  // namespace tidings::gateway
