// Any bytes as a campaign file, and after a NUL as --set arguments, one a line: no crash; what is
// refused is said in lines without control characters; what is read keeps the promises of
// app/settings/campaign_file.
// uses: tidings::app
#include "app/settings/campaign_file.hpp"
#include "app/settings/campaign_keys.hpp"
#include "app/settings/grammar.hpp"
#include "codec/text/units.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace tidings;

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

std::vector<app::setting_override> overrides_in(std::string_view text) {
    std::vector<app::setting_override> all;
    while (!text.empty() && all.size() < 20) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        const auto equals = line.find('=');
        if (equals != std::string_view::npos)
            all.push_back({std::string(line.substr(0, equals)),
                           std::string(line.substr(equals + 1)), "--set"});
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return all;
}

void keeps_its_promises(const app::campaign& read) {
    must(!app::folder_safe_name(read.name));
    must(!read.recipients.file.empty());
    must(!read.bots.empty());
    for (const auto& bot : read.bots) {
        must(!app::https_url(bot.url));
        must(!bot.senders.empty());
        must(read.accounts.count(bot.account) == 1);
        for (const auto& sender : bot.senders)
            must(!sender.from.empty() && sender.weight <= 1'000);
        for (const auto& limit : bot.limits)
            must(limit.count >= 1 && limit.window.count() > 0);
    }
}

void units_read_back(std::string_view text) {
    if (const auto span = codec::duration_from(text))
        must(codec::duration_from(core::spelled(*span)).value() == *span);
    if (const auto limit = codec::rate_limit_from(text))
        must(codec::rate_limit_from(core::spelled(*limit)).value() == *limit);
    if (const auto bytes = codec::byte_size_from(text))
        must(codec::byte_size_from(core::spelled_bytes(*bytes)).value() == *bytes);
    if (const auto span = codec::day_span_from(text))
        must(codec::day_span_from(codec::spelled(*span)).value() == *span);
    if (const auto at = codec::wall_time_from(text))
        must(codec::wall_time_from(core::spelled(*at)).value() == *at);
    (void)codec::share_of_last_from(text);
    (void)codec::duration_range_from(text);
    (void)app::outcomes_from(text);
    if (const auto rows = app::row_spans_from(text))
        for (std::size_t i = 1; i < rows->size(); ++i)
            must((*rows)[i - 1].last + 1 < (*rows)[i].first);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const auto text = all.substr(0, all.find('\0'));
    const auto rest = all.substr(std::min(text.size() + 1, all.size()));
    const auto read = app::campaign_from(text, "camp/x.toml", overrides_in(rest),
                                         {{"TIDINGS_RETRY__ATTEMPTS_MAX", "3"}});
    if (read)
        keeps_its_promises(*read);
    else
        must(!read.error().text.empty());
    units_read_back(text.substr(0, 200));
    return 0;
}
