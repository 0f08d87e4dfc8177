#include "app/screen/messages.hpp"

#include "support/file_text.hpp"
#include "support/scratch_folder.hpp"

#include <condition_variable>
#include <mutex>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <sys/stat.h>
#include <unistd.h>

namespace tidings::app {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using tests::file_text;

class messages_test : public testing::Test {
  protected:
    messages_options to_lines(log_format format = log_format::text) {
        messages_options options;
        options.format = format;
        options.to_person = [this](std::string_view line) { lines_.emplace_back(line); };
        return options;
    }

    tests::scratch_folder folder_;
    std::vector<std::string> lines_;  // written by the messages' thread, read after its end
};

TEST_F(messages_test, a_person_reads_plain_lines) {
    {
        messages installed(to_lines());
        spdlog::info("12 rows");
        spdlog::warn("slow");
        spdlog::error("from the server: \"{}\"", "a\x1b[2J\nb");
        spdlog::debug("hidden");
    }
    EXPECT_THAT(lines_, ElementsAre("12 rows\n", "warning: slow\n",
                                    "error: from the server: \"a [2J b\"\n"));
}

TEST_F(messages_test, a_program_reads_json_lines) {
    {
        messages installed(to_lines(log_format::json));
        spdlog::warn("say \"x\"\n\x01");
    }
    ASSERT_EQ(lines_.size(), 1U);
    EXPECT_THAT(lines_[0], testing::StartsWith("{\"type\":\"message\",\"ts\":\"20"));
    EXPECT_THAT(lines_[0],
                EndsWith("\"level\":\"warning\",\"text\":\"say \\\"x\\\"\\u000a\\u0001\"}\n"));
}

TEST_F(messages_test, quiet_keeps_errors_and_the_file_keeps_all) {
    const auto file = folder_.path() / "tidings.log";
    {
        auto options = to_lines();
        options.quiet = true;
        messages installed(std::move(options));
        ASSERT_TRUE(installed.add_file(file).has_value());
        spdlog::info("begun");
        spdlog::error("broken");
    }
    EXPECT_THAT(lines_, ElementsAre("error: broken\n"));
    EXPECT_THAT(file_text(file), HasSubstr("Z info: begun\n"));
    EXPECT_THAT(file_text(file), HasSubstr("Z error: broken\n"));
    struct stat facts {};
    ASSERT_EQ(::stat(file.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777, 0600U);
}

TEST_F(messages_test, the_file_is_continued) {
    const auto file = folder_.path() / "tidings.log";
    for (const char* text : {"one", "two"}) {
        messages installed(to_lines());
        ASSERT_TRUE(installed.add_file(file).has_value());
        spdlog::info(text);
    }
    EXPECT_THAT(file_text(file), HasSubstr("one\n"));
    EXPECT_THAT(file_text(file), HasSubstr("two\n"));
}

TEST_F(messages_test, the_file_has_a_format_of_its_own) {
    const auto file = folder_.path() / "tidings.log";
    {
        messages installed(to_lines());
        ASSERT_TRUE(installed.add_file(file, log_format::json).has_value());
        spdlog::info("begun");
    }
    EXPECT_THAT(lines_, ElementsAre("begun\n"));
    EXPECT_THAT(file_text(file), testing::StartsWith("{\"type\":\"message\","));
}

TEST_F(messages_test, a_file_that_cannot_be_written_is_a_failure) {
    messages installed(to_lines());
    const auto added = installed.add_file(folder_.path() / "no" / "such");
    ASSERT_TRUE(added.has_error());
    EXPECT_THAT(added.error().text, HasSubstr("cannot create"));
}

// A reader that stands still makes the oldest entries go, and nobody wait.
TEST_F(messages_test, a_full_queue_drops_the_oldest) {
    std::mutex guard;
    std::condition_variable wake;
    bool go_on = false, entered = false;
    std::size_t dropped = 0;
    {
        auto options = to_lines();
        options.queue_max = 10;
        options.to_person = [&, keep = options.to_person](std::string_view line) {
            std::unique_lock lock(guard);
            entered = true;
            wake.notify_all();
            wake.wait(lock, [&] { return go_on; });
            keep(line);
        };
        messages installed(std::move(options));
        spdlog::info("first");
        {
            std::unique_lock lock(guard);
            wake.wait(lock, [&] { return entered; });
        }
        for (int i = 0; i < 100; ++i)
            spdlog::info("{}", i);
        dropped = installed.dropped();
        const std::scoped_lock lock(guard);
        go_on = true;
        wake.notify_all();
    }
    EXPECT_GE(dropped, 89U);
    ASSERT_FALSE(lines_.empty());
    EXPECT_EQ(lines_.front(), "first\n");
    EXPECT_EQ(lines_.back(), "99\n");
    EXPECT_EQ(lines_.size(), 101 - dropped);
}

TEST_F(messages_test, a_long_text_is_cut) {
    {
        messages installed(to_lines());
        spdlog::info("{}", std::string(100'000, 'x'));
    }
    ASSERT_EQ(lines_.size(), 1U);
    EXPECT_EQ(lines_[0].size(), 4'097U);
}

}  // namespace
}  // namespace tidings::app
