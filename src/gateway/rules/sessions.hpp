// The other call that the endpoint serves: a list of sessions in which the bot spoke without being
// asked (contract.md section 8). Every message in the ledger has left one. Here is what a question
// says and what is listed for it; who may ask, and how often, is rules.hpp's.
#pragma once

#include "core/phone_number.hpp"
#include "core/time.hpp"
#include "gateway/rules/ledger.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::gateway {

struct session_filter {
    std::optional<core::phone_number> user;  // nullopt: everybody
    core::wall_time from{};                  // both ends included
    core::wall_time to{};
    std::size_t skip = 0;
    std::size_t limit = 100;   // at most 1,000 are listed
    bool interactive = false;  // of such there are none
};

// Dates are "yyyy-mm-dd", "yyyy-mm-ddThh:mm:ss[.fff]Z" or milliseconds; without dateFrom the list
// begins seven days before dateTo, without dateTo it ends now. No body asks for everything.
// Nullopt: a body that is no object, or a member of it that cannot be read.
std::optional<session_filter> read_session_filter(std::string_view body, core::wall_time now);

// {"total":1,"moreAvailable":false,"sessions":[{...}]}, newest first, of the messages of that bot.
std::string list_sessions(const ledger& book, const std::vector<sender_name>& senders,
                          std::string_view bot, const session_filter& asked);

}  // namespace tidings::gateway
