#include "store/run_folder.hpp"

#include "store/posix_disk.hpp"
#include "support/scratch_folder.hpp"

#include <atomic>
#include <filesystem>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

namespace tidings::store {
namespace {

using core::trouble;

class run_folder_test : public ::testing::Test {
  protected:
    run_folder_test() {
        record_.name = "november";
        record_.version = "0.1.0";
        record_.list_path = "/lists/recipients.csv";
        record_.list_fingerprint = "abc";
        record_.configuration = "name = \"november\"\n# \xC3\xBC\n";
        record_.journal_id = 0xFFFF'0000'1234'5678;
        record_.created = core::wall_time(std::chrono::microseconds(1'790'000'000'123'456));
        record_.lanes = {{{"+16693422058", "st-1"}, "https://a.example", "main"},
                         {{"+16693422059", "st-2"}, "https://b.example/x", ""}};
    }

    static unsigned mode_of(const std::string& path) {
        struct stat found {};
        EXPECT_EQ(::stat(path.c_str(), &found), 0) << path;
        return found.st_mode & 0777;
    }

    posix_disk disk_;
    const tests::scratch_folder scratch_;
    const std::string top_ = scratch_.path().string();
    std::string folder() const { return top_ + "/runs/november"; }
    run_record record_;
};

TEST_F(run_folder_test, a_created_one_can_be_opened_and_says_what_it_is) {
    {
        auto made = run_folder::create(disk_, folder(), record_);
        ASSERT_TRUE(made) << made.error().text;
        EXPECT_EQ(made->record().folder, folder());
    }
    const auto opened = run_folder::open(disk_, folder());
    ASSERT_TRUE(opened) << opened.error().text;
    auto expected = record_;
    expected.folder = folder();
    EXPECT_EQ(opened->record(), expected);
    EXPECT_EQ(mode_of(folder()), 0700U);
    EXPECT_EQ(mode_of(opened->paths().record), 0600U);
    EXPECT_EQ(mode_of(opened->paths().lock), 0600U);
}

TEST_F(run_folder_test, a_second_one_of_the_name_is_refused_with_the_way_out) {
    ASSERT_TRUE(run_folder::create(disk_, folder(), record_));
    const auto again = run_folder::create(disk_, folder(), record_);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, trouble::exists);
    EXPECT_NE(again.error().text.find("tidings resume"), std::string::npos);
    EXPECT_NE(again.error().text.find("--again"), std::string::npos);
}

TEST_F(run_folder_test, one_process_holds_it_and_is_named) {
    const auto made = run_folder::create(disk_, folder(), record_);
    ASSERT_TRUE(made);
    const auto second = run_folder::open(disk_, folder());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, trouble::busy);
    EXPECT_NE(second.error().text.find(std::to_string(::getpid())), std::string::npos);
    EXPECT_EQ(*run_folder::holder(disk_, folder()), ::getpid());
    EXPECT_TRUE(run_folder::peek(disk_, folder()));
}

TEST_F(run_folder_test, asking_who_holds_it_is_in_nobodys_way) {
    ASSERT_TRUE(run_folder::create(disk_, folder(), record_));
    std::atomic<bool> over{false};
    std::thread asking([&] {
        posix_disk disk;
        while (!over)
            EXPECT_TRUE(run_folder::holder(disk, folder()));
    });
    for (int i = 0; i < 500; ++i)
        EXPECT_TRUE(run_folder::open(disk_, folder())) << i;
    over = true;
    asking.join();
}

TEST_F(run_folder_test, nobody_holds_it_when_the_process_is_gone) {
    ASSERT_TRUE(run_folder::create(disk_, folder(), record_));
    EXPECT_EQ(*run_folder::holder(disk_, folder()), 0);
    EXPECT_TRUE(run_folder::open(disk_, folder()));
}

TEST_F(run_folder_test, a_moved_one_is_refused_unless_that_is_meant) {
    ASSERT_TRUE(run_folder::create(disk_, folder(), record_));
    const auto elsewhere = top_ + "/elsewhere";
    std::filesystem::rename(folder(), elsewhere);
    const auto opened = run_folder::open(disk_, elsewhere);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, trouble::configuration);
    EXPECT_NE(opened.error().text.find(folder()), std::string::npos);
    EXPECT_TRUE(run_folder::open(disk_, elsewhere, true));
    EXPECT_TRUE(run_folder::open(disk_, elsewhere)) << "said once, it is at home there";
}

TEST_F(run_folder_test, another_way_to_write_the_same_path_is_no_move) {
    ASSERT_TRUE(run_folder::create(disk_, top_ + "/runs/../runs/./november", record_));
    EXPECT_TRUE(run_folder::open(disk_, folder()));
}

TEST_F(run_folder_test, what_is_not_there_and_what_never_began_are_told_apart) {
    auto opened = run_folder::open(disk_, folder());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, trouble::missing);
    std::filesystem::create_directories(folder());
    opened = run_folder::open(disk_, folder());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, trouble::missing);
    EXPECT_NE(opened.error().text.find("nothing was sent"), std::string::npos);
}

// Only root can be somebody else for a while.
TEST_F(run_folder_test, somebody_elses_is_refused_with_the_way_out_and_never_said_to_be_none) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    ASSERT_TRUE(run_folder::create(disk_, folder(), record_));
    ASSERT_EQ(::chmod(scratch_.path().c_str(), 0755), 0);
    for (const mode_t mode : {mode_t{0700}, mode_t{0755}}) {
        ASSERT_EQ(::chmod(folder().c_str(), mode), 0);
        ASSERT_EQ(::seteuid(65'534), 0);
        const auto seen = run_folder::peek(disk_, folder());
        const auto opened = run_folder::open(disk_, folder());
        ASSERT_EQ(::seteuid(0), 0);
        for (const auto& told : {seen ? std::string() : seen.error().text,
                                 opened ? std::string() : opened.error().text}) {
            EXPECT_NE(told.find("as the user who made it"), std::string::npos) << told;
            EXPECT_EQ(told.find("can be removed"), std::string::npos);
        }
    }
}

TEST_F(run_folder_test, a_changed_record_is_kept) {
    {
        auto made = run_folder::create(disk_, folder(), record_);
        auto changed = made->record();
        changed.lanes.push_back({{"+4420", "st-3"}, "https://c.example", "main"});
        ASSERT_TRUE(made->change_record(changed));
        EXPECT_EQ(made->record().lanes.size(), 3U);
    }
    EXPECT_EQ(run_folder::peek(disk_, folder())->lanes.size(), 3U);
}

TEST_F(run_folder_test, every_cut_of_the_record_is_damage) {
    const auto text = run_record_to_json(record_);
    ASSERT_TRUE(run_record_from_json(text, "run.json"));
    for (std::size_t size = 0; size + 2 < text.size(); ++size) {
        const auto read = run_record_from_json(std::string_view(text).substr(0, size), "run.json");
        ASSERT_FALSE(read) << size;
        EXPECT_EQ(read.error().kind, trouble::journal);
    }
    const auto newer = run_record_from_json(R"({"format": 2})", "run.json");
    EXPECT_NE(newer.error().text.find("newer version"), std::string::npos);
}

}  // namespace
}  // namespace tidings::store
