// How long the answers of an endpoint take, and how that is known: what a look ahead counts with.
#pragma once

#include "core/time.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::run {

struct answer_times {
    enum class source : std::uint8_t {
        assumed,   // the bot never ran, nobody asked it
        probed,    // requests with an empty body
        last_run,  // what the last run on the bot measured
        this_run,  // what this run has measured so far
    };
    source from = source::assumed;
    core::duration typical = std::chrono::milliseconds(50);  // half of them came sooner
    std::vector<core::duration> equally_likely;              // empty: all take `typical`

    // How many values are kept of what was measured.
    static constexpr std::size_t values = 32;

    // Pre: not empty.
    static answer_times measured(source from, std::vector<core::duration> values);
};

std::string_view name_of(answer_times::source from);
// "assumes 50 ms an answer; `plan --probe` measures it"
std::string in_words(const answer_times& answers);

}  // namespace tidings::run
