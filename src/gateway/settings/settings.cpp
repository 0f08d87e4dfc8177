#include "gateway/settings/settings.hpp"

#include "gateway/rules/rules.hpp"
#include "gateway/settings/gateway_keys.hpp"
#include "gateway/settings/gateway_tree.hpp"
#include "settings/section.hpp"

#include <algorithm>
#include <utility>

namespace tidings::gateway {
namespace {

using tidings::settings::mistake_list;
using tidings::settings::section;
using tidings::settings::tree;

std::string entry(const std::string& list, std::size_t index) {
    return list + "." + std::to_string(index);
}

// Reads the tables of a file into `made`, which is what stands where they say nothing. While it
// runs, tables of accounts, apps and bots change those of the same name; a file's replace the
// sample's.
class settings_reader {
  public:
    settings_reader(const tree& whole, mistake_list& mistakes, bool running)
        : tree_(whole), mistakes_(mistakes), running_(running), top_(whole, "", mistakes) {}

    void read(settings& into) {
        read_server(into);
        section(tree_, "limits", mistakes_).read(limits_keys(), into.service.limits);
        section(tree_, "replay", mistakes_).read(replay_keys(), into.service, running_);
        read_service(into.service);
        read_replies(into.replies);
        section(tree_, "faults", mistakes_).read(faults_keys(), into.faults);
        top_.holds({"server", "limits", "replay", "reply", "faults"});
        read_rules(into.faults.rules);
    }

    // The bodies of /_gateway/faults and /_gateway/limits.
    void read(fault_options& into) {
        top_.read(faults_keys(), into);
        read_rules(into.rules);
    }

    void read(limit_changes& into) {
        top_.read(limits_keys(), into.options);
        const auto scopes = top_.count_of("scope");
        for (std::size_t i = 0; i < scopes; ++i) {
            auto& change = into.scopes.emplace_back();
            section in(tree_, entry("scope", i), mistakes_);
            in.read(scope_keys(), change);
            if (in.has("account") + in.has("bot") + in.has("sender") != 1)
                in.complain("limits", "belong to one of account, bot and sender");
        }
    }

  private:
    void read_server(settings& into) {
        section in(tree_, "server", mistakes_);
        in.read(server_keys(), into, running_);
        const auto& server = into.server;
        if (server.tls_min > server.tls_max) in.complain("tls_min", "must not be above tls_max");
        if (server.certificate_file.empty() != server.key_file.empty())
            in.complain("key_file", "and certificate_file go together");
    }

    // Those of [[list]], into the one of the same name while it runs, else into new ones.
    template <class One, class Name, class Read>
    void read_list(section& in, std::string_view list, std::string_view name_key,
                   std::vector<One>& all, const One& usual, Name name, Read read) {
        if (!running_ && in.has(list)) all.clear();
        const auto path = in.path_of(list);
        const auto entries = in.count_of(list);
        for (std::size_t i = 0; i < entries; ++i) {
            const auto* const node =
                tree_.find(tidings::settings::inside(entry(path, i), name_key));
            const auto wanted = node == nullptr ? std::nullopt : node->value<std::string>();
            auto known = all.end();
            if (running_ && wanted)
                known = std::find_if(all.begin(), all.end(),
                                     [&](const One& one) { return name(one) == *wanted; });
            section inner(tree_, entry(path, i), mistakes_);
            read(inner, known == all.end() ? all.emplace_back(usual) : *known);
        }
    }

    void read_service(service_options& into) {
        read_list(
            top_, "account", "name", into.accounts, {}, [](const auto& it) { return it.name; },
            [](section& in, account_options& one) { in.read(account_keys(), one); });
        bot_options usual;
        usual.limits = sample_service().bots[0].limits;
        read_list(
            top_, "bot", "id", into.bots, usual, [](const auto& it) { return it.id; },
            [this](section& in, bot_options& one) {
                in.read(bot_keys(), one);
                read_numbers(in, one.numbers);
            });
        read_list(
            top_, "app", "client_id", into.apps, {}, [](const auto& it) { return it.client_id; },
            [this](section& in, app_options& one) { in.read(app_keys(), one, running_); });
    }

    void read_numbers(section& in, std::vector<number_options>& into) {
        read_list(
            in, "number", "number", into, {}, [](const auto& it) { return it.number.text(); },
            [](section& inner, number_options& one) { inner.read(number_keys(), one); });
    }

