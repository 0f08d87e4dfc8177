#include "tidings/store/bot_state.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>

#include <fmt/format.h>

#include <unistd.h>

#include "store/json_text.hpp"

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
    out.key("slots").open('[').line();
    for (const auto& one : window.slots) {
        out.open('{').key("from").value(one.from).key("count").value(one.slots.count);
        out.key("boot").value(one.slots.boot);
        out.key("wall_us").value(one.slots.at.wall.time_since_epoch().count());
        out.key("steady_ns").value(one.slots.at.steady.time_since_epoch().count());
        out.close('}').line();
    }
    out.close(']').close('}').line();
    return out.text();
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
        slots.slots.at.wall =
            core::wall_time(std::chrono::microseconds(one.number<std::int64_t>("wall_us")));
        slots.slots.at.steady =
            core::instant(core::duration(one.number<std::int64_t>("steady_ns")));
        if (!one.ok()) return damaged;
        window.slots.push_back(std::move(slots));
    }
    if (!in.ok()) return damaged;
    return window;
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
    if (!where.exists(made.path_)) return made;
    const auto text =
        read_whole_file(where, made.path_, state_bytes_max, core::trouble::configuration);
    if (!text) return text.error();
    auto window = window_from_json(*text, made.path_);
    if (!window) return window.error();
    made.window_ = std::move(*window);
    return made;
}

core::result<void> bot_state::begin(const std::vector<sender_slots>& still_taken) {
    return write_whole_file(*where_, path_, window_to_json({still_taken, run_folder_}),
                            core::trouble::configuration);
}

core::result<void> bot_state::end(const std::vector<sender_slots>& taken) {
    return write_whole_file(*where_, path_, window_to_json({taken, {}}),
                            core::trouble::configuration);
}

}  // namespace tidings::store
