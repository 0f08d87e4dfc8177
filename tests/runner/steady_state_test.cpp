// What the conducting thread takes from the heap for a message, once a campaign runs: nothing. The
// connections' own part is net/steady_state_test's.
#include <cstdint>
#include <thread>

#include <gtest/gtest.h>

#include "support/allocations.hpp"
#include "support/scripted_campaign.hpp"

namespace tidings::runner {
namespace {

TEST(campaign_steady_state, allocates_nothing_a_message) {
    constexpr std::uint64_t warm = 60'000;
    constexpr std::uint64_t counted = 60'000;
    std::uint64_t taken = 0;
    std::uint64_t before = 0;
    std::uint64_t after = 0;
    tests::carrier_script script;
    script.taken = [&](const core::departure&) {
        ++taken;
        if (taken == warm) before = tests::allocations_seen;
        if (taken == warm + counted) after = tests::allocations_seen;
    };
    tests::scripted_campaign rig({.rows = warm + counted + 10'000}, script);
    ASSERT_TRUE(rig.run().finished);
    ASSERT_GE(taken, warm + counted);
    // Turns, commits and five snapshots a second may; they are hundreds of messages each.
    RecordProperty("allocations", std::to_string(after - before));
    EXPECT_LT(after - before, counted / 20) << "for " << counted << " messages";
}

}  // namespace
}  // namespace tidings::runner
