#include "gateway/rules/ledger.hpp"

#include <gtest/gtest.h>

namespace tidings::gateway {

namespace {

using namespace std::chrono_literals;

constexpr core::wall_time noon =
    std::chrono::sys_days(std::chrono::year(2026) / std::chrono::November / 23) + 12h;

triggered_message message(std::uint64_t digits, sender_id sender = 0) {
    return {noon + 123456us, core::phone_number::from_digits(digits), 0xABCDEF, sender};
}

TEST(ledger, gives_back_what_was_entered) {
    ledger book;
    const auto number = book.add(message(999'999'999'999'999, 65'000));
    const auto entry = book[number];
    EXPECT_EQ(entry.message.to.digits(), 999'999'999'999'999U);
    EXPECT_EQ(entry.message.sender, 65'000);
    EXPECT_EQ(entry.message.at, noon + 123456us);
    EXPECT_EQ(entry.message.token, 0xABCDEFU);
    EXPECT_EQ(entry.answer, delivery::pending);
    EXPECT_FALSE(entry.repeat);
    book.set_delivery(number, delivery::lost);
    EXPECT_EQ(book[number].answer, delivery::lost);
    EXPECT_EQ(book[number].message.to.digits(), 999'999'999'999'999U);
    EXPECT_EQ(book.lost(), 1U);
    book.set_delivery(number + 1, delivery::lost);  // not there: ignored
    EXPECT_EQ(book.lost(), 1U);
}

TEST(ledger, notices_a_number_that_was_reached_before) {
    ledger book;
    book.add(message(15550000001));
    book.add(message(15550000002));
    EXPECT_EQ(book.repeats(), 0U);
    const auto again = book.add(message(15550000001, 3));
    EXPECT_TRUE(book[again].repeat);
    EXPECT_EQ(book.repeats(), 1U);
    book.clear();
    EXPECT_EQ(book.size(), 0U);
    EXPECT_EQ(book.repeats(), 0U);
    EXPECT_FALSE(book[book.add(message(15550000001))].repeat);
}

TEST(ledger, holds_a_million_and_more) {
    ledger book;
    constexpr std::uint64_t many = 1'200'000;
    for (std::uint64_t i = 0; i < many; ++i)
        book.add(message(10'000'000'000 + i));
    EXPECT_EQ(book.size(), many);
    EXPECT_EQ(book.repeats(), 0U);
    for (std::uint64_t i = 0; i < many; i += 65'521)
        EXPECT_EQ(book[i].message.to.digits(), 10'000'000'000 + i);
}

TEST(ledger, writes_a_line) {
    ledger book;
    const std::vector<sender_name> senders = {
        {"st-1", core::phone_number::from_digits(16693422058)}};
    book.set_delivery(book.add(message(917760336484)), delivery::delivered);
    std::string line;
    append_ledger_line(line, 0, book[0], senders);
    EXPECT_EQ(line,
              R"({"n":0,"ts":"2026-11-23T12:00:00.123456Z","bot":"st-1","from":"+16693422058",)"
              R"("to":"+917760336484","token":"0000000000abcdef","answer":"delivered",)"
              R"("repeat":false})");
}

}  // namespace

}  // namespace tidings::gateway
