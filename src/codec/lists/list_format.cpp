#include "codec/lists/list_format.hpp"

#include "codec/lists/list_columns.hpp"

#include <algorithm>

namespace tidings::codec {
namespace {

bool has_extension(std::string_view name, std::string_view extension) {
    return name.size() > extension.size() &&
           std::equal(extension.rbegin(), extension.rend(), name.rbegin(), [](char want, char c) {
               return want == (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
           });
}

std::optional<list_format> by_extension(std::string_view name) {
    for (const std::string_view packed : {".gz", ".zst", ".xz", ".bz2", ".zip"})
        if (has_extension(name, packed)) name.remove_suffix(packed.size());
    if (has_extension(name, ".csv")) return list_format::csv;
    if (has_extension(name, ".tsv") || has_extension(name, ".tab")) return list_format::tsv;
    for (const std::string_view ending : {".ndjson", ".jsonl", ".json"})
        if (has_extension(name, ending)) return list_format::ndjson;
    return std::nullopt;
}

std::string_view first_line(std::string_view head) {
    head.remove_prefix(std::min(head.find_first_not_of(" \t\r\n"), head.size()));
    auto line = head.substr(0, head.find('\n'));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

}  // namespace

core::result<list_format> guess_format(std::string_view name, std::string_view head) {
    const auto failed = [](std::string text) {
        return core::failure{core::trouble::list, std::move(text)};
    };
    const auto line = first_line(head);
    if (line.empty()) return failed("the list is empty");
    const auto named = by_extension(name);
    if (named == list_format::ndjson) return list_format::ndjson;
    if (line.front() == '{' || line.front() == '[') return list_format::ndjson;
    const bool tabs = line.find('\t') != std::string_view::npos;
    const bool commas = line.find_first_of(",;") != std::string_view::npos;
    // One column with a number on top: a header would be a word.
    if (!tabs && !commas && looks_like_number(line)) return list_format::lines;
    if (named) return *named;
    return tabs ? list_format::tsv : list_format::csv;
}

}  // namespace tidings::codec
