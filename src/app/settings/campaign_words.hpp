// The words that stand for choices in a campaign file, one table a choice. Whatever names such a
// choice, in a file, a flag or a message, uses these.
#pragma once

#include "app/settings/campaign_file.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tidings::app {

template <class Choice>
struct words_of;

template <class Choice, std::size_t count>
using word_table = std::array<std::pair<std::string_view, Choice>, count>;

template <>
struct words_of<list_format> {
    static constexpr word_table<list_format, 5> table = {{{"auto", list_format::automatic},
                                                          {"csv", list_format::csv},
                                                          {"tsv", list_format::tsv},
                                                          {"ndjson", list_format::ndjson},
                                                          {"lines", list_format::lines}}};
};
template <>
struct words_of<http_choice> {
    static constexpr word_table<http_choice, 3> table = {{{"auto", http_choice::automatic},
                                                          {"1.1", http_choice::http_1_1},
                                                          {"2", http_choice::http_2}}};
};
// `custom` has no word: giving `limits` means it.
template <>
struct words_of<limit_profile> {
    static constexpr word_table<limit_profile, 3> table = {
        {{"runtime", limit_profile::runtime},
         {"contact-center", limit_profile::contact_center},
         {"design", limit_profile::design}}};
};
template <>
struct words_of<core::pace> {
    static constexpr word_table<core::pace, 3> table = {{{"earliest", core::pace::earliest},
                                                         {"even", core::pace::even},
                                                         {"burst", core::pace::burst}}};
};
template <>
struct words_of<codec::token_algorithm> {
    static constexpr word_table<codec::token_algorithm, 4> table = {
        {{"HS256", codec::token_algorithm::hs256},
         {"HS512", codec::token_algorithm::hs512},
         {"RS256", codec::token_algorithm::rs256},
         {"RS512", codec::token_algorithm::rs512}}};
};
template <>
struct words_of<token_jti> {
    static constexpr word_table<token_jti, 2> table = {
        {{"none", token_jti::none}, {"each", token_jti::each}}};
};
template <>
struct words_of<codec::jwe_wrap> {
    static constexpr word_table<codec::jwe_wrap, 2> table = {
        {{"RSA-OAEP", codec::jwe_wrap::rsa_oaep}, {"RSA1_5", codec::jwe_wrap::rsa1_5}}};
};
template <>
struct words_of<codec::jwe_cipher> {
    static constexpr word_table<codec::jwe_cipher, 3> table = {
        {{"A128CBC-HS256", codec::jwe_cipher::a128cbc_hs256},
         {"A128GCM", codec::jwe_cipher::a128gcm},
         {"A256GCM", codec::jwe_cipher::a256gcm}}};
};
template <>
struct words_of<core::unknown_policy> {
    static constexpr word_table<core::unknown_policy, 3> table = {
        {{"hold", core::unknown_policy::hold},
         {"probe", core::unknown_policy::probe},
         {"resend", core::unknown_policy::resend}}};
};
template <>
struct words_of<codec::number_style> {
    static constexpr word_table<codec::number_style, 2> table = {
        {{"full", codec::number_style::full}, {"masked", codec::number_style::masked}}};
};
template <>
struct words_of<log_format> {
    static constexpr word_table<log_format, 2> table = {
        {{"text", log_format::text}, {"json", log_format::json}}};
};

template <class Choice>
std::optional<Choice> choice_named(std::string_view word) {
    for (const auto& [name, choice] : words_of<Choice>::table)
        if (name == word) return choice;
    return std::nullopt;
}

// Empty for a choice without a word.
template <class Choice>
std::string_view word_for(Choice wanted) {
    for (const auto& [name, choice] : words_of<Choice>::table)
        if (choice == wanted) return name;
    return {};
}

// "auto, csv or lines"
template <class Choice>
std::string listed_words() {
    std::string text;
    constexpr auto& table = words_of<Choice>::table;
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (i > 0) text += i + 1 == table.size() ? " or " : ", ";
        text += table[i].first;
    }
    return text;
}

}  // namespace tidings::app
