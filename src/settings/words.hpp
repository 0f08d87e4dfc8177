// The words that stand for choices, in a file, a flag or a message: one table a choice, beside the
// keys or the class that it belongs to.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidings::settings {

template <class Choice, std::size_t count>
using word_table = std::array<std::pair<std::string_view, Choice>, count>;

template <class Choice, std::size_t count>
constexpr std::optional<Choice> choice_named(const word_table<Choice, count>& words,
                                             std::string_view word) {
    for (const auto& [name, choice] : words)
        if (name == word) return choice;
    return std::nullopt;
}

// Empty for a choice without a word.
template <class Choice, std::size_t count>
constexpr std::string_view word_for(const word_table<Choice, count>& words, const Choice& wanted) {
    for (const auto& [name, choice] : words)
        if (choice == wanted) return name;
    return {};
}

template <class Choice, std::size_t count>
std::vector<std::string_view> words_in(const word_table<Choice, count>& words) {
    std::vector<std::string_view> all;
    for (const auto& one : words)
        all.push_back(one.first);
    return all;
}

// "auto, csv or lines"
std::string listed(const std::vector<std::string_view>& words);

}  // namespace tidings::settings
