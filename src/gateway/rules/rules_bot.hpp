// What the rules keep of one bot while they run. Only rules*.cpp use it.
#pragma once

#include "gateway/rules/rules.hpp"

#include <functional>

namespace tidings::gateway {

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
};

}  // namespace tidings::gateway
