#include "codec/numbers/digit_expression.hpp"

#include <utility>

namespace tidings::codec {

namespace {

using kind = digit_expression::kind;
constexpr auto every_digit = digit_expression::every_digit;

constexpr std::size_t nesting_max = 32;

std::uint16_t bit_of(char digit) {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(digit - '0'));
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

class pattern_reader {
  public:
    explicit pattern_reader(std::string_view text) : rest_(text) {}

    std::optional<digit_expression> whole() {
        auto made = choice();
        return made && rest_.empty() ? made : std::nullopt;
    }

  private:
    bool take(std::string_view what) {
        if (!rest_.starts_with(what)) return false;
        rest_.remove_prefix(what.size());
        return true;
    }

    std::optional<digit_expression> choice() {
        digit_expression made{.what = kind::choice};
        do {
            auto one = sequence();
            if (!one) return std::nullopt;
            made.parts.push_back(std::move(*one));
        } while (take("|"));
        if (made.parts.size() == 1) return std::move(made.parts.front());
        return made;
    }

    std::optional<digit_expression> sequence() {
        digit_expression made{.what = kind::sequence};
        while (!rest_.empty() && rest_.front() != '|' && rest_.front() != ')') {
            auto one = atom();
            if (!one) return std::nullopt;
            auto often = repeated(std::move(*one));
            if (!often) return std::nullopt;
            made.parts.push_back(std::move(*often));
        }
        return made;
    }

    std::optional<digit_expression> atom() {
        if (take("\\d")) return digit_expression{.what = kind::digit, .digits = every_digit};
        if (take("$")) return digit_expression{.what = kind::end};
        if (take("[")) return one_of();
        if (take("(?:")) return in_parentheses(kind::sequence);
        if (take("(")) return in_parentheses(kind::group);
        if (!is_digit(rest_.front())) return std::nullopt;
        const std::uint16_t digits = bit_of(rest_.front());
        rest_.remove_prefix(1);
        return digit_expression{.what = kind::digit, .digits = digits};
    }

    std::optional<digit_expression> in_parentheses(kind what) {
        if (++nesting_ > nesting_max) return std::nullopt;
        auto inner = choice();
        --nesting_;
        if (!inner || !take(")")) return std::nullopt;
        digit_expression made{.what = what};
        made.parts.push_back(std::move(*inner));
        return made;
    }

    std::optional<digit_expression> one_of() {
        digit_expression made{.what = kind::digit};
        while (!take("]")) {
            if (take("\\d")) {
                made.digits = every_digit;
                continue;
            }
            if (rest_.empty() || !is_digit(rest_.front())) return std::nullopt;
            const char first = rest_.front();
            char last = first;
            rest_.remove_prefix(1);
            if (take("-")) {
                if (rest_.empty() || !is_digit(rest_.front())) return std::nullopt;
                last = rest_.front();
                rest_.remove_prefix(1);
            }
            if (last < first) return std::nullopt;
            for (char c = first; c <= last; ++c)
                made.digits = static_cast<std::uint16_t>(made.digits | bit_of(c));
        }
        if (made.digits == 0) return std::nullopt;
        return made;
    }

    std::optional<digit_expression> repeated(digit_expression what) {
        digit_expression made{.what = kind::repeat};
        if (take("?")) {
            made.least = 0;
        } else if (take("{")) {
            const auto least = count();
            if (!least) return std::nullopt;
            made.least = made.most = *least;
            if (take(",")) {
                const auto most = count();
                made.most = most.value_or(digit_expression::length_max);
            }
            if (!take("}") || made.most < made.least) return std::nullopt;
        } else {
            return what;
        }
        made.parts.push_back(std::move(what));
        return made;
    }

    std::optional<std::size_t> count() {
        if (rest_.empty() || !is_digit(rest_.front())) return std::nullopt;
        std::size_t value = 0;
        while (!rest_.empty() && is_digit(rest_.front())) {
            value = value * 10 + static_cast<std::size_t>(rest_.front() - '0');
            rest_.remove_prefix(1);
            if (value > digit_expression::length_max) return std::nullopt;
        }
        return value;
    }

    std::string_view rest_;
    std::size_t nesting_ = 0;
};

}  // namespace

std::optional<digit_expression> digit_expression::read(std::string_view pattern) {
    return pattern_reader(pattern).whole();
}

std::uint32_t digit_expression::lengths() const {
    constexpr std::uint32_t all = (std::uint32_t{1} << (length_max + 1)) - 1;
    const auto joined = [](std::uint32_t a, std::uint32_t b) {
        std::uint32_t sum = 0;
        for (std::size_t n = 0; n <= length_max; ++n)
            if ((b >> n & 1) != 0) sum |= a << n;
        return sum & all;
    };
    switch (what) {
        case kind::end: return 1;
        case kind::digit: return 2;
        case kind::group:
        case kind::sequence: {
            std::uint32_t sum = 1;
            for (const auto& one : parts)
                sum = joined(sum, one.lengths());
            return sum;
        }
        case kind::choice: {
            std::uint32_t any = 0;
            for (const auto& one : parts)
                any |= one.lengths();
            return any;
        }
        case kind::repeat: {
            const auto once = parts.front().lengths();
            std::uint32_t so_far = 1;
            std::uint32_t any = least == 0 ? 1 : 0;
            for (std::size_t n = 1; n <= most; ++n) {
                so_far = joined(so_far, once);
                if (n >= least) any |= so_far;
            }
            return any;
        }
    }
    return 0;
}

}  // namespace tidings::codec
