// Which digits of a text regular expressions look at: after some first ones none may tell the rest
// apart any more, as the last digits of telephone numbers are told apart by none. It does not
// match: what a text means is somebody else's to say, once for all texts that are alike. How
// patterns are written is codec/numbers/digit_expression's. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace tidings::codec {

struct digit_expression;

class digit_automaton {
  public:
    using step_id = std::uint32_t;
    // Texts are at most so long; a pattern that matches longer ones only counts as never matching.
    static constexpr std::size_t digits_max = 20;

    // What happens where a pattern, or a group of it, has come to a certain point.
    enum class point : std::uint8_t {
        nothing,
        number_begins,      // a number may begin here: the patterns of numbers are tried
        prefix_may_come,    // the same, and a prefix before it may
        prefixes_may_come,  // the same, and two of them
    };

    // A pattern that is tried where a number begins, on all that is left of the text.
    bool add_number_pattern(std::string_view pattern);
    // The same, on the beginning of what is left.
    bool add_number_beginning(std::string_view pattern);
    // The same as the first one, for what stands for another number: one begins at the beginning of
    // each group that it captures.
    bool add_number_rewriting(std::string_view pattern);
    // A pattern that is tried where a prefix may come, at the text's beginning for one. Behind it a
    // number begins, and so it does at the beginning of each group that it captures.
    bool add_prefix(std::string_view pattern);
    // A pattern that is tried at the text's beginning alone; what then follows it.
    bool add_first(std::string_view pattern, point behind);
    // Each of the above: false, and nothing is added, when the pattern cannot be read.

    // Of a text of so many digits, before the first one; nullopt when that is too long or too much.
    std::optional<step_id> begin(std::size_t digits);
    // nullopt: too much to be worked out; the texts have to be told apart by somebody else.
    std::optional<step_id> follow(step_id at, unsigned digit);
    // Whatever digits follow, it is all the same from here on.
    bool indifferent(step_id at) const { return steps_[at].indifferent; }

  private:
    static constexpr std::size_t states_max = 200'000;
    static constexpr std::size_t steps_max = 8'192;
    using state_id = std::uint32_t;
    static constexpr state_id nowhere = 0;

    // Consumes a digit of `digits`, or forks without consuming.
    struct state {
        std::uint16_t digits = 0;  // bit d: digit d leads to `next`; 0: a fork to both
        point here = point::nothing;
        bool indifferent = true;
        state_id next = nowhere;
        state_id other = nowhere;
    };
    struct number_pattern {
        state_id start;
        std::uint32_t lengths;  // bit n: matches texts of n digits
    };
    // A set of states, before so many digits.
    struct step {
        std::vector<state_id> states;
        std::size_t left;
        bool indifferent;
        std::array<step_id, 10> next;
    };
    static constexpr step_id unknown = 0xFFFF'FFFF;

    std::optional<state_id> compile(std::string_view pattern, point behind, point in_groups,
                                    std::uint32_t* lengths);
    state_id compile(const digit_expression& what, state_id next, point in_groups);
    state_id add(state one);
    void enter(state_id at, std::size_t left, std::vector<state_id>& into);
    std::optional<step_id> find_or_make(std::vector<state_id> states, std::size_t left);

    std::vector<state> states_{1};  // the first one is `nowhere`
    std::vector<number_pattern> numbers_;
    std::vector<state_id> prefixes_;      // behind which a number begins
    std::vector<state_id> prefixes_two_;  // behind which a prefix may come
    std::vector<state_id> firsts_;
    std::vector<step> steps_;
    std::map<std::pair<std::size_t, std::vector<state_id>>, step_id> known_;
    std::vector<std::uint32_t> entered_;  // per state: the last round in which it was met
    std::uint32_t round_ = 0;
};

}  // namespace tidings::codec
