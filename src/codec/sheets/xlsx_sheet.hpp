// The rows of one sheet of an xlsx workbook, off the XML of its part. The type of a cell decides
// what it is, never its format or formula: numbers are digits, texts are texts, and what is neither
// (dates, truth, errors, a formula that nobody has calculated) becomes words. Which rows are lines
// of a list is the sink's.
#pragma once

#include "codec/sheets/merged_cells.hpp"
#include "codec/sheets/shared_strings.hpp"
#include "codec/sheets/sheet_sink.hpp"
#include "codec/sheets/xlsx_parts.hpp"
#include "codec/sheets/xml_stream.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tidings::codec {

// What the cells of a sheet refer to; outlives its reader.
struct xlsx_tables {
    const shared_strings& strings;
    const date_styles& dates;
    merged_cells& merged;
};

class xlsx_sheet final : public xml_listener {
  public:
    xlsx_sheet(xlsx_tables tables, sheet_sink& sink) : tables_(tables), sink_(&sink) {}
    // What the sink asks for is asked of this stream.
    void steer(xml_stream& stream) { stream_ = &stream; }

    void on_begin(std::string_view name, const xml_attributes& with) override;
    void on_end(std::string_view name) override;
    void on_text(std::string_view text) override;

    // A cell points at a text that is not in the table: the file is damaged.
    bool dangling() const noexcept { return dangling_; }

  private:
    enum class cell_type : std::uint8_t { number, shared, text, in_line, truth, error, date };

    void begin_row(const xml_attributes& with);
    void begin_cell(const xml_attributes& with);
    void end_cell();
    void end_row();
    // Of the cell under way, as a list reads it; good until the next cell.
    std::string_view text_of_cell();

    xlsx_tables tables_;
    sheet_sink* sink_;
    xml_stream* stream_ = nullptr;
    bool in_data_ = false;
    bool all_hidden_ = false;
    std::uint64_t row_ = 0;   // as people count
    std::size_t column_ = 0;  // of the next cell without a reference
    bool in_row_ = false;
    bool in_cell_ = false;
    cell_type type_ = cell_type::number;
    std::uint64_t style_ = 0;
    bool formula_ = false;
    bool has_value_ = false;
    bool collecting_ = false;  // text of v, or of t
    bool in_line_text_ = false;
    unsigned phonetic_ = 0;
    std::string value_;
    std::string made_;
    bool dangling_ = false;
};

}  // namespace tidings::codec
