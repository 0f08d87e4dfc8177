// How many dials, when, and where to; every step of a dial's preparation failed in turn.
#include "net/dial_plan.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

using act = dial_plan::act;
using namespace std::chrono_literals;

address at(const char* ip) {
    return {boost::asio::ip::make_address(ip), 443};
}
const std::vector<address> two = {at("10.0.0.1"), at("10.0.0.2")};

constexpr dial_plan_options options{
    .connections_max = 8,
    .connect_timeout = 10s,
    .pacing = {.dials_max = 4, .backoff_min = 1s, .backoff_max = 8s},
};
constexpr core::instant start = core::instant() + 1h;
constexpr dial_census one_wanted{.wanted = 1};

// One that knows the addresses.
dial_plan ready_plan(const dial_plan_options& how = options) {
    dial_plan plan(how, {});
    EXPECT_EQ(plan.next(start, one_wanted).what, act::ask_names);
    plan.on_names(two);
    return plan;
}

TEST(dials_needed, by_what_is_wanted_and_what_is_there) {
    struct row {
        dial_census have;
        std::size_t needed;
    };
    const row rows[] = {
        {{}, 0},
        // Until the first connection shows what one carries, there is one.
        {{.wanted = 500}, 1},
        {{.wanted = 500, .all = 1, .dialing = 1}, 0},
        {{.wanted = 500, .all = 2, .late = 2}, 1},
        // One message each.
        {{.wanted = 5, .each = 1}, 5},
        {{.wanted = 5, .room = 2, .each = 1, .all = 2}, 3},
        {{.wanted = 5, .room = 2, .each = 1, .all = 5, .dialing = 3}, 0},
        {{.wanted = 2, .room = 2, .each = 1, .all = 2}, 0},
        // A hundred each: the last one may be for a single message.
        {{.wanted = 100, .each = 100}, 1},
        {{.wanted = 101, .each = 100}, 2},
        {{.wanted = 301, .room = 50, .each = 100, .all = 2, .dialing = 1}, 2},
        // Never beyond the most, late ones apart, and never more than twice as many in all.
        {{.wanted = 500, .each = 1}, 8},
        {{.wanted = 500, .each = 1, .all = 6}, 2},
        {{.wanted = 500, .each = 1, .all = 8}, 0},
        {{.wanted = 500, .each = 1, .all = 9, .late = 3}, 2},
        {{.wanted = 500, .each = 1, .all = 15, .late = 8}, 1},
        {{.wanted = 500, .each = 1, .all = 16, .late = 16}, 0},
    };
    for (const auto& [have, needed] : rows)
        EXPECT_EQ(dials_needed(have, 8), needed)
            << have.wanted << ' ' << have.room << ' ' << have.each << ' ' << have.all << ' '
            << have.dialing << ' ' << have.late;
}

TEST(dial_plan, asks_for_the_name_once_and_then_dials) {
    dial_plan plan(options, {});
    EXPECT_EQ(plan.next(start, {}).what, act::wait) << "nothing is wanted";
    EXPECT_EQ(plan.next(start, one_wanted).what, act::ask_names);
    EXPECT_EQ(plan.next(start, one_wanted).what, act::wait) << "the answer is awaited";
    plan.on_names(two);
    const auto step = plan.next(start, one_wanted);
    EXPECT_EQ(step.what, act::dial);
    EXPECT_EQ(step.to, two[0]);
}

TEST(dial_plan, a_literal_address_needs_no_question) {
    dial_plan plan(options, {at("192.0.2.1")});
    const auto step = plan.next(start, one_wanted);
    EXPECT_EQ(step.what, act::dial);
    EXPECT_EQ(step.to, at("192.0.2.1"));
    // Nor is it asked for when it fails.
    EXPECT_TRUE(plan.on_failed(start, true));
    EXPECT_EQ(plan.next(start + 1h, one_wanted).what, act::dial);
}

TEST(dial_plan, names_that_cannot_be_had_are_told_and_asked_for_again_after_a_while) {
    dial_plan plan(options, {});
    core::instant now = start;
    for (std::uint32_t round = 1; round <= 4; ++round) {
        ASSERT_EQ(plan.next(now, one_wanted).what, act::ask_names);
        EXPECT_TRUE(plan.on_names_failed(now));
        EXPECT_EQ(plan.failures_in_a_row(), round);
        EXPECT_EQ(plan.next(now, one_wanted).what, act::wait);
        now += 12s;
    }
}

