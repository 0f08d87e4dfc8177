#include "run/answer_times.hpp"

#include "core/wording.hpp"

#include <algorithm>

namespace tidings::run {

answer_times answer_times::measured(source from, std::vector<core::duration> values) {
    std::sort(values.begin(), values.end());
    answer_times made{.from = from, .typical = values[values.size() / 2], .equally_likely = {}};
    // Of many, as many as are kept, spread alike.
    const std::size_t kept = std::min(values.size(), answer_times::values);
    for (std::size_t i = 0; i < kept; ++i)
        made.equally_likely.push_back(std::max<core::duration>(
            values[(2 * i + 1) * values.size() / (2 * kept)], std::chrono::microseconds(1)));
    return made;
}

std::string_view name_of(answer_times::source from) {
    switch (from) {
        case answer_times::source::assumed: return "assumed";
        case answer_times::source::probed: return "probed";
        case answer_times::source::last_run: return "last_run";
        case answer_times::source::this_run: return "this_run";
    }
    return {};
}

std::string in_words(const answer_times& answers) {
    const auto typical = core::shown(answers.typical);
    switch (answers.from) {
        case answer_times::source::assumed:
            return "assumes " + typical + " an answer; `plan --probe` measures it";
        case answer_times::source::probed: return "answers to the probe took " + typical;
        case answer_times::source::last_run: return "answers took " + typical + " lately";
        case answer_times::source::this_run: return "answers take " + typical;
    }
    return {};
}

}  // namespace tidings::run
