// Several list files as one: what a run needs of each row, in the order of the files, written as a
// CSV list that also says where each row stood. The run works on that copy, so that nobody is lost
// or taken for another when one of the files changes; a number that stands in two of them is a
// duplicate like any other. Whatever a row's number is, it is copied as it was spelled: reading it
// is runner/list_reader's.
#pragma once

#include "core/failure.hpp"
#include "store/list_rows.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tidings::store {

// Which rows of the merged list are a file's: those behind the file's before, up to the last.
struct merged_file {
    std::string path;
    std::uint64_t rows = 0;
    std::uint64_t last_row = 0;  // in the merged list, from 1
};

// Writes them to the descriptor, which stays open. All are read like `options`, but for the path.
// The columns of the result have the names of `options`. Fails (list, disk_full) naming the file.
core::result<std::vector<merged_file>> merge_lists(const std::vector<std::string>& paths,
                                                   const list_rows_options& options,
                                                   int descriptor);

// "feb.xlsx row 17", for a row of the merged list.
std::string place_of(std::uint64_t row, const std::vector<merged_file>& files);
// "rows 1 to 500 are jan.csv, 501 to 900 are feb.xlsx"
std::string in_words(const std::vector<merged_file>& files);

}  // namespace tidings::store
