#include "app/settings/completions.hpp"

#include "app/settings/grammar.hpp"
#include "core/outcome.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace tidings::app {

namespace {

// What comes after an option or a command.
enum class operand : std::uint8_t { nothing, words, file, campaign, folder, run, text };

struct option_words {
    std::string name;  // with its dashes
    std::string help;
    operand takes = operand::nothing;
    std::string choices;  // operand::words
};

struct command_words {
    std::string_view name;
    std::string_view summary;
    std::vector<option_words> options;
    operand takes = operand::nothing;
    std::string then;  // words after RUN
};

std::string outcome_choices() {
    std::string all;
    for (const auto name : core::outcome_names)
        all += (all.empty() ? "" : " ") + std::string(name);
    return all;
}

// Words that an option takes, where it takes few.
std::string choices_of(std::string_view option) {
    static const std::array<std::pair<std::string_view, std::string>, 6> few = {
        {{"--outcome", outcome_choices()},
         {"--unknown", "sent resend"},
         {"--colour", "auto always never"},
         {"--color", "auto always never"},
         {"--log-format", "text json"},
         {"--http", "auto 1.1 2"}}};
    for (const auto& [name, words] : few)
        if (name == option) return words;
    return {};
}

operand operand_of(const CLI::Option& option, std::string_view name) {
    if (option.get_items_expected_max() == 0) return operand::nothing;
    if (!choices_of(name).empty()) return operand::words;
    if (name == "--dir") return operand::folder;
    for (const auto* const file : {"--recipients", "--out", "--ca-file", "--plan"})
        if (name == file) return operand::file;
    return operand::text;
}

// The help's first line: completions have no room for more.
std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

command_words words_of(const subcommand_words& one, const CLI::App& parsed) {
    command_words made{.name = one.name, .summary = one.summary, .options = {}, .then = {}};
    for (const CLI::Option* const option : parsed.get_options()) {
        for (const auto& name : option->get_lnames())
            made.options.push_back({.name = "--" + name,
                                    .help = first_line(option->get_description()),
                                    .takes = operand_of(*option, "--" + name),
                                    .choices = choices_of("--" + name)});
        const auto& place = option->get_name(true);
        if (option->get_positional() && place.find("CAMPAIGN") != std::string::npos)
            made.takes = operand::campaign;
        else if (option->get_positional() && place.find("RUN") != std::string::npos)
            made.takes = operand::run;
        else if (option->get_positional() && made.takes == operand::nothing)
            made.takes = operand::file;
    }
    if (one.name == "control") made.then = "pause continue stop rate";
    return made;
}

std::vector<command_words> commands() {
    const environment none;
    const grammar words(none);
    std::vector<command_words> made;
    for (const auto& one : subcommands())
        made.push_back(words_of(one, *words.app.get_subcommand(std::string(one.name))));
    return made;
}

std::string names_of(const std::vector<command_words>& all) {
    std::string names;
    for (const auto& one : all)
        names += (names.empty() ? "" : " ") + std::string(one.name);
    return names;
}

// Between single quotes of a shell, for zsh without what _arguments reads as its own.
std::string in_single_quotes(std::string_view text) {
    std::string made;
    for (const char c : text) {
        if (c == '\'')
            made += "'\\''";
        else if (c == '[' || c == ']' || c == ':')
            made += std::string("\\") + c;
        else
            made += c;
    }
    return made;
}

constexpr std::string_view made_of = "# Made from the command line's grammar: a test compares.\n";

std::string bash_values(const option_words& one) {
    switch (one.takes) {
        case operand::words: return "compgen -W \"" + one.choices + "\"";
        case operand::folder: return "compgen -d";
        case operand::file: return "compgen -f";
        case operand::nothing:
        case operand::campaign:
        case operand::run:
        case operand::text: break;
    }
    return {};
}

}  // namespace

