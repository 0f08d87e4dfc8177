#include "app/screen/wrapped_text.hpp"
#include "app/settings/campaign_keys.hpp"

namespace tidings::app {
namespace {

constexpr std::string_view document_head =
    R"(# Campaign files

Made from the table in `src/app/settings/campaign_keys.cpp`; a test keeps the two the same.
`conf/campaign.toml` is an example with every key, `conf/minimal.toml` one with the fewest.

- Any key can be given by `--set section.key=value` or by the environment as
  `TIDINGS_SECTION__KEY`. The order is flag, environment, file, default.
- `bot.url` means the first bot; `bot.1.url` the second, `bot.0.sender.1.from` the first bot's
  second sender. A list is written with commas: `--set bot.limits=600/60s,18000/1h`.
- Files named in a campaign file are relative to it; files named by a flag or by the environment,
  and `output.dir`, are relative to the current folder.
- Spans are written `90s`, `30m`, `1h30m`; limits `600/60s`, `18000/1h`; sizes `64MiB`.
- All mistakes of a file are reported at once, with line and column.
)";

}  // namespace

std::string campaign_keys_help() {
    std::string text = "Keys of a campaign file, with their defaults:\n";
    std::string section = "?";
    for (const auto& key : campaign_keys()) {
        if (key.section != section) {
            section = key.section;
            text += "\n" + (section.empty() ? "top level" : section) + "\n";
        }
        const auto initial = key.initial.empty() ? "" : " = " + key.initial;
        text += "  " + std::string(key.name) + initial + "\n" + wrapped(key.meaning, "      ", 80) +
                "\n";
    }
    return text;
}

std::string campaign_keys_document() {
    return std::string(document_head) + settings::document_of(campaign_keys());
}

}  // namespace tidings::app
