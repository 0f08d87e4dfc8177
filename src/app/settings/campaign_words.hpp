// The words that stand for choices in a campaign file, one table a choice. Whatever names such a
// choice, in a file, a flag or a message, uses these.
#pragma once

#include "app/settings/campaign_file.hpp"
#include "settings/words.hpp"

#include <optional>

namespace tidings::app {

template <class Choice, std::size_t count>
using word_table = settings::word_table<Choice, count>;

inline constexpr word_table<std::optional<codec::list_format>, 5> list_format_words = {
    {{"auto", std::nullopt},
     {"csv", codec::list_format::csv},
     {"tsv", codec::list_format::tsv},
     {"ndjson", codec::list_format::ndjson},
     {"lines", codec::list_format::lines}}};
inline constexpr word_table<bool, 2> unreadable_words = {{{"refuse", false}, {"ignore", true}}};
inline constexpr word_table<net::http_mode, 3> http_words = {{{"auto", net::http_mode::automatic},
                                                              {"1.1", net::http_mode::http1},
                                                              {"2", net::http_mode::http2}}};
// `custom` has no word: giving `limits` means it.
inline constexpr word_table<limit_profile, 3> profile_words = {
    {{"runtime", limit_profile::runtime},
     {"contact-center", limit_profile::contact_center},
     {"design", limit_profile::design}}};
inline constexpr word_table<core::pace, 3> pace_words = {
    {{"earliest", core::pace::earliest}, {"even", core::pace::even}, {"burst", core::pace::burst}}};
inline constexpr word_table<codec::token_algorithm, 4> algorithm_words = {
    {{"HS256", codec::token_algorithm::hs256},
     {"HS512", codec::token_algorithm::hs512},
     {"RS256", codec::token_algorithm::rs256},
     {"RS512", codec::token_algorithm::rs512}}};
inline constexpr word_table<bool, 2> jti_words = {{{"none", false}, {"each", true}}};
inline constexpr word_table<codec::jwe_wrap, 2> jwe_wrap_words = {
    {{"RSA-OAEP", codec::jwe_wrap::rsa_oaep}, {"RSA1_5", codec::jwe_wrap::rsa1_5}}};
inline constexpr word_table<codec::jwe_cipher, 3> jwe_cipher_words = {
    {{"A128CBC-HS256", codec::jwe_cipher::a128cbc_hs256},
     {"A128GCM", codec::jwe_cipher::a128gcm},
     {"A256GCM", codec::jwe_cipher::a256gcm}}};
inline constexpr word_table<core::unknown_policy, 3> unknown_words = {
    {{"hold", core::unknown_policy::hold},
     {"probe", core::unknown_policy::probe},
     {"resend", core::unknown_policy::resend}}};
inline constexpr word_table<codec::number_style, 2> number_words = {
    {{"full", codec::number_style::full}, {"masked", codec::number_style::masked}}};
inline constexpr word_table<bool, 1> frame_words = {{{"refused_stream", true}}};
inline constexpr word_table<core::verdict, 5> meaning_words = {
    {{"not processed", core::verdict::not_processed},
     {"unknown", core::verdict::in_doubt},
     {"accepted", core::verdict::accepted},
     {"rejected", core::verdict::rejected},
     {"not the platform", core::verdict::not_platform}}};
inline constexpr word_table<log_format, 2> log_format_words = {
    {{"text", log_format::text}, {"json", log_format::json}}};

}  // namespace tidings::app
