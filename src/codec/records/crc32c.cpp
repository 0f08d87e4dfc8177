#include "codec/records/crc32c.hpp"

#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace tidings::codec {

static_assert(std::endian::native == std::endian::little, "the tables assume little endian");

namespace {

constexpr std::uint32_t polynomial = 0x82F63B78;  // 0x1EDC6F41, bits reversed

using crc_table = std::array<std::array<std::uint32_t, 256>, 8>;

// Eight tables, so that eight bytes go in at a time.
constexpr crc_table make_table() {
    crc_table table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? polynomial : 0);
        table[0][i] = crc;
    }
    for (std::size_t slice = 1; slice < 8; ++slice)
        for (std::size_t i = 0; i < 256; ++i) {
            const std::uint32_t before = table[slice - 1][i];
            table[slice][i] = (before >> 8) ^ table[0][before & 0xFF];
        }
    return table;
}

constexpr crc_table table = make_table();

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc32c_by_instruction(
    std::span<const std::byte> bytes, std::uint32_t before) noexcept {
    std::uint64_t crc = ~before;
    const std::byte* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 8; left -= 8, at += 8) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, at, 8);
        crc = _mm_crc32_u64(crc, eight);
    }
    auto small = static_cast<std::uint32_t>(crc);
    for (; left != 0; --left, ++at)
        small = _mm_crc32_u8(small, static_cast<unsigned char>(*at));
    return ~small;
}

bool has_instruction() noexcept {
    static const bool has = __builtin_cpu_supports("sse4.2") != 0;
    return has;
}
#endif

}  // namespace

std::uint32_t crc32c_by_table(std::span<const std::byte> bytes, std::uint32_t before) noexcept {
    std::uint32_t crc = ~before;
    const std::byte* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 8; left -= 8, at += 8) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, at, 8);
        eight ^= crc;
        crc = 0;
        for (std::size_t i = 0; i < 8; ++i)
            crc ^= table[7 - i][(eight >> (8 * i)) & 0xFF];
    }
    for (; left != 0; --left, ++at)
        crc = (crc >> 8) ^ table[0][(crc ^ static_cast<std::uint32_t>(*at)) & 0xFF];
    return ~crc;
}

std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before) noexcept {
#if defined(__x86_64__)
    if (has_instruction()) return crc32c_by_instruction(bytes, before);
#endif
    return crc32c_by_table(bytes, before);
}

}  // namespace tidings::codec
