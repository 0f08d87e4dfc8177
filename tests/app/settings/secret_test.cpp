#include "app/settings/secret.hpp"

#include "support/scratch_folder.hpp"

#include <cstdlib>
#include <filesystem>
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
    const auto plain = read_secret(place, key, {{"TIDINGS_TEST_SECRET", "hunter2"}}).value();
    EXPECT_EQ(plain.bytes, "hunter2");
    EXPECT_EQ(plain.note, "");
    EXPECT_THAT(read_secret(place, key, {}).error().text,
                HasSubstr("[[bot]] client_secret: TIDINGS_TEST_SECRET is not set"));
    EXPECT_TRUE(read_secret(place, key, {{"TIDINGS_TEST_SECRET", ""}}).has_error());
}

TEST_F(secret, comes_from_a_file_without_its_last_line_end) {
    EXPECT_EQ(read_secret(file_with("hunter2\n", 0600), key, {}).value().bytes, "hunter2");
    EXPECT_EQ(read_secret(file_with("hunter2\r\n", 0400), key, {}).value().bytes, "hunter2");
    EXPECT_EQ(read_secret(file_with("two\nlines\n\n", 0600), key, {}).value().bytes,
              "two\nlines\n");
    EXPECT_EQ(read_secret(file_with("x", 0600), key, {}).value().bytes, "x");
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

// What `kubectl create secret --from-file` and Docker's files of variables leave there.
TEST(secret_in_variable, a_last_line_end_is_left_out_and_told) {
    const secret_place place{secret_place::kind::variable, "TIDINGS_TEST_SECRET"};
    for (const auto* end : {"\n", "\r\n"}) {
        const auto read =
            read_secret(place, key, {{"TIDINGS_TEST_SECRET", std::string("hunter2") + end}});
        ASSERT_TRUE(read) << read.error().text;
        EXPECT_EQ(read->bytes, "hunter2");
        EXPECT_THAT(read->note, AllOf(HasSubstr("TIDINGS_TEST_SECRET ends with a line end"),
                                      Not(HasSubstr("hunter2"))));
    }
}

TEST_F(secret, comes_from_a_credential_of_systemd) {
    const auto file = file_with("hunter2-hunter2\n", 0400);
    const secret_place place{secret_place::kind::credential, "s.txt"};
    const environment variables{{"CREDENTIALS_DIRECTORY", folder_.path().string()}};
    EXPECT_EQ(read_secret(place, key, variables).value().bytes, "hunter2-hunter2");
    EXPECT_THAT(read_secret(place, key, {{"CREDENTIALS_DIRECTORY", ""}}).error().text,
                HasSubstr("LoadCredential=s.txt:"));
    EXPECT_EQ(read_secret({secret_place::kind::credential, "t.txt"}, key, variables).error().kind,
              core::trouble::missing);
}

core::result<fetched_secret> told_by(std::vector<std::string> words) {
    return read_secret({.where = secret_place::kind::command, .words = std::move(words)}, key, {});
}

TEST(secret_of_command, is_what_it_writes) {
    EXPECT_EQ(told_by({"printf", "%s\\n", "hunter2 hunter2"}).value().bytes, "hunter2 hunter2");
    // It has no input to wait for, and ends when it has written more than a secret can be.
    EXPECT_THAT(told_by({"cat"}).error().text, HasSubstr("is empty"));
    EXPECT_THAT(told_by({"cat", "/dev/zero"}).error().text, HasSubstr("larger than 64 KiB"));
    EXPECT_THAT(told_by({"false"}).error().text,
                HasSubstr("[[bot]] client_secret: command false ended with status 1"));
    EXPECT_THAT(told_by({"/no/such/program"}).error().text, HasSubstr("cannot be started"));
    EXPECT_THAT(told_by({"sh", "-c", "kill -9 $$"}).error().text, HasSubstr("ended by signal 9"));
}

struct place_row {
    secret_file_facts file;
    const char* told;
};

TEST(secret_place_of, rules) {
    const place_row rows[] = {
        {{.ordinary = true, .own = true, .mode = 0600}, ""},
        {{.ordinary = true, .roots = true, .mode = 0400}, ""},
        {{.own = true, .mode = 0600}, "no ordinary file"},
        {{.ordinary = true, .mode = 0600}, "another user"},
        {{.ordinary = true, .own = true, .mode = 0640}, "chmod 600"},
        {{.ordinary = true, .own = true, .mode = 0604}, "chmod 600"},
        {{.ordinary = true, .own = true, .link = true, .mode = 0600}, "is a link"},
        // What Docker and Kubernetes mount.
        {{.ordinary = true, .roots = true, .mount_read_only = true, .mode = 0444}, ""},
        {{.ordinary = true, .roots = true, .link = true, .mount_read_only = true, .mode = 0440},
         ""},
        {{.ordinary = true, .roots = true, .mode = 0444}, "chmod 600"},
        {{.ordinary = true, .own = true, .mount_read_only = true, .mode = 0444}, "chmod 600"},
        {{.ordinary = true, .roots = true, .mount_read_only = true, .mode = 0466}, "chmod 600"},
    };
    for (const auto& row : rows) {
        const auto told = unfit_for_a_secret(row.file);
        if (*row.told == '\0')
            EXPECT_EQ(told, "") << std::oct << row.file.mode;
        else
            EXPECT_THAT(told, HasSubstr(row.told)) << std::oct << row.file.mode;
    }
}

TEST_F(secret, a_link_is_not_followed_and_a_nul_is_refused) {
    const auto place = file_with("hunter2-hunter2", 0600);
    const auto link = folder_.path() / "link";
    std::filesystem::create_symlink(place.name, link);
    EXPECT_THAT(read_secret({secret_place::kind::file, link.string()}, key, {}).error().text,
                HasSubstr("is a link: name the file itself"));
    const auto with_nul = file_with(std::string("hunter2\0x", 9), 0600);
    EXPECT_THAT(read_secret(with_nul, key, {}).error().text, HasSubstr("holds a NUL"));
}

TEST(shared_secret, is_one_line_of_eight_bytes_or_more) {
    EXPECT_TRUE(check_shared_secret("12345678", key));
    EXPECT_THAT(check_shared_secret("1234567", key).error().text,
                AllOf(HasSubstr("shorter than 8"), Not(HasSubstr("1234567"))));
    EXPECT_THAT(check_shared_secret("12345678\n9", key).error().text, HasSubstr("one line"));
}

}  // namespace
}  // namespace tidings::app
