#include "codec/lists/list_columns.hpp"

#include "codec/lists/raw_row.hpp"
#include "codec/text/legacy_text.hpp"
#include "codec/text/near_miss.hpp"
#include "codec/text/utf8.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace tidings::codec {
namespace {

constexpr std::size_t name_shown_max = 40;
constexpr std::size_t names_shown_max = 12;

std::string plain(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z')
            out.push_back(static_cast<char>(c - 'A' + 'a'));
        else if (c != ' ' && c != '_' && c != '-')
            out.push_back(c);
    }
    return out;
}

// Without what programs put around names, and without regard to case.
std::string folded(std::string_view name) {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    constexpr std::string_view mangled_mark = "\xC3\xAF\xC2\xBB\xC2\xBF";
    constexpr std::string_view hard_blank = "\xC2\xA0";
    for (const auto front : {mark, mangled_mark})
        if (name.starts_with(front)) name.remove_prefix(front.size());
    std::string out;
    bool blank = false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        if (name.substr(i).starts_with(hard_blank)) {
            blank = true;
            ++i;
        } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            blank = true;
        } else {
            if (blank && !out.empty()) out += ' ';
            blank = false;
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    return out;
}

// The name that is nearest when case, spaces and dashes count for nothing; else empty.
std::string_view nearest_name(std::string_view wanted, std::span<const std::string> present) {
    std::vector<std::string> plain_names;
    for (const auto& name : present)
        plain_names.push_back(plain(name));
    const std::vector<std::string_view> known(plain_names.begin(), plain_names.end());
    const auto best = nearest(plain(wanted), known);
    if (best.empty()) return {};
    const auto at = std::find(plain_names.begin(), plain_names.end(), best);
    return trimmed(present[static_cast<std::size_t>(at - plain_names.begin())]);
}

core::result<std::size_t> find(std::span<const std::string> header, std::string_view key,
                               std::string_view wanted) {
    auto found = column_places::absent;
    if (wanted.empty()) return found;
    auto match = name_match::none;
    bool twice = false;
    for (std::size_t i = 0; i < header.size(); ++i) {
        const auto here = match_names(header[i], wanted);
        if (here == name_match::none || here < match) continue;
        twice = here == match;
        match = here;
        found = i;
    }
    if (twice)
        return core::failure{core::trouble::list, "two columns are called \"" +
                                                      std::string(wanted) +
                                                      "\": rename one of them, or set recipients." +
                                                      std::string(key) + " to another"};
    if (found == column_places::absent)
        return core::failure{core::trouble::list, missing_name_text("column", key, wanted, header)};
    return found;
}

}  // namespace

name_match match_names(std::string_view in_header, std::string_view wanted) {
    if (trimmed(in_header) == trimmed(wanted)) return name_match::exactly;
    const auto same = [&](std::string_view name) { return folded(name) == folded(wanted); };
    if (same(in_header)) return name_match::loosely;
    const bool legacy = !is_utf8(in_header) && same(from_windows_1252(in_header));
    return legacy ? name_match::loosely : name_match::none;
}

std::string missing_name_text(std::string_view noun, std::string_view key, std::string_view wanted,
                              std::span<const std::string> present, std::string_view guess) {
    std::string text = "no ";
    text.append(noun).append(" \"");
    append_printable(text, wanted, name_shown_max);
    text += "\": there ";
    text += present.size() == 1 ? "is only " : "are ";
    for (std::size_t i = 0; i < present.size() && i < names_shown_max; ++i) {
        if (i != 0) text += ", ";
        append_printable(text, trimmed(present[i]), name_shown_max);
    }
    if (present.size() > names_shown_max)
        text += " and " + std::to_string(present.size() - names_shown_max) + " more";
    if (!guess.empty()) {
        text += "; did you mean ";
        append_printable(text, guess, 2 * name_shown_max);
        text += '?';
    } else if (const auto near = nearest_name(wanted, present); !near.empty()) {
        text += "; did you mean \"";
        append_printable(text, near, name_shown_max);
        text += "\"?";
    }
    return text + " Set recipients." + std::string(key);
}

core::result<column_places> find_columns(std::span<const std::string> header,
                                         const column_names& wanted) {
    column_places places;
    for (const auto& field : list_fields) {
        const auto place = find(header, field.key, wanted.*field.name);
        if (place) {
            places.*field.place = *place;
            continue;
        }
        if (field.place == &column_places::to &&
            std::any_of(header.begin(), header.end(), looks_like_number))
            return core::failure{core::trouble::list,
                                 "the first line holds a number, so there is no header: put a line "
                                 "with the names of the columns above it, or set recipients.format "
                                 "= \"lines\" if every line is just a number"};
        return place.error();
    }
    return places;
}

bool looks_like_number(std::string_view text) noexcept {
    std::size_t digits = 0;
    for (const char c : text) {
        if (c >= '0' && c <= '9')
            ++digits;
        else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_')
            return false;
    }
    const bool plus = text.find('+') != std::string_view::npos;
    return digits >= (plus ? 2U : 7U);
}

}  // namespace tidings::codec
