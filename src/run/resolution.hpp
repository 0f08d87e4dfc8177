// Settles rows in doubt on the operator's word or by what the platform has on record, and records
// that it was so. Who asks people is app/commands/resolve's, who asks the platform run/inquiry's;
// nothing here may run beside the run itself, whose lock the caller holds.
#pragma once

#include "core/failure.hpp"
#include "core/row.hpp"
#include "run/surroundings.hpp"
#include "store/journal.hpp"
#include "store/run_folder.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tidings::run {

enum class ruling : std::uint8_t {
    sent,    // recorded as accepted
    resend,  // sent again by the next resume
    found,   // recorded as accepted: the platform has a session of it
};

struct settled_doubts {
    std::vector<core::row_number> rows;  // ascending; each is in doubt
    ruling as = ruling::sent;
    // Of `found`, beside each row: the evidence, as its line tells it; at most 200 bytes.
    std::vector<std::string> words = {};
};

// Ascending. Fails (usage) where a run that was interrupted has not recorded its doubts yet.
core::result<std::vector<core::row_number>> rows_in_doubt(
    store::disk& disk, const store::run_paths& paths,
    const std::function<bool(core::row_number)>& named);

// Interrupted, it leaves each of the rows unknown or settled; finish_interrupted() or the next
// resume puts their lines right. `journal`: window and sizes; the rest is filled in.
core::result<void> settle(const surroundings& around, const store::run_folder& run,
                          const settled_doubts& doubts, store::journal_options journal);

// Lines that say `unknown` of rows that the journal has settled on the operator's word, or opened
// again: what a settle() leaves that was interrupted. Nothing else is touched.
core::result<void> finish_interrupted(const surroundings& around, const store::run_folder& run,
                                      store::journal_options journal);

}  // namespace tidings::run
