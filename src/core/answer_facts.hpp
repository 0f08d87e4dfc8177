// What people are told of the answers that came, beyond outcomes: odd ones, those that a rule of
// the operator's decided, and endpoints whose answers show that they are in trouble. Nothing here
// decides: core/endpoint_watch and core/own_rules do.
#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tidings::core {

// An endpoint to which nothing is sent, because it is in trouble (core/endpoint_watch).
struct endpoint_trouble {
    std::string bot;    // its id
    std::string name;   // "platform.kore.ai"
    std::string words;  // of the last troubled answer
    wall_time since{};
    std::uint32_t questions = 0;      // whether it is over, since then
    std::optional<wall_time> ask_at;  // the next one; nullopt: one is out, or none will be
    bool trying = false;              // a few messages go
    bool given_up = false;

    friend bool operator==(const endpoint_trouble&, const endpoint_trouble&) = default;
};

// Of all endpoints, in this process.
struct trouble_tally {
    std::uint64_t times = 0;
    std::uint64_t questions = 0;
    duration lasted{};

    friend bool operator==(const trouble_tally&, const trouble_tally&) = default;
};

// How many answers a rule of the operator's decided.
struct rule_count {
    std::string rule;  // in words
    std::uint64_t answers = 0;

    friend bool operator==(const rule_count&, const rule_count&) = default;
};

struct answer_facts {
    std::uint64_t odd = 0;  // accepted, but not with the documented body
    std::vector<rule_count> own_rules{};
    std::vector<endpoint_trouble> troubles{};  // of this moment
    trouble_tally trouble{};

    friend bool operator==(const answer_facts&, const answer_facts&) = default;
};

}  // namespace tidings::core
