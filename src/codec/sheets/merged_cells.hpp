// The cells of an xlsx sheet that lie under a merged one: their values are still in the file, and
// nobody sees them. The ranges stand behind the rows, so that they are looked for beforehand, in
// the bytes of the part as they come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::codec {

// "AB12" without the row: 27; nullopt-like none: sheet_columns_max and more. `digits` is what
// stands behind the letters.
std::size_t column_of(std::string_view reference, std::string_view* digits = nullptr) noexcept;

class merged_cells {
  public:
    static constexpr std::size_t ranges_max = 65'536;

    // Looks through the next bytes of the part.
    void look_through(std::string_view bytes);
    // After the last: sorts what was found.
    void close();
    bool overrun() const noexcept { return overrun_; }
    bool empty() const noexcept { return ranges_.empty(); }

    // Rows count from 1, columns from 0; rows are asked for in rising order, mostly.
    bool covers(std::uint64_t row, std::size_t column);

  private:
    struct range {
        std::uint64_t top = 0, bottom = 0;
        std::size_t left = 0, right = 0;
    };
    void take_all();
    void add(std::string_view reference);

    std::string rest_;  // from a tag that is not whole yet
    bool begun_ = false;
    std::vector<range> ranges_;
    std::vector<range> open_;  // that reach into row_
    std::size_t next_ = 0;     // of ranges_, not opened yet
    std::uint64_t row_ = 0;
    bool overrun_ = false;
};

}  // namespace tidings::codec