std::string bash_completion() {
    const auto all = commands();
    std::string values;
    std::string options;
    std::string places;
    for (const auto& one : all) {
        options += "        " + std::string(one.name) + ") options=\"";
        for (const auto& option : one.options) {
            options += (options.ends_with('"') ? "" : " ") + option.name;
            const auto how = bash_values(option);
            const auto line = "        " + option.name + ") mapfile -t COMPREPLY < <(" + how +
                              " -- \"$word\"); return ;;\n";
            if (!how.empty() && values.find("        " + option.name + ")") == std::string::npos)
                values += line;
        }
        options += "\" ;;\n";
        if (one.takes == operand::run)
            places += (places.empty() ? "" : "|") + std::string(one.name);
    }
    return "# Completion of tidings for bash.\n" + std::string(made_of) +
           "_tidings() {\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
           "    local command=${COMP_WORDS[1]} options=\n"
           "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
           "        mapfile -t COMPREPLY < <(compgen -W \"" +
           names_of(all) +
           " --help --version\" -- \"$word\")\n"
           "        return\n"
           "    fi\n"
           "    case $previous in\n" +
           values +
           "    esac\n"
           "    case $command in\n" +
           options +
           "    esac\n"
           "    if [[ $word == -* ]]; then\n"
           "        mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\")\n"
           "        return\n"
           "    fi\n"
           "    case $command in\n"
           "        " +
           places +
           ")\n"
           "            if [ \"$COMP_CWORD\" -eq 2 ]; then\n"
           "                local runs\n"
           "                runs=$(cd \"${TIDINGS_OUTPUT__DIR:-runs}\" 2>/dev/null &&\n"
           "                    ls -d -- */ 2>/dev/null | tr -d /)\n"
           "                mapfile -t COMPREPLY < <(compgen -W \"$runs\" -- \"$word\"\n"
           "                    compgen -d -- \"$word\")\n"
           "            elif [ \"$command\" = control ] && [ \"$COMP_CWORD\" -eq 3 ]; then\n"
           "                mapfile -t COMPREPLY < <(\n"
           "                    compgen -W \"pause continue stop rate\" -- \"$word\")\n"
           "            fi ;;\n"
           "        *) mapfile -t COMPREPLY < <(compgen -f -- \"$word\") ;;\n"
           "    esac\n"
           "}\n"
           "complete -o filenames -F _tidings tidings\n";
}

std::string zsh_completion() {
    const auto all = commands();
    std::string text = "#compdef tidings\n" + std::string(made_of) +
                       "_tidings_runs() {\n"
                       "    local -a runs\n"
                       "    runs=(${TIDINGS_OUTPUT__DIR:-runs}/*(N/:t))\n"
                       "    (( $#runs )) && _describe run runs\n"
                       "    _files -/\n"
                       "}\n"
                       "_tidings() {\n"
                       "    local -a commands\n"
                       "    commands=(\n";
    for (const auto& one : all)
        text += "        '" + std::string(one.name) + ":" + in_single_quotes(one.summary) + "'\n";
    text +=
        "    )\n"
        "    if (( CURRENT == 2 )); then\n"
        "        _describe command commands\n"
        "        return\n"
        "    fi\n"
        "    local command=$words[2]\n"
        "    shift words\n"
        "    (( CURRENT-- ))\n"
        "    case $command in\n";
    for (const auto& one : all) {
        text += "        " + std::string(one.name) + ") _arguments";
        for (const auto& option : one.options) {
            text += " \\\n            '*" + option.name + "[" + in_single_quotes(option.help) + "]";
            switch (option.takes) {
                case operand::nothing: break;
                case operand::words: text += ":word:(" + option.choices + ")"; break;
                case operand::folder: text += ":folder:_files -/"; break;
                case operand::file: text += ":file:_files"; break;
                case operand::campaign:
                case operand::run:
                case operand::text: text += ":value:"; break;
            }
            text += "'";
        }
        if (one.takes == operand::campaign)
            text += " \\\n            '1:campaign:_files -g \"*.toml\"'";
        if (one.takes == operand::file) text += " \\\n            '1:file:_files'";
        if (one.takes == operand::run) text += " \\\n            '1:run:_tidings_runs'";
        if (!one.then.empty()) text += " \\\n            '2:what:(" + one.then + ")'";
        text += " ;;\n";
    }
    return text + "    esac\n}\n_tidings \"$@\"\n";
}

std::string fish_completion() {
    const auto all = commands();
    std::string text =
        "# Completion of tidings for fish.\n" + std::string(made_of) + "complete -c tidings -f\n";
    const auto quoted_for_fish = [](std::string_view words) {
        std::string made;
        for (const char c : words)
            made += c == '\'' ? "\\'" : std::string(1, c);
        return made;
    };
    for (const auto& one : all)
        text += "complete -c tidings -n __fish_use_subcommand -a " + std::string(one.name) +
                " -d '" + quoted_for_fish(one.summary) + "'\n";
    for (const auto& one : all) {
        const auto here =
            "complete -c tidings -n '__fish_seen_subcommand_from " + std::string(one.name) + "'";
        for (const auto& option : one.options) {
            text += here + " -l " + option.name.substr(2);
            switch (option.takes) {
                case operand::nothing: break;
                case operand::words: text += " -xa '" + option.choices + "'"; break;
                case operand::folder: text += " -xa '(__fish_complete_directories)'"; break;
                case operand::file: text += " -rF"; break;
                case operand::campaign:
                case operand::run:
                case operand::text: text += " -x"; break;
            }
            text += " -d '" + quoted_for_fish(option.help) + "'\n";
        }
        if (one.takes == operand::campaign || one.takes == operand::file) text += here + " -F\n";
        if (one.takes == operand::run)
            text += here + " -xa '(__fish_complete_directories runs/)'\n";
        if (!one.then.empty()) text += here + " -a '" + one.then + "'\n";
    }
    return text;
}

}  // namespace tidings::app
