#include "run/earlier_runs.hpp"

#include "core/wording.hpp"
#include "run/session_rig.hpp"

#include <gtest/gtest.h>

namespace tidings::run {
namespace {

const codec::number_key fresh = {1, 2, 3};

core::listed_batch people(std::uint64_t first, std::uint64_t last) {
    core::listed_batch batch;
    for (auto one = first; one <= last; ++one)
        batch.rows.push_back({.row = one - first + 1,
                              .to = core::phone_number::from_digits(917'760'000'000 + one),
                              .from = {}});
    return batch;
}

class earlier_runs_test : public ::testing::Test {
  protected:
    people_roll roll(std::uint64_t first, std::uint64_t last, const store::state_folders& state) {
        auto made = people_roll::begin(rig_.machine.disk, state, fresh);
        EXPECT_TRUE(made) << made.error().text;
        EXPECT_TRUE(made->add(people(first, last)));
        return std::move(made).value();
    }
    // The name is the list's bytes too: no two of them have the same.
    core::result<std::unique_ptr<session>> begin(const std::string& name, people_roll& whom) {
        auto wanted = rig_.wanted(name);
        wanted.people = &whom;
        wanted.record.created = rig_.machine.calendar;
        return rig_.try_to_begin(std::move(wanted));
    }
    void send(const std::string& name, std::uint64_t first, std::uint64_t last) {
        auto whom = roll(first, last, {"/state", "/runs/.tidings"});
        auto made = begin(name, whom);
        ASSERT_TRUE(made) << made.error().text;
        made->reset();
        rig_.machine.disk.kill_process();
    }
    std::vector<earlier_run> found(std::uint64_t first, std::uint64_t last,
                                   const store::state_folders& state) {
        auto whom = people_roll::begin_looking(rig_.machine.disk, state);
        EXPECT_TRUE(whom);
        EXPECT_TRUE(whom->add(people(first, last)));
        auto runs = earlier_runs(rig_.machine.disk,
                                 {.whole_sha256 = "other bytes",
                                  .bots = stems_of(rig_.options().owners),
                                  .state = state},
                                 &*whom);
        EXPECT_TRUE(runs) << runs.error().text;
        return std::move(runs).value();
    }

    session_rig rig_;
};

TEST_F(earlier_runs_test, the_same_people_in_other_bytes_are_refused) {
    send("a", 1, 100);
    auto whom = roll(1, 100, {"/state", "/runs/.tidings"});
    const auto again = begin("b", whom);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, core::trouble::exists);
    EXPECT_NE(again.error().text.find("run a of 2026-09"), std::string::npos) << again.error().text;
    EXPECT_NE(again.error().text.find("--again"), std::string::npos);
}

TEST_F(earlier_runs_test, who_means_it_may_send_again) {
    send("a", 1, 100);
    auto whom = roll(1, 100, {"/state", "/runs/.tidings"});
    auto wanted = rig_.wanted("b");
    wanted.people = &whom;
    wanted.again = true;
    EXPECT_TRUE(rig_.try_to_begin(std::move(wanted)));
}

// Another home, another folder of runs, the run's folder gone.
TEST_F(earlier_runs_test, one_folder_that_is_shared_is_enough) {
    send("a", 1, 100);
    for (const store::state_folders& state :
         {store::state_folders{"/other-home", "/runs/.tidings"},
          store::state_folders{"/state", "/other-runs/.tidings"}}) {
        const auto runs = found(1, 100, state);
        ASSERT_EQ(runs.size(), 1U) << state[0];
        EXPECT_TRUE(runs[0].same);
        EXPECT_TRUE(runs[0].there);
    }
    EXPECT_TRUE(found(1, 100, {"/other-home", "/other-runs/.tidings"}).empty());
    rig_.machine.disk.put_back("/runs/a", store::simulated_disk());
    const auto runs = found(1, 100, {"/state"});
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_TRUE(runs[0].same);
    EXPECT_FALSE(runs[0].there);
    EXPECT_NE(why_refused(runs[0]).find("not there any more"), std::string::npos);
}

TEST_F(earlier_runs_test, a_part_of_a_list_is_told) {
    send("a", 1, 10'000);
    send("b", 20'001, 20'010);
    const auto runs = found(189, 10'188, {"/state"});
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_FALSE(runs[0].same);
    EXPECT_EQ(shared_in_words(runs),
              std::vector<std::string>{"9,812 of 10,000 people of this list were on the list of a, "
                                       "which began on " +
                                       core::spelled(runs[0].run.began).substr(0, 10)});
}

TEST_F(earlier_runs_test, no_more_sentences_than_anybody_reads) {
    for (std::uint64_t i = 0; i < 5; ++i)
        send("run-" + std::to_string(i), 1, 10 + i);
    const auto runs = found(1, 9, {"/state"});
    EXPECT_EQ(runs.size(), 5U);
    const auto sentences = shared_in_words(runs);
    ASSERT_EQ(sentences.size(), 4U);
    EXPECT_NE(sentences.back().find("2 other runs"), std::string::npos);
}

// It died before anybody was told, or was moved to where nobody knows it.
TEST_F(earlier_runs_test, a_run_that_is_gone_on_with_is_known_from_then_on) {
    auto whom = roll(1, 100, {"/state", "/runs/.tidings"});
    ASSERT_TRUE(whom.keep_rows(rig_.machine.disk, "/runs/a.people"));
    ASSERT_TRUE(whom.add(people(1, 100)));
    ASSERT_TRUE(whom.finish());
    auto wanted = rig_.wanted("a");
    wanted.kept.people = "/runs/a.people";
    { ASSERT_TRUE(rig_.try_to_begin(std::move(wanted))); }
    rig_.machine.disk.kill_process();
    for (const std::string folder : {"/state/runs/", "/runs/.tidings/runs/"}) {
        std::vector<std::string> names;
        rig_.machine.disk.list(folder.substr(0, folder.size() - 1), names);
        for (const auto& name : names)
            if (name.ends_with(".people")) rig_.machine.disk.unlink(folder + name);
    }
    { ASSERT_TRUE(rig_.try_to_go_on("a")); }
    const auto runs = found(1, 100, {"/state"});
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_TRUE(runs[0].same);
}

TEST_F(earlier_runs_test, folders_that_meet_for_the_first_time_keep_their_keys) {
    ASSERT_TRUE(store::write_key(rig_.machine.disk, "/state", {7}));
    ASSERT_TRUE(store::write_key(rig_.machine.disk, "/runs/.tidings", {8}));
    send("a", 1, 50);
    for (const auto* const folder : {"/state", "/runs/.tidings"})
        EXPECT_EQ(found(1, 50, {folder}).size(), 1U) << folder;
}

}  // namespace
}  // namespace tidings::run