TEST(dial_plan, a_name_server_that_says_nothing_is_told_once_a_question) {
    dial_plan plan(options, {});
    EXPECT_FALSE(plan.names_overdue(start)) << "nobody was asked";
    plan.next(start, one_wanted);
    EXPECT_FALSE(plan.names_overdue(start + 10s - 1ns));
    EXPECT_TRUE(plan.names_overdue(start + 10s));
    EXPECT_FALSE(plan.names_overdue(start + 20s));
    plan.on_names_failed(start + 20s);
    plan.next(start + 1h, one_wanted);
    EXPECT_TRUE(plan.names_overdue(start + 1h + 10s));
}

TEST(dial_plan, what_was_known_serves_while_the_name_is_asked_for_again) {
    auto plan = ready_plan();
    const auto later = start + dial_plan::names_fresh_for;
    EXPECT_EQ(plan.next(later - 1ns, one_wanted).what, act::dial);
    EXPECT_EQ(plan.next(later, one_wanted).what, act::ask_names);
    EXPECT_EQ(plan.next(later, one_wanted).what, act::dial);
    EXPECT_FALSE(plan.names_overdue(later + 1h)) << "there are addresses";
    EXPECT_FALSE(plan.on_names_failed(later)) << "there are addresses";
    EXPECT_EQ(plan.failures_in_a_row(), 0U);
}

TEST(dial_plan, the_next_address_has_its_turn_before_it_is_trouble) {
    auto plan = ready_plan();
    EXPECT_FALSE(plan.on_failed(start, true));
    const auto step = plan.next(start, one_wanted);
    EXPECT_EQ(step.what, act::dial);
    EXPECT_EQ(step.to, two[1]);
    EXPECT_TRUE(plan.on_failed(start, true)) << "both have failed";
    EXPECT_EQ(plan.next(start, one_wanted).what, act::wait);
    // Perhaps the host has moved.
    EXPECT_EQ(plan.next(start + 2s, one_wanted).what, act::ask_names);
}

TEST(dial_plan, what_no_other_address_mends_is_trouble_at_once) {
    auto plan = ready_plan();
    EXPECT_TRUE(plan.on_failed(start, false));
    EXPECT_EQ(plan.failures_in_a_row(), 1U);
    EXPECT_EQ(plan.next(start, one_wanted).what, act::wait);
}

TEST(dial_plan, one_lost_before_use_is_followed_by_a_pause) {
    auto plan = ready_plan();
    plan.on_lost_unused(start);
    EXPECT_EQ(plan.next(start, one_wanted).what, act::wait);
    EXPECT_EQ(plan.next(start + 2s, one_wanted).what, act::dial);
}

TEST(dial_plan, dials_at_once_double_with_each_success) {
    auto plan = ready_plan();
    const auto may_dial = [&](std::size_t dialing) {
        const dial_census have{.wanted = 100, .each = 1, .all = dialing, .dialing = dialing};
        return plan.next(start, have).what == act::dial;
    };
    std::vector<std::size_t> at_once;
    for (int success = 0; success < 5; ++success) {
        std::size_t dialing = 0;
        while (may_dial(dialing))
            ++dialing;
        at_once.push_back(dialing);
        plan.on_opened(start, two[0]);
    }
    EXPECT_EQ(at_once, (std::vector<std::size_t>{1, 2, 4, 4, 4}));
}

TEST(dial_plan, the_first_of_all_goes_ahead) {
    auto patient = options;
    patient.first_goes_ahead = 200ms;
    const dial_census many{.wanted = 100, .each = 1, .all = 1};
    auto plan = ready_plan(patient);
    plan.on_opened(start, two[0]);
    EXPECT_EQ(plan.next(start + 199ms, many).what, act::wait);
    EXPECT_EQ(plan.next(start + 200ms, many).what, act::dial);
    plan.on_opened(start + 1s, two[0]);
    EXPECT_EQ(plan.next(start + 1s, many).what, act::dial) << "only the first does";
    auto answered = ready_plan(patient);
    answered.on_opened(start, two[0]);
    answered.on_answered();
    EXPECT_EQ(answered.next(start, many).what, act::dial);
}

// --- the first connection races (RFC 8305) ---------------------------------------------------

