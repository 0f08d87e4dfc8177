#include "app/settings/command_line.hpp"

#include "app/settings/grammar.hpp"
#include "codec/text/near_miss.hpp"

#include <algorithm>
#include <sstream>

namespace tidings::app {
namespace {

parting_words mistake(const std::string& subcommand, const std::string& what) {
    const auto named = subcommand.empty() ? "tidings" : "tidings " + subcommand;
    return {exit_status::usage, "", named + ": " + what + "\nTry: " + named + " --help\n"};
}

// The long and short names of a subcommand's options, as they are typed.
std::vector<std::string> option_names(const CLI::App& sub) {
    std::vector<std::string> names;
    for (const auto* option : sub.get_options()) {
        for (const auto& name : option->get_lnames())
            names.push_back("--" + name);
        for (const auto& name : option->get_snames())
            names.push_back("-" + name);
    }
    return names;
}

// Arguments that nothing took.
std::optional<parting_words> about_leftovers(const CLI::App& sub) {
    const auto left = sub.remaining();
    if (left.empty()) return std::nullopt;
    const auto flag = std::find_if(left.begin(), left.end(),
                                   [](const auto& one) { return one.starts_with("-"); });
    if (flag == left.end())
        return mistake(sub.get_name(),
                       "\"" + left.front().substr(0, 60) + "\" is one argument too many");
    const auto typed = flag->substr(0, flag->find('='));
    const auto names = option_names(sub);
    const std::vector<std::string_view> known(names.begin(), names.end());
    return mistake(sub.get_name(), typed.substr(0, 60) + " is no option of tidings " +
                                       sub.get_name() + codec::did_you_mean(typed, known));
}

// The first argument names the subcommand; anything else there is told before parsing, because the
// rest could not be understood either.
std::optional<parting_words> about_subcommand(const std::vector<std::string>& arguments) {
    if (arguments.empty()) return mistake("", "which command? tidings demo shows what it does");
    const auto& first = arguments.front();
    std::vector<std::string_view> known;
    for (const auto& one : subcommands())
        known.push_back(one.name);
    if (std::find(known.begin(), known.end(), first) != known.end()) return std::nullopt;
    if (first == "-h" || first == "--help" || first == "--version") return std::nullopt;
    if (first.starts_with("-"))
        return mistake("", "options come after the command: tidings send " + first.substr(0, 60));
    return mistake(
        "", "\"" + first.substr(0, 60) + "\" is no command" + codec::did_you_mean(first, known));
}

// CLI11's words where they are good enough, ours where they are not.
std::string in_words(const CLI::ParseError& error) {
    const std::string text = error.what();
    if (error.get_name() == "RequiredError") {
        const auto name = text.substr(0, text.find(' '));
        return name + " is missing";
    }
    return text;
}

}  // namespace

std::variant<command, parting_words> parse_command_line(const std::vector<std::string>& arguments,
                                                        const environment& variables) {
    if (const auto wrong = about_subcommand(arguments)) return *wrong;
    grammar rules(variables);
    const auto sub_name = arguments.front().starts_with("-") ? "" : arguments.front();
    for (auto* sub : rules.app.get_subcommands({}))
        sub->allow_extras();
    try {
        // CLI11 takes them from the back.
        std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
        rules.app.parse(std::move(reversed));
    } catch (const CLI::Success& asked) {
        std::ostringstream out, unused;
        rules.app.exit(asked, out, unused);
        return parting_words{exit_status::accepted, out.str(), ""};
    } catch (const CLI::ParseError& error) {
        for (const auto* sub : rules.app.get_subcommands())
            if (const auto wrong = about_leftovers(*sub)) return *wrong;
        return mistake(sub_name, in_words(error));
    }
    for (const auto* sub : rules.app.get_subcommands())
        if (const auto wrong = about_leftovers(*sub)) return *wrong;
    if (!rules.chosen) return mistake(sub_name, "which command?");
    return std::move(*rules.chosen);
}

}  // namespace tidings::app
