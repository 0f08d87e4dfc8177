// Lines for rows that are settled and have none: after a crash, a full disk or a failing log. The
// journal says what became of a row, the list says whose row it was.
#pragma once

#include "core/failure.hpp"
#include "core/row.hpp"
#include "runner/list_reader.hpp"
#include "store/outcome_log.hpp"

#include <cstddef>
#include <functional>
#include <memory>

namespace tidings::run {

// The rows of a list from front to back, a batch a call; false: the end.
class row_source {
  public:
    virtual ~row_source() = default;
    virtual core::result<bool> read(core::listed_batch& out) = 0;
};
// Begins at the list's first row, each time.
using list_opening = std::function<core::result<std::unique_ptr<row_source>>()>;
list_opening opening_of(runner::list_reader_options list);

// The list is read once for so many rows without a line.
core::result<void> complete_outcomes(store::outcome_log& log, const list_opening& open_list,
                                     std::size_t rows_at_once = 65536);

}  // namespace tidings::run
