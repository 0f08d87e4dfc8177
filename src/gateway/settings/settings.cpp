#include "gateway/settings/settings.hpp"

#include "codec/text/units.hpp"
#include "gateway/rules/ledger.hpp"
#include "gateway/rules/owned_file.hpp"
#include "gateway/rules/rules.hpp"
#include "gateway/settings/settings_sections.hpp"
#include "gateway/settings/settings_table.hpp"

#include <filesystem>
#include <fstream>
#include <optional>

namespace tidings::gateway {

namespace {

constexpr std::size_t file_bytes_max = 1 << 20;

// "127.0.0.1:8443", "[::1]:8443".
void read_address(toml_section& section, std::string_view key, std::string& address,
                  std::uint16_t& port) {
    std::string text;
    section.read(key, text);
    if (text.empty()) return;
    const auto colon = text.rfind(':');
    const auto number = colon == std::string::npos
                            ? core::result<std::uint64_t>(core::failure{})
                            : codec::count_from(std::string_view(text).substr(colon + 1));
    auto host = text.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    if (!number || *number > 65'535 || host.empty()) {
        section.complain(key, "must be an address and a port: \"127.0.0.1:8443\"");
        return;
    }
    address = host;
    port = static_cast<std::uint16_t>(*number);
}

void read_admin(toml_section& section, server_options& server) {
    std::string address = "127.0.0.1";
    std::string text = "-";
    section.read("admin", text);
    server.admin = !text.empty();
    if (text == "-" || text.empty()) return;
    read_address(section, "admin", address, server.admin_port);
    if (address != "127.0.0.1") section.complain("admin", "must be on 127.0.0.1");
}

void read_clock(toml_section& section, server_options& server) {
    bool behind = server.clock_offset < core::duration::zero();
    auto offset = behind ? -server.clock_offset : server.clock_offset;
    section.read("clock_behind", behind);
    section.read("clock_offset", offset);
    server.clock_offset = behind ? -offset : offset;
}

void read_server_keys(toml_section& section, server_options& server, service_options& service,
                      const std::filesystem::path& folder) {
    read_address(section, "listen", server.address, server.port);
    read_admin(section, server);
    section.read("http2", server.http2);
    const std::vector<std::string_view> versions = {"1.2", "1.3"};
    server.tls_min = static_cast<tls_version>(section.choice("tls_min", versions, 0));
    server.tls_max = static_cast<tls_version>(section.choice("tls_max", versions, 1));
    if (server.tls_min > server.tls_max) section.complain("tls_min", "must not be above tls_max");
    section.read("certificate_file", server.certificate_file);
    section.read("key_file", server.key_file);
    if (server.certificate_file.empty() != server.key_file.empty())
        section.complain("key_file", "certificate_file and key_file go together");
    section.read("folder", server.folder);
    section.read("ledger_file", server.ledger_file);
    for (auto* const name : {&server.certificate_file, &server.key_file})
        if (!name->empty()) *name = (folder / *name).string();
    section.read("path_prefix", service.path_prefix);
    if (!service.path_prefix.empty() &&
        (service.path_prefix.front() != '/' || service.path_prefix.back() == '/'))
        section.complain("path_prefix", "must begin with a slash and not end with one");
    section.read("idle_time", server.idle_time);
    section.read("request_time", server.request_time);
    section.read("handshake_time", server.handshake_time);
    section.read("drain_time", server.drain_time);
    section.read_number("connections_max", server.connections_max, 1, 1'000'000);
    section.read_number("header_bytes_max", server.header_bytes_max, 1024, 1 << 20);
    section.read_number("headers_max", server.headers_max, 8, 10'000);
    section.read_number("control_frames_max", server.control_frames_max, 10, 1'000'000);
    section.read_number("body_bytes_max", server.body_bytes_max, 256, 64 * 1024);
    section.read_number("requests_per_connection_max", server.requests_per_connection_max, 0,
                        1'000'000'000);
    section.read_number("streams_max", server.streams_max, 1, 10'000);
    section.read_number("ledger_entries_max", server.ledger_entries_max, 1, ledger::entries_max);
    read_clock(section, server);
}

// While it runs the clock alone can change: the rest is in use.
void read_running_server(const toml::table& table, server_options& server,
                         settings_mistakes& mistakes) {
    server_options unused;
    service_options no_service;
    toml_section section(table, "server", mistakes);
    read_clock(section, server);
    settings_mistakes unheard("");
    toml_section all(table, "server", unheard);
    read_server_keys(all, unused, no_service, {});
    for (const auto& [key, value] : table)
        if (!section.knows(key.str()) && all.knows(key.str())) {
            section.has(key.str());
            section.complain(key.str(), "cannot be changed while the gateway runs");
        }
}

void read_replay(const toml::table& table, service_options& service, settings_mistakes& mistakes,
                 bool running) {
    toml_section section(table, "replay", mistakes);
    service.jti_used_by_trigger_only = section.choice("used_by", {"verification", "trigger"},
                                                      service.jti_used_by_trigger_only) == 1;
    if (running && section.has("remembered_max"))
        return section.complain("remembered_max", "cannot be changed while the gateway runs");
    section.read_number("remembered_max", service.jti_remembered_max, 1, 200'000'000);
}

// For checking alone: a key that is made at the start is not there yet.
service_options without_keys_to_come(service_options service) {
    for (auto& app : service.apps)
        if (app.jwe_private_key_pem.empty()) app.jwe = jwe_rule::off;
    return service;
}

// `made` is what stands where the tables say nothing. While it runs, tables of accounts, apps and
// bots change those of the same name; a file's replace the sample's.
settings read_tables(const toml::table& root, settings_mistakes& mistakes,
                     const std::filesystem::path& folder, settings made, bool running) {
    toml_section file(root, "", mistakes);
    if (const auto* const table = file.table("server")) {
        if (running) {
            read_running_server(*table, made.server, mistakes);
        } else {
            toml_section section(*table, "server", mistakes);
            read_server_keys(section, made.server, made.service, folder);
        }
    }
    if (const auto* const table = file.table("limits")) {
        toml_section section(*table, "limits", mistakes);
        read_limit_options(section, made.service.limits);
    }
    if (const auto* const table = file.table("replay"))
        read_replay(*table, made.service, mistakes, running);
    read_service(file, made.service, folder, running);
    if (const auto* const table = file.table("reply")) {
        toml_section section(*table, "reply", mistakes);
        read_replies(section, made.replies);
    }
    if (const auto* const table = file.table("faults")) {
        toml_section section(*table, "faults", mistakes);
        section.read_number("seed", made.faults.seed, 0, INT64_MAX);
    }
    if (file.has("fault")) made.faults.rules.clear();
    for (const auto* const table : file.tables("fault"))
        made.faults.rules.push_back(read_fault(*table, mistakes));
    return made;
}

core::result<settings> checked(settings made, const settings_mistakes& mistakes,
                               const std::string& file) {
    if (!mistakes.empty()) return mistakes.as_failure();
    // What no single key shows: an app of an account that is not there, a key that is none.
    if (const auto judged = rules::make(without_keys_to_come(made.service), made.replies); !judged)
        return core::failure{core::trouble::configuration, file + ": " + judged.error().text};
    return made;
}

}  // namespace

core::result<settings> settings_from_text(std::string_view text, const std::string& file) {
    settings_mistakes mistakes(file);
    const auto table = table_from_text(text, mistakes);
    if (!table) return mistakes.as_failure();
    const auto folder = std::filesystem::path(file).parent_path();
    return checked(read_tables(*table, mistakes, folder, settings{}, false), mistakes, file);
}

core::result<settings> settings_from_table(const toml::table& root, const std::string& file,
                                           const laid_over_values& laid_over) {
    settings_mistakes mistakes(file, &laid_over);
    const auto folder = std::filesystem::path(file).parent_path();
    return checked(read_tables(root, mistakes, folder, settings{}, false), mistakes, file);
}

core::result<settings_change> settings_changed(std::string_view text,
                                               const settings& now_in_force) {
    const std::string file = "settings";
    settings_mistakes mistakes(file);
    const auto table = table_from_text(text, mistakes);
    if (!table) return mistakes.as_failure();
    auto made = checked(read_tables(*table, mistakes, {}, now_in_force, true), mistakes, file);
    if (!made) return made.error();
    return settings_change{std::move(*made), table->contains("fault") || table->contains("faults")};
}

const std::vector<std::string_view>& settings_lists() {
    static const std::vector<std::string_view> lists = {"account", "app", "bot", "bot.number",
                                                        "fault"};
    return lists;
}

core::result<settings> settings_from_file(const std::string& path) {
    const auto unusable = [&path](const std::string& why) {
        return core::failure{core::trouble::configuration, path + ": " + why};
    };
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) return unusable("cannot be read: " + error.message());
    if (size >= file_bytes_max) return unusable("is larger than 1 MiB: no settings file is");
    return settings_from_text(text_of_file(path), path);
}

std::string text_of_settings(const std::string& path) {
    return text_of_file(path);
}

core::result<fault_options> faults_from_text(std::string_view text) {
    settings_mistakes mistakes("faults");
    const auto table = table_from_text(text, mistakes);
    if (!table) return mistakes.as_failure();
    fault_options made;
    {
        toml_section section(*table, "", mistakes);
        section.read_number("seed", made.seed, 0, INT64_MAX);
        for (const auto* const one : section.tables("fault"))
            made.rules.push_back(read_fault(*one, mistakes));
    }
    if (!mistakes.empty()) return mistakes.as_failure();
    return made;
}

core::result<limit_changes> limits_from_text(std::string_view text,
                                             const limit_options& now_in_force) {
    settings_mistakes mistakes("limits");
    const auto table = table_from_text(text, mistakes);
    if (!table) return mistakes.as_failure();
    limit_changes made;
    made.options = now_in_force;
    {
        toml_section section(*table, "", mistakes);
        read_limit_options(section, made.options);
        for (const auto* const one : section.tables("scope")) {
            toml_section scope(*one, "scope", mistakes);
            limit_change change;
            scope.read("account", change.account);
            scope.read("bot", change.bot);
            scope.read("sender", change.sender);
            read_limits(scope, change.limits);
            const int named =
                !change.account.empty() + !change.bot.empty() + !change.sender.empty();
            if (named != 1)
                scope.complain("limits", "a scope names one of account, bot and sender");
            made.scopes.push_back(std::move(change));
        }
    }
    if (!mistakes.empty()) return mistakes.as_failure();
    return made;
}

}  // namespace tidings::gateway
