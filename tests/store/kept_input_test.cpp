#include "store/kept_input.hpp"

#include "store/posix_disk.hpp"
#include "support/list_files.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tidings::store {
namespace {

class kept_input_test : public tests::list_files {
  protected:
    core::result<std::uint64_t> kept(const std::string& from,
                                     std::uint64_t bytes_max = kept_input_bytes_max) {
        const int input = ::open(from.c_str(), O_RDONLY);
        core::result<std::uint64_t> got = std::uint64_t{0};
        const auto done = keep_list(disk_, path("kept.csv"), [&](int to) -> core::result<void> {
            got = copy_input("standard input", input, to, bytes_max);
            if (!got) return got.error();
            return {};
        });
        if (got && !done) got = done.error();
        ::close(input);
        return got;
    }
    bool leaves_nothing() const {
        return !std::filesystem::exists(path("kept.csv")) &&
               !std::filesystem::exists(path("kept.csv.part"));
    }

    posix_disk disk_;
};

TEST_F(kept_input_test, is_whole_and_the_owners_alone) {
    const std::string text(3'000'000, 'x');
    const auto from = put("input", text);
    put("kept.csv.part", "of an attempt that died");
    EXPECT_EQ(kept(from).value(), text.size());
    EXPECT_EQ(content("kept.csv"), text);
    struct stat facts {};
    ASSERT_EQ(::stat(path("kept.csv").c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777U, 0600U);
    EXPECT_FALSE(std::filesystem::exists(path("kept.csv.part")));
}

TEST_F(kept_input_test, folders_and_devices_are_refused_at_once) {
    for (const auto& from : {path(""), std::string("/dev/zero"), std::string("/dev/urandom")}) {
        const auto got = kept(from);
        ASSERT_FALSE(got) << from;
        EXPECT_EQ(got.error().kind, core::trouble::list);
        EXPECT_TRUE(leaves_nothing());
    }
    EXPECT_EQ(kept("/dev/null").value(), 0U);
}

TEST_F(kept_input_test, what_has_no_end_is_refused_and_leaves_nothing) {
    const auto from = put("input", std::string(1'001, 'x'));
    const auto got = kept(from, 1'000);
    ASSERT_FALSE(got);
    EXPECT_NE(got.error().text.find("larger than 1000 bytes"), std::string::npos);
    EXPECT_TRUE(leaves_nothing());
    EXPECT_EQ(kept(from, 1'001).value(), 1'001U);
}

TEST_F(kept_input_test, a_link_that_waits_under_its_name_is_not_followed) {
    const auto victim = put("victim", "mine");
    const auto from = put("input", "+1");
    std::filesystem::create_symlink(victim, path("kept.csv.part"));
    std::filesystem::create_symlink(victim, path("kept.csv"));
    EXPECT_EQ(kept(from).value(), 2U);
    EXPECT_EQ(content("victim"), "mine");
    EXPECT_EQ(content("kept.csv"), "+1");
}

TEST_F(kept_input_test, a_folder_that_is_not_there_is_told) {
    const auto from = put("input", "+1");
    const int input = ::open(from.c_str(), O_RDONLY);
    EXPECT_FALSE(
        keep_list(disk_, path("no/such/folder/list"), [](int) { return core::result<void>(); }));
    ::close(input);
}

}  // namespace
}  // namespace tidings::store
