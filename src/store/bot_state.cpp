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

std::string window_to_json(const bot_window& window) {
    json_writer out;
    out.open('{').key("format").value(1).key("died_in").value(window.died_in).line();
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

core::result<bot_window> window_from_json(const std::string& text, const std::string& path) {
    const core::failure damaged{
        core::trouble::configuration,
        fmt::format("{} is damaged, so how full the windows are is not known; wait until the "
                    "longest of them has passed and remove the file",
                    path)};
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    if (parser.parse(simdjson::padded_string(text)).get(root) != simdjson::SUCCESS) return damaged;
    json_reader in(root);
    bot_window window;
    window.died_in = in.text("died_in");
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
    return window;
}

core::result<bot_window> read_window(disk& where, const std::string& path) {
    if (!where.exists(path)) return bot_window{};
    const auto text = read_whole_file(where, path, state_bytes_max, core::trouble::configuration);
    if (!text) return text.error();
    return window_from_json(*text, path);
}

}  // namespace

std::string state_folder(const char* xdg_state_home, const char* home) {
    // The specification has relative paths ignored.
    if (xdg_state_home != nullptr && xdg_state_home[0] == '/')
        return fmt::format("{}/tidings", xdg_state_home);
    return fmt::format("{}/.local/state/tidings", home != nullptr ? home : "");
}

std::string bot_key::text() const {
    return account ? fmt::format("account {}", bot) : fmt::format("bot {} at {}", bot, url);
}

std::string bot_key::file_stem() const {
    const auto whole = fmt::format("{}\n{}\n{}", account ? "account" : "bot", url, bot);
    return fmt::format("{}-{:016x}{:016x}", account ? "account" : "bot",
                       hash_of(whole, 0xCBF29CE484222325), hash_of(whole, 0x84222325CBF29CE4));
}

bot_state::bot_state(disk& where, std::string path, std::string run_folder, disk_file lock)
    : where_(&where),
      path_(std::move(path)),
      run_folder_(std::move(run_folder)),
      lock_(std::move(lock)) {}

core::result<bot_state> bot_state::take(disk& where, const std::string& state_folder,
                                        const bot_key& key, const std::string& run_folder) {
    const auto folder = state_folder + "/bots";
    if (auto done = make_folders(where, folder, core::trouble::configuration); !done)
        return done.error();
    const auto stem = fmt::format("{}/{}", folder, key.file_stem());
    const auto lock_path = stem + ".lock";
    auto lock =
        disk_file::open(where, lock_path, open_mode::create_new, core::trouble::configuration);
    if (!lock && where.exists(lock_path))
        lock = disk_file::open(where, lock_path, open_mode::write, core::trouble::configuration);
    if (!lock) return lock.error();
    const auto held = lock->try_lock();
    if (!held) return held.error();
    if (!*held) return busy(key, *lock);
    if (auto done = lock->truncate(0); !done) return done.error();
    const auto who = fmt::format("process {} for the run in {}\n", ::getpid(), run_folder);
    if (auto done = lock->write(who, 0); !done) return done.error();

    bot_state made(where, stem + ".json", run_folder, std::move(*lock));
    auto window = read_window(where, made.path_);
    if (!window) return window.error();
    made.window_ = std::move(*window);
    return made;
}

core::result<bot_window> bot_state::peek(disk& where, const std::string& state_folder,
                                         const bot_key& key) {
    return read_window(where, fmt::format("{}/bots/{}.json", state_folder, key.file_stem()));
}

core::result<void> bot_state::begin(bot_window known) {
    known.died_in = run_folder_;
    return write_whole_file(*where_, path_, window_to_json(known), core::trouble::configuration);
}

core::result<void> bot_state::end(bot_window known) {
    known.died_in.clear();
    return write_whole_file(*where_, path_, window_to_json(known), core::trouble::configuration);
}

}  // namespace tidings::store
