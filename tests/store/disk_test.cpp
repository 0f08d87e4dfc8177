#include "store/disk.hpp"

#include "store/posix_disk.hpp"
#include "support/scratch_folder.hpp"
#include "support/simulated_disk.hpp"

#include <array>
#include <cerrno>
#include <filesystem>
#include <string>
#include <type_traits>

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

namespace tidings::store {
namespace {

using core::trouble;

std::string text_in(disk_file& file) {
    std::array<std::byte, 4096> bytes{};
    const auto got = file.read(bytes, 0);
    EXPECT_TRUE(got);
    return {reinterpret_cast<const char*>(bytes.data()), *got};
}

// Both disks keep the same promises.
template <class Disk>
class any_disk : public ::testing::Test {
  protected:
    std::string path(const char* name) const { return folder_ + "/" + name; }

    Disk disk_;
    const tests::scratch_folder scratch_;  // the simulated disk takes no notice of it
    const std::string folder_ =
        std::is_same_v<Disk, posix_disk> ? scratch_.path().string() : std::string("top");
};
using both = ::testing::Types<posix_disk, simulated_disk>;
TYPED_TEST_SUITE(any_disk, both);

TYPED_TEST(any_disk, files_are_written_read_and_measured) {
    auto& disk = this->disk_;
    auto file = disk_file::open(disk, this->path("a"), open_mode::create_new);
    ASSERT_TRUE(file) << file.error().text;
    EXPECT_TRUE(file->allocate(8192));
    EXPECT_EQ(*file->size(), 8192U);
    EXPECT_TRUE(file->truncate(0));
    EXPECT_TRUE(file->write("hello", 0));
    EXPECT_TRUE(file->sync());
    EXPECT_TRUE(file->forget_cached());
    EXPECT_EQ(*file->size(), 5U);
    EXPECT_EQ(text_in(*file), "hello");
    EXPECT_EQ(disk_file::open(disk, this->path("a"), open_mode::create_new).error().kind,
              trouble::journal);
    EXPECT_FALSE(disk_file::open(disk, this->path("b"), open_mode::read));
}

TYPED_TEST(any_disk, folders_are_made_listed_and_renamed_in) {
    auto& disk = this->disk_;
    ASSERT_TRUE(make_folders(disk, this->path("x/y"), trouble::internal));
    ASSERT_TRUE(write_whole_file(disk, this->path("x/y/one"), "1", trouble::internal));
    ASSERT_TRUE(write_whole_file(disk, this->path("x/y/one"), "2", trouble::internal));
    EXPECT_EQ(*read_whole_file(disk, this->path("x/y/one"), 10, trouble::internal), "2");
    EXPECT_EQ(disk.rename(this->path("x/y/one"), this->path("x/y/two")), 0);
    std::vector<std::string> names;
    EXPECT_EQ(disk.list(this->path("x/y"), names), 0);
    EXPECT_EQ(names, (std::vector<std::string>{"two"}));
    EXPECT_EQ(disk.unlink(this->path("x/y/two")), 0);
    EXPECT_EQ(disk.unlink(this->path("x/y/two")), -ENOENT);
    EXPECT_EQ(disk.sync_folder(this->path("x/y")), 0);
    EXPECT_EQ(disk.make_folder(this->path("x")), -EEXIST);
    EXPECT_EQ(disk.list(this->path("nothing"), names), -ENOENT);
    EXPECT_GT(disk.free_space(this->folder_), 0);
}

TYPED_TEST(any_disk, a_lock_is_held_once) {
    auto& disk = this->disk_;
    auto first = disk_file::open(disk, this->path("lock"), open_mode::create_new);
    auto second = disk_file::open(disk, this->path("lock"), open_mode::write);
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(*first->try_lock());
    EXPECT_FALSE(*second->try_lock());
    first->close();
    EXPECT_TRUE(*second->try_lock());
}

TYPED_TEST(any_disk, a_file_above_the_limit_is_not_read) {
    auto& disk = this->disk_;
    ASSERT_TRUE(write_whole_file(disk, this->path("large"), "0123456789", trouble::internal));
    EXPECT_TRUE(read_whole_file(disk, this->path("large"), 10, trouble::list));
    EXPECT_EQ(read_whole_file(disk, this->path("large"), 9, trouble::list).error().kind,
              trouble::list);
}

using posix_disk_test = any_disk<posix_disk>;

TEST_F(posix_disk_test, what_is_synced_into_a_file_that_was_removed_is_no_record) {
    auto file = disk_file::open(disk_, path("a"), open_mode::create_new);
    ASSERT_TRUE(file) << file.error().text;
    ASSERT_TRUE(file->write("hello", 0));
    EXPECT_TRUE(file->sync());
    std::filesystem::rename(path("a"), path("b"));
    EXPECT_TRUE(file->sync()) << "a new name is a name";
    std::filesystem::remove(path("b"));
    const auto synced = file->sync();
    ASSERT_FALSE(synced);
    EXPECT_EQ(synced.error().kind, trouble::journal);
}

std::string why_not(core::result<disk_file> opened) {
    return opened ? "(it was opened)" : opened.error().text;
}

TEST_F(posix_disk_test, what_is_made_is_the_owners_alone_whatever_the_umask) {
    for (const mode_t mask : {mode_t{0}, mode_t{0777}}) {
        const auto before = ::umask(mask);
        const auto folder = path(mask == 0 ? "open" : "shut");
        const int made = disk_.make_folder(folder);
        const auto file = disk_file::open(disk_, folder + "/a", open_mode::create_new);
        ::umask(before);
        EXPECT_EQ(made, 0);
        ASSERT_TRUE(file) << file.error().text;
        struct stat found {};
        EXPECT_EQ(::stat(folder.c_str(), &found), 0);
        EXPECT_EQ(found.st_mode & 07777, 0700U);
        EXPECT_EQ(::stat((folder + "/a").c_str(), &found), 0);
        EXPECT_EQ(found.st_mode & 07777, 0600U);
    }
}

TEST_F(posix_disk_test, links_pipes_and_devices_are_no_files_of_a_run) {
    ASSERT_TRUE(disk_file::open(disk_, path("a"), open_mode::create_new));
    std::filesystem::create_symlink(path("a"), path("link"));
    for (const auto mode : {open_mode::read, open_mode::write})
        EXPECT_NE(why_not(disk_file::open(disk_, path("link"), mode)).find("links are not"),
                  std::string::npos);
    EXPECT_FALSE(disk_file::open(disk_, path("link"), open_mode::create_new));
    EXPECT_FALSE(disk_file::open(disk_, path(""), open_mode::read));  // a folder
    // Nobody writes to it: an open that waited would never come back.
    ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
    EXPECT_NE(why_not(disk_file::open(disk_, path("pipe"), open_mode::read)).find("no ordinary"),
              std::string::npos);
    EXPECT_NE(why_not(disk_file::open(disk_, "/dev/zero", open_mode::read)).find("no ordinary"),
              std::string::npos);
}

TEST_F(posix_disk_test, a_folder_that_others_may_write_to_is_not_used_but_a_sticky_one) {
    const auto folder = path("f");
    ASSERT_EQ(disk_.make_folder(folder), 0);
    ASSERT_TRUE(disk_file::open(disk_, folder + "/a", open_mode::create_new));
    for (const mode_t mode : {mode_t{0777}, mode_t{0720}}) {
        ASSERT_EQ(::chmod(folder.c_str(), mode), 0);
        EXPECT_NE(
            why_not(disk_file::open(disk_, folder + "/a", open_mode::read)).find("chmod go-w"),
            std::string::npos);
        EXPECT_EQ(disk_.rename(folder + "/a", path("b")), -EPERM);
        EXPECT_EQ(disk_.unlink(folder + "/a"), -EPERM);
    }
    ASSERT_EQ(::chmod(folder.c_str(), 01777), 0);
    EXPECT_TRUE(disk_file::open(disk_, folder + "/a", open_mode::read));
    ASSERT_EQ(::chmod(folder.c_str(), 0755), 0);
    EXPECT_TRUE(disk_file::open(disk_, folder + "/a", open_mode::read));
}

// Only root can give files away, so only root can try this.
TEST_F(posix_disk_test, what_belongs_to_somebody_else_is_not_used) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    constexpr uid_t somebody = 12'345;
    const auto folder = path("f");
    ASSERT_EQ(disk_.make_folder(folder), 0);
    ASSERT_TRUE(disk_file::open(disk_, folder + "/a", open_mode::create_new));
    std::filesystem::create_directory_symlink(folder, path("own"));
    std::filesystem::create_directory_symlink(folder, path("others"));
    ASSERT_EQ(::lchown(path("others").c_str(), somebody, somebody), 0);
    EXPECT_TRUE(disk_file::open(disk_, path("own") + "/a", open_mode::read));
    EXPECT_FALSE(disk_file::open(disk_, path("others") + "/a", open_mode::read));
    // Wherever on the way a link of somebody else's stands.
    ASSERT_EQ(disk_.make_folder(folder + "/deep"), 0);
    ASSERT_TRUE(disk_file::open(disk_, folder + "/deep/a", open_mode::create_new));
    EXPECT_TRUE(disk_file::open(disk_, path("own") + "/deep/a", open_mode::read));
    EXPECT_NE(why_not(disk_file::open(disk_, path("others") + "/deep/a", open_mode::read))
                  .find("another user"),
              std::string::npos);
    EXPECT_EQ(disk_.make_folder(path("others") + "/new"), -EPERM);
    ASSERT_EQ(::chown((folder + "/a").c_str(), somebody, somebody), 0);
    EXPECT_NE(why_not(disk_file::open(disk_, folder + "/a", open_mode::write)).find("another user"),
              std::string::npos);
    ASSERT_EQ(::chown(folder.c_str(), somebody, somebody), 0);
    EXPECT_FALSE(disk_file::open(disk_, folder + "/b", open_mode::create_new));
}

class disk_file_test : public ::testing::Test {
  protected:
    disk_file_test() : file_(*disk_file::open(disk_, "top/a", open_mode::create_new)) {
        EXPECT_TRUE(file_.write("0123456789", 0));
    }
    simulated_disk disk_;
    disk_file file_;
};

TEST_F(disk_file_test, interrupted_and_short_calls_are_gone_on_with) {
    disk_.set_plan({.fail_at = 1, .fail_with = EINTR});
    EXPECT_TRUE(file_.write("abc", 0));
    disk_.set_plan({.fail_at = 1, .fail_with = simulated_disk::short_count});
    EXPECT_TRUE(file_.write("ABCDEF", 0));
    disk_.set_plan({.fail_at = 1, .fail_with = simulated_disk::short_count});
    EXPECT_EQ(text_in(file_), "ABCDEF6789");
    disk_.set_plan({.fail_at = 1, .fail_with = EINTR});
    EXPECT_TRUE(file_.sync());
}

TEST_F(disk_file_test, a_full_disk_is_told_apart) {
    for (const int error : {ENOSPC, EDQUOT, EFBIG}) {
        disk_.set_plan({.fail_at = 1, .fail_with = error});
        EXPECT_EQ(file_.write("x", 0).error().kind, trouble::disk_full);
    }
    disk_.set_plan({.fail_at = 1, .fail_with = EFBIG});
    const auto limited = file_.write("x", 0);
    EXPECT_NE(limited.error().text.find("ulimit -f"), std::string::npos) << limited.error().text;
    for (const int error : {EIO, EROFS, EBADF}) {
        disk_.set_plan({.fail_at = 1, .fail_with = error});
        const auto done = file_.write("x", 0);
        EXPECT_EQ(done.error().kind, trouble::journal);
        EXPECT_NE(done.error().text.find("top/a"), std::string::npos);
    }
}

TEST_F(disk_file_test, a_failed_sync_loses_what_a_second_one_would_hide) {
    ASSERT_TRUE(file_.sync());
    ASSERT_TRUE(file_.write(std::string(4096, 'x'), 0));
    disk_.set_plan({.fail_at = 1, .fail_with = EIO});
    EXPECT_FALSE(file_.sync());
    EXPECT_TRUE(file_.sync()) << "the kernel calls it a success";
    EXPECT_TRUE(file_.forget_cached());
    EXPECT_NE(text_in(file_), std::string(4096, 'x'));
}

}  // namespace
}  // namespace tidings::store
