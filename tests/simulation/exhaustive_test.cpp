// A short campaign, whole: eight rows on two lanes, with an answer that is lost, a refusal, a retry
// and a connection that turns out closed. The power fails before and after every single call of the
// disk, with every choice of what survives; the process is killed there; every call fails once; and
// the resume dies at each of its calls too. Every promise is judged at the end of each story.
// TIDINGS_EXHAUSTIVE=1 takes no samples where the test run does.
#include "simulation/world.hpp"

#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <random>

#include <gtest/gtest.h>

namespace {

using namespace tidings;
using simulation::scenario;
using simulation::world;
using plan = store::simulated_disk::plan;

constexpr std::size_t exhaustive_up_to = 12;  // open questions
constexpr std::uint64_t endings_beyond = 64;
constexpr std::uint64_t seed = 3;

bool thorough() {
    return std::getenv("TIDINGS_EXHAUSTIVE") != nullptr;
}

std::uint64_t calls_of_a_campaign() {
    world whole(scenario::small(), seed);
    whole.plan_disk({});
    EXPECT_FALSE(whole.run_until_power_fails());
    EXPECT_EQ(whole.broken(), "");
    EXPECT_GE(whole.counts().requests, 8U) << "the retry and the closed connection are in it";
    return whole.calls();
}

void expect_kept(world& story, const std::string& where) {
    story.run();
    EXPECT_EQ(story.broken(), "") << where;
}

// Each ending of a power failure, and that of a kill; beyond 2^12 or `most` of them, samples.
std::uint64_t try_endings(const world& failed, std::uint64_t most, std::mt19937_64& random,
                          const std::string& where) {
    const auto questions = failed.disk().open_questions();
    const bool all = questions <= exhaustive_up_to && (std::uint64_t{1} << questions) <= most;
    const auto endings = all ? std::uint64_t{1} << questions : std::min(most, endings_beyond);
    for (std::uint64_t ending = 0; ending < endings; ++ending) {
        auto story = failed;
        // All and nothing are among the samples.
        const bool one_way = !all && ending < 2;
        story.power_returns([&](std::size_t question) {
            if (one_way) return ending == 1;
            return all ? ((ending >> question) & 1) != 0 : random() % 2 == 0;
        });
        expect_kept(story, where + ", ending " + std::to_string(ending));
        if (::testing::Test::HasFailure()) return ending;
    }
    auto killed = failed;
    killed.process_was_killed();
    expect_kept(killed, where + ", killed");
    return endings + 1;
}

std::string named(std::uint64_t at) {
    return std::string(at % 2 == 1 ? "before" : "after") + " call " + std::to_string((at + 1) / 2);
}

plan power_off(std::uint64_t at) {
    const auto call = (at + 1) / 2;
    return at % 2 == 1 ? plan{.power_off_before = call} : plan{.power_off_after = call};
}

TEST(exhaustive, the_power_fails_before_and_after_every_call_of_a_campaign) {
    const auto calls = calls_of_a_campaign();
    const std::uint64_t most = thorough() ? std::uint64_t{1} << exhaustive_up_to : 64;
    std::mt19937_64 random(seed);
    std::uint64_t endings = 0;
    for (std::uint64_t at = 1; at <= 2 * calls && !HasFailure(); ++at) {
        world story(scenario::small(), seed);
        story.plan_disk(power_off(at));
        ASSERT_TRUE(story.run_until_power_fails()) << named(at) << ": " << story.broken();
        endings += try_endings(story, most, random, named(at));
    }
    std::cout << calls << " calls, " << endings << " endings of power failures and kills\n";
}

TEST(exhaustive, every_call_of_a_campaign_fails_once) {
    const auto calls = calls_of_a_campaign();
    std::uint64_t stories = 0;
    for (const int error :
         {EIO, ENOSPC, EINTR, store::simulated_disk::short_count, EDQUOT, EROFS}) {
        for (std::uint64_t at = 1; at <= calls && !HasFailure(); ++at) {
            world story(scenario::small(), seed);
            story.plan_disk({.fail_at = at, .fail_with = error});
            expect_kept(story, "error " + std::to_string(error) + " at call " + std::to_string(at));
            ++stories;
        }
    }
    std::cout << stories << " campaigns with one failure of " << calls << " calls\n";
}

// Death upon death: the resume dies at each of its calls, and at those of the campaign that
// follows.
TEST(exhaustive, a_resume_dies_at_every_call) {
    const auto calls = calls_of_a_campaign();
    std::mt19937_64 random(seed);
    const std::uint64_t step = thorough() ? 1 : 25;
    const std::uint64_t stride = thorough() ? 1 : 3;
    std::uint64_t stories = 0;
    for (std::uint64_t first = 1; first <= 2 * calls && !HasFailure(); first += step) {
        world died(scenario::small(), seed);
        died.plan_disk(power_off(first));
        ASSERT_TRUE(died.run_until_power_fails()) << named(first) << ": " << died.broken();
        if (first % 3 == 0)
            died.process_was_killed();
        else
            died.power_returns([&](std::size_t) { return random() % 2 == 0; });
        for (std::uint64_t second = 1; !HasFailure(); second += stride) {
            auto story = died;
            story.plan_disk(power_off(second));
            if (!story.run_until_power_fails()) {
                EXPECT_EQ(story.broken(), "") << named(first);
                break;  // it needs no more calls than this
            }
            const auto where = named(first) + ", then " + named(second);
            stories += try_endings(story, thorough() ? 8 : 2, random, where);
        }
    }
    std::cout << stories << " endings of resumes that died\n";
}

}  // namespace
