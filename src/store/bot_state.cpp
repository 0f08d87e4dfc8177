#include "store/bot_state.hpp"

#include "store/json_text.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>

#include <fmt/format.h>

#include <unistd.h>

namespace tidings::store {

namespace {

constexpr std::uint64_t state_bytes_max = 64U << 20;

// FNV-1a, twice with different beginnings: stable over versions, which std::hash is not.
std::uint64_t hash_of(std::string_view text, std::uint64_t hash) {
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    return hash;
}

core::failure busy(const bot_key& key, disk_file& lock) {
    std::array<std::byte, 4096> bytes{};
    const auto got = lock.read(bytes, 0);
    std::string_view who(reinterpret_cast<const char*>(bytes.data()), got ? *got : 0);
    who = who.substr(0, who.find('\n'));
    return {core::trouble::busy,
            fmt::format("{} is in use by {}: two campaigns on it at a time would exceed its "
                        "limits; wait for the other one, or stop it with `tidings control`",
                        key.text(), who.empty() ? "another process" : who)};
}

std::string window_to_json(const bot_window& window, std::uint64_t written) {
    json_writer out;
    out.open('{').key("format").value(1).key("died_in").value(window.died_in).line();
    out.key("written").value(written).line();
    out.key("told").open('{').key("run").value(window.told.run);
    out.key("sequence").value(window.told.sequence).key("boot").value(window.told.read.boot);
    out.key("wall_us").value(window.told.read.at.wall.time_since_epoch().count());
    out.key("steady_ns").value(window.told.read.at.steady.time_since_epoch().count());
    out.close('}').line();
    out.key("slots").open('[').line();
    for (const auto& one : window.slots) {
        out.open('{').key("from").value(one.from).key("count").value(one.slots.count);
        out.key("run").value(one.run).key("boot").value(one.slots.boot);
        out.key("wall_us").value(one.slots.at.wall.time_since_epoch().count());
        out.key("steady_ns").value(one.slots.at.steady.time_since_epoch().count());
        if (one.slots.unread) out.key("unread").value(1);
        out.close('}').line();
    }
    out.close(']').line().key("learned").open('[').line();
    for (const auto& one : window.learned) {
        out.open('{').key("scope").value(static_cast<unsigned>(one.scope));
        out.key("name").value(one.name).key("count").value(one.asked.count);
        out.key("window_ns").value(one.asked.window.count()).key("believed").value(one.believed);
        out.key("boot").value(one.boot);
        out.key("wall_us").value(one.since.wall.time_since_epoch().count());
        out.key("steady_ns").value(one.since.steady.time_since_epoch().count());
        out.close('}').line();
    }
    out.close(']').line().key("latency_ns").value(window.latency.count());
    out.key("latencies_ns").open('[');
    const auto kept = std::min(window.latencies.size(), bot_window::latencies_max);
    for (std::size_t i = 0; i < kept; ++i)
        out.value(window.latencies[i].count());
    out.close(']').line().key("troubled").value(window.troubled ? 1 : 0);
    out.close('}').line();
    return out.text();
}

core::time_stamp moment_in(json_reader& one) {
    return {core::instant(core::duration(one.number<std::int64_t>("steady_ns"))),
            core::wall_time(std::chrono::microseconds(one.number<std::int64_t>("wall_us")))};
}

// False: not a limit that could have been learned.
bool read_learned(json_reader one, learned_limit& made) {
    const auto scope = one.number<std::uint32_t>("scope");
    made.name = one.text("name");
    made.asked.count = one.number<std::uint32_t>("count");
    made.asked.window = core::duration(one.number<std::int64_t>("window_ns"));
    made.believed = one.number<std::uint32_t>("believed");
    made.boot = one.number<std::uint32_t>("boot");
    made.since = moment_in(one);
    if (!one.ok() || scope > static_cast<std::uint32_t>(core::scope_kind::run)) return false;
    made.scope = static_cast<core::scope_kind>(scope);
    return made.believed >= 1 && made.believed < made.asked.count;
}

struct kept_window {
    bot_window window;
    std::uint64_t written = 0;  // 0: never
};

core::result<kept_window> window_from_json(const std::string& text, const std::string& path) {
    const core::failure damaged{
        core::trouble::configuration,
        fmt::format("{} is damaged, so how full the windows are is not known; wait until the "
                    "longest of them has passed and remove the file",
                    path)};
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    if (parser.parse(simdjson::padded_string(text)).get(root) != simdjson::SUCCESS) return damaged;
    json_reader in(root);
    kept_window made{.window = {}, .written = 1};
    auto& window = made.window;
    window.died_in = in.text("died_in");
    if (simdjson::dom::element written; root["written"].get(written) == simdjson::SUCCESS)
        made.written = in.number<std::uint64_t>("written");
    for (const auto element : in.list("slots")) {
        json_reader one(element);
        sender_slots slots;
        slots.from = one.text("from");
        slots.slots.count = one.number<std::uint32_t>("count");
        slots.slots.boot = one.number<std::uint32_t>("boot");
        slots.slots.at = moment_in(one);
        if (simdjson::dom::element run; element["run"].get(run) == simdjson::SUCCESS)
            slots.run = one.number<std::uint64_t>("run");
        if (simdjson::dom::element unread; element["unread"].get(unread) == simdjson::SUCCESS)
            slots.slots.unread = one.number<std::uint32_t>("unread") != 0;
        if (!one.ok()) return damaged;
        window.slots.push_back(std::move(slots));
    }
    // Files of the first version have none of these.
    if (simdjson::dom::element told; root["told"].get(told) == simdjson::SUCCESS) {
        json_reader mark(told);
        window.told.run = mark.number<std::uint64_t>("run");
        window.told.sequence = mark.number<std::uint64_t>("sequence");
        window.told.read = {moment_in(mark), mark.number<std::uint32_t>("boot")};
        if (!mark.ok()) return damaged;
    }
    if (simdjson::dom::element latency; root["latency_ns"].get(latency) == simdjson::SUCCESS)
        window.latency = core::duration(in.number<std::int64_t>("latency_ns"));
    if (simdjson::dom::element latencies; root["latencies_ns"].get(latencies) == simdjson::SUCCESS)
        for (const auto element : in.list("latencies_ns")) {
            std::int64_t ns = 0;
            if (element.get(ns) != simdjson::SUCCESS || ns <= 0 ||
                window.latencies.size() == bot_window::latencies_max)
                return damaged;
            window.latencies.emplace_back(ns);
        }
    if (simdjson::dom::element learned; root["learned"].get(learned) == simdjson::SUCCESS) {
        for (const auto element : in.list("learned")) {
            learned_limit one;
            if (!read_learned(json_reader(element), one)) return damaged;
            window.learned.push_back(std::move(one));
        }
    }
    if (simdjson::dom::element troubled; root["troubled"].get(troubled) == simdjson::SUCCESS)
        window.troubled = in.number<std::uint32_t>("troubled") != 0;
    if (!in.ok()) return damaged;
    return made;
}

core::result<kept_window> read_window(disk& where, const std::string& path) {
    if (!where.exists(path)) return kept_window{};
    const auto text = read_whole_file(where, path, state_bytes_max, core::trouble::configuration);
    if (!text) return text.error();
    return window_from_json(*text, path);
}

// The one that was written most often: a run writes them all, so it knows what the others do.
core::result<kept_window> latest_window(disk& where, const std::vector<std::string>& paths) {
    kept_window latest;
    for (const auto& path : paths) {
        auto found = read_window(where, path);
        if (!found) return found.error();
        if (found->written > latest.written) latest = std::move(*found);
    }
    return latest;
}

std::string window_path(const std::string& folder, const bot_key& key) {
    return fmt::format("{}/bots/{}.json", folder, key.file_stem());
}

core::result<disk_file> take_lock(disk& where, const std::string& path, const bot_key& key,
                                  const std::string& run_folder) {
    auto lock = disk_file::open(where, path, open_mode::create_new, core::trouble::configuration);
    if (!lock && where.exists(path))
        lock = disk_file::open(where, path, open_mode::write, core::trouble::configuration);
    if (!lock) return lock.error();
    const auto held = lock->try_lock();
    if (!held) return held.error();
    if (!*held) return busy(key, *lock);
    if (auto done = lock->truncate(0); !done) return done.error();
    const auto who = fmt::format("process {} for the run in {}\n", ::getpid(), run_folder);
    if (auto done = lock->write(who, 0); !done) return done.error();
    return lock;
}

}  // namespace

std::string state_folder(const char* xdg_state_home, const char* home) {
    // The specification has relative paths ignored.
    if (xdg_state_home != nullptr && xdg_state_home[0] == '/')
        return fmt::format("{}/tidings", xdg_state_home);
    if (home == nullptr || *home == '\0') return {};
    return fmt::format("{}/.local/state/tidings", home);
}

std::string state_beside(const std::string& run_folder) {
    return folder_of(run_folder) + "/.tidings";
}

std::string bot_key::text() const {
    return account ? fmt::format("account {}", bot) : fmt::format("bot {} at {}", bot, url);
}

std::string bot_key::file_stem() const {
    const auto whole = fmt::format("{}\n{}\n{}", account ? "account" : "bot", url, bot);
    return fmt::format("{}-{:016x}{:016x}", account ? "account" : "bot",
                       hash_of(whole, 0xCBF29CE484222325), hash_of(whole, 0x84222325CBF29CE4));
}

core::result<bot_state> bot_state::take(disk& where, const state_folders& folders,
                                        const bot_key& key, const std::string& run_folder) {
    bot_state made(where, run_folder);
    for (const auto& folder : folders) {
        if (auto done = make_folders(where, folder + "/bots", core::trouble::configuration); !done)
            return done.error();
        auto lock = take_lock(where, fmt::format("{}/bots/{}.lock", folder, key.file_stem()), key,
                              run_folder);
        if (!lock) return lock.error();
        made.locks_.push_back(std::move(*lock));
        made.paths_.push_back(window_path(folder, key));
    }
    auto latest = latest_window(where, made.paths_);
    if (!latest) return latest.error();
    made.window_ = std::move(latest->window);
    made.written_ = latest->written;
    return made;
}

core::result<bot_window> bot_state::peek(disk& where, const state_folders& folders,
                                         const bot_key& key) {
    std::vector<std::string> paths;
    for (const auto& folder : folders)
        paths.push_back(window_path(folder, key));
    auto latest = latest_window(where, paths);
    if (!latest) return latest.error();
    return std::move(latest->window);
}

core::result<void> bot_state::write(const bot_window& known) {
    const auto text = window_to_json(known, ++written_);
    for (const auto& path : paths_)
        if (auto done = write_whole_file(*where_, path, text, core::trouble::configuration); !done)
            return done;
    return {};
}

core::result<void> bot_state::begin(bot_window known) {
    known.died_in = run_folder_;
    return write(known);
}

core::result<void> bot_state::end(bot_window known) {
    known.died_in.clear();
    return write(known);
}

}  // namespace tidings::store
