#include "tidings/core/phone_number.hpp"

#include <charconv>

namespace tidings::core {

char* phone_number::write_to(char* out) const noexcept {
    if (empty()) return out;
    *out++ = '+';
    return std::to_chars(out, out + digits_max, digits_).ptr;
}

std::string phone_number::text() const {
    char buffer[text_max];
    return std::string(buffer, write_to(buffer));
}

}  // namespace tidings::core
