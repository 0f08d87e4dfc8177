// How a campaign, or a call of the library, ended: the exit statuses of the program, which scripts
// rely on. Their numbers never change. docs/exit-statuses.md says when each applies.
#pragma once

#include "tidings/export.hpp"

#include <cstdint>
#include <string_view>

namespace tidings {
inline namespace v0 {

enum class exit_status : std::uint8_t {
    accepted = 0,           // every row that could be sent was accepted
    internal = 1,           // a bug, or a resource of this machine
    usage = 2,              // asked for in a way that makes no sense
    some_not_accepted = 3,  // finished: some rejected, failed or expired
    some_unknown = 4,       // finished: some may have been sent, and no answer says so
    nothing_to_send = 5,    // no row of the list can be sent
    stop_rule = 6,          // one of the campaign's stop rules tripped
    work_left = 7,          // stopped before the end of the list
    credentials = 8,        // the server refuses the token
    busy = 9,               // another process holds the run or the bot
    unusable = 10,          // the settings or the list cannot be used
    journal = 74,           // the journal cannot be read or written
};

// One sentence; lives for ever.
TIDINGS_API std::string_view meaning_of(exit_status status) noexcept;

}  // namespace v0
}  // namespace tidings
