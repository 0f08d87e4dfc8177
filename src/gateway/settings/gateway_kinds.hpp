// Kinds of values that only the gateway's file has; the others are settings/kinds'.
#pragma once

#include "gateway/settings/settings.hpp"
#include "settings/kinds.hpp"

#include <string>
#include <vector>

namespace tidings::gateway {

using tidings::settings::setting;
using tidings::settings::wrong_with;

// "127.0.0.1:8443", "[::1]:8443"; and the admin port's, which is on 127.0.0.1 or "".
struct listen_address {
    static std::string kind() { return "address and port"; }
    static std::string write(const server_options& value);
    static wrong_with read(const setting& at, server_options& into);
};
struct admin_address {
    static std::string kind() { return "address and port"; }
    static std::string write(const server_options& value);
    static wrong_with read(const setting& at, server_options& into);
};

// One value in two keys: how far the clock is off, and to which side.
struct clock_offset {
    static std::string kind() { return "span"; }
    static std::string write(core::duration value);
    static wrong_with read(const setting& at, core::duration& into);
};
struct clock_behind {
    static std::string kind() { return "true or false"; }
    static std::string write(core::duration value);
    static wrong_with read(const setting& at, core::duration& into);
};

wrong_with path_prefix(const std::string& text);
// Ids stand in answers and ledger lines as they are.
wrong_with plain_id(const std::string& text);

// What an answer says, which may hold line ends and worse.
struct said {
    static std::string kind() { return "text"; }
    static std::string write(const std::string& value);
    static wrong_with read(const setting& at, std::string& into);
};

// The limits that go by a name.
struct profile {
    static std::string kind() { return "runtime, contact-center, design or none"; }
    static std::string write(const std::vector<core::rate_limit>&) { return {}; }
    static wrong_with read(const setting& at, std::vector<core::rate_limit>& into);
};

// The text of a file that the key names.
struct pem_of_file {
    static std::string kind() { return "file"; }
    static std::string write(const std::string&) { return "\"\""; }
    static wrong_with read(const setting& at, std::string& into);
};

struct algorithms {
    static std::string kind() { return "list of algorithms"; }
    static std::string write(const std::vector<signature_algorithm>& value);
    static wrong_with read(const setting& at, std::vector<signature_algorithm>& into);
};

struct e164 {
    static std::string kind() { return "E.164 number"; }
    static std::string write(const core::phone_number& value);
    static wrong_with read(const setting& at, core::phone_number& into);
};

// A number or a text, which is how it stands in the answer.
struct error_code {
    static std::string kind() { return "whole number or text"; }
    static std::string write(const reply_words& value);
    static wrong_with read(const setting& at, reply_words& into);
};

struct fault_name {
    static std::string kind() { return "a fault's name"; }
    static std::string write(fault_kind value);
    static wrong_with read(const setting& at, fault_kind& into);
};

struct number_spans {
    static std::string kind() { return "numbers and spans of them"; }
    static std::string write(const std::vector<number_span>&) { return "\"\""; }
    static wrong_with read(const setting& at, std::vector<number_span>& into);
};

struct between {
    static std::string kind() { return "two spans"; }
    static std::string write(const fault_rule&) { return "\"\""; }
    static wrong_with read(const setting& at, fault_rule& into);
};
struct wait {
    static std::string kind() { return "span or two"; }
    static std::string write(const fault_rule&) { return "\"0s\""; }
    static wrong_with read(const setting& at, fault_rule& into);
};

struct size_or_endless {
    static std::string kind() { return "size"; }
    static std::string write(std::uint64_t value);
    static wrong_with read(const setting& at, std::uint64_t& into);
};

struct last_stream_named {
    static std::string kind() { return "before, own, all or a number"; }
    static std::string write(const last_stream&) { return "\"before\""; }
    static wrong_with read(const setting& at, last_stream& into);
};

// Takes the place of the words' body and content type. After the status.
struct html_page {
    static std::string kind() { return "true or false"; }
    static std::string write(const fault_rule&) { return "false"; }
    static wrong_with read(const setting& at, fault_rule& into);
};

}  // namespace tidings::gateway
