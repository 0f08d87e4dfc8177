#include "codec/numbers/numbering_plan.hpp"

#include "codec/numbers/built_in_plan.hpp"
#include "codec/numbers/digit_expression.hpp"
#include "codec/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <tuple>

namespace tidings::codec {

namespace {

std::optional<number_type> type_named(std::string_view name) {
    const auto found = core::number_type_named(name);
    return found == number_type::unknown ? std::nullopt : found;
}

std::optional<unsigned> number_from(std::string_view text, unsigned most) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value > most)
        return std::nullopt;
    return value;
}

std::string_view next_word(std::string_view& rest) {
    const auto end = std::min(rest.find(' '), rest.size());
    const auto word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return word;
}

// "7,8,10"; nullopt: not that.
std::optional<std::uint32_t> lengths_from(std::string_view text) {
    std::uint32_t set = 0;
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        const auto length = number_from(text.substr(0, end), digit_expression::length_max);
        if (!length) return std::nullopt;
        set |= std::uint32_t{1} << *length;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return set;
}

bool is_region_id(std::string_view id) {
    return id == "001" || (id.size() == 2 && std::all_of(id.begin(), id.end(), [](char c) {
                               return c >= 'A' && c <= 'Z';
                           }));
}

// One line after the other; says false for one that it does not understand.
class plan_text {
  public:
    bool take(std::string_view line) {
        std::string_view rest = line;
        const auto word = next_word(rest);
        if (word == "plan") return take_plan(rest);
        if (word == "region") return take_region(rest);
        if (word == "formerly") return take_change(rest, false);
        if (word == "moved") return take_change(rest, true);
        if (word == "twin") return take_twin(rest);
        if (regions.empty()) return false;
        return take_of_region(regions.back(), word, rest);
    }
    // A region without numbers is none.
    bool whole() const {
        return std::all_of(regions.begin(), regions.end(), [](const plan_region& one) {
            return one.lengths != 0 && !one.any.empty();
        });
    }

    std::vector<plan_region> regions;
    std::vector<number_change> changes;
    std::vector<number_twin> twins;
    std::string day;
    std::string source;

  private:
    static constexpr unsigned code_max = 999;

    static bool take_pattern(std::string& into, std::string_view pattern) {
        into = pattern;
        return digit_expression::read(pattern).has_value();
    }
    bool take_plan(std::string_view rest) {
        day = next_word(rest);
        source = rest;
        return day.size() == 10;
    }
    bool take_region(std::string_view rest) {
        const auto id = next_word(rest);
        const auto code = number_from(next_word(rest), code_max);
        if (!is_region_id(id) || !code || *code == 0 || !(rest.empty() || rest == "main"))
            return false;
        plan_region made;
        made.id = id;
        made.code = *code;
        made.main = rest == "main";
        regions.push_back(std::move(made));
        return true;
    }
    bool take_change(std::string_view rest, bool still_valid) {
        const auto code = number_from(next_word(rest), code_max);
        const auto pattern = next_word(rest);
        if (!code || rest.empty() || !digit_expression::read(pattern)) return false;
        changes.push_back({*code, std::string(pattern), std::string(rest), still_valid});
        return true;
    }
    bool take_twin(std::string_view rest) {
        const auto code = number_from(next_word(rest), code_max);
        const auto pattern = next_word(rest);
        const auto how = next_word(rest);
        const auto place = number_from(next_word(rest), digit_expression::length_max);
        const auto digit = number_from(rest, 9);
        if (!code || !place || !digit || !(how == "insert" || how == "erase") ||
            !digit_expression::read(pattern))
            return false;
        twins.push_back({*code, std::string(pattern), how == "insert",
                         static_cast<std::uint8_t>(*place), static_cast<std::uint8_t>(*digit)});
        return true;
    }
    static bool take_of_region(plan_region& region, std::string_view word, std::string_view rest) {
        if (word == "lengths") {
            const auto lengths = lengths_from(next_word(rest));
            const auto local = lengths_from(rest);
            if (!lengths || !local) return false;
            region.lengths = *lengths;
            region.local_lengths = *local;
            return true;
        }
        if (word == "any") return take_pattern(region.any, rest);
        if (word == "begins") return take_pattern(region.begins, rest);
        if (word == "abroad") return take_pattern(region.abroad, rest);
        if (word == "trunk") return take_pattern(region.trunk, rest);
        if (word == "trunk-becomes") {
            region.trunk_becomes = rest;
            return !rest.empty();
        }
        const auto type = type_named(word);
        if (!type) return false;
        const auto written = next_word(rest);
        const auto lengths = written == "-" ? std::uint32_t{0} : lengths_from(written);
        if (!lengths || !digit_expression::read(rest)) return false;
        region.types.push_back({*type, *lengths, std::string(rest)});
        return true;
    }
};

}  // namespace

