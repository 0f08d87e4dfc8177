#include "core/limiter.hpp"
#include "support/one_bot.hpp"
#include "support/rolling_counter.hpp"
#include "support/scripted_sender.hpp"

#include <random>

#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using namespace std::chrono_literals;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using tests::at;
using tests::one_bot;
using tests::scripted_sender;

// A server that grants less than we were told.
class strict_server {
  public:
    strict_server(std::uint32_t granted, duration window, answer_text text, bool refused_count)
        : count(granted), window_(window), text_(text), refused_count_(refused_count) {}

    std::optional<refusal> operator()(instant now) {
        std::erase_if(seen_, [&](instant one) { return now - one > window_; });
        const bool over = seen_.size() >= count;
        if (!over || refused_count_) seen_.push_back(now);
        if (!over) return std::nullopt;
        return refusal{text_, retry_after};
    }

    std::uint32_t count;
    std::optional<duration> retry_after;

  private:
    duration window_;
    answer_text text_;
    bool refused_count_;
    std::vector<instant> seen_;
};

TEST(limiter_refusals, learns_what_the_server_gives) {
    for (const bool refused_count : {false, true}) {
        for (const auto latency : {5ms, 50ms, 400ms}) {
            limiter limits = one_bot({{600, 60s}, {18'000, 1h}});
            scripted_sender sender(limits);
            strict_server server(60, 60s, answer_text::limit_minute, refused_count);
            sender.refuses = [&](instant now) { return server(now); };
            sender.latency = [&] { return duration(latency); };
            sender.run_until(at(60min));
            const auto report = limits.reports()[0];
            EXPECT_EQ(report.asked, (rate_limit{600, 60s}));
            EXPECT_GE(report.believed, 57U) << latency.count();
            EXPECT_LE(report.believed, 60U) << latency.count();
            EXPECT_GE(report.refusals, 1U);
            EXPECT_EQ(limits.reports()[1].refusals, 0U);
            // Few in an hour, and what is granted is used.
            EXPECT_LE(sender.refusals, 20U) << latency.count();
            EXPECT_GE(sender.left.size() - sender.refusals, 3'300U) << latency.count();
        }
    }
}

TEST(limiter_refusals, a_limit_that_comes_back_is_found_again) {
    limiter limits = one_bot({{600, 60s}});
    scripted_sender sender(limits);
    strict_server server(60, 60s, answer_text::limit_minute, true);
    sender.refuses = [&](instant now) { return server(now); };
    sender.run_until(at(10min));
    EXPECT_LE(limits.reports()[0].believed, 60U);
    server.count = 600;
    sender.run_until(at(40min));
    EXPECT_EQ(limits.reports()[0].believed, 600U);
    EXPECT_GE(sender.left_between(at(39min), at(40min)), 590U);
}

TEST(limiter_refusals, an_hourly_refusal_lowers_the_hourly_limit) {
    limiter limits = one_bot({{600, 60s}, {18'000, 1h}});
    scripted_sender sender(limits);
    strict_server server(1'800, 1h, answer_text::limit_hour, true);
    sender.refuses = [&](instant now) { return server(now); };
    sender.run_until(at(6h));
    const auto reports = limits.reports();
    EXPECT_EQ(reports[0].believed, 600U);
    EXPECT_EQ(reports[0].refusals, 0U);
    EXPECT_GE(reports[1].believed, 1'700U);
    EXPECT_LE(reports[1].believed, 1'800U);
    EXPECT_LE(sender.refusals, 40U);
    EXPECT_GE(sender.left.size() - sender.refusals, 9'500U);
}

TEST(limiter_refusals, the_account_freezes_if_it_has_limits_else_the_bot) {
    for (const bool account_has_limits : {true, false}) {
        limiter limits;
        const std::vector<rate_limit> some = {{60, 60s}};
        const auto account =
            limits.add_scope(scope_kind::account, "a",
                             account_has_limits ? some : std::vector<rate_limit>{}, pace::burst);
        const auto one = limits.add_scope(scope_kind::bot, "1", some, pace::burst);
        const auto two = limits.add_scope(scope_kind::bot, "2", some, pace::burst);
        const scope_id first[] = {account, one};
        const scope_id second[] = {account, two};
        limits.add_lane(first);
        limits.add_lane(second);
        const instant now = at(10s);
        limits.take(0, now);
        limits.refused(0, now, {answer_text::limit_minute, 7s});
        EXPECT_EQ(limits.earliest(0, now), now + 7s);
        EXPECT_EQ(limits.available(0, now, 5), 0U);
        EXPECT_EQ(limits.earliest(1, now) > now, account_has_limits);
        const auto why = limits.why_waiting(0, now);
        EXPECT_EQ(why.what, wait_reason::cause::refusal);
        EXPECT_EQ(why.name, account_has_limits ? "a" : "1");
        EXPECT_EQ(why.until, now + 7s);
    }
}

TEST(limiter_refusals, after_a_freeze_one_message_goes_alone) {
    limiter limits = one_bot({{600, 60s}});
    const instant now = at(10s);
    limits.take(0, now);
    limits.refused(0, now, {answer_text::limit_minute, 3s});
    const instant later = now + 4s;
    EXPECT_EQ(limits.available(0, later, 100), 1U);
    limits.take(0, later);
    EXPECT_EQ(limits.earliest(0, later + 1s), never);
    EXPECT_EQ(limits.why_waiting(0, later + 1s).what, wait_reason::cause::trial);
    limits.returned_unused(0);  // it never left: another tries
    EXPECT_EQ(limits.available(0, later + 1s, 100), 1U);
    limits.take(0, later + 1s);
    EXPECT_EQ(limits.earliest(0, later + 2s), never);
    limits.answered(0, later + 2s);
    EXPECT_LE(limits.earliest(0, later + 2s), later + 2s);
}

TEST(limiter_refusals, those_that_were_out_are_old_news) {
    limiter limits = one_bot({{600, 60s}});
    scripted_sender sender(limits);
    sender.latency = [] { return 2s; };
    sender.run_until(at(40s), 200);
    for (int i = 0; i < 10; ++i)
        limits.refused(0, sender.now, {answer_text::limit_minute, {}});
    EXPECT_EQ(limits.reports()[0].refusals, 1U);
    EXPECT_EQ(limits.earliest(0, sender.now), never);  // others are out still
}

struct retry_after_case {
    std::vector<rate_limit> limits;
    answer_text text;
    std::optional<duration> told;
    duration expected;
    bool quoted = false;  // told as a wait that no window explains
};

TEST(limiter_refusals, retry_after_is_heeded_as_far_as_a_window_explains_it) {
    using enum answer_text;
    const std::vector<rate_limit> minute = {{600, seconds(60)}};
    const std::vector<rate_limit> both = {{600, seconds(60)}, {18'000, hours(1)}};
    const retry_after_case cases[] = {
        {minute, limit_other, std::nullopt, seconds(1)},          // a sixtieth of the window
        {minute, limit_other, duration(seconds(0)), seconds(1)},  // it has just refused
        {minute, limit_other, duration(seconds(45)), seconds(45)},
        {minute, limit_other, duration(seconds(61)), seconds(61)},  // rounded up by the server
        {minute, limit_other, duration(minutes(50)), seconds(67), true},
        {minute, limit_other, duration(hours(24)), seconds(1), true},
        {minute, limit_minute, duration(minutes(50)), seconds(67), true},
        {minute, limit_hour, duration(minutes(50)), minutes(50)},  // its own window, unknown to us
        {both, limit_hour, duration(minutes(50)), minutes(50)},
        {both, limit_minute, duration(minutes(50)), seconds(67), true},
        {both, limit_other, duration(minutes(50)), minutes(50)},
        {both, limit_hour, duration(hours(24)), minutes(1), true},
        {{{60, hours(24)}}, limit_other, duration(hours(20)), hours(20)},
        {{}, limit_other, duration(minutes(50)), minutes(50)},
        {{}, limit_minute, duration(hours(24)), seconds(1), true},
        {minute, limit_minute, duration::max(), seconds(1), true},
    };
    for (const auto& one : cases) {
        limiter limits = one_bot(one.limits);
        const instant now = at(seconds(10));
        limits.take(0, now);
        EXPECT_EQ(limits.refused(0, now, {one.text, one.told}), one.expected);
        EXPECT_EQ(limits.earliest(0, now) - now, one.expected);
        EXPECT_EQ(limits.overlong_waits().size(), one.quoted ? 1U : 0U);
        EXPECT_EQ(limits.why_waiting(0, now).asked, one.quoted ? *one.told : duration{});
    }
}

// What is asked for in vain again and again does not hold the scope longer than its window.
TEST(limiter_refusals, an_absurd_wait_is_probed_with_single_messages) {
    limiter limits = one_bot({{600, seconds(60)}});
    instant now = at(seconds(10));
    std::vector<std::int64_t> waits;
    for (int i = 0; i < 8; ++i) {
        limits.take(0, now);
        EXPECT_EQ(limits.available(0, now, 100), 0U) << "one alone";
        waits.push_back(limits.refused(0, now, {answer_text::limit_minute, hours(24)}) /
                        seconds(1));
        now += seconds(waits.back());
    }
    EXPECT_EQ(waits, (std::vector<std::int64_t>{1, 2, 4, 8, 16, 32, 1, 2}));
    limits.take(0, now);
    limits.answered(0, now + milliseconds(50));
    EXPECT_NE(limits.why_waiting(0, now + seconds(1)).what, wait_reason::cause::refusal);
}

TEST(limiter_refusals, without_a_word_the_freeze_doubles_up_to_the_window) {
    limiter limits = one_bot({});
    instant now = at(10s);
    std::vector<std::int64_t> waits;
    for (int i = 0; i < 9; ++i) {
        limits.take(0, now);
        limits.refused(0, now, {answer_text::limit_minute, {}});
        const duration wait = limits.earliest(0, now) - now;
        waits.push_back(wait / 1s);
        now += wait;
    }
    // After a quiet half of the window it is a new story.
    EXPECT_EQ(waits, (std::vector<std::int64_t>{1, 2, 4, 8, 16, 32, 1, 2, 4}));
}

TEST(limiter_refusals, a_learned_limit_survives_a_restart) {
    limiter before = one_bot({{600, 60s}});
    scripted_sender sender(before);
    strict_server server(60, 60s, answer_text::limit_minute, true);
    sender.refuses = [&](instant now) { return server(now); };
    sender.run_until(at(50s));
    limiter after = one_bot({{600, 60s}});
    after.restore(before.snapshot(), sender.now);
    EXPECT_EQ(after.reports()[0].believed, before.reports()[0].believed);
    EXPECT_LE(after.reports()[0].believed, 60U);
}

// The next campaign keeps to what this one found, and finds out when more is given again.
TEST(limiter_refusals, a_learned_limit_of_long_ago_is_probed_back_as_soon_as_it_is_used_up) {
    const auto probed_after = [](duration age) {
        limiter limits = one_bot({{600, 60s}});
        const instant now = at(3h);
        limits.restore({{.scope = scope_kind::bot,
                         .name = "st-1",
                         .limit = {600, 60s},
                         .believed = 60,
                         .believed_at = now - age,
                         .spent = {}}},
                       now);
        scripted_sender sender(limits);
        sender.now = now;
        sender.run_until(now + 10min, 61);
        return sender.left.back() - now;
    };
    // A minute's window: found just now it holds, found an hour ago the 61st tries beyond it.
    EXPECT_GE(probed_after(0s), 60s);
    EXPECT_LT(probed_after(1h), 60s);
    // Of another boot's clock that cannot be reconciled: not earlier than now.
    EXPECT_GE(probed_after(-1h), 60s);
}

TEST(limiter_refusals, what_was_learned_of_another_limit_says_nothing_of_this_one) {
    limiter limits = one_bot({{300, 60s}});
    limits.restore({{.scope = scope_kind::bot,
                     .name = "st-1",
                     .limit = {600, 60s},
                     .believed = 60,
                     .spent = {}}},
                   at(1h));
    EXPECT_EQ(limits.reports()[0].believed, 300U);
}

}  // namespace
}  // namespace tidings::core
