#include "codec/sheets/merged_cells.hpp"

#include "codec/sheets/sheet_sink.hpp"

#include <algorithm>
#include <charconv>

namespace tidings::codec {
namespace {

constexpr std::string_view tag = "mergeCell ";
constexpr std::string_view attribute = "ref=";
constexpr std::size_t tag_bytes_max = 256;

std::uint64_t row_of(std::string_view digits) noexcept {
    std::uint64_t row = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), row);
    return row;
}

}  // namespace

std::size_t column_of(std::string_view reference, std::string_view* digits) noexcept {
    std::size_t column = 0;
    std::size_t i = 0;
    for (; i < reference.size() && i < 4; ++i) {
        const char c = reference[i];
        if (c >= 'A' && c <= 'Z')
            column = column * 26 + static_cast<std::size_t>(c - 'A') + 1;
        else if (c >= 'a' && c <= 'z')
            column = column * 26 + static_cast<std::size_t>(c - 'a') + 1;
        else
            break;
    }
    if (digits != nullptr) *digits = reference.substr(i);
    return column == 0 ? sheet_columns_max : column - 1;
}

// Before the first tag only its place matters; from there on everything is kept until it is read.
void merged_cells::look_through(std::string_view bytes) {
    if (overrun_) return;
    rest_ += bytes;
    if (!begun_) {
        const auto at = rest_.find(tag);
        begun_ = at != std::string::npos;
        if (begun_)
            rest_.erase(0, at);
        else if (rest_.size() > tag.size())
            rest_.erase(0, rest_.size() - tag.size());
    }
    if (begun_) take_all();
}

void merged_cells::take_all() {
    std::size_t at = 0;
    for (;;) {
        const auto begin = rest_.find(tag, at);
        if (begin == std::string::npos) {
            at = std::max(at, rest_.size() - std::min(rest_.size(), tag.size()));
            break;
        }
        const auto end = rest_.find('>', begin);
        if (end == std::string::npos) {
            at = begin;
            if (rest_.size() - begin > tag_bytes_max) at = rest_.size();
            break;
        }
        const auto inside = std::string_view(rest_).substr(begin, end - begin);
        const auto value = inside.find(attribute);
        if (value != std::string_view::npos && value + attribute.size() < inside.size()) {
            const char quote = inside[value + attribute.size()];
            const auto text = inside.substr(value + attribute.size() + 1);
            add(text.substr(0, text.find(quote)));
        }
        at = end + 1;
    }
    rest_.erase(0, at);
}

void merged_cells::add(std::string_view reference) {
    overrun_ = overrun_ || ranges_.size() == ranges_max;
    const auto colon = reference.find(':');
    if (overrun_ || colon == std::string_view::npos) return;
    std::string_view top, bottom;
    range one;
    one.left = column_of(reference.substr(0, colon), &top);
    one.right = column_of(reference.substr(colon + 1), &bottom);
    one.top = row_of(top);
    one.bottom = row_of(bottom);
    ranges_.push_back(one);
}

void merged_cells::close() {
    rest_ = {};
    std::sort(ranges_.begin(), ranges_.end(),
              [](const range& a, const range& b) { return a.top < b.top; });
}

bool merged_cells::covers(std::uint64_t row, std::size_t column) {
    if (row < row_) {
        next_ = 0;
        open_.clear();
    }
    if (row != row_) {
        row_ = row;
        std::erase_if(open_, [&](const range& one) { return one.bottom < row; });
        for (; next_ < ranges_.size() && ranges_[next_].top <= row; ++next_)
            if (ranges_[next_].bottom >= row) open_.push_back(ranges_[next_]);
    }
    return std::any_of(open_.begin(), open_.end(), [&](const range& one) {
        const bool first = row == one.top && column == one.left;
        return column >= one.left && column <= one.right && !first;
    });
}

}  // namespace tidings::codec
