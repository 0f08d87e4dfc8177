#include "tidings/codec/list_columns.hpp"

#include "tidings/codec/utf8.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace tidings::codec {
namespace {

constexpr std::size_t name_shown_max = 40;
constexpr std::size_t names_shown_max = 12;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

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

// Letters to change, put in or leave out to get from one to the other.
std::size_t letters_apart(std::string_view one, std::string_view other) {
    std::vector<std::size_t> row(other.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < one.size(); ++i) {
        auto diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < other.size(); ++j) {
            const auto above = row[j + 1];
            row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (one[i] == other[j] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row.back();
}

std::string_view nearest(std::string_view wanted, std::span<const std::string> present) {
    const auto target = plain(wanted);
    std::string_view best;
    auto best_apart = target.size() / 3 + 2;
    for (const auto& name : present) {
        if (name.size() > name_shown_max) continue;
        const auto apart = letters_apart(target, plain(trimmed(name)));
        if (apart < best_apart) {
            best = trimmed(name);
            best_apart = apart;
        }
    }
    return best;
}

core::result<std::size_t> find(std::span<const std::string> header, std::string_view key,
                               std::string_view wanted) {
    auto found = column_places::absent;
    if (wanted.empty()) return found;
    for (std::size_t i = 0; i < header.size(); ++i) {
        if (trimmed(header[i]) != trimmed(wanted)) continue;
        if (found != column_places::absent)
            return core::failure{core::trouble::list,
                                 "two columns are called \"" + std::string(wanted) +
                                     "\": rename one of them, or set recipients." +
                                     std::string(key) + " to another"};
        found = i;
    }
    if (found == column_places::absent)
        return core::failure{core::trouble::list, missing_name_text("column", key, wanted, header)};
    return found;
}

}  // namespace

std::string missing_name_text(std::string_view noun, std::string_view key, std::string_view wanted,
                              std::span<const std::string> present) {
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
    if (const auto near = nearest(wanted, present); !near.empty()) {
        text += "; did you mean \"";
        append_printable(text, near, name_shown_max);
        text += "\"?";
    }
    return text + " Set recipients." + std::string(key);
}

core::result<column_places> find_columns(std::span<const std::string> header,
                                         const column_names& wanted) {
    column_places places;
    auto to = find(header, "to", wanted.to);
    if (!to) {
        if (std::any_of(header.begin(), header.end(), looks_like_number))
            return core::failure{core::trouble::list,
                                 "the first line holds a number, so there is no header: put a line "
                                 "with the names of the columns above it, or set recipients.format "
                                 "= \"lines\" if every line is just a number"};
        return to.error();
    }
    auto from = find(header, "from", wanted.from);
    if (!from) return from.error();
    auto zone = find(header, "time_zone", wanted.time_zone);
    if (!zone) return zone.error();
    places.to = *to;
    places.from = *from;
    places.time_zone = *zone;
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
