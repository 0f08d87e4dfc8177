// Feeds bytes to a row reader the way a file comes: a window that grows by so many bytes at a time,
// from whose front whole rows are taken.
#pragma once

#include "codec/lists/ndjson_rows.hpp"
#include "codec/lists/raw_row.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tidings::tests {

struct kept_row {
    std::string to, from, time_zone, bytes;
    std::uint64_t line = 0;
    codec::row_fault fault = codec::row_fault::none;

    friend bool operator==(const kept_row&, const kept_row&) = default;
};

template <class Rows>
std::vector<kept_row> rows_in_blocks(Rows& rows, std::string_view text, std::size_t block,
                                     std::size_t rows_at_once = 8) {
    std::vector<kept_row> kept;
    std::vector<codec::raw_row> raw(rows_at_once);
    std::size_t begin = 0;
    std::size_t end = 0;
    for (;;) {
        const bool last = end == text.size();
        // A copy of its own for every window: reading behind it is caught by the sanitizer.
        std::vector<char> window(text.begin() + static_cast<std::ptrdiff_t>(begin),
                                 text.begin() + static_cast<std::ptrdiff_t>(end));
        const auto size = window.size();
        window.resize(size + codec::ndjson_rows::padding, '"');
        const auto done = rows.read({window.data(), size}, last, std::span(raw));
        if (done.tail_bytes != 0) kept.back().bytes.append(window.data(), done.tail_bytes);
        for (std::size_t i = 0; i < done.rows; ++i)
            kept.push_back({std::string(raw[i].to), std::string(raw[i].from),
                            std::string(raw[i].time_zone), std::string(raw[i].bytes), raw[i].line,
                            raw[i].fault});
        begin += done.bytes;
        if (last && begin == end) return kept;
        if (done.bytes == 0 && done.rows == 0) end = std::min(text.size(), end + block);
    }
}

}  // namespace tidings::tests
