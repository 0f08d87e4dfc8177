#include "settings/tree.hpp"

#include "settings/bounds.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace tidings::settings {
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
        path = inside(path, one);
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
        without_indices = inside(without_indices, segments[i]);
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
    if (bounds_broken(value)) return false;
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

std::string inside(std::string_view path, std::string_view key) {
    std::string joint(path);
    if (!joint.empty()) joint += '.';
    return joint.append(key);
}

core::result<tree> tree::parse(std::string_view toml, const std::filesystem::path& named,
                               tree_shape shape) {
    const auto refused = [](std::string place, std::string_view why) {
        return core::failure{core::trouble::configuration, place.append(": ").append(why)};
    };
    if (const auto broken = bounds_broken(toml)) {
        if (broken->line == 0) return refused(named.string(), broken->what);
        return refused(named.string() + ":" + std::to_string(broken->line) + ":" +
                           std::to_string(broken->column),
                       broken->what);
    }
    try {
        return tree(toml::parse(toml, named.string()), named, std::move(shape));
    } catch (const toml::parse_error& error) {
        return refused(place_of(named, error.source()), error.description());
    }
}

void tree::drop_rivals(toml::table& from, const std::string& key, const std::string& before) {
    const auto drop = [&](std::string_view rival) {
        from.erase(rival);
        origins_.erase(inside(before, rival));
    };
    for (const auto& [one, other] : shape_.rivals) {
        if (key == one) drop(other);
        if (key == other) drop(one);
    }
}

void tree::lay_over(const setting_override& one, mistake_list& mistakes) {
    const auto named = one.origin == "--set" ? "--set " + one.path : one.origin;
    const auto segments = canonical(segments_of(one.path), shape_.lists);
    const auto is_empty = [](const auto& segment) { return segment.empty(); };
    if (segments.size() > 2 * key_parts_max ||
        std::any_of(segments.begin(), segments.end(), is_empty)) {
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
    if (!put_value(*table, segments.back(), one.value)) {
        mistakes.add(named, "begins like TOML but is none: check brackets and quotes");
        return;
    }
    origins_[joined(segments)] = named;
    drop_rivals(*table, segments.back(), joined({segments.begin(), segments.end() - 1}));
}

const toml::node* tree::find(std::string_view path) const {
    const toml::node* at = &root_;
    if (path.empty()) return at;
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

std::size_t tree::entries(std::string_view path) const {
    const auto* const node = find(path);
    const auto* const array = node == nullptr ? nullptr : node->as_array();
    return array == nullptr ? 0 : array->size();
}

std::string tree::heading(std::string_view path) const {
    std::string name;
    bool list = false;
    for (const auto& segment : segments_of(path)) {
        if (list && index_from(segment)) continue;
        name = inside(name, segment);
        list = std::find(shape_.lists.begin(), shape_.lists.end(), name) != shape_.lists.end();
    }
    if (name.empty()) return name;
    return list ? "[[" + name + "]]" : "[" + name + "]";
}

const std::string* tree::origin_of(std::string_view path) const {
    for (;;) {
        const auto found = origins_.find(path);
        if (found != origins_.end()) return &found->second;
        const auto dot = path.rfind('.');
        if (dot == std::string_view::npos) return nullptr;
        path = path.substr(0, dot);
    }
}

std::string tree::where(std::string_view path) const {
    if (const auto* const origin = origin_of(path)) return *origin;
    // What the file does not hold was made for something inside it.
    const auto* const asked = find(path);
    const auto within = origins_.lower_bound(std::string(path) + ".");
    if (asked != nullptr && !asked->source().begin && within != origins_.end() &&
        within->first.starts_with(std::string(path) + "."))
        return within->second;
    for (;;) {
        const auto* const node = find(path);
        if (node != nullptr && node->source().begin) return place_of(named_, node->source());
        const auto dot = path.rfind('.');
        if (dot == std::string_view::npos) return named_.string();
        path = path.substr(0, dot);
    }
}

bool tree::laid_over(std::string_view path) const {
    return origin_of(path) != nullptr;
}

}  // namespace tidings::settings
