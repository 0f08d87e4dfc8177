#include "gateway/settings/gateway_tree.hpp"

#include "gateway/settings/gateway_keys.hpp"
#include "settings/settings_file.hpp"

#include <simdjson.h>

namespace tidings::gateway {
namespace {

using tidings::settings::tree;

const tidings::settings::tree_shape shape = {
    .lists = {"account", "app", "bot", "bot.number", "fault", "scope"},
    .rivals = {{"limits", "profile"}}};

// toml++ has no way from JSON, and our tables need nothing but these.
void put_json(toml::table& table, std::string_view key, simdjson::dom::element value);

void put_json(toml::array& array, simdjson::dom::element value) {
    toml::table one;
    put_json(one, "x", value);
    if (auto* const node = one.get("x")) node->visit([&array](auto& it) { array.push_back(it); });
}

void put_json(toml::table& table, std::string_view key, simdjson::dom::element value) {
    using simdjson::dom::element_type;
    switch (value.type()) {
        case element_type::OBJECT: {
            toml::table inner;
            for (const auto field : simdjson::dom::object(value))
                put_json(inner, field.key, field.value);
            table.insert_or_assign(key, std::move(inner));
            return;
        }
        case element_type::ARRAY: {
            toml::array inner;
            for (const auto one : simdjson::dom::array(value))
                put_json(inner, one);
            table.insert_or_assign(key, std::move(inner));
            return;
        }
        case element_type::STRING:
            table.insert_or_assign(key, std::string(std::string_view(value)));
            return;
        case element_type::INT64: table.insert_or_assign(key, std::int64_t(value)); return;
        case element_type::UINT64: table.insert_or_assign(key, double(value)); return;
        case element_type::DOUBLE: table.insert_or_assign(key, double(value)); return;
        case element_type::BOOL: table.insert_or_assign(key, bool(value)); return;
        case element_type::NULL_VALUE: return;
    }
}

core::result<tree> tree_of_json(std::string_view text, const std::string& named) {
    constexpr std::size_t nesting_max = 32;
    simdjson::dom::parser parser;
    simdjson::dom::object fields;
    auto error = parser.allocate(text.size(), nesting_max);
    if (error == simdjson::SUCCESS) error = parser.parse(text).get(fields);
    if (error != simdjson::SUCCESS)
        return core::failure{core::trouble::configuration, named + ": the JSON cannot be read: " +
                                                               simdjson::error_message(error)};
    toml::table root;
    for (const auto field : fields)
        put_json(root, field.key, field.value);
    return tree(std::move(root), named, shape);
}

template <class Section>
std::string written_section(std::string_view heading, key_table<Section> keys,
                            const Section& value) {
    std::string text = "\n" + std::string(heading) + "\n";
    for (const auto& key : keys)
        if (!key.without_default) text += std::string(key.name) + " = " + key.write(value) + "\n";
    return text;
}

std::string sample_beside(const tree& file) {
    const auto sample = sample_service();
    std::string text;
    if (!file.has("account"))
        text += written_section("[[account]]", account_keys(), sample.accounts[0]);
    if (!file.has("app")) text += written_section("[[app]]", app_keys(), sample.apps[0]);
    if (file.has("bot")) return text;
    const auto& bot = sample.bots[0];
    return text + written_section("[[bot]]", bot_keys(), bot) +
           written_section("[[bot.number]]", number_keys(), bot.numbers[0]);
}

}  // namespace

core::result<tree> tree_of(std::string_view text, const std::string& named) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && text[first] == '{') return tree_of_json(text, named);
    return tree::parse(text, named, shape);
}

core::result<tree> tree_of_file(const std::optional<std::filesystem::path>& file,
                                const std::vector<setting_override>& overrides) {
    const std::string named = file ? file->string() : "gateway";
    auto text = file ? tidings::settings::text_of_file(*file) : core::result<std::string>("");
    if (!text) return core::failure{core::trouble::configuration, text.error().text};
    auto made = tree::parse(*text, named, shape);
    if (!made || overrides.empty()) return made;
    // The file by itself came first: what is wrong in it has its line there.
    made = tree::parse(*text + sample_beside(*made), named, shape);
    if (!made) return made;
    tidings::settings::mistake_list mistakes;
    for (const auto& one : overrides)
        made->lay_over(one, mistakes);
    if (!mistakes.empty()) return mistakes.as_failure();
    return made;
}

}  // namespace tidings::gateway
