#include "codec/numbers/digit_match.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>

namespace tidings::codec {

namespace {

using kind = digit_expression::kind;

// Places between digits, bit n: behind n of them.
using places = std::uint32_t;
static_assert(digit_expression::length_max < 31);

// Where a match of `what` may end that begins at one of `from`.
places ends_of(const digit_expression& what, std::string_view digits, places from) {
    if (from == 0) return 0;
    switch (what.what) {
        case kind::end: return from & (places{1} << digits.size());
        case kind::digit: {
            places to = 0;
            for (std::size_t i = 0; i < digits.size(); ++i)
                if ((from >> i & 1) != 0 && (what.digits >> (digits[i] - '0') & 1) != 0)
                    to |= places{2} << i;
            return to;
        }
        case kind::group:
        case kind::sequence: {
            places at = from;
            for (const auto& part : what.parts)
                at = ends_of(part, digits, at);
            return at;
        }
        case kind::choice: {
            places any = 0;
            for (const auto& part : what.parts)
                any |= ends_of(part, digits, from);
            return any;
        }
        case kind::repeat: {
            places at = from;
            places any = what.least == 0 ? at : 0;
            for (std::size_t n = 1; n <= what.most && at != 0; ++n) {
                at = ends_of(what.parts.front(), digits, at);
                if (n >= what.least) any |= at;
            }
            return any;
        }
    }
    return 0;
}

std::size_t groups_in(const digit_expression& what) {
    std::size_t count = what.what == kind::group ? 1 : 0;
    for (const auto& part : what.parts)
        count += groups_in(part);
    return count;
}

// Walks through a pattern in the order of preference, and back where it does not go on.
class walk {
  public:
    using onward = std::function<bool(std::size_t)>;

    walk(std::string_view digits, taken_beginning& taken) : digits_(digits), taken_(taken) {}

    // `group`: the number of the first group in `what`.
    bool through(const digit_expression& what, std::size_t group, std::size_t at,
                 const onward& next) {
        switch (what.what) {
            case kind::end: return at == digits_.size() && next(at);
            case kind::digit:
                return at < digits_.size() && (what.digits >> (digits_[at] - '0') & 1) != 0 &&
                       next(at + 1);
            case kind::sequence: return parts(what, 0, group, at, next);
            case kind::group:
                return parts(what, 0, group + 1, at, [&, at](std::size_t end) {
                    return captured(group, digits_.substr(at, end - at), end, next);
                });
            case kind::choice: return any(what, group, at, next);
            case kind::repeat: return again(what, 0, group, at, next);
        }
        return false;
    }

  private:
    bool parts(const digit_expression& what, std::size_t part, std::size_t group, std::size_t at,
               const onward& next) {
        if (part == what.parts.size()) return next(at);
        const auto behind = group + groups_in(what.parts[part]);
        return through(what.parts[part], group, at, [&, part, behind](std::size_t end) {
            return parts(what, part + 1, behind, end, next);
        });
    }
    bool any(const digit_expression& what, std::size_t group, std::size_t at, const onward& next) {
        for (const auto& part : what.parts) {
            if (through(part, group, at, next)) return true;
            group += groups_in(part);
        }
        return false;
    }
    bool again(const digit_expression& what, std::size_t times, std::size_t group, std::size_t at,
               const onward& next) {
        if (times < what.most &&
            through(what.parts.front(), group, at, [&, times, at](std::size_t end) {
                return end != at && again(what, times + 1, group, end, next);
            }))
            return true;
        return times >= what.least && next(at);
    }
    bool captured(std::size_t group, std::string_view text, std::size_t end, const onward& next) {
        if (group >= taken_beginning::groups_max) return next(end);
        const auto before = std::exchange(taken_.groups[group], text);
        if (next(end)) return true;
        taken_.groups[group] = before;
        return false;
    }

    std::string_view digits_;
    taken_beginning& taken_;
};

}  // namespace

bool matches_whole(const digit_expression& pattern, std::string_view digits) {
    return digits.size() <= digit_expression::length_max &&
           (ends_of(pattern, digits, 1) >> digits.size() & 1) != 0;
}

bool matches_beginning(const digit_expression& pattern, std::string_view digits) {
    return digits.size() <= digit_expression::length_max && ends_of(pattern, digits, 1) != 0;
}

std::optional<taken_beginning> take_beginning(const digit_expression& pattern,
                                              std::string_view digits) {
    if (digits.size() > digit_expression::length_max) return std::nullopt;
    taken_beginning taken;
    taken.group_count = std::min(groups_in(pattern), taken_beginning::groups_max);
    const bool fits = walk(digits, taken).through(pattern, 0, 0, [&](std::size_t end) {
        taken.size = end;
        return true;
    });
    return fits ? std::optional(taken) : std::nullopt;
}

std::string rewritten(std::string_view rule, const taken_beginning& taken) {
    std::string out;
    for (std::size_t i = 0; i < rule.size(); ++i) {
        const bool group = rule[i] == '$' && i + 1 < rule.size() && rule[i + 1] >= '1' &&
                           rule[i + 1] < static_cast<char>('1' + taken_beginning::groups_max);
        if (group)
            out += taken.groups[static_cast<std::size_t>(rule[++i] - '1')];
        else
            out += rule[i];
    }
    return out;
}

}  // namespace tidings::codec
