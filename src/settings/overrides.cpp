#include "settings/overrides.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <unistd.h>

namespace tidings::settings {
namespace {

constexpr std::string_view prefix = "TIDINGS_";
constexpr std::array<std::string_view, 6> proxies = {"https_proxy", "HTTPS_PROXY", "all_proxy",
                                                     "ALL_PROXY",   "no_proxy",    "NO_PROXY"};

}  // namespace

environment environment_of_process() {
    environment found;
    for (char** one = environ; one != nullptr && *one != nullptr; ++one) {
        const std::string_view entry(*one);
        const auto equals = entry.find('=');
        if (equals == std::string_view::npos) continue;
        const bool proxy =
            std::find(proxies.begin(), proxies.end(), entry.substr(0, equals)) != proxies.end();
        if (!proxy && !entry.starts_with(prefix)) continue;
        found.emplace(entry.substr(0, equals), entry.substr(equals + 1));
    }
    return found;
}

std::vector<setting_override> overrides_from(const environment& variables,
                                             const std::vector<std::string_view>& top_level) {
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

}  // namespace tidings::settings
