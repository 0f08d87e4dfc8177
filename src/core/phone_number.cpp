#include "core/phone_number.hpp"

#include <charconv>

namespace tidings::core {

char* phone_number::write_to(char* out) const noexcept {
    if (empty()) return out;
    *out++ = '+';
    // In halves of 32 bits: dividing those takes half the work, and each message does it three
    // times.
    constexpr std::uint64_t half = 100'000'000;
    const auto upper = static_cast<std::uint32_t>(digits_ / half);
    auto lower = static_cast<std::uint32_t>(digits_ % half);
    if (upper == 0) return std::to_chars(out, out + digits_max, lower).ptr;
    out = std::to_chars(out, out + digits_max, upper).ptr;
    for (int i = 7; i >= 0; --i, lower /= 10)
        out[i] = static_cast<char>('0' + lower % 10);
    return out + 8;
}

std::string phone_number::text() const {
    char buffer[text_max];
    return std::string(buffer, write_to(buffer));
}

}  // namespace tidings::core
