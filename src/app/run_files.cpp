#include "app/run_files.hpp"

#include "app/campaign_assembly.hpp"
#include "view/summary.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

#include <simdjson.h>

#include <fcntl.h>
#include <unistd.h>

namespace tidings::app {

namespace {

constexpr std::string_view file_mark = "#tidings file ";
constexpr std::string_view set_mark = "#tidings set ";
constexpr std::string_view variable_mark = "#tidings variable ";
constexpr std::string_view end_mark = "#tidings text";

// A file named on the command line is relative to where that was; a resume may run elsewhere.
std::string anchored(const setting_override& one) {
    const bool names_file = one.path.ends_with("file") || one.path.ends_with("holidays");
    const bool relative = !one.value.empty() && one.value[0] != '/' && one.value[0] != '-' &&
                          one.value[0] != '{' && one.value[0] != '[' && one.value[0] != '"';
    return names_file && relative ? store::absolute_path(one.value) : one.value;
}

}  // namespace

std::string list_path_of(const campaign& settings, const store::run_paths& paths) {
    return settings.recipients.file == "-" ? paths.list : settings.recipients.file.string();
}

core::result<std::unique_ptr<runner::list_reader>> open_list(const campaign& settings,
                                                             const std::string& path) {
    auto options = list_options_of(settings);
    options.path = path;
    auto opened = runner::list_reader::open(std::move(options));
    if (!opened) return opened.error();
    return std::make_unique<runner::list_reader>(std::move(*opened));
}

core::result<std::uint64_t> count_rows(const campaign& settings, const store::run_paths& paths) {
    auto options = list_options_of(settings);
    options.path = list_path_of(settings, paths);
    options.screen_duplicates = false;
    auto reader = runner::list_reader::open(std::move(options));
    if (!reader) return reader.error();
    core::listed_batch batch;
    while (true) {
        const auto more = reader->read(batch);
        if (!more) return more.error();
        if (!*more) return reader->counts().rows;
    }
}

core::result<std::string> recorded_configuration(const std::filesystem::path& file,
                                                 const std::vector<setting_override>& overrides,
                                                 const environment& variables) {
    std::ifstream in(file);
    if (!in)
        return core::failure{core::trouble::missing, file.string() + ": " + std::strerror(errno)};
    std::ostringstream made;
    made << file_mark << store::absolute_path(file.string()) << '\n';
    // Only those that set a key; others may be secrets.
    for (const auto& [name, value] : variables)
        if (name.find("__") != std::string::npos)
            made << variable_mark << name << '=' << value << '\n';
    for (const auto& one : overrides)
        made << set_mark << one.path << '=' << anchored(one) << '\n';
    made << end_mark << '\n' << in.rdbuf();
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

std::optional<core::opt_out_counts> recorded_opt_outs(const store::run_paths& paths) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    core::opt_out_counts found;
    const bool whole = parser.load(paths.summary).get(root) == simdjson::SUCCESS &&
                       root["opt_outs"].get(found.numbers) == simdjson::SUCCESS &&
                       root["opt_outs_unreadable"].get(found.unreadable) == simdjson::SUCCESS;
    return whole ? std::optional(found) : std::nullopt;
}

core::result<void> write_summary(const store::run_paths& paths, const core::run_summary& summary) {
    const auto temporary = paths.summary + ".new";
    const auto text = view::summary_json(summary);
    const int file = ::open(temporary.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    const bool whole =
        file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    const bool kept = file >= 0 && ::fsync(file) == 0;
    if (file >= 0) ::close(file);
    if (!whole || !kept || ::rename(temporary.c_str(), paths.summary.c_str()) != 0)
        return core::failure{core::trouble::journal,
                             paths.summary + " cannot be written: " + std::strerror(errno)};
    return {};
}

}  // namespace tidings::app
