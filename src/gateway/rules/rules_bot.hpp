// What the rules keep of one bot while they run. Only rules*.cpp use it.
#pragma once

#include "gateway/rules/rules.hpp"

#include <functional>
#include <string_view>
#include <vector>

namespace tidings::gateway {

// The two calls, behind /api/public/bot/<bot id>.
inline constexpr std::string_view message_name = "/outboundsms";
inline constexpr std::string_view sessions_name = "/getSessions";

// What the documents grant for questions about sessions, each bot.
std::vector<core::rate_limit> question_limits();

// As the statistics call it, and the admin port: "<bot id> <number>".
std::string named(const sender_name& sender);

struct sender_place {
    sender_id sender = 0;
    std::size_t index = 0;  // in bot_options::numbers
};

struct take_digits {
    std::size_t operator()(core::phone_number number) const noexcept {
        return std::hash<std::uint64_t>{}(number.digits());
    }
};

struct rules::bot_state {
    std::uint16_t account = 0;
    scope_windows windows;
    boost::unordered_flat_map<core::phone_number, sender_place, take_digits> senders;
    scope_windows questions;
};

}  // namespace tidings::gateway
