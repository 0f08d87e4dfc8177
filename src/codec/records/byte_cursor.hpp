// Varints and fixed little-endian integers at a cursor, for the journal's formats. Writing does not
// check for room: the caller has measured. Reading does, and stays false after the first failure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace tidings::codec {

constexpr std::uint64_t zig_zag(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

constexpr std::int64_t un_zig_zag(std::uint64_t value) {
    return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

class byte_writer {
  public:
    explicit byte_writer(std::byte* at) : at_(at) {}

    std::byte* at() const { return at_; }
    void byte(std::uint8_t value) { *at_++ = static_cast<std::byte>(value); }
    template <class Integer>
    void fixed(Integer value) {
        std::memcpy(at_, &value, sizeof value);
        at_ += sizeof value;
    }
    void varint(std::uint64_t value) {
        while (value >= 0x80) {
            *at_++ = static_cast<std::byte>(value | 0x80);
            value >>= 7;
        }
        *at_++ = static_cast<std::byte>(value);
    }
    void signed_varint(std::int64_t value) { varint(zig_zag(value)); }
    void text(std::string_view value) {
        if (!value.empty()) std::memcpy(at_, value.data(), value.size());
        at_ += value.size();
    }

  private:
    std::byte* at_;
};

class byte_reader {
  public:
    explicit byte_reader(std::span<const std::byte> bytes)
        : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

    bool ok() const { return ok_; }
    bool at_end() const { return at_ == end_; }
    std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
    void fail() {
        ok_ = false;
        at_ = end_;
    }

    std::uint8_t byte() {
        if (at_ == end_) return fail(), std::uint8_t{0};
        return static_cast<std::uint8_t>(*at_++);
    }
    template <class Integer>
    Integer fixed() {
        Integer value{};
        if (left() < sizeof value) return fail(), Integer{};
        std::memcpy(&value, at_, sizeof value);
        at_ += sizeof value;
        return value;
    }
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            if (at_ == end_) break;
            const auto part = static_cast<std::uint8_t>(*at_++);
            value |= static_cast<std::uint64_t>(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }
        fail();
        return 0;
    }
    std::int64_t signed_varint() { return un_zig_zag(varint()); }
    std::string_view text(std::size_t size) {
        if (left() < size) return fail(), std::string_view{};
        const std::string_view value(reinterpret_cast<const char*>(at_), size);
        at_ += size;
        return value;
    }

  private:
    const std::byte* at_;
    const std::byte* end_;
    bool ok_ = true;
};

}  // namespace tidings::codec
