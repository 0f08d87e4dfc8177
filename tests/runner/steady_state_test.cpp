// What the conducting thread takes from the heap for a message, and which locks, once a campaign
// runs: nothing and none. The connections' own part is net/steady_state_test's.
#include "support/allocations.hpp"
#include "support/locks.hpp"
#include "support/scripted_campaign.hpp"

#include <cstdint>
#include <thread>

#include <gtest/gtest.h>

namespace tidings::runner {
namespace {

TEST(campaign_steady_state, allocates_nothing_and_locks_nothing_a_message) {
    constexpr std::uint64_t warm = 60'000;
    constexpr std::uint64_t counted = 60'000;
    std::uint64_t taken = 0;
    std::uint64_t before = 0;
    std::uint64_t after = 0;
    std::uint64_t locks_before = 0;
    std::uint64_t locks_after = 0;
    tests::carrier_script script;
    script.taken = [&](const core::departure&) {
        ++taken;
        if (taken == warm) {
            before = tests::allocations_seen;
            locks_before = tests::locks_seen;
        }
        if (taken == warm + counted) {
            after = tests::allocations_seen;
            locks_after = tests::locks_seen;
        }
    };
    tests::scripted_campaign rig({.rows = warm + counted + 10'000}, script);
    ASSERT_TRUE(rig.run().finished);
    ASSERT_GE(taken, warm + counted);
    // Turns, commits and five snapshots a second may; they are hundreds of messages each.
    RecordProperty("allocations", std::to_string(after - before));
    RecordProperty("locks", std::to_string(locks_after - locks_before));
    EXPECT_LT(after - before, counted / 100) << "for " << counted << " messages";
    // Asio takes two for a turn, and a commit a few more. A turn has sixteen messages here.
    EXPECT_LT(locks_after - locks_before, counted / 16 * 3) << "for " << counted << " messages";
}

}  // namespace
}  // namespace tidings::runner
