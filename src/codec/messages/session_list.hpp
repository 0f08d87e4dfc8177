// The call that asks the platform for sessions in which the bot spoke without being asked
// (contract.md section 8): the body of the question, and what the answer lists. What a session
// proves is run/inquiry's; the call of a message is codec/messages/request's.
#pragma once

#include "core/phone_number.hpp"
#include "core/time.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::codec {

struct session_question {
    core::phone_number user;
    core::wall_time from{};  // both ends included; sent in milliseconds, rounded outwards
    core::wall_time to{};
    std::size_t skip = 0;
    std::size_t limit = 100;
};

// {"userId":"+1...","dateFrom":"2026-11-23T08:00:00.123Z","dateTo":...,"sessionType":
// "non-interactive","skip":0,"limit":100}
std::string session_question_body(const session_question& asked);

struct listed_session {
    std::string id;  // at most 64 bytes; empty: it has none
    core::phone_number user;
    core::wall_time began{};
};

struct session_page {
    std::vector<listed_session> sessions;
    std::size_t listed = 0;  // with those that say no number or no time, and are left out
    bool more = false;       // the platform says that there is another page
};

// Nullopt: not JSON with an array "sessions". A session's number is its userId or that of its
// channel, in E.164 with or without the plus; its time is an ISO date or milliseconds.
// Pre: padding as simdjson likes is not needed.
std::optional<session_page> read_session_page(std::string_view body);

}  // namespace tidings::codec
