// Many seeds, each a whole campaign with its bad days. TIDINGS_SEEDS=n runs n of them,
// TIDINGS_SEED=n only that one.
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "simulation/world.hpp"

namespace {

using namespace tidings;

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(simulation, keeps_the_promises_whatever_happens) {
    constexpr std::uint64_t seeds_in_a_test_run = 1000;
    constexpr int failures_shown = 5;
    const auto only = number_from("TIDINGS_SEED", 0);
    const auto first = only != 0 ? only : number_from("TIDINGS_SEED_FIRST", 1);
    const auto count = only != 0 ? 1 : number_from("TIDINGS_SEEDS", seeds_in_a_test_run);
    simulation::world_counts all;
    int failures = 0;
    for (auto seed = first; seed < first + count && failures < failures_shown; ++seed) {
        simulation::world one(seed);
        one.run();
        all.processes += one.counts().processes;
        all.crashes += one.counts().crashes;
        all.requests += one.counts().requests;
        all.in_doubt += one.counts().in_doubt;
        if (one.broken().empty()) continue;
        ++failures;
        ADD_FAILURE() << "TIDINGS_SEED=" << seed << ": " << one.broken() << "\n"
                      << one.last_events();
    }
    RecordProperty("processes", std::to_string(all.processes));
    RecordProperty("crashes", std::to_string(all.crashes));
    RecordProperty("requests", std::to_string(all.requests));
    RecordProperty("in_doubt", std::to_string(all.in_doubt));
    // A simulation in which nothing happens proves nothing.
    if (count < seeds_in_a_test_run) return;
    EXPECT_GT(all.crashes, count);
    EXPECT_GT(all.in_doubt, count);
    EXPECT_GT(all.requests, 20 * count);
}

}  // namespace