    void read_replies(reply_table& into) {
        section replies(tree_, "reply", mistakes_);
        for (std::size_t i = 0; i < into.size(); ++i) {
            const auto name = name_of(static_cast<verdict_case>(i));
            replies.holds({name});
            section in(tree_, replies.path_of(name), mistakes_);
            in.read(reply_keys(), into[i]);
            in.read(ignore_keys(), into[i]);
            if (into[i].ignore && !can_be_ignored(static_cast<verdict_case>(i)))
                in.complain("ignore", "is not possible: this refusal cannot be left out");
        }
    }

    void read_rules(std::vector<fault_rule>& into) {
        if (top_.has("fault")) into.clear();
        const auto faults = top_.count_of("fault");
        for (std::size_t i = 0; i < faults; ++i) {
            auto& rule = into.emplace_back();
            section in(tree_, entry("fault", i), mistakes_);
            in.read(fault_keys(), rule);
            if (is_another_answer(rule.what)) {
                use_usual_answer(rule);
                in.read(reply_keys(), rule.words);
                in.read(fault_reply_keys(), rule);
            }
            if (can_be_processed(rule.what)) in.read(fault_processed_keys(), rule);
            check_rule(in, rule);
        }
    }

    static void check_rule(section& in, const fault_rule& rule) {
        const bool unread = is_for_connections(rule.what) || is_before_reading(rule.what);
        if (unread && !(rule.to.empty() && rule.from.empty()))
            in.complain("to", "cannot choose: this fault comes before the numbers are read");
        if (!is_for_the_port(rule.what)) return;
        // A port cannot tell its callers apart.
        for (const auto* const key : {"probability", "nth", "every", "times_max", "to", "from"})
            if (in.has(key))
                in.complain(key,
                            "cannot choose: a port is shut for all. Say when with `between`, or "
                            "use accept_reset, which accepts and resets single connections");
    }

    const tree& tree_;
    mistake_list& mistakes_;
    bool running_;
    section top_;
};

template <class Into>
core::result<Into> read_all(const tree& from, bool running, Into into) {
    mistake_list mistakes;
    {
        settings_reader reader(from, mistakes, running);
        reader.read(into);
    }
    if (!mistakes.empty()) return mistakes.as_failure();
    return into;
}

// For checking alone: a key that is made at the start is not there yet.
service_options without_keys_to_come(service_options service) {
    for (auto& app : service.apps)
        if (app.jwe_private_key_pem.empty()) app.jwe = jwe_rule::off;
    return service;
}

core::result<settings> settings_from(const tree& from, bool running, settings usual) {
    auto made = read_all(from, running, std::move(usual));
    if (!made) return made;
    // What no single key shows: an app of an account that is not there, a key that is none.
    if (const auto judged = rules::make(without_keys_to_come(made->service), made->replies);
        !judged)
        return core::failure{core::trouble::configuration,
                             from.named().string() + ": " + judged.error().text};
    return made;
}

}  // namespace

core::result<settings> settings_from_text(std::string_view text, const std::string& file) {
    const auto from = tree_of(text, file);
    if (!from) return from.error();
    return settings_from(*from, false, settings{});
}

core::result<settings> settings_from_file(const std::optional<std::filesystem::path>& file,
                                          const std::vector<setting_override>& overrides) {
    if (!file && overrides.empty()) return settings{};
    const auto from = tree_of_file(file, overrides);
    if (!from) return from.error();
    return settings_from(*from, false, settings{});
}

core::result<settings_change> settings_changed(std::string_view text,
                                               const settings& now_in_force) {
    const auto from = tree_of(text, "settings");
    if (!from) return from.error();
    auto made = settings_from(*from, true, now_in_force);
    if (!made) return made.error();
    return settings_change{std::move(*made), from->has("fault") || from->has("faults")};
}

core::result<fault_options> faults_from_text(std::string_view text) {
    const auto from = tree_of(text, "faults");
    if (!from) return from.error();
    return read_all(*from, true, fault_options{});
}

core::result<limit_changes> limits_from_text(std::string_view text,
                                             const limit_options& now_in_force) {
    const auto from = tree_of(text, "limits");
    if (!from) return from.error();
    return read_all(*from, true, limit_changes{.options = now_in_force, .scopes = {}});
}

}  // namespace tidings::gateway
