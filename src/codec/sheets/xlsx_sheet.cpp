#include "codec/sheets/xlsx_sheet.hpp"

#include "codec/sheets/cell_values.hpp"

#include <array>
#include <charconv>

namespace tidings::codec {
namespace {

// Excel allows 32,767 characters in a cell.
constexpr std::size_t cell_bytes_max = std::size_t{128} << 10;

std::uint64_t number_or(std::string_view text, std::uint64_t otherwise) noexcept {
    std::uint64_t value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = end.ec == std::errc() && end.ptr == text.data() + text.size();
    return whole ? value : otherwise;
}

}  // namespace

void xlsx_sheet::on_begin(std::string_view name, const xml_attributes& with) {
    if (in_cell_) {
        if (name == "v") {
            collecting_ = has_value_ = true;
            value_.clear();
        } else if (name == "f") {
            formula_ = true;
        } else if (name == "is") {
            in_line_text_ = true;
            value_.clear();
        } else if (name == "rPh") {
            ++phonetic_;
        } else if (name == "t") {
            collecting_ = in_line_text_ && phonetic_ == 0;
        }
        return;
    }
    if (in_data_) {
        if (name == "c")
            begin_cell(with);
        else if (name == "row")
            begin_row(with);
        return;
    }
    if (name == "sheetData") {
        in_data_ = true;
    } else if (name == "sheetFormatPr") {
        all_hidden_ = with.is_set("zeroHeight");
    } else if (name == "col") {
        const auto first = with.count("min", 0);
        const auto last = std::min<std::uint64_t>(with.count("max", first), sheet_columns_max);
        if (with.is_set("hidden") && first >= 1 && first <= last)
            sink_->on_columns_hidden(first - 1, last - 1);
    }
}

void xlsx_sheet::begin_row(const xml_attributes& with) {
    row_ = with.count("r", row_ + 1);
    column_ = 0;
    in_row_ = true;
    // Where all rows are hidden unless they say otherwise, one has to say it.
    const auto hidden = with.get("hidden");
    sink_->on_row_begun(hidden.empty() ? all_hidden_ : with.is_set("hidden"));
}

void xlsx_sheet::begin_cell(const xml_attributes& with) {
    using enum cell_type;
    in_cell_ = true;
    const auto reference = with.get("r");
    if (!reference.empty()) column_ = column_of(reference);
    style_ = number_or(with.get("s"), 0);
    formula_ = has_value_ = false;
    value_.clear();
    constexpr std::array<std::pair<std::string_view, cell_type>, 7> types = {
        {{"", number},
         {"s", shared},
         {"n", number},
         {"str", text},
         {"inlineStr", in_line},
         {"b", truth},
         {"e", error}}};
    const auto type = with.get("t");
    type_ = date;  // "d", and whatever may come
    for (const auto& [word, meaning] : types)
        if (word == type) {
            type_ = meaning;
            break;
        }
}

void xlsx_sheet::on_text(std::string_view text) {
    if (collecting_ && value_.size() < cell_bytes_max) value_ += text;
}

void xlsx_sheet::on_end(std::string_view name) {
    if (in_cell_) {
        if (name == "c")
            end_cell();
        else if (name == "v" || name == "t")
            collecting_ = false;
        else if (name == "is")
            in_line_text_ = false;
        else if (name == "rPh" && phonetic_ != 0)
            --phonetic_;
        return;
    }
    if (name == "row" && in_row_)
        end_row();
    else if (name == "sheetData" && stream_ != nullptr)
        stream_->finish();
}

std::string_view xlsx_sheet::text_of_cell() {
    const auto value = without_blanks(value_);
    // An empty text that a formula came to is a value; nothing at all, and 0, are what programs
    // write that do not calculate.
    const bool calculated = type_ == cell_type::text && has_value_;
    if (formula_ && !calculated && (value.empty() || value == "0")) return formula_without_value;
    if (value.empty()) return {};
    made_.clear();
    switch (type_) {
        case cell_type::shared: {
            const auto found = tables_.strings.text(number_or(value, ~std::uint64_t{0}));
            dangling_ = dangling_ || !found;
            return found.value_or(std::string_view());
        }
        case cell_type::number:
            if (!tables_.dates.is_date(style_)) {
                append_number_cell(made_, value);
                return made_;
            }
            made_ = "date ";
            break;
        case cell_type::date: made_ = "date "; break;
        case cell_type::truth: return value == "0" ? "false" : "true";
        case cell_type::error: made_ = "error "; break;
        case cell_type::text:
        case cell_type::in_line: append_unescaped(made_, value_); return made_;
    }
    return made_ += value;
}

void xlsx_sheet::end_cell() {
    in_cell_ = in_line_text_ = collecting_ = false;
    phonetic_ = 0;
    const auto text = text_of_cell();
    const bool seen = tables_.merged.empty() || !tables_.merged.covers(row_, column_);
    if (!text.empty() && seen && column_ < sheet_columns_max) sink_->on_cell(column_, text, 1);
    ++column_;
    if (dangling_ && stream_ != nullptr) stream_->finish();
}

void xlsx_sheet::end_row() {
    in_row_ = false;
    switch (sink_->on_row_ended(1)) {
        case sheet_sink::step::go_on: break;
        case sheet_sink::step::pause: stream_->pause(); break;
        case sheet_sink::step::finish: stream_->finish(); break;
    }
}

}  // namespace tidings::codec
