#include "settings/secret_place.hpp"

#include <algorithm>
#include <iterator>

namespace tidings::settings {
namespace {

bool is_variable_name(std::string_view name) {
    const auto fits = [](char c) {
        return c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               (c >= '0' && c <= '9');
    };
    return !name.empty() && name.size() <= 200 && !(name[0] >= '0' && name[0] <= '9') &&
           std::all_of(name.begin(), name.end(), fits);
}

// A name without a way to elsewhere.
bool is_credential_name(std::string_view name) {
    return !name.empty() && name.size() <= 255 && name.find('/') == std::string_view::npos &&
           name != "." && name != "..";
}

constexpr std::string_view fix =
    "write { env = \"TIDINGS_CLIENT_SECRET\" }, { file = \"secret.txt\" }, "
    "{ credential = \"NAME\" } (systemd's) or { command = [\"PROGRAM\"] }";
constexpr std::string_view places[] = {"env", "file", "credential", "command"};

wrong_with read_command(const toml::node& node, secret_place& into) {
    constexpr auto wrong =
        "command is a list of words: { command = [\"pass\", \"show\", \"sms\"] }";
    const auto* const list = node.as_array();
    if (list == nullptr || list->empty()) return wrong;
    secret_place made{.where = secret_place::kind::command};
    for (const auto& one : *list) {
        const auto* const word = one.as_string();
        if (word == nullptr || word->get().find('\0') != std::string::npos) return wrong;
        made.words.push_back(word->get());
    }
    if (made.words.front().empty()) return wrong;
    into = std::move(made);
    return std::nullopt;
}

}  // namespace

std::string kind::secret::write(const secret_place& value) {
    switch (value.where) {
        case secret_place::kind::none: break;
        case secret_place::kind::variable: return "{ env = " + in_quotes(value.name) + " }";
        case secret_place::kind::file: return "{ file = " + in_quotes(value.name) + " }";
        case secret_place::kind::credential:
            return "{ credential = " + in_quotes(value.name) + " }";
        case secret_place::kind::command: return "{ command = " + in_quotes(value.words) + " }";
    }
    return {};
}

// The value itself is never quoted here: it may be the secret.
wrong_with kind::secret::read(const setting& at, secret_place& into) {
    const auto told = [](std::string_view what) {
        return std::string(what) + ": " + std::string(fix);
    };
    const auto* const table = at.node.as_table();
    if (table == nullptr && at.whole.laid_over(at.path))
        return "a secret is not given here, where the process list and the shell's history show "
               "it: name its place, bot.client_secret.env=NAME or bot.client_secret.file=PATH";
    if (table == nullptr)
        return told("a secret does not stand in this file, which gets copied and committed");
    // What is laid over takes the place of what the file says.
    std::string_view place, laid_over;
    std::size_t found = 0, found_over = 0;
    for (const auto& [key, value] : *table) {
        const auto* const known = std::find(std::begin(places), std::end(places), key.str());
        if (known == std::end(places)) return told("is a table with the secret's place");
        place = *known;
        ++found;
        if (!at.whole.laid_over(inside(at.path, place))) continue;
        laid_over = place;
        ++found_over;
    }
    if (found_over > 1 || (found > 1 && found_over == 0))
        return told("names two places for the secret, and one is enough");
    if (found_over == 1) place = laid_over;
    if (place.empty()) return told("names no place for the secret");
    const auto& node = *table->get(place);
    if (place == "command") return read_command(node, into);
    const setting inner{at.whole, inside(at.path, place), node};
    wrong_with wrong;
    const auto text = text_of(inner, wrong);
    if (!text) return wrong;
    if (text->empty()) return told("names no place for the secret");
    if (place == "env" && !is_variable_name(*text))
        return told("env names a variable by letters, digits and _");
    if (place == "credential" && !is_credential_name(*text))
        return told("credential is the name that LoadCredential= gave it, without a /");
    if (place == "env")
        into = {.where = secret_place::kind::variable, .name = *text};
    else if (place == "credential")
        into = {.where = secret_place::kind::credential, .name = *text};
    else
        into = {.where = secret_place::kind::file, .name = resolved(inner, *text)};
    return std::nullopt;
}

}  // namespace tidings::settings
