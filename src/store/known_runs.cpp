// The runs that were started on this machine: remember_run and find_run of store/bot_state.hpp.
// One small file a run, so that processes need no common lock.
#include "store/bot_state.hpp"
#include "store/json_text.hpp"
#include "store/run_folder.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tidings::store {

namespace {

constexpr std::uint64_t run_bytes_max = 1U << 20;

std::string runs_folder(const std::string& state_folder) {
    return state_folder + "/runs";
}

// Named after the run's folder, which two runs cannot share.
std::string path_of(const std::string& state_folder, const std::string& run_folder) {
    const bot_key name{"run", run_folder, false};
    return fmt::format("{}/{}.json", runs_folder(state_folder), name.file_stem());
}

std::string to_json(const known_run& run) {
    json_writer out;
    out.open('{').key("name").value(run.name).key("folder").value(run.folder);
    out.key("list_fingerprint").value(run.list_fingerprint).key("bots").open('[');
    for (const auto& bot : run.bots)
        out.value(bot);
    out.close(']').close('}').line();
    return out.text();
}

std::optional<known_run> from_json(const std::string& text) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    if (parser.parse(simdjson::padded_string(text)).get(root) != simdjson::SUCCESS)
        return std::nullopt;
    json_reader in(root);
    known_run run;
    run.name = in.text("name");
    run.folder = in.text("folder");
    run.list_fingerprint = in.text("list_fingerprint");
    for (const auto bot : in.list("bots")) {
        std::string_view stem;
        if (bot.get(stem) != simdjson::SUCCESS) return std::nullopt;
        run.bots.emplace_back(stem);
    }
    return in.ok() ? std::optional(run) : std::nullopt;
}

bool shares_a_bot(const known_run& run, const std::vector<std::string>& bots) {
    return std::any_of(run.bots.begin(), run.bots.end(), [&](const std::string& one) {
        return std::find(bots.begin(), bots.end(), one) != bots.end();
    });
}

}  // namespace

core::result<void> remember_run(disk& where, const std::string& state_folder,
                                const known_run& run) {
    if (auto done = make_folders(where, runs_folder(state_folder), core::trouble::configuration);
        !done)
        return done;
    return write_whole_file(where, path_of(state_folder, run.folder), to_json(run),
                            core::trouble::configuration);
}

core::result<std::optional<known_run>> find_run(disk& where, const std::string& state_folder,
                                                const std::string& list_fingerprint,
                                                const std::vector<std::string>& bots) {
    using none = std::optional<known_run>;
    const auto folder = runs_folder(state_folder);
    if (!where.exists(folder)) return none{};
    std::vector<std::string> names;
    if (const int got = where.list(folder, names); got < 0)
        return disk_failure(-got, "list", folder, core::trouble::configuration);
    std::sort(names.begin(), names.end());
    for (const auto& name : names) {
        if (!name.ends_with(".json")) continue;
        const auto text = read_whole_file(where, folder + "/" + name, run_bytes_max,
                                          core::trouble::configuration);
        if (!text) return text.error();
        const auto run = from_json(*text);
        if (!run || run->list_fingerprint != list_fingerprint) continue;
        if (shares_a_bot(*run, bots) && where.exists(run_paths(run->folder).record))
            return none{*run};
    }
    return none{};
}

}  // namespace tidings::store
