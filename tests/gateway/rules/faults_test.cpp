#include "gateway/rules/faults.hpp"

#include <gtest/gtest.h>

namespace tidings::gateway {

namespace {

using namespace std::chrono_literals;

fault_rule rule(fault_kind what, double probability = 1.0) {
    fault_rule made;
    made.what = what;
    made.probability = probability;
    return made;
}

request_plan whole_plan(fault_desk& desk, std::uint64_t n, core::duration elapsed = 0s,
                        std::string_view to = "+15550000001") {
    auto plan = desk.for_request(n, elapsed);
    desk.once_read(plan, n, elapsed, "+16693422058", to);
    return plan;
}

TEST(fault_desk, is_healthy_without_rules) {
    fault_desk desk;
    EXPECT_TRUE(desk.idle());
    EXPECT_FALSE(whole_plan(desk, 1).any);
    EXPECT_EQ(desk.for_connection(1, 0s).fate, connection_fate::serve);
}

TEST(fault_desk, depends_on_seed_and_number_alone) {
    const std::vector<fault_rule> rules = {rule(fault_kind::close_after_trigger, 0.3),
                                           rule(fault_kind::slices, 0.3)};
    fault_desk forwards(7, rules);
    fault_desk backwards(7, rules);
    fault_desk other_seed(8, rules);
    std::vector<bool> a, b, c;
    for (std::uint64_t n = 1; n <= 2000; ++n) {
        const auto plan = whole_plan(forwards, n);
        a.push_back(plan.end == request_end::close);
        a.push_back(plan.slice_wait.has_value());
        c.push_back(whole_plan(other_seed, n).end == request_end::close);
        c.push_back(false);
    }
    for (std::uint64_t n = 2000; n >= 1; --n) {
        const auto plan = whole_plan(backwards, n);
        b.insert(b.begin(), plan.slice_wait.has_value());
        b.insert(b.begin(), plan.end == request_end::close);
    }
    EXPECT_EQ(a, b);
    EXPECT_NE(a, c);
    EXPECT_NEAR(static_cast<double>(forwards.applied()[0]), 600, 90);
}

TEST(fault_desk, picks_by_script) {
    auto one = rule(fault_kind::close_after_reading);
    one.nth = {{3, 3}, {10, 12}};
    fault_desk desk(1, {one});
    std::vector<std::uint64_t> hit;
    for (std::uint64_t n = 1; n <= 20; ++n)
        if (whole_plan(desk, n).any) hit.push_back(n);
    EXPECT_EQ(hit, (std::vector<std::uint64_t>{3, 10, 11, 12}));

    one.nth.clear();
    one.every = 5;
    one.times_max = 2;
    fault_desk fifths(1, {one});
    hit.clear();
    for (std::uint64_t n = 1; n <= 20; ++n)
        if (whole_plan(fifths, n).any) hit.push_back(n);
    EXPECT_EQ(hit, (std::vector<std::uint64_t>{5, 10}));
}

TEST(fault_desk, picks_by_number_and_by_time) {
    auto by_number = rule(fault_kind::reset_after_trigger);
    by_number.to = "+1555*1";
    auto by_time = rule(fault_kind::chunked);
    by_time.since = 10s;
    by_time.until = 20s;
    fault_desk desk(1, {by_number, by_time});
    EXPECT_EQ(whole_plan(desk, 1, 0s).end, request_end::reset);
    EXPECT_EQ(whole_plan(desk, 1, 0s, "+15550000002").end, request_end::answer);
    EXPECT_EQ(whole_plan(desk, 1, 10s - 1ns).framing, body_framing::length);
    EXPECT_EQ(whole_plan(desk, 1, 10s).framing, body_framing::chunked);
    EXPECT_EQ(whole_plan(desk, 1, 20s).framing, body_framing::length);
}

TEST(fault_desk, ends_a_request_once_and_adds_up_the_rest) {
    auto late = rule(fault_kind::delay);
    late.wait_min = late.wait_max = 1s;
    fault_desk desk(1, {rule(fault_kind::close_after_trigger),
                        rule(fault_kind::reset_after_reading), late, late});
    const auto plan = whole_plan(desk, 1);
    EXPECT_EQ(plan.end, request_end::close);
    EXPECT_TRUE(plan.processed);
    EXPECT_EQ(plan.delay, 2s);
}

// What somebody in front answers fills no window of the platform.
TEST(fault_desk, knows_what_the_platform_never_sees) {
    for (const auto kind : {fault_kind::reply, fault_kind::unavailable, fault_kind::failure,
                            fault_kind::block, fault_kind::outage}) {
        fault_desk desk(1, {rule(kind)});
        EXPECT_EQ(whole_plan(desk, 1).seen, !is_in_front(kind)) << name_of(kind);
        EXPECT_TRUE(is_another_answer(kind)) << name_of(kind);
    }
    EXPECT_FALSE(is_another_answer(fault_kind::reset_stream));
    EXPECT_FALSE(is_another_answer(fault_kind::delay_before));
}

TEST(fault_desk, waits_within_its_range) {
    auto late = rule(fault_kind::delay);
    late.wait_min = 10ms;
    late.wait_max = 20ms;
    fault_desk desk(1, {late});
    core::duration least = 1h, most = 0s;
    for (std::uint64_t n = 1; n <= 1000; ++n) {
        const auto wait = whole_plan(desk, n).delay;
        least = std::min(least, wait);
        most = std::max(most, wait);
    }
    EXPECT_GE(least, 10ms);
    EXPECT_LT(least, 11ms);
    EXPECT_LE(most, 20ms);
    EXPECT_GT(most, 19ms);
}

TEST(fault_desk, every_kind_has_a_name_and_changes_something) {
    for (std::size_t i = 0; i < fault_kind_count; ++i) {
        const auto kind = static_cast<fault_kind>(i);
        EXPECT_EQ(fault_kind_named(name_of(kind)), kind);
        fault_desk desk(1, {rule(kind)});
        if (is_for_the_port(kind)) {
            EXPECT_NE(desk.for_port(0s), port_fate::open);
            EXPECT_FALSE(whole_plan(desk, 1).any);
        } else if (is_for_connections(kind)) {
            const auto plan = desk.for_connection(1, 0s);
            EXPECT_TRUE(plan.fate != connection_fate::serve ||
                        plan.certificate != certificate_kind::good);
            EXPECT_FALSE(whole_plan(desk, 1).any);
        } else {
            EXPECT_TRUE(whole_plan(desk, 1).any);
            EXPECT_EQ(desk.for_connection(1, 0s).fate, connection_fate::serve);
        }
        EXPECT_EQ(desk.applied()[0], 1U) << name_of(kind);
    }
    EXPECT_FALSE(fault_kind_named("no such fault"));
}

TEST(fault_desk, shuts_the_port_for_spans_of_time) {
    auto shut = rule(fault_kind::refuse);
    shut.since = 10s;
    shut.until = 20s;
    auto silent = rule(fault_kind::drop_syn);
    silent.since = 15s;
    silent.until = 30s;
    fault_desk desk(1, {shut, silent});
    EXPECT_EQ(desk.for_port(0s), port_fate::open);
    EXPECT_EQ(desk.port_change_after(0s), 10s);
    EXPECT_EQ(desk.for_port(10s), port_fate::refuse);
    EXPECT_EQ(desk.port_change_after(10s), 15s);
    EXPECT_EQ(desk.for_port(15s), port_fate::refuse);
    EXPECT_EQ(desk.for_port(20s), port_fate::drop_syn);
    EXPECT_EQ(desk.for_port(30s), port_fate::open);
    EXPECT_EQ(desk.port_change_after(30s), core::duration::max());
    EXPECT_EQ(desk.applied(), (std::vector<std::uint64_t>{1, 1}));
    EXPECT_EQ(desk.for_connection(1, 12s).fate, connection_fate::serve);
}

TEST(fault_desk, matches_patterns) {
    EXPECT_TRUE(matches("+1555*", "+15550000001"));
    EXPECT_TRUE(matches("*", ""));
    EXPECT_TRUE(matches("*01", "+15550000001"));
    EXPECT_TRUE(matches("+1?55", "+1955"));
    EXPECT_FALSE(matches("+1?55", "+155"));
    EXPECT_FALSE(matches("+1555", "+15550"));
    EXPECT_FALSE(matches("", "x"));
    EXPECT_TRUE(matches("+*5*1", "+1555001"));
}

}  // namespace

}  // namespace tidings::gateway
