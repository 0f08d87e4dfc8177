#include "core/halt_reasons.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

TEST(halt_reasons, none) {
    EXPECT_FALSE(halt_reasons().whole());
}

TEST(halt_reasons, the_gravest_decides_and_all_are_told) {
    const stop_status ascending[] = {stop_status::stopped, stop_status::rule_tripped,
                                     stop_status::credentials_refused, stop_status::unusable,
                                     stop_status::journal_failed};
    for (const auto first : ascending)
        for (const auto second : ascending) {
            halt_reasons both;
            both.add({first, "first"});
            both.add({second, "second"});
            EXPECT_EQ(both.whole()->status, std::max(first, second));
            EXPECT_EQ(both.whole()->text, second > first ? "second; first" : "first; second");
        }
}

TEST(halt_reasons, what_was_said_is_not_said_again) {
    halt_reasons some;
    for (int i = 0; i < 3; ++i) {
        some.add({stop_status::unusable, "no certificate"});
        some.add({stop_status::stopped, "stopped by control"});
    }
    EXPECT_EQ(some.whole()->text, "no certificate; stopped by control");
}

TEST(halt_reasons, beyond_the_most_a_graver_one_still_has_its_place) {
    halt_reasons many;
    for (std::size_t i = 0; i < 3 * halt_reasons::kept_max; ++i)
        many.add({stop_status::rule_tripped, std::to_string(i)});
    ASSERT_EQ(many.all().size(), halt_reasons::kept_max);
    EXPECT_EQ(many.all().back().text, "7") << "the first ones are kept";
    many.add({stop_status::journal_failed, "the disk is gone"});
    EXPECT_EQ(many.all().size(), halt_reasons::kept_max);
    EXPECT_EQ(many.whole()->status, stop_status::journal_failed);
    EXPECT_TRUE(many.whole()->text.starts_with("the disk is gone; 0; 1; "));
}

}  // namespace
}  // namespace tidings::core
