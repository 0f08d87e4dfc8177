#include "settings/secret_place.hpp"

#include <algorithm>

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

}  // namespace

std::string kind::secret::write(const secret_place& value) {
    switch (value.where) {
        case secret_place::kind::none: break;
        case secret_place::kind::variable: return "{ env = " + in_quotes(value.name) + " }";
        case secret_place::kind::file: return "{ file = " + in_quotes(value.name) + " }";
    }
    return {};
}

// The value itself is never quoted here: it may be the secret.
wrong_with kind::secret::read(const setting& at, secret_place& into) {
    const std::string fix =
        "write { env = \"TIDINGS_CLIENT_SECRET\" } or { file = \"secret.txt\" }";
    const auto* const table = at.node.as_table();
    if (table == nullptr && at.whole.laid_over(at.path))
        return "a secret is not given here, where the process list and the shell's history show "
               "it: name its place, bot.client_secret.env=NAME or bot.client_secret.file=PATH";
    if (table == nullptr)
        return "a secret does not stand in this file, which gets copied and committed: " + fix;
    for (const auto& [key, value] : *table)
        if (key.str() != "env" && key.str() != "file") return "is a table with env or file: " + fix;
    const auto* const env = table->get("env");
    const auto* const file = table->get("file");
    if (env == nullptr && file == nullptr) return "names no place for the secret: " + fix;
    if (env != nullptr && file != nullptr)
        return "names two places for the secret: keep env or file";
    const setting inner{at.whole, inside(at.path, env != nullptr ? "env" : "file"),
                        env != nullptr ? *env : *file};
    wrong_with wrong;
    const auto text = text_of(inner, wrong);
    if (!text) return wrong;
    if (text->empty()) return "names no place for the secret: " + fix;
    if (env != nullptr && !is_variable_name(*text))
        return "env names a variable by letters, digits and _: " + fix;
    if (env != nullptr)
        into = {secret_place::kind::variable, *text};
    else
        into = {secret_place::kind::file, resolved(inner, *text)};
    return std::nullopt;
}

}  // namespace tidings::settings
