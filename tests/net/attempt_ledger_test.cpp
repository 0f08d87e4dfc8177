#include "net/attempt_ledger.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

using namespace std::chrono_literals;

constexpr core::instant start = core::instant() + 1h;

// Never looked at: only whether there is one counts.
connection* somewhere() {
    static char place = 0;
    return reinterpret_cast<connection*>(&place);
}

TEST(attempt_ledger, each_is_late_once_and_then_hopeless) {
    attempt_ledger ledger(30s, 120s);
    attempt& first = ledger.open(1, start, somewhere());
    attempt& second = ledger.open(2, start + 1s, somewhere());
    EXPECT_EQ(ledger.next_late(start + 30s - 1ns), nullptr);
    EXPECT_EQ(ledger.next_late(start + 30s), &first);
    EXPECT_TRUE(first.late);
    EXPECT_EQ(ledger.next_late(start + 30s), nullptr);
    EXPECT_EQ(ledger.next_late(start + 31s), &second);
    EXPECT_EQ(ledger.next_hopeless(start + 150s - 1ns), nullptr);
    EXPECT_EQ(ledger.next_hopeless(start + 150s), &first);
    EXPECT_EQ(ledger.next_hopeless(start + 150s), &first) << "until it is closed";
    ledger.close(first);
    EXPECT_EQ(ledger.next_hopeless(start + 150s), nullptr);
    EXPECT_EQ(ledger.next_hopeless(start + 151s), &second);
    EXPECT_EQ(ledger.in_flight(), 1U);
    EXPECT_EQ(ledger.begun(), 2U);
    EXPECT_EQ(ledger.ended(), 1U);
}

TEST(attempt_ledger, one_without_a_connection_has_no_deadline) {
    attempt_ledger ledger(30s, 120s);
    attempt& homeless = ledger.open(1, start, nullptr);
    EXPECT_EQ(ledger.next_late(start + 1h), nullptr);
    EXPECT_EQ(ledger.next_homeless(), &homeless);
    ledger.close(homeless);
    EXPECT_EQ(ledger.next_homeless(), nullptr);
    EXPECT_EQ(ledger.in_flight(), 0U);
}

TEST(attempt_ledger, memory_is_used_again_and_comes_back_blank) {
    attempt_ledger ledger(30s, 120s);
    attempt& one = ledger.open(1, start, somewhere());
    one.stream = 5;
    one.bytes_end = 99;
    ledger.next_late(start + 1h);
    ledger.close(one);
    attempt& again = ledger.open(2, start + 1h, somewhere());
    EXPECT_EQ(&again, &one);
    EXPECT_EQ(again.stream, 0);
    EXPECT_EQ(again.bytes_end, 0U);
    EXPECT_FALSE(again.late);
}

TEST(attempt_ledger, ends_may_come_in_any_order) {
    attempt_ledger ledger(30s, 120s);
    std::vector<attempt*> all;
    for (core::ticket i = 0; i < 9; ++i)
        all.push_back(&ledger.open(i, start + i * 1s, somewhere()));
    for (const std::size_t i : {4U, 0U, 8U, 2U})
        ledger.close(*all[i]);
    std::vector<core::ticket> late;
    while (const auto* one = ledger.next_late(start + 1h))
        late.push_back(one->which);
    EXPECT_EQ(late, (std::vector<core::ticket>{1, 3, 5, 6, 7}));
}

}  // namespace
}  // namespace tidings::net
