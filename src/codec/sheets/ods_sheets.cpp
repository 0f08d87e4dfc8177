#include "codec/sheets/ods_sheets.hpp"

#include "codec/sheets/cell_values.hpp"

#include <algorithm>

namespace tidings::codec {
namespace {

constexpr std::size_t paragraph_bytes_max = std::size_t{128} << 10;
constexpr std::size_t hidden_styles_max = 65'536;

bool is_hidden(const xml_attributes& with) {
    const auto visibility = with.get("visibility");
    return visibility == "collapse" || visibility == "filter";
}

}  // namespace

void ods_sheets::on_begin(std::string_view name, const xml_attributes& with) {
    if (cell_depth_ != 0) return begin_inside_cell(name, with);
    if (name == "table") {
        if (++tables_ == 1) begin_table(with);
        return;
    }
    if (tables_ == 0) return begin_style(name, with);
    if (sink_ == nullptr) return;
    if (name == "table-column") {
        begin_column(with);
    } else if (name == "table-row") {
        in_row_ = true;
        column_ = 0;
        row_repeats_ = std::max<std::uint64_t>(with.count("number-rows-repeated", 1), 1);
        sink_->on_row_begun(is_hidden(with));
    } else if (in_row_ && (name == "table-cell" || name == "covered-table-cell")) {
        begin_cell(name, with);
    }
}

// A table is hidden by its style.
void ods_sheets::begin_style(std::string_view name, const xml_attributes& with) {
    if (name == "style")
        style_ = with.get("family") == "table" ? with.get("name") : std::string_view();
    else if (name == "table-properties" && !style_.empty() && with.get("display") == "false" &&
             hidden_styles_.size() < hidden_styles_max)
        hidden_styles_.insert(style_);
}

void ods_sheets::begin_table(const xml_attributes& with) {
    column_ = 0;
    sink_ = listener_->on_sheet(with.get("name"), hidden_styles_.contains(with.get("style-name")));
}

void ods_sheets::begin_column(const xml_attributes& with) {
    const auto repeats = std::min<std::uint64_t>(
        std::max<std::uint64_t>(with.count("number-columns-repeated", 1), 1), sheet_columns_max);
    if (is_hidden(with) && column_ < sheet_columns_max)
        sink_->on_columns_hidden(column_, column_ + repeats - 1);
    column_ = std::min(column_ + repeats, sheet_columns_max);
}

void ods_sheets::begin_cell(std::string_view name, const xml_attributes& with) {
    cell_depth_ = 1;
    skipped_depth_ = 0;
    cell_repeats_ = std::min<std::uint64_t>(
        std::max<std::uint64_t>(with.count("number-columns-repeated", 1), 1), sheet_columns_max);
    covered_ = name == "covered-table-cell";
    formula_ = !with.get("formula").empty();
    paragraphs_ = 0;
    in_paragraph_ = false;
    text_.clear();
    value_.clear();
    const auto type = with.get("value-type");
    if (type.empty()) {
        type_ = cell_type::none;
    } else if (type == "string") {
        type_ = cell_type::text;
        value_ = with.get("string-value");
    } else if (type == "float" || type == "percentage" || type == "currency") {
        type_ = cell_type::number;
        value_ = with.get("value");
    } else if (type == "boolean") {
        type_ = cell_type::truth;
        value_ = with.get("boolean-value");
    } else if (type == "date" || type == "time") {
        type_ = cell_type::date;
        value_ = with.get(type == "date" ? "date-value" : "time-value");
    } else {
        type_ = cell_type::other;
    }
}

void ods_sheets::begin_inside_cell(std::string_view name, const xml_attributes& with) {
    ++cell_depth_;
    if (name == "table") ++tables_;
    if (skipped_depth_ != 0) {
        ++skipped_depth_;
        return;
    }
    if (cell_depth_ == 2) {
        if (name != "p") {  // a comment, a drawing, a table of its own
            skipped_depth_ = 1;
            return;
        }
        if (paragraphs_++ != 0) text_ += '\n';
        in_paragraph_ = true;
        return;
    }
    if (name == "s")
        text_.append(std::min<std::uint64_t>(with.count("c", 1), 256), ' ');
    else if (name == "tab" || name == "line-break")
        text_ += name == "tab" ? '\t' : '\n';
    else if (name == "annotation" || name == "note" || name == "ruby-text")
        skipped_depth_ = 1;
}

void ods_sheets::on_text(std::string_view text) {
    const bool counts = in_paragraph_ && skipped_depth_ == 0;
    if (counts && text_.size() < paragraph_bytes_max) text_ += text;
}

void ods_sheets::on_end(std::string_view name) {
    if (cell_depth_ != 0) {
        if (name == "table" && tables_ > 1) --tables_;
        if (skipped_depth_ != 0) --skipped_depth_;
        if (cell_depth_ == 2) in_paragraph_ = false;
        if (--cell_depth_ == 0) end_cell();
        return;
    }
    if (name == "table" && tables_ != 0) {
        if (--tables_ == 0) end_table();
    } else if (name == "table-row" && in_row_) {
        end_row();
    } else if (name == "style") {
        style_.clear();
    }
}

void ods_sheets::end_cell() {
    const auto column = column_;
    column_ = std::min(column_ + cell_repeats_, sheet_columns_max);
    if (covered_ || sink_ == nullptr || column >= sheet_columns_max) return;
    std::string_view text = text_;
    switch (type_) {
        case cell_type::none:
            if (formula_ && text_.empty()) text = formula_without_value;
            break;
        case cell_type::text:
            if (paragraphs_ == 0) text = value_;
            break;
        case cell_type::number:
            text_.clear();
            if (formula_ && paragraphs_ == 0 && (value_.empty() || value_ == "0"))
                text_ = formula_without_value;
            else
                append_number_cell(text_, value_);
            text = text_;
            break;
        case cell_type::date:
            text_ = "date " + value_;
            text = text_;
            break;
        case cell_type::truth: text = value_ == "true" ? "true" : "false"; break;
        case cell_type::other:
            if (!text_.empty()) text_.insert(0, "not a number: ");
            text = text_;
            break;
    }
    if (!text.empty()) sink_->on_cell(column, text, cell_repeats_);
}

void ods_sheets::obey(sheet_sink::step step) {
    switch (step) {
        case sheet_sink::step::go_on: break;
        case sheet_sink::step::pause: stream_->pause(); break;
        case sheet_sink::step::finish: stream_->finish(); break;
    }
}

void ods_sheets::end_row() {
    in_row_ = false;
    if (sink_ == nullptr) return;
    const auto step = sink_->on_row_ended(row_repeats_);
    if (step != sheet_sink::step::finish) return obey(step);
    // This sheet is done with; others may follow.
    sink_ = nullptr;
    obey(listener_->on_sheet_ended());
}

void ods_sheets::end_table() {
    if (sink_ == nullptr) return;
    sink_ = nullptr;
    obey(listener_->on_sheet_ended());
}

}  // namespace tidings::codec
