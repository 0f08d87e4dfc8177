// One small file a run, and one with its people, so that processes need no common lock.
#include "store/known_runs.hpp"

#include "store/bot_state.hpp"
#include "store/json_text.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace tidings::store {

namespace {

constexpr std::uint64_t run_bytes_max = 1U << 20;
constexpr auto unusable = core::trouble::configuration;

// The head of a file of people: what it is, whose key, of how many people one. Then the hashes.
constexpr std::string_view people_mark = "tidings people sample 1\n";
constexpr std::size_t people_head = 40;
constexpr std::uint64_t people_bytes_max = people_head + 8 * core::people_sample::kept_max;
static_assert(people_mark.size() + 16 == people_head);

std::string runs_folder(const std::string& state_folder) {
    return state_folder + "/runs";
}

// Earlier versions named it after the run's folder, which another run may have by now.
std::string path_of(const std::string& state_folder, const known_run& run,
                    std::string_view ending) {
    const auto stem = run.id != 0 ? fmt::format("run-{:016x}", run.id)
                                  : bot_key{"run", run.folder, false}.file_stem();
    return fmt::format("{}/{}{}", runs_folder(state_folder), stem, ending);
}

std::string to_json(const known_run& run) {
    json_writer out;
    out.open('{').key("name").value(run.name).key("folder").value(run.folder);
    out.key("list_fingerprint").value(run.list_fingerprint).key("bots").open('[');
    for (const auto& bot : run.bots)
        out.value(bot);
    out.close(']').key("id").value(run.id);
    out.key("began_us").value(run.began.time_since_epoch().count());
    out.close('}').line();
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
    if (simdjson::dom::element id; root["id"].get(id) == simdjson::SUCCESS) {
        run.id = in.number<std::uint64_t>("id");
        run.began = core::wall_time(std::chrono::microseconds(in.number<std::int64_t>("began_us")));
    }
    return in.ok() ? std::optional(run) : std::nullopt;
}

bool shares_a_bot(const known_run& run, const std::vector<std::string>& bots) {
    return std::any_of(run.bots.begin(), run.bots.end(), [&](const std::string& one) {
        return std::find(bots.begin(), bots.end(), one) != bots.end();
    });
}

void append_word(std::string& text, std::uint64_t word) {
    for (int i = 0; i < 8; ++i)
        text.push_back(static_cast<char>(word >> (8 * i)));
}

std::uint64_t word_at(std::string_view text, std::size_t at) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < 8; ++i)
        word |= std::uint64_t{static_cast<unsigned char>(text[at + i])} << (8 * i);
    return word;
}

std::optional<core::people_sample> sample_from(std::string_view text, std::uint64_t of_key) {
    if (text.size() < people_head || !text.starts_with(people_mark)) return std::nullopt;
    const auto shift = word_at(text, people_mark.size() + 8);
    if (word_at(text, people_mark.size()) != of_key || shift > core::people_sample::shift_max)
        return std::nullopt;
    std::vector<std::uint64_t> hashes;
    hashes.reserve((text.size() - people_head) / 8);
    for (auto at = people_head; at + 8 <= text.size(); at += 8)
        hashes.push_back(word_at(text, at));
    if (!std::is_sorted(hashes.begin(), hashes.end())) return std::nullopt;
    return core::people_sample(std::move(hashes), static_cast<unsigned>(shift));
}

std::string key_path(const std::string& state_folder) {
    return state_folder + "/key";
}

}  // namespace

core::result<std::optional<codec::number_key>> read_key(disk& where,
                                                        const std::string& state_folder) {
    using none = std::optional<codec::number_key>;
    const auto path = key_path(state_folder);
    if (!where.exists(path)) return none{};
    const auto text = read_whole_file(where, path, 64, unusable);
    if (!text) return text.error();
    codec::number_key key{};
    bool whole = text->size() >= 2 * key.size();
    for (std::size_t i = 0; whole && i < key.size(); ++i) {
        const auto* at = text->data() + 2 * i;
        whole = std::from_chars(at, at + 2, key[i], 16).ptr == at + 2;
    }
    if (!whole)
        return core::failure{unusable, path +
                                           " is damaged: it is the key of what is remembered "
                                           "there; put it back from a copy, or remove it to "
                                           "forget who was texted"};
    return none{key};
}

core::result<void> write_key(disk& where, const std::string& state_folder,
                             const codec::number_key& key) {
    if (auto done = make_folders(where, state_folder, unusable); !done) return done;
    std::string text;
    for (const auto byte : key)
        text += fmt::format("{:02x}", byte);
    return write_whole_file(where, key_path(state_folder), text + "\n", unusable);
}

core::result<void> remember_run(disk& where, const std::string& state_folder,
                                const known_run& run) {
    if (auto done = make_folders(where, runs_folder(state_folder), unusable); !done) return done;
    return write_whole_file(where, path_of(state_folder, run, ".json"), to_json(run), unusable);
}

core::result<std::vector<known_run>> runs_on(disk& where, const std::string& state_folder,
                                             const std::vector<std::string>& bots) {
    std::vector<known_run> found;
    const auto folder = runs_folder(state_folder);
    if (!where.exists(folder)) return found;
    std::vector<std::string> names;
    if (const int got = where.list(folder, names); got < 0)
        return disk_failure(-got, "list", folder, unusable);
    std::sort(names.begin(), names.end());
    for (const auto& name : names) {
        if (!name.ends_with(".json")) continue;
        const auto text = read_whole_file(where, folder + "/" + name, run_bytes_max, unusable);
        if (!text) return text.error();
        const auto run = from_json(*text);
        if (run && shares_a_bot(*run, bots)) found.push_back(*run);
    }
    return found;
}

core::result<void> remember_people(disk& where, const std::string& state_folder,
                                   const known_run& run, const codec::number_key& key,
                                   core::people_sample& people) {
    if (auto done = make_folders(where, runs_folder(state_folder), unusable); !done) return done;
    std::string text(people_mark);
    text.reserve(people_head + 8 * people.hashes().size());
    append_word(text, codec::number_hash(key).of_key());
    append_word(text, people.shift());
    for (const auto hash : people.hashes())
        append_word(text, hash);
    return write_whole_file(where, path_of(state_folder, run, ".people"), text, unusable);
}

bool remembers_people(disk& where, const std::string& state_folder, const known_run& run) {
    return where.exists(path_of(state_folder, run, ".people"));
}

core::result<std::optional<core::people_sample>> people_of(disk& where,
                                                           const std::string& state_folder,
                                                           const known_run& run,
                                                           const codec::number_key& key) {
    using none = std::optional<core::people_sample>;
    const auto path = path_of(state_folder, run, ".people");
    if (!where.exists(path)) return none{};
    const auto text = read_whole_file(where, path, people_bytes_max, unusable);
    if (!text) return text.error();
    return sample_from(*text, codec::number_hash(key).of_key());
}

}  // namespace tidings::store
