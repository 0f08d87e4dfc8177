#include "codec/sheets/sheet_head.hpp"

#include "codec/lists/raw_row.hpp"

#include <algorithm>

namespace tidings::codec {

void sheet_head::on_columns_hidden(std::size_t first, std::size_t last) {
    last = std::min(last, columns_looked_at - 1);
    if (hidden_.size() <= last) hidden_.resize(last + 1);
    for (auto i = first; i <= last; ++i)
        hidden_[i] = true;
}

void sheet_head::on_row_begun(bool hidden) {
    names_.clear();
    row_hidden_ = hidden;
}

void sheet_head::on_cell(std::size_t column, std::string_view text, std::size_t repeats) {
    if (column >= columns_looked_at || trimmed(text).empty()) return;
    const auto end = std::min(column + repeats, columns_looked_at);
    if (names_.size() < end) names_.resize(end);
    for (auto i = column; i < end; ++i) {
        if (i < hidden_.size() && hidden_[i]) {
            if (hidden_names_.size() < 8) hidden_names_.emplace_back(text.substr(0, 256));
            continue;
        }
        names_[i] = text.substr(0, 256);
    }
}

sheet_sink::step sheet_head::on_row_ended(std::uint64_t) {
    while (!names_.empty() && names_.back().empty())
        names_.pop_back();
    if (names_.empty() || row_hidden_) return step::go_on;
    ++rows_;
    const bool candidate = header_row_ == 1 || rows_ == header_row_;
    if (candidate && find_columns(names_, *wanted_)) {
        found_ = true;
        width_ = names_.size();
        return step::finish;
    }
    width_ = std::max(width_, names_.size());
    const auto most = std::max(header_row_, titles_max + 1);
    return rows_ < most ? step::go_on : step::finish;
}

}  // namespace tidings::codec
