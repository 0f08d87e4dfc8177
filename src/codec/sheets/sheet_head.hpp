// Looks at the first rows of a sheet for its header: whether the sheet has the wanted columns, how
// wide it is, and what it has instead. Reading its rows is sheet_text's.
#pragma once

#include "codec/lists/list_columns.hpp"
#include "codec/sheets/sheet_sink.hpp"

#include <string>
#include <vector>

namespace tidings::codec {

class sheet_head final : public sheet_sink {
  public:
    // wanted outlives it. header_row: the row that is the header, 1 being the first that is not
    // empty; with 1 up to titles_max rows above it may be titles.
    sheet_head(const column_names& wanted, std::size_t header_row)
        : wanted_(&wanted), header_row_(header_row) {}

    void on_columns_hidden(std::size_t first, std::size_t last) override;
    void on_row_begun(bool hidden) override;
    void on_cell(std::size_t column, std::string_view text, std::size_t repeats) override;
    step on_row_ended(std::uint64_t repeats) override;

    bool has_columns() const noexcept { return found_; }
    // Up to the header's last column; where no header was found, of the widest row.
    std::size_t width() const noexcept { return width_; }
    bool is_empty() const noexcept { return rows_ == 0; }
    // Names of columns that are hidden, in the rows that were looked at.
    const std::vector<std::string>& hidden_names() const noexcept { return hidden_names_; }

  private:
    static constexpr std::size_t columns_looked_at = 4096;

    const column_names* wanted_;
    std::size_t header_row_;
    std::vector<bool> hidden_;
    std::vector<std::string> names_;  // of the row under way
    std::vector<std::string> hidden_names_;
    bool row_hidden_ = false;
    bool found_ = false;
    std::size_t rows_ = 0;  // that are not empty
    std::size_t width_ = 0;
};

}  // namespace tidings::codec
