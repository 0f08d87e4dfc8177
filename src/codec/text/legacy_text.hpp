// Text that is not UTF-8 made UTF-8: UTF-16, as a stream, and windows-1252, which is what Western
// spreadsheets write when nobody asks them to do otherwise.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tidings::codec {

// Every byte is a character of it; the five that are not become U+FFFD.
std::string from_windows_1252(std::string_view bytes);

enum class byte_order : std::uint8_t { little, big };

// Halves of characters at the end of a piece wait for the next one. What is no character becomes
// U+FFFD.
class utf16_text {
  public:
    explicit utf16_text(byte_order order) : order_(order) {}
    // `last`: nothing follows.
    void append(std::string& out, std::string_view bytes, bool last);

  private:
    void take(std::string& out, char16_t unit);

    byte_order order_;
    bool half_ = false;  // a byte waits
    unsigned char waiting_ = 0;
    char16_t high_ = 0;  // a surrogate waits for its second
};

}  // namespace tidings::codec
