// The sheet of a workbook that is the list, as the bytes of a CSV file: xlsx and ods, read part by
// part and row by row, so that neither a long sheet nor one with a billion empty rows costs memory.
// Private to store/list_source.
#pragma once

#include "core/failure.hpp"
#include "store/list_source.hpp"
#include "store/packed_bytes.hpp"
#include "store/workbook_parts.hpp"

#include <memory>

namespace tidings::store {

// Is it a workbook by its parts, rather than an archive with a list in it? Fails (list) when it is
// another office document.
core::result<bool> is_workbook(const workbook_parts& parts);

// Fails (list) when it is damaged, has a password, or no sheet of it can be the list.
core::result<std::unique_ptr<list_source::unpacking>> workbook_bytes(
    workbook_parts parts, const list_source_options& wanted);

// The two kinds.
core::result<std::unique_ptr<list_source::unpacking>> xlsx_bytes(workbook_parts parts,
                                                                 const list_source_options& wanted);
core::result<std::unique_ptr<list_source::unpacking>> ods_bytes(workbook_parts parts,
                                                                const list_source_options& wanted);

}  // namespace tidings::store
