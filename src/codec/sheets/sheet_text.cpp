#include "codec/sheets/sheet_text.hpp"

#include <algorithm>
#include <cstring>

namespace tidings::codec {

void sheet_text::on_columns_hidden(std::size_t first, std::size_t last) {
    for (auto i = first; i <= last && i < width_; ++i)
        hidden_columns_[i] = showing::hidden;
}

void sheet_text::on_row_begun(bool hidden) {
    cells_.clear();
    cell_text_.clear();
    row_hidden_ = hidden;
    in_order_ = true;
}

void sheet_text::on_cell(std::size_t column, std::string_view text, std::size_t repeats) {
    if (column >= width_ || cell_text_.size() >= line_bytes_max) return;
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return;
    const auto at = cell_text_.size();
    text = text.substr(0, line_bytes_max);
    cell_text_ += text;
    repeats = std::min(repeats, width_ - column);
    for (std::size_t i = column; i < column + repeats; ++i) {
        if (hidden_columns_[i] != showing::shown) {
            if (hidden_columns_[i] == showing::hidden) ++hidden_columns_met_;
            hidden_columns_[i] = showing::met;
            continue;
        }
        if (!cells_.empty() && cells_.back().column >= i) in_order_ = false;
        cells_.push_back({i, at, text.size()});
    }
}

sheet_sink::step sheet_text::on_row_ended(std::uint64_t repeats) {
    const bool blank = cells_.empty();
    rows_ += blank ? 1 : std::min(repeats, sheet_rows_max);
    if (rows_ > sheet_rows_max) {
        overrun_ = true;
        return step::finish;
    }
    if (blank) return step::go_on;
    if (row_hidden_) {
        hidden_rows_ += repeats;
        return step::go_on;
    }
    line_.clear();
    write_line();
    copies_left_ = repeats;
    if (copies_left_ == 1) {
        if (at_ == ready_.size()) {
            ready_.clear();
            at_ = 0;
        }
        ready_ += line_;
        copies_left_ = 0;
    }
    return copies_left_ != 0 || ready_.size() - at_ >= ready_bytes ? step::pause : step::go_on;
}

// A later cell of the same column stands over an earlier one.
void sheet_text::write_line() {
    if (!in_order_)
        std::stable_sort(cells_.begin(), cells_.end(),
                         [](const cell& a, const cell& b) { return a.column < b.column; });
    std::size_t next = 0;
    for (std::size_t column = 0; column < width_; ++column) {
        if (column != 0) line_ += ',';
        while (next + 1 < cells_.size() && cells_[next + 1].column == column)
            ++next;
        if (next == cells_.size() || cells_[next].column != column) continue;
        if (line_.size() < line_bytes_max)
            append_field(std::string_view(cell_text_).substr(cells_[next].at, cells_[next].size));
        ++next;
    }
    line_ += '\n';
}

void sheet_text::append_field(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        line_ += text;
        return;
    }
    line_ += '"';
    for (const char c : text) {
        if (c == '"') line_ += '"';
        line_ += c;
    }
    line_ += '"';
}

std::size_t sheet_text::take(std::span<char> out) {
    std::size_t taken = 0;
    while (taken != out.size()) {
        if (at_ == ready_.size()) {
            ready_.clear();
            at_ = 0;
            while (copies_left_ != 0 && ready_.size() < ready_bytes) {
                ready_ += line_;
                --copies_left_;
            }
            if (ready_.empty()) break;
        }
        const auto count = std::min(out.size() - taken, ready_.size() - at_);
        std::memcpy(out.data() + taken, ready_.data() + at_, count);
        at_ += count;
        taken += count;
    }
    return taken;
}

}  // namespace tidings::codec
