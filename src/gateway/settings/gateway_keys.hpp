// Every key of the gateway's file, one row each: what settings.hpp reads by and
// docs/gateway-file.md is made from. A row names the key, the option it stands for and its meaning;
// bounds are the kind's, defaults the option's own (settings/key).
#pragma once

#include "gateway/settings/settings.hpp"
#include "settings/document.hpp"
#include "settings/key.hpp"

#include <span>
#include <string>
#include <vector>

namespace tidings::gateway {

template <class Section>
using key_table = std::span<const tidings::settings::key<Section>>;

// In the order of the file.
key_table<settings> server_keys();
key_table<limit_options> limits_keys();
key_table<service_options> replay_keys();
key_table<account_options> account_keys();
key_table<app_options> app_keys();
key_table<bot_options> bot_keys();
key_table<number_options> number_keys();
key_table<reply_words> reply_keys();
key_table<fault_options> faults_keys();
key_table<reply_words> ignore_keys();  // of [reply.CASE] alone
// Which requests a [[fault]] strikes and how, then the words of what = "reply" alone: the first
// stands beside reply_keys.
key_table<fault_rule> fault_keys();
key_table<fault_rule> fault_reply_keys();
key_table<fault_rule> fault_processed_keys();
key_table<limit_change> scope_keys();  // of a change of limits; in no file

std::vector<tidings::settings::key_description> gateway_keys();
// docs/gateway-file.md, whole.
std::string gateway_keys_document();

}  // namespace tidings::gateway
