// Settles rows in doubt on the operator's word, and records that it was so. Who asks, and how, is
// app/commands/resolve's; nothing here may run beside the run itself, whose lock the caller holds.
#pragma once

#include "core/failure.hpp"
#include "core/row.hpp"
#include "run/surroundings.hpp"
#include "store/journal.hpp"
#include "store/run_folder.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace tidings::run {

enum class ruling : std::uint8_t {
    sent,    // recorded as accepted
    resend,  // sent again by the next resume
};

// Ascending. Fails (usage) where a run that was interrupted has not recorded its doubts yet.
core::result<std::vector<core::row_number>> rows_in_doubt(
    store::disk& disk, const store::run_paths& paths,
    const std::function<bool(core::row_number)>& named);

// Of such rows. Interrupted, it leaves each of them unknown or settled; the next resume puts their
// lines right. `journal`: window and sizes; the rest is filled in.
core::result<void> settle(const surroundings& around, const store::run_folder& run,
                          const std::vector<core::row_number>& rows, ruling as,
                          store::journal_options journal);

}  // namespace tidings::run
