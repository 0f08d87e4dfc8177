#include "app/part_file.hpp"

#include "support/file_text.hpp"
#include "support/scratch_folder.hpp"

#include <iterator>

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace tidings::app {
namespace {

std::ptrdiff_t files_in(const std::filesystem::path& folder) {
    return std::distance(std::filesystem::directory_iterator(folder), {});
}

TEST(part_file, takes_its_place_when_it_is_whole) {
    const tests::scratch_folder folder;
    const auto target = folder.path() / "out.csv";
    std::ofstream(target) << "before";
    auto part = part_file::begin("--out", target);
    ASSERT_TRUE(part) << part.error().text;
    part->stream() << "after";
    EXPECT_EQ(tests::file_text(target.string()), "before");
    ASSERT_TRUE(part->finish());
    EXPECT_EQ(tests::file_text(target.string()), "after");
    struct stat found {};
    EXPECT_EQ(::stat(target.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600U);
    EXPECT_EQ(files_in(folder.path()), 1);
}

TEST(part_file, leaves_nothing_when_it_is_not) {
    const tests::scratch_folder folder;
    {
        auto part = part_file::begin("--out", folder.path() / "out.csv");
        ASSERT_TRUE(part);
        part->stream() << "half";
        EXPECT_EQ(files_in(folder.path()), 1);
    }
    EXPECT_EQ(files_in(folder.path()), 0);
}

TEST(part_file, a_link_is_replaced_and_not_followed) {
    const tests::scratch_folder folder;
    const auto victim = folder.path() / "victim";
    std::ofstream(victim) << "mine";
    std::filesystem::create_symlink(victim, folder.path() / "out");
    auto part = part_file::begin("--out", folder.path() / "out");
    ASSERT_TRUE(part);
    part->stream() << "rows";
    ASSERT_TRUE(part->finish());
    EXPECT_EQ(tests::file_text(victim.string()), "mine");
    EXPECT_EQ(tests::file_text((folder.path() / "out").string()), "rows");
}

TEST(part_file, pipes_devices_and_folders_are_no_place_for_it) {
    const tests::scratch_folder folder;
    ASSERT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
    for (const auto& place : {folder.path() / "pipe", std::filesystem::path("/dev/null"),
                              folder.path(), folder.path() / "none" / "out"}) {
        const auto part = part_file::begin("--out", place);
        ASSERT_FALSE(part) << place;
        EXPECT_EQ(part.error().kind, core::trouble::usage);
    }
}

}  // namespace
}  // namespace tidings::app
