// run.json: run_record and its text (store/run_folder.hpp).
#include "codec/text/url_name.hpp"
#include "store/json_text.hpp"
#include "store/run_folder.hpp"

#include <fmt/format.h>

namespace tidings::store {

namespace {

constexpr int format = 1;

recorded_lane lane_from(simdjson::dom::element element, bool& ok) {
    json_reader in(element);
    recorded_lane lane;
    lane.identity.from = in.text("from");
    lane.identity.bot = in.text("bot");
    lane.url = codec::url_name(in.text("url"));  // runs of the first version have it as it was
    lane.account = in.text("account");
    ok = ok && in.ok();
    return lane;
}

}  // namespace

std::string run_record_to_json(const run_record& record) {
    json_writer out;
    out.open('{').line();
    out.key("format").value(format).line();
    out.key("name").value(record.name).line();
    out.key("version").value(record.version).line();
    out.key("created_us").value(record.created.time_since_epoch().count()).line();
    out.key("folder").value(record.folder).line();
    out.key("list_path").value(record.list_path).line();
    out.key("list_fingerprint").value(record.list_fingerprint).line();
    out.key("numbers").value(record.numbers).line();
    out.key("journal_id").value(record.journal_id).line();
    out.key("lanes").open('[').line();
    for (const auto& lane : record.lanes) {
        out.open('{').key("from").value(lane.identity.from).key("bot").value(lane.identity.bot);
        out.key("url").value(lane.url).key("account").value(lane.account).close('}').line();
    }
    out.close(']').line();
    out.key("configuration").value(record.configuration).line();
    out.close('}').line();
    return out.text();
}

core::result<run_record> run_record_from_json(std::string_view text, const std::string& path) {
    const auto unusable = [&](std::string_view why) {
        return core::failure{core::trouble::journal,
                             fmt::format("{} {}; put it back from a copy", path, why)};
    };
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    if (const auto error = parser.parse(simdjson::padded_string(text)).get(root))
        return unusable(fmt::format("is damaged ({})", simdjson::error_message(error)));
    json_reader in(root);
    if (const auto found = in.number<int>("format"); in.ok() && found != format)
        return unusable("was written by a newer version of tidings");
    run_record record;
    record.name = in.text("name");
    record.version = in.text("version");
    record.created =
        core::wall_time(std::chrono::microseconds(in.number<std::int64_t>("created_us")));
    record.folder = in.text("folder");
    record.list_path = in.text("list_path");
    record.list_fingerprint = in.text("list_fingerprint");
    record.numbers = in.text("numbers");
    record.journal_id = in.number<std::uint64_t>("journal_id");
    record.configuration = in.text("configuration");
    bool ok = true;
    for (const auto lane : in.list("lanes"))
        record.lanes.push_back(lane_from(lane, ok));
    if (!ok || !in.ok()) return unusable("is damaged (a part of it is missing)");
    return record;
}

}  // namespace tidings::store
