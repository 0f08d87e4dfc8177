// A recipient list for the demo and for tests: fictional numbers only (+1 NXX 555-01xx and +999,
// which belong to nobody), made from a seed, with the blemishes that real lists have.
#pragma once

#include "core/failure.hpp"

#include <cstdint>
#include <filesystem>
#include <iosfwd>

namespace tidings::app {

struct sample_list_options {
    std::uint64_t rows = 10'000;  // 1 .. 100,000,000
    std::uint64_t seed = 1;
    // Of a thousand rows, about so many are...
    std::uint32_t invalid = 12;
    std::uint32_t duplicate = 15;
    std::uint32_t suppressed = 8;
    std::uint32_t odd_spelling = 150;  // valid, with spaces, dashes, parentheses or 00
};

// How many of each there are, exactly, as tidings must find them.
struct sample_list_counts {
    std::uint64_t rows = 0;
    std::uint64_t sendable = 0;
    std::uint64_t invalid = 0;
    std::uint64_t duplicate = 0;
    std::uint64_t suppressed = 0;
};

// Writes CSV with the header "name,toNo" to `list`, and the numbers to be suppressed, one a line,
// to `suppressed`. Needs no memory that grows with the rows.
sample_list_counts write_sample_list(const sample_list_options& options, std::ostream& list,
                                     std::ostream& suppressed);
// The same into two files.
core::result<sample_list_counts> write_sample_files(const sample_list_options& options,
                                                    const std::filesystem::path& list,
                                                    const std::filesystem::path& suppressed);

}  // namespace tidings::app