const std::vector<address> three = {at("10.0.0.1"), at("10.0.0.2"), at("10.0.0.3")};
constexpr dial_census racing(std::size_t dials, std::size_t open = 0) {
    return {.wanted = 1, .all = dials + open, .dialing = dials};
}

dial_plan racing_plan() {
    dial_plan plan(options, {});
    plan.next(start, one_wanted);
    plan.on_names(three);
    EXPECT_EQ(plan.next(start, one_wanted).to, three[0]);
    return plan;
}

TEST(dial_race, the_next_address_is_tried_beside_one_that_does_not_answer_at_once) {
    auto plan = racing_plan();
    EXPECT_EQ(plan.next(start + 249ms, racing(1)).what, act::wait);
    auto step = plan.next(start + 250ms, racing(1));
    EXPECT_EQ(step.what, act::dial);
    EXPECT_EQ(step.to, three[1]);
    EXPECT_EQ(plan.next(start + 499ms, racing(2)).what, act::wait);
    step = plan.next(start + 500ms, racing(2));
    EXPECT_EQ(step.to, three[2]);
    EXPECT_EQ(plan.next(start + 5s, racing(3)).what, act::wait) << "there are no more";
}

TEST(dial_race, the_quicker_one_ends_it_and_is_kept_to) {
    auto plan = racing_plan();
    plan.next(start + 250ms, racing(1));
    EXPECT_TRUE(plan.on_opened(start + 300ms, three[1])) << "the other is not needed";
    const auto step = plan.next(start + 1s, {.wanted = 2, .each = 1, .all = 1});
    EXPECT_EQ(step.what, act::dial);
    EXPECT_EQ(step.to, three[1]);
}

TEST(dial_race, without_a_second_dial_there_is_nobody_to_stop) {
    auto plan = racing_plan();
    EXPECT_FALSE(plan.on_opened(start + 100ms, three[0]));
}

TEST(dial_race, one_that_fails_does_not_make_the_next_wait) {
    auto plan = racing_plan();
    EXPECT_FALSE(plan.on_failed(start + 10ms, true));
    const auto step = plan.next(start + 10ms, racing(0));
    EXPECT_EQ(step.to, three[1]);
    EXPECT_EQ(plan.next(start + 260ms, racing(1)).to, three[2]);
    EXPECT_FALSE(plan.on_failed(start + 300ms, true));
    EXPECT_TRUE(plan.on_failed(start + 300ms, true)) << "now all have failed";
    EXPECT_EQ(plan.next(start + 300ms, racing(0)).what, act::wait) << "a pause follows";
}

TEST(dial_race, there_is_none_beside_a_connection_nor_when_nothing_is_wanted) {
    auto plan = racing_plan();
    EXPECT_EQ(plan.next(start + 1s, racing(1, 1)).what, act::wait);
    EXPECT_EQ(plan.next(start + 1s, {.wanted = 0, .all = 1, .dialing = 1}).what, act::wait);
    dial_plan literal(options, {at("192.0.2.1")});
    literal.next(start, one_wanted);
    EXPECT_EQ(literal.next(start + 1s, racing(1)).what, act::wait) << "there is one address";
}

// --- names that change while there are connections ---------------------------------------------

TEST(dial_plan, names_are_asked_for_again_while_there_are_connections) {
    auto plan = ready_plan();
    EXPECT_FALSE(plan.refresh_names(start + dial_plan::names_fresh_for - 1ns));
    EXPECT_TRUE(plan.refresh_names(start + dial_plan::names_fresh_for));
    EXPECT_FALSE(plan.refresh_names(start + 1h)) << "the answer is awaited";
    EXPECT_FALSE(plan.on_names_failed(start + 1h));
    EXPECT_TRUE(plan.refresh_names(start + 1h));
    plan.on_names_failed(start + 1h);
    EXPECT_FALSE(plan.refresh_names(start + 1h + 1s)) << "not at once, when nobody answers";
    EXPECT_FALSE(plan.left(two[0]));
    dial_plan literal(options, two);
    EXPECT_FALSE(literal.refresh_names(start + 1h));
}

TEST(dial_plan, an_address_that_the_host_has_no_more_is_left) {
    auto plan = ready_plan();
    plan.on_names({two[1]});
    EXPECT_FALSE(plan.left(two[0]));
    plan.on_names({two[1]});
    EXPECT_TRUE(plan.left(two[0]));
    EXPECT_FALSE(plan.left(two[1]));
}

}  // namespace
}  // namespace tidings::net
