// CRC-32C (Castagnoli), the checksum of journal frames and checkpoints. It finds damage by chance;
// it proves nothing against a forger.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tidings::codec {

// The checksum of `bytes`, going on from `before` (0 to begin). Uses the processor's instruction
// where there is one.
std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before = 0) noexcept;

// The same by table alone; for processors without the instruction, and for the test of it.
std::uint32_t crc32c_by_table(std::span<const std::byte> bytes, std::uint32_t before = 0) noexcept;

}  // namespace tidings::codec