const numbering_plan& numbering_plan::built_in() {
    static const numbering_plan plan = [] {
        numbering_plan made;
        for (const auto& part : built_in_plan())
            if (const auto read = made.read(part.text, part.file); !read)
                throw std::logic_error(read.error().text);
        return made;
    }();
    return plan;
}

core::result<void> numbering_plan::read(std::string_view text, std::string_view file) {
    plan_text said;
    const auto refused = [&](std::size_t line, std::string_view why) {
        std::string about;
        append_printable(about, file, 256);
        return core::failure{core::trouble::configuration,
                             about + ":" + std::to_string(line) + ": " + std::string(why)};
    };
    std::size_t line = 0;
    while (!text.empty()) {
        ++line;
        const auto end = std::min(text.find('\n'), text.size());
        auto one = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (one.ends_with('\r')) one.remove_suffix(1);
        if (one.empty() || one.front() == '#') continue;
        if (!said.take(one))
            return refused(line,
                           "not a line of a numbering plan: scripts/numbering-plan makes one");
        if (said.regions.size() > regions_max) return refused(line, "over 4096 regions");
    }
    if (!said.whole()) return refused(line, "a region without `lengths` or `any`");
    if (said.regions.empty() && said.changes.empty() && said.twins.empty())
        return refused(line, "no numbering plan in it");
    for (auto& region : said.regions) {
        const auto same =
            std::find_if(regions_.begin(), regions_.end(), [&](const plan_region& known) {
                return known.id == region.id && (known.id != "001" || known.code == region.code);
            });
        if (same == regions_.end())
            regions_.push_back(std::move(region));
        else
            *same = std::move(region);
    }
    changes_.insert(changes_.end(), said.changes.begin(), said.changes.end());
    twins_.insert(twins_.end(), said.twins.begin(), said.twins.end());
    if (!said.day.empty()) day_ = said.day;
    if (!said.source.empty()) source_ = said.source;
    settle_order();
    return {};
}

void numbering_plan::settle_order() {
    const auto key = [](const plan_region& one) {
        return std::tuple(one.code, !one.main, std::string_view(one.id));
    };
    std::sort(regions_.begin(), regions_.end(),
              [&](const plan_region& a, const plan_region& b) { return key(a) < key(b); });
}

std::span<const plan_region> numbering_plan::regions_of(unsigned code) const noexcept {
    const auto first = std::partition_point(regions_.begin(), regions_.end(),
                                            [&](const plan_region& a) { return a.code < code; });
    const auto last = std::partition_point(first, regions_.end(),
                                           [&](const plan_region& a) { return a.code == code; });
    return {first, last};
}

const plan_region* numbering_plan::region(std::string_view id) const noexcept {
    const auto found = std::find_if(regions_.begin(), regions_.end(),
                                    [&](const plan_region& one) { return one.id == id; });
    return found == regions_.end() || id == "001" ? nullptr : &*found;
}

}  // namespace tidings::codec
