#include "app/settings/settings_tree.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <utility>

namespace tidings::app {
namespace {

std::vector<std::string> segments_of(std::string_view path) {
    std::vector<std::string> segments;
    for (;;) {
        const auto dot = path.find('.');
        segments.emplace_back(path.substr(0, dot));
        if (dot == std::string_view::npos) return segments;
        path.remove_prefix(dot + 1);
    }
}

std::string joined(const std::vector<std::string>& segments) {
    std::string path;
    for (const auto& one : segments)
        path += (path.empty() ? "" : ".") + one;
    return path;
}

std::optional<std::size_t> index_from(std::string_view text) {
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return index;
}

// The path with an index after every list: "bot.sender.from" becomes "bot.0.sender.0.from".
std::vector<std::string> canonical(const std::vector<std::string>& segments,
                                   const std::vector<std::string_view>& lists) {
    std::vector<std::string> result;
    std::string without_indices;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        result.push_back(segments[i]);
        without_indices += (without_indices.empty() ? "" : ".") + segments[i];
        if (std::find(lists.begin(), lists.end(), without_indices) == lists.end()) continue;
        const bool given = i + 1 < segments.size() && index_from(segments[i + 1]);
        result.push_back(given ? segments[++i] : "0");
    }
    return result;
}

// One step down, making what is missing; null when something else stands there.
toml::node* step_into(toml::node& at, const std::string& segment, bool next_is_index) {
    if (auto* const array = at.as_array()) {
        const auto index = index_from(segment);
        if (!index || *index > array->size()) return nullptr;
        if (*index == array->size()) array->push_back(toml::table());
        return array->get(*index);
    }
    auto* const table = at.as_table();
    if (table == nullptr) return nullptr;
    if (!table->contains(segment)) {
        if (next_is_index)
            table->insert(segment, toml::array());
        else
            table->insert(segment, toml::table());
    }
    return table->get(segment);
}

std::string place_of(const std::filesystem::path& named, const toml::source_region& region) {
    if (!region.begin) return named.string();
    return named.string() + ":" + std::to_string(region.begin.line) + ":" +
           std::to_string(region.begin.column);
}

// Puts the value, as TOML where it begins like TOML, else as the text it is.
bool put_value(toml::table& into, const std::string& key, const std::string& value) {
    const bool written_as_toml = !value.empty() && (value.front() == '[' || value.front() == '{' ||
                                                    value.front() == '"' || value.front() == '\'');
    if (!written_as_toml) {
        into.insert_or_assign(key, value);
        return true;
    }
    try {
        auto parsed = toml::parse("x = " + value);
        // A value with a line end could carry further keys.
        if (parsed.size() != 1) return false;
        parsed["x"].visit([&](auto& node) { into.insert_or_assign(key, std::move(node)); });
        return true;
    } catch (const toml::parse_error&) {
        return false;
    }
}

}  // namespace

void mistake_list::add(std::string_view where, std::string_view what) {
    if (lines_.size() < shown_max)
        lines_.push_back({std::string(where), std::string(what)});
    else
        ++left_out_;
}

core::failure mistake_list::as_failure() {
    core::failure all{core::trouble::configuration, {}};
    for (const auto& one : lines_)
        all.text += (all.text.empty() ? "" : "\n") + one.where + ": " + one.what;
    if (left_out_ > 0) all.text += "\nand " + std::to_string(left_out_) + " more";
    return all;
}

core::result<settings_tree> settings_tree::parse(std::string_view toml,
                                                 const std::filesystem::path& named) {
    if (toml.size() > settings_file_bytes_max)
        return core::failure{core::trouble::configuration,
                             named.string() + ": larger than 1 MiB, so it is no file of settings"};
    settings_tree tree;
    tree.named_ = named;
    try {
        tree.root_ = toml::parse(toml, named.string());
    } catch (const toml::parse_error& error) {
        return core::failure{core::trouble::configuration, place_of(named, error.source()) + ": " +
                                                               std::string(error.description())};
    }
    return tree;
}

void settings_tree::lay_over(const setting_override& one,
                             const std::vector<std::string_view>& lists, mistake_list& mistakes) {
    const auto named = one.origin == "--set" ? "--set " + one.path : one.origin;
    const auto segments = canonical(segments_of(one.path), lists);
    if (std::any_of(segments.begin(), segments.end(), [](const auto& s) { return s.empty(); })) {
        mistakes.add(named, "is not section.key: write --set retry.attempts_max=3");
        return;
    }
    toml::node* at = &root_;
    for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
        at = step_into(*at, segments[i], index_from(segments[i + 1]).has_value());
        if (at != nullptr) continue;
        mistakes.add(named, "names no place: \"" + segments[i] +
                                "\" is past the end of the list, or stands for a value");
        return;
    }
    auto* const table = at->as_table();
    if (table == nullptr || index_from(segments.back())) {
        mistakes.add(named, "names no key");
        return;
    }
    if (put_value(*table, segments.back(), one.value))
        origins_[joined(segments)] = named;
    else
        mistakes.add(named, "begins like TOML but is none: check brackets and quotes");
}

const toml::node* settings_tree::find(std::string_view path) const {
    const toml::node* at = &root_;
    for (const auto& segment : segments_of(path)) {
        if (const auto* const array = at->as_array()) {
            const auto index = index_from(segment);
            at = index ? array->get(*index) : nullptr;
        } else {
            const auto* const table = at->as_table();
            at = table == nullptr ? nullptr : table->get(segment);
        }
        if (at == nullptr) return nullptr;
    }
    return at;
}

const std::string* settings_tree::origin_of(std::string_view path) const {
    for (;;) {
        const auto found = origins_.find(path);
        if (found != origins_.end()) return &found->second;
        const auto dot = path.rfind('.');
        if (dot == std::string_view::npos) return nullptr;
        path = path.substr(0, dot);
    }
}

std::string settings_tree::where(std::string_view path) const {
    if (const auto* const origin = origin_of(path)) return *origin;
    // What the file does not hold was made for something inside it.
    const auto* const asked = find(path);
    const auto inside = origins_.lower_bound(std::string(path) + ".");
    if (asked != nullptr && !asked->source().begin && inside != origins_.end() &&
        inside->first.starts_with(std::string(path) + "."))
        return inside->second;
    for (;;) {
        const auto* const node = find(path);
        if (node != nullptr && node->source().begin) return place_of(named_, node->source());
        const auto dot = path.rfind('.');
        if (dot == std::string_view::npos) return named_.string();
        path = path.substr(0, dot);
    }
}

bool settings_tree::laid_over(std::string_view path) const {
    return origin_of(path) != nullptr;
}

std::vector<setting_override> overrides_from(const environment& variables,
                                             const std::vector<std::string_view>& top_level) {
    constexpr std::string_view prefix = "TIDINGS_";
    std::vector<setting_override> found;
    for (const auto& [name, value] : variables) {
        if (!name.starts_with(prefix)) continue;
        std::string path;
        bool nested = false;
        for (std::size_t i = prefix.size(); i < name.size(); ++i) {
            const bool two = name[i] == '_' && i + 1 < name.size() && name[i + 1] == '_';
            nested = nested || two;
            path +=
                two ? '.' : static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
            if (two) ++i;
        }
        const bool known = std::find(top_level.begin(), top_level.end(), path) != top_level.end();
        if (nested || known) found.push_back({path, value, name});
    }
    return found;
}

}  // namespace tidings::app
