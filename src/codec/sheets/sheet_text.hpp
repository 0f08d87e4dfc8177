// Rows of a sheet as lines of CSV, for csv_rows to read: a line a row that has something in it and
// is not hidden, as many fields as the header has columns. Repeats cost no memory: they are written
// out as they are taken. Which sheet it is, and where its rows come from, is others' business.
#pragma once

#include "codec/sheets/sheet_sink.hpp"

#include <span>
#include <string>
#include <vector>

namespace tidings::codec {

class sheet_text final : public sheet_sink {
  public:
    static constexpr std::size_t line_bytes_max = std::size_t{1} << 20;  // more is cut off
    static constexpr std::size_t ready_bytes = std::size_t{256} << 10;   // then it asks for a pause

    // Columns from `width` on are not read.
    explicit sheet_text(std::size_t width) : width_(width), hidden_columns_(width) {}

    void on_columns_hidden(std::size_t first, std::size_t last) override;
    void on_row_begun(bool hidden) override;
    void on_cell(std::size_t column, std::string_view text, std::size_t repeats) override;
    step on_row_ended(std::uint64_t repeats) override;

    // As much as there is, or as fits; 0: nothing is there now.
    std::size_t take(std::span<char> out);
    bool has_ready() const noexcept { return at_ != ready_.size() || copies_left_ != 0; }
    // The sheet has more than sheet_rows_max rows: what is written is not all of it.
    bool overrun() const noexcept { return overrun_; }

    // Rows and columns with something in them that were left out.
    std::uint64_t hidden_rows() const noexcept { return hidden_rows_; }
    std::size_t hidden_columns() const noexcept { return hidden_columns_met_; }

  private:
    struct cell {
        std::size_t column = 0;
        std::size_t at = 0;  // in cell_text_
        std::size_t size = 0;
    };
    enum class showing : std::uint8_t { shown, hidden, met };  // met: hidden, and not empty

    void write_line();
    void append_field(std::string_view text);

    std::size_t width_;
    std::vector<showing> hidden_columns_;
    std::vector<cell> cells_;  // of the row under way
    std::string cell_text_;
    bool row_hidden_ = false;
    bool in_order_ = true;
    std::string line_;
    std::uint64_t copies_left_ = 0;  // of line_
    std::string ready_;
    std::size_t at_ = 0;  // of ready_ that is still to be taken
    std::uint64_t rows_ = 0;
    std::uint64_t hidden_rows_ = 0;
    std::size_t hidden_columns_met_ = 0;
    bool overrun_ = false;
};

}  // namespace tidings::codec
