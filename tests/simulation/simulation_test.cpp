// Many seeds, each with its campaigns and its bad days. TIDINGS_SEEDS=n runs n of them from
// TIDINGS_SEED_FIRST on, TIDINGS_SEED=n only that one. scripts/simulate runs many.
#include "simulation/world.hpp"

#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace {

using namespace tidings;

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// The provider of every second one stands still now and then; TIDINGS_STALLS=1: of each.
simulation::world world_of(std::uint64_t seed) {
    simulation::scenario plan(seed);
    plan.stands_still = seed % 2 == 0 || number_from("TIDINGS_STALLS", 0) != 0;
    return {std::move(plan), seed};
}

// The same again, this time with notes of what happened.
std::string story_of(std::uint64_t seed) {
    auto again = world_of(seed);
    again.remember_events();
    again.run();
    return again.last_events();
}

TEST(simulation, keeps_the_promises_whatever_happens) {
    constexpr std::uint64_t seeds_in_a_test_run = 1000;
    constexpr int failures_shown = 5;
    const auto only = number_from("TIDINGS_SEED", 0);
    const auto first = only != 0 ? only : number_from("TIDINGS_SEED_FIRST", 1);
    const auto count = only != 0 ? 1 : number_from("TIDINGS_SEEDS", seeds_in_a_test_run);
    simulation::world_counts all;
    int failures = 0;
    auto seed = first;
    for (; seed < first + count && failures < failures_shown; ++seed) {
        auto one = world_of(seed);
        one.run();
        all += one.counts();
        if (one.broken().empty()) continue;
        ++failures;
        ADD_FAILURE() << "TIDINGS_SEED=" << seed << ": " << one.broken() << "\n" << story_of(seed);
    }
    std::cout << "seeds " << first << " to " << seed - 1 << ": " << failures << " failures; "
              << all.campaigns << " campaigns, " << all.processes << " processes, " << all.crashes
              << " crashes, " << all.requests << " requests, " << all.in_doubt << " rows in doubt, "
              << all.resolved << " resolved, " << all.older_journals << " older journals\n";
    // A simulation in which nothing happens proves nothing.
    if (count < seeds_in_a_test_run || failures != 0) return;
    EXPECT_GT(all.crashes, count);
    EXPECT_GT(all.in_doubt, count);
    EXPECT_GT(all.requests, 20 * count);
    EXPECT_GT(all.campaigns, count);
    EXPECT_GT(all.resolved, 0U);
    EXPECT_GT(all.older_journals, 0U);
}

}  // namespace
