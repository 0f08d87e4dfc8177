#include "app/run_files.hpp"

#include "settings/settings_file.hpp"
#include "store/posix_disk.hpp"

#include <iterator>
#include <sstream>
#include <utility>

#include <simdjson.h>

namespace tidings::app {

namespace {

constexpr std::string_view file_mark = "#tidings file ";
constexpr std::string_view set_mark = "#tidings set ";
constexpr std::string_view variable_mark = "#tidings variable ";
constexpr std::string_view end_mark = "#tidings text";

// A file named on the command line is relative to where that was; a resume may run elsewhere.
std::string anchored(const setting_override& one) {
    const bool names_file = one.path.ends_with("file") || one.path.ends_with("holidays") ||
                            one.path == "state" || one.path.ends_with("numbering_plan");
    const bool relative = !one.value.empty() && one.value[0] != '/' && one.value[0] != '-' &&
                          one.value[0] != '{' && one.value[0] != '[' && one.value[0] != '"';
    return names_file && relative ? store::absolute_path(one.value) : one.value;
}

}  // namespace

std::string list_path_of(const campaign& settings, const store::run_paths& paths) {
    return settings.recipients.is_kept() ? paths.list : settings.recipients.file.string();
}

core::result<std::string> recorded_configuration(const std::filesystem::path& file,
                                                 const std::vector<setting_override>& overrides,
                                                 const environment& variables) {
    const auto text = settings::text_of_file(file);
    if (!text) return text.error();
    return recorded_configuration(file, *text, overrides, variables);
}

std::string recorded_configuration(const std::filesystem::path& named, std::string_view text,
                                   const std::vector<setting_override>& overrides,
                                   const environment& variables) {
    std::ostringstream made;
    made << file_mark << store::absolute_path(named.string()) << '\n';
    // Only those that set a key; others may be secrets.
    for (const auto& [name, value] : variables)
        if (name.find("__") != std::string::npos)
            made << variable_mark << name << '=' << value << '\n';
    for (const auto& one : overrides)
        made << set_mark << one.path << '=' << anchored(one) << '\n';
    made << end_mark << '\n' << text;
    return made.str();
}

core::result<campaign> campaign_of_run(const store::run_record& record,
                                       const std::vector<setting_override>& more,
                                       const environment& now) {
    std::istringstream in(record.configuration);
    std::string line;
    std::string file;
    std::vector<setting_override> overrides;
    environment variables = now;
    while (std::getline(in, line) && line != end_mark) {
        if (line.starts_with(file_mark)) file = line.substr(file_mark.size());
        const auto equals = line.find('=');
        if (line.starts_with(variable_mark))
            variables[line.substr(variable_mark.size(), equals - variable_mark.size())] =
                line.substr(equals + 1);
        if (!line.starts_with(set_mark)) continue;
        overrides.push_back({.path = line.substr(set_mark.size(), equals - set_mark.size()),
                             .value = line.substr(equals + 1),
                             .origin = "run.json"});
    }
    // The run keeps its name and its folder, whatever it was called since.
    overrides.push_back({.path = "name", .value = record.name, .origin = "run.json"});
    overrides.insert(overrides.end(), more.begin(), more.end());
    const std::string text(std::istreambuf_iterator<char>(in), {});
    return campaign_from(text, file, overrides, variables);
}

namespace {

// The run's summary; false: there is none.
bool parse_summary(const store::run_paths& paths, simdjson::dom::parser& parser,
                   simdjson::dom::element& root) {
    constexpr std::uint64_t summary_bytes_max = 64U << 20;
    store::posix_disk disk;
    const auto text = store::read_whole_file(disk, paths.summary, summary_bytes_max,
                                             core::trouble::configuration);
    return text && parser.parse(*text).get(root) == simdjson::SUCCESS;
}

}  // namespace

std::optional<core::opt_out_counts> recorded_opt_outs(const store::run_paths& paths) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    core::opt_out_counts found;
    const bool whole = parse_summary(paths, parser, root) &&
                       root["opt_outs"].get(found.numbers) == simdjson::SUCCESS &&
                       root["opt_outs_unreadable"].get(found.unreadable) == simdjson::SUCCESS;
    return whole ? std::optional(found) : std::nullopt;
}

std::vector<std::string> recorded_hours(const store::run_paths& paths) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    simdjson::dom::array rules;
    std::vector<std::string> found;
    if (!parse_summary(paths, parser, root) || root["hours_rules"].get(rules) != simdjson::SUCCESS)
        return found;
    for (const auto rule : rules) {
        std::string_view text;
        if (rule.get(text) == simdjson::SUCCESS) found.emplace_back(text);
    }
    return found;
}

}  // namespace tidings::app
