// What a list file is recognised by: an edited list must not be resumed with the old row numbers.
// Two strengths: the quick one costs two small reads, the whole one reads the file once (1.2 GB/s
// when it is cached and the processor knows SHA; bench/lists_bench, fingerprint_of_list). Also
// keeps what can be read once only as a file, so that it can be read again.
#pragma once

#include "core/failure.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::store {

// Of the file as it lies on disk: packed bytes where it is compressed.
struct list_fingerprint {
    std::uint64_t bytes = 0;
    std::int64_t changed_at_ns = 0;  // the file's time of last change; hints, proves nothing
    std::string ends_sha256;         // of the first and last 64 KiB
    std::string whole_sha256;        // empty: not computed

    // One line: "bytes=...;changed=...;ends=...;whole=..."; reads back with parse.
    std::string text() const;
    static std::optional<list_fingerprint> parse(std::string_view text);
};

enum class list_match : std::uint8_t {
    same,      // the whole content was compared
    probably,  // size and both ends are the same, and so is the time of change or nothing denies it
    changed,
};

// Fails (list) when the file cannot be read.
core::result<list_fingerprint> quick_fingerprint(const std::string& path);
core::result<list_fingerprint> whole_fingerprint(const std::string& path);

// Compares a file with what was recorded of it, as cheaply as is sound: equal ends and an unchanged
// time are `probably`; with another time the whole content decides, if the record has it.
core::result<list_match> compare(const list_fingerprint& recorded, const std::string& path);

}  // namespace tidings::store
