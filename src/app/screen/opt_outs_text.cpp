#include "app/screen/opt_outs_text.hpp"

#include "core/foreign_text.hpp"
#include "core/wording.hpp"

#include <fmt/format.h>

namespace tidings::app {

namespace {

core::opt_out_counts sum_of(std::span<const store::suppression_findings> files) {
    core::opt_out_counts sum;
    for (const auto& one : files) {
        sum.numbers += one.numbers;
        sum.unreadable += one.unreadable + (one.trouble.empty() ? 0 : 1);
    }
    return sum;
}

std::string quoted(std::string_view text) {
    std::string made = "\"";
    core::append_json(made, text);
    return made + '"';
}

std::string file_json(const store::suppression_findings& one) {
    std::string problems;
    for (const auto& example : one.examples)
        problems += (problems.empty() ? "" : ",") + quoted(example);
    return fmt::format(R"({{"file":{},"numbers":{},"unreadable":{},"trouble":{},"problems":[{}]}})",
                       quoted(one.path), one.numbers, one.unreadable, quoted(one.trouble),
                       problems);
}

}  // namespace

std::string opt_outs_text(std::span<const store::suppression_findings> files) {
    if (files.empty()) return {};
    const auto sum = sum_of(files);
    auto text = fmt::format("opt-outs: {} in {} file{}", core::shown_count(sum.numbers),
                            files.size(), files.size() == 1 ? "" : "s");
    if (sum.unreadable > 0)
        text += fmt::format("; {} could not be read", core::shown_count(sum.unreadable));
    text += '\n';
    for (const auto& one : files)
        if (!one.whole()) text += "  " + one.in_words() + '\n';
    return text;
}

std::string opt_outs_json(std::span<const store::suppression_findings> files) {
    const auto sum = sum_of(files);
    std::string all;
    for (const auto& one : files)
        all += (all.empty() ? "" : ",") + file_json(one);
    return fmt::format(R"({{"numbers":{},"unreadable":{},"files":[{}]}})", sum.numbers,
                       sum.unreadable, all);
}

}  // namespace tidings::app
