#include "runner/live_state.hpp"

#include <gtest/gtest.h>

namespace tidings::runner {
namespace {

using namespace std::chrono_literals;

constexpr core::wall_time now{std::chrono::seconds(1'795'420'800)};

core::endpoint_trouble trouble_of(const std::string& bot, const std::string& name,
                                  const std::string& words) {
    core::endpoint_trouble made;
    made.bot = bot;
    made.name = name;
    made.words = words;
    return made;
}

TEST(live_state, crosses_as_one_line) {
    live_state state{.phase = core::run_phase::waiting,
                     .waiting_until = now + 12min,
                     .finish_expected = now + 55h,
                     .rate_now = 9.75,
                     .waiting_for = "18,000/1h of bot st-1",
                     .troubles = {}};
    EXPECT_EQ(live_state_from(to_line(state)), state);
    state.troubles = {trouble_of("st-1", "platform.kore.ai", "status 503, \"go away\""),
                      trouble_of("st-2", "b.example:8443", "")};
    state.troubles[0].since = now;
    state.troubles[0].questions = 7;
    state.troubles[0].ask_at = now + 9s;
    state.troubles[1].trying = true;
    EXPECT_EQ(live_state_from(to_line(state)), state);
    state = {};
    EXPECT_EQ(live_state_from(to_line(state)), state);
}

TEST(live_state, words_cannot_end_the_line) {
    live_state state;
    state.waiting_for = "a connection: \r\nok";
    const auto line = to_line(state);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_EQ(live_state_from(line)->waiting_for, "a connection:   ok");
    const std::string much(2000, '\x1F');
    state.waiting_for = much;
    state.troubles.assign(9, trouble_of(much, much, much));
    EXPECT_LT(to_line(state).size(), 1023U) << "control_socket cuts longer ones off";
    EXPECT_EQ(live_state_from(to_line(state))->troubles.size(), 3U);
}

TEST(live_state, anything_else_is_none) {
    for (const auto* line :
         {"", "ok", "no: not understood", "9 0 0 0 x", "-1 0 0 0 x", "1 2 3", "1 0 0 0",
          "1 0 0 soon x", "1 0 99999999999999999999 0 x", "1 0 0 0 x\x1F",
          "1 0 0 0 x\x1F"
          "1 2 3 0 0 bot"})
        EXPECT_FALSE(live_state_from(line)) << line;
}

TEST(live_state, completes_what_the_folder_tells) {
    core::progress_snapshot told;
    told.rows_read = 7;
    core::progress_snapshot live;
    live.phase = core::run_phase::paused;
    live.waiting_for = "by control";
    live.finish_expected = now;
    live.answers.troubles = {trouble_of("st-1", "a", "no answer")};
    tell(told, live_state_of(live));
    EXPECT_EQ(told.rows_read, 7U);
    EXPECT_EQ(told.phase, core::run_phase::paused);
    EXPECT_EQ(told.waiting_for, "by control");
    EXPECT_EQ(told.finish_expected, now);
    ASSERT_EQ(told.answers.troubles.size(), 1U);
}

}  // namespace
}  // namespace tidings::runner
