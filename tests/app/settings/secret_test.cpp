#include "app/settings/secret.hpp"

#include "support/scratch_folder.hpp"

#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

namespace tidings::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr auto key = "[[bot]] client_secret";

class secret : public testing::Test {
  protected:
    secret_place file_with(const std::string& text, mode_t mode) {
        const auto path = folder_.path() / "s.txt";
        std::ofstream(path) << text;
        ::chmod(path.c_str(), mode);
        return {secret_place::kind::file, path.string()};
    }

    tests::scratch_folder folder_;
};

TEST_F(secret, comes_from_the_environment) {
    const secret_place place{secret_place::kind::variable, "TIDINGS_TEST_SECRET"};
    EXPECT_EQ(read_secret(place, key, {{"TIDINGS_TEST_SECRET", "hunter2\n"}}).value(), "hunter2\n");
    EXPECT_THAT(read_secret(place, key, {}).error().text,
                HasSubstr("[[bot]] client_secret: TIDINGS_TEST_SECRET is not set"));
    EXPECT_TRUE(read_secret(place, key, {{"TIDINGS_TEST_SECRET", ""}}).has_error());
}

TEST_F(secret, comes_from_a_file_without_its_last_line_end) {
    EXPECT_EQ(read_secret(file_with("hunter2\n", 0600), key, {}).value(), "hunter2");
    EXPECT_EQ(read_secret(file_with("hunter2\r\n", 0400), key, {}).value(), "hunter2");
    EXPECT_EQ(read_secret(file_with("two\nlines\n\n", 0600), key, {}).value(), "two\nlines\n");
    EXPECT_EQ(read_secret(file_with("x", 0600), key, {}).value(), "x");
}

TEST_F(secret, is_refused_when_others_may_read_it) {
    for (const mode_t mode : {0640U, 0604U, 0660U, 0777U, 0610U}) {
        const auto read = read_secret(file_with("hunter2", mode), key, {});
        ASSERT_TRUE(read.has_error()) << mode;
        EXPECT_THAT(read.error().text, AllOf(HasSubstr("chmod 600"), Not(HasSubstr("hunter2"))));
    }
}

TEST_F(secret, is_refused_when_there_is_none) {
    EXPECT_THAT(read_secret(file_with("\n", 0600), key, {}).error().text, HasSubstr("is empty"));
    EXPECT_THAT(read_secret(file_with(std::string(codec::secret::size_max + 1, 'x'), 0600), key, {})
                    .error()
                    .text,
                HasSubstr("larger than 64 KiB"));
    EXPECT_EQ(read_secret({secret_place::kind::file, (folder_.path() / "none").string()}, key, {})
                  .error()
                  .kind,
              core::trouble::missing);
    EXPECT_THAT(
        read_secret({secret_place::kind::file, folder_.path().string()}, key, {}).error().text,
        HasSubstr("no ordinary file"));
    EXPECT_THAT(read_secret({}, key, {}).error().text, HasSubstr("is missing"));
}

TEST_F(secret, does_not_wait_for_a_pipe) {
    const auto path = folder_.path() / "pipe";
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    EXPECT_THAT(read_secret({secret_place::kind::file, path.string()}, key, {}).error().text,
                HasSubstr("no ordinary file"));
}

}  // namespace
}  // namespace tidings::app
