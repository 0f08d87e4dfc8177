// Writes chosen rows of a list again, byte for byte and in the list's own format, header first, so
// that the result can be fed back as a list. Which rows: the caller's; a packed list comes out
// unpacked.
#pragma once

#include "core/failure.hpp"
#include "core/row.hpp"
#include "store/list_rows.hpp"

#include <cstdint>
#include <functional>
#include <ostream>

namespace tidings::runner {

// How many rows were written. Fails (list) as reading does, (disk_full) when `out` takes no more.
core::result<std::uint64_t> export_rows(store::list_rows_options list, std::ostream& out,
                                        const std::function<bool(core::row_number)>& chosen);

}  // namespace tidings::runner
