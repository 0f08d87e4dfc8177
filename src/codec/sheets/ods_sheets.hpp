// The rows of the sheets of an ods workbook, off the XML of its content: one stream with all of
// them, so that a sink is asked for with each. What a cell is worth is its office:value; the text
// is only what is shown of it, and counts for texts alone. Comments, drawings and what is under a
// merged cell are nothing that stands in the list.
#pragma once

#include "codec/sheets/sheet_sink.hpp"
#include "codec/sheets/xml_stream.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace tidings::codec {

class ods_listener {
  public:
    virtual ~ods_listener() = default;
    // A sheet begins: who is told of its rows; null: nobody, and they are passed over.
    virtual sheet_sink* on_sheet(std::string_view name, bool hidden) = 0;
    // It has ended, or its sink had enough.
    virtual sheet_sink::step on_sheet_ended() = 0;
};

class ods_sheets final : public xml_listener {
  public:
    explicit ods_sheets(ods_listener& listener) : listener_(&listener) {}
    // What the listener and the sinks ask for is asked of this stream.
    void steer(xml_stream& stream) { stream_ = &stream; }

    void on_begin(std::string_view name, const xml_attributes& with) override;
    void on_end(std::string_view name) override;
    void on_text(std::string_view text) override;

  private:
    enum class cell_type : std::uint8_t { none, text, number, date, truth, other };

    void begin_style(std::string_view name, const xml_attributes& with);
    void begin_table(const xml_attributes& with);
    void begin_column(const xml_attributes& with);
    void begin_cell(std::string_view name, const xml_attributes& with);
    void begin_inside_cell(std::string_view name, const xml_attributes& with);
    void end_cell();
    void end_row();
    void end_table();
    void obey(sheet_sink::step step);

    ods_listener* listener_;
    xml_stream* stream_ = nullptr;
    std::set<std::string, std::less<>> hidden_styles_;
    std::string style_;  // of a table, under way

    sheet_sink* sink_ = nullptr;
    unsigned tables_ = 0;  // open: one in a cell of another is no sheet
    std::size_t column_ = 0;
    bool in_row_ = false;
    std::uint64_t row_repeats_ = 1;

    unsigned cell_depth_ = 0;     // elements open inside the cell, itself included; 0: in none
    unsigned skipped_depth_ = 0;  // of them, from a comment or a drawing on
    std::size_t cell_repeats_ = 1;
    cell_type type_ = cell_type::none;
    bool covered_ = false;
    bool formula_ = false;
    unsigned paragraphs_ = 0;
    bool in_paragraph_ = false;
    std::string value_;
    std::string text_;
};

}  // namespace tidings::codec
