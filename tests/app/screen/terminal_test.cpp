#include "app/screen/terminal.hpp"

#include <cstdlib>
#include <vector>

#include <gtest/gtest.h>

#include <unistd.h>

namespace tidings::app {
namespace {

// A terminal as far as a drawn block needs one: rows of text, a cursor, and the three sequences.
class scripted_screen {
  public:
    void take(const std::string& bytes) {
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            if (bytes[i] == '\n') {
                ++row_;
                column_ = 0;
                grow();
            } else if (bytes.compare(i, 2, "\x1b[") == 0) {
                i = obey(bytes, i + 2);
            } else {
                put(bytes[i]);
            }
        }
    }
    std::string text() const {
        std::string all;
        for (const auto& line : lines_)
            all += line + "\n";
        while (all.ends_with("\n\n"))
            all.pop_back();
        return all == "\n" ? "" : all;
    }

  private:
    std::size_t obey(const std::string& bytes, std::size_t at) {
        std::size_t count = 0;
        while (bytes.at(at) >= '0' && bytes.at(at) <= '9')
            count = count * 10 + static_cast<std::size_t>(bytes.at(at++) - '0');
        switch (bytes.at(at)) {
            case 'F':
                EXPECT_LE(count, row_) << "moved above what it drew";
                row_ -= std::min(count, row_);
                column_ = 0;
                break;
            case 'K': lines_[row_].resize(column_); break;
            case 'J':
                lines_[row_].resize(column_);
                lines_.resize(row_ + 1);
                break;
            default: ADD_FAILURE() << "an unknown sequence";
        }
        return at;
    }
    void put(char c) {
        auto& line = lines_[row_];
        if (line.size() <= column_) line.resize(column_ + 1, ' ');
        line[column_++] = c;
    }
    void grow() {
        if (lines_.size() <= row_) lines_.resize(row_ + 1);
    }

    std::vector<std::string> lines_{""};
    std::size_t row_ = 0;
    std::size_t column_ = 0;
};

class drawn : public testing::Test {
  protected:
    void SetUp() override { ASSERT_EQ(::pipe(ends_), 0); }
    void TearDown() override {
        ::close(ends_[0]);
        ::close(ends_[1]);
    }
    // What stands on the screen now.
    std::string screen() {
        char buffer[65'536];
        const auto got = ::read(ends_[0], buffer, sizeof buffer);
        if (got > 0) screen_.take(std::string(buffer, static_cast<std::size_t>(got)));
        return screen_.text();
    }
    int fd() const { return ends_[1]; }

  private:
    int ends_[2] = {-1, -1};
    scripted_screen screen_;
};

TEST_F(drawn, a_block_is_redrawn_in_place) {
    drawn_block block(fd());
    block.draw("first\nsecond line\n");
    EXPECT_EQ(screen(), "first\nsecond line\n");
    block.draw("FIRST\nsecond\nthird\n");
    EXPECT_EQ(screen(), "FIRST\nsecond\nthird\n");
    block.draw("only\n");
    EXPECT_EQ(screen(), "only\n");
}

TEST(terminal, colour_is_as_asked_for) {
    EXPECT_TRUE(look_at_terminal(colour_choice::always).colour);
    EXPECT_FALSE(look_at_terminal(colour_choice::never).colour);
    ::setenv("NO_COLOR", "1", 1);
    EXPECT_FALSE(look_at_terminal(colour_choice::automatic).colour);
    ::unsetenv("NO_COLOR");
    const auto facts = look_at_terminal(colour_choice::automatic);
    EXPECT_GE(facts.columns, 20);
    EXPECT_LE(facts.columns, 500);
}

TEST(terminal, the_local_offset_knows_summer) {
    using namespace std::chrono;
    ::setenv("TZ", "Europe/Paris", 1);
    ::tzset();
    EXPECT_EQ(local_offset(sys_days(year(2026) / 1 / 15)), 60min);
    EXPECT_EQ(local_offset(sys_days(year(2026) / 7 / 15)), 120min);
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    EXPECT_EQ(local_offset(sys_days(year(2026) / 7 / 15)), 0min);
}

TEST(terminal, a_question_is_answered_by_one_line) {
    const auto answered = [](const std::string& typed) {
        int ends[2];
        EXPECT_EQ(::pipe(ends), 0);
        EXPECT_EQ(::write(ends[1], typed.data(), typed.size()), static_cast<ssize_t>(typed.size()));
        ::close(ends[1]);
        const int kept = ::dup(STDIN_FILENO);
        ::dup2(ends[0], STDIN_FILENO);
        const bool yes = ask_yes_no("really?");
        ::dup2(kept, STDIN_FILENO);
        ::close(kept);
        ::close(ends[0]);
        return yes;
    };
    EXPECT_TRUE(answered("y\n"));
    EXPECT_TRUE(answered(" Yes \n"));
    EXPECT_TRUE(answered("yes"));
    EXPECT_FALSE(answered(""));
    EXPECT_FALSE(answered("\n"));
    EXPECT_FALSE(answered("no\ny\n"));
    EXPECT_FALSE(answered("yesterday\n"));
    EXPECT_FALSE(answered(std::string(10'000, 'y')));
}

}  // namespace
}  // namespace tidings::app
