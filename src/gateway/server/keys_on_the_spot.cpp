#include "gateway/server/keys_on_the_spot.hpp"

#include "gateway/rules/jwe_key.hpp"
#include "gateway/rules/owned_file.hpp"

#include <filesystem>

namespace tidings::gateway {

namespace {

// The private half stays in the folder, so that the next start opens the same tokens.
core::result<jwe_key> key_of(app_options& app, const std::filesystem::path& kept) {
    if (app.jwe_key_id.empty()) app.jwe_key_id = "tidings-" + app.client_id;
    if (app.jwe_private_key_pem.empty() && !kept.empty())
        app.jwe_private_key_pem = text_of_file(kept);
    if (!app.jwe_private_key_pem.empty())
        return jwe_key::from_pem(app.jwe_private_key_pem, app.jwe_key_id);
    auto made = jwe_key::make(app.jwe_key_id);
    if (!made) return made;
    app.jwe_private_key_pem = made->private_pem();
    if (kept.empty()) return made;
    if (const auto written = write_owned_file(kept, app.jwe_private_key_pem); !written)
        return written.error();
    return made;
}

}  // namespace

std::string jwk_file_of(const settings& how, const app_options& app) {
    if (how.server.folder.empty() || app.jwe == jwe_rule::off) return {};
    return (std::filesystem::path(how.server.folder) / ("jwe-" + app.client_id + ".jwk.json"))
        .string();
}

core::result<void> make_missing_keys(settings& how) {
    for (auto& app : how.service.apps) {
        if (app.jwe == jwe_rule::off) continue;
        const auto public_file = jwk_file_of(how, app);
        const std::filesystem::path kept =
            public_file.empty()
                ? std::filesystem::path()
                : std::filesystem::path(how.server.folder) / ("jwe-" + app.client_id + ".pem");
        const auto key = key_of(app, kept);
        if (!key)
            return core::failure{key.error().kind,
                                 "app " + app.client_id + ": " + key.error().text};
        if (public_file.empty()) continue;
        if (const auto written = write_owned_file(public_file, key->public_jwk() + "\n"); !written)
            return written.error();
    }
    return {};
}

}  // namespace tidings::gateway
