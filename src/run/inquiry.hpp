// Asks the platform what became of rows in doubt (contract.md section 8): which question is due
// when, and what its answer proves. A session of a row's number within [sent, given up] settles the
// row as accepted; nothing else settles anything. It texts nobody and writes nothing:
// run/resolution records, net/plain_call carries the question.
#pragma once

#include "codec/messages/session_list.hpp"
#include "core/failure.hpp"
#include "core/phone_number.hpp"
#include "core/row.hpp"
#include "core/slot_ring.hpp"
#include "core/time.hpp"
#include "run/surroundings.hpp"
#include "store/run_folder.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tidings::run {

// A row, and when it may have been processed.
struct doubted_row {
    core::row_number row = 0;
    core::phone_number to;
    core::lane_id lane = core::lane_none;
    core::wall_time sent{};  // not before
    core::wall_time given_up{};
};

// Of the rows, those that can be asked about, ascending: what left them open is in the journal, and
// their numbers stand in full in the outcome log.
core::result<std::vector<doubted_row>> doubted_rows(store::disk& disk,
                                                    const store::run_paths& paths,
                                                    const std::vector<core::row_number>& rows);

struct platform_reply {
    unsigned status = 0;
    std::string body;
    std::optional<core::duration> wait;  // Retry-After
};
// Fails (network) when there was no answer.
using platform_line =
    std::function<core::result<platform_reply>(const codec::session_question& asked)>;

// The session that proves it; nullopt: none of the page does.
std::optional<codec::listed_session> proof_in(const codec::session_page& page,
                                              const doubted_row& row);
// "found by getSessions: session <id> of 2026-11-23T08:00:00.123456Z"; at most 200 bytes.
std::string evidence_words(const codec::listed_session& proof);

// The questions to one bot, within what it grants: 60 in a minute and 1,800 in an hour.
class inquiry {
  public:
    static constexpr std::size_t page_rows = 100;
    static constexpr std::size_t pages_max = 20;  // of one row
    static constexpr unsigned attempts_max = 4;   // of one question, when there is no answer
    static constexpr unsigned refusals_max = 10;  // by limit, in a row

    // `before_waiting` is called before each pause: what was found until then can be recorded.
    inquiry(const surroundings& around, platform_line line,
            std::function<core::result<void>()> before_waiting);

    // The evidence as evidence_words() has it; empty: there is no session. Fails (credentials)
    // where the app may not ask, (network) where nothing sensible answers, else as recording does.
    core::result<std::string> ask_about(const doubted_row& row);

    std::uint64_t questions() const noexcept { return questions_; }

  private:
    core::result<codec::session_page> page_of(const codec::session_question& asked);
    core::result<platform_reply> once(const codec::session_question& asked);
    core::result<void> rest(core::duration time);
    core::result<void> wait_for_slot();

    const surroundings& around_;
    platform_line line_;
    std::function<core::result<void>()> before_waiting_;
    core::slot_ring minute_;
    core::slot_ring hour_;
    std::uint64_t questions_ = 0;
};

}  // namespace tidings::run
