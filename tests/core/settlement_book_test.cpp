#include "core/settlement_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::core {
namespace {

using testing::ElementsAre;

settlement_book fresh() {
    settlement_book book({}, {}, 16);
    book.on_bound_told(100);
    return book;
}

held_row held(row_number row) {
    return {.row = row, .to = phone_number::from_digits(917'760'000'000 + row)};
}

// Releases it in a batch of its own, which becomes durable.
void release(settlement_book& book, row_number row) {
    book.take_up(row);
    book.release(row);
    journal_batch batch;
    ASSERT_TRUE(book.take(batch));
    book.on_durable();
}

TEST(settlement_book, a_row_is_at_risk_from_its_release_until_its_settlement_is_durable) {
    auto book = fresh();
    book.take_up(1);
    EXPECT_EQ(book.doubt().at_risk(), 0U);
    book.release(1);
    EXPECT_EQ(book.doubt().at_risk(), 1U);
    journal_batch batch;
    ASSERT_TRUE(book.take(batch));
    EXPECT_THAT(batch.released, ElementsAre(release_run{1, 1}));
    book.on_durable();
    EXPECT_EQ(book.doubt().at_risk(), 1U);

    book.settle(held(1), true, outcome::accepted, "", {});
    EXPECT_EQ(book.held(), 0U);
    ASSERT_TRUE(book.take(batch));
    EXPECT_EQ(book.doubt().at_risk(), 1U) << "nobody could tell yet what became of it";
    book.on_durable();
    EXPECT_EQ(book.doubt().at_risk(), 0U);
}

TEST(settlement_book, rows_that_follow_each_other_are_one_run) {
    auto book = fresh();
    for (const row_number row : {7U, 8U, 9U, 12U}) {
        book.take_up(row);
        book.release(row);
    }
    journal_batch batch;
    ASSERT_TRUE(book.take(batch));
    EXPECT_THAT(batch.released, ElementsAre(release_run{7, 3}, release_run{12, 1}));
}

TEST(settlement_book, what_was_put_back_unreleased_is_as_it_was_and_no_news_for_the_journal) {
    auto book = fresh();
    book.take_up(1);
    book.put_back(1, false);
    EXPECT_EQ(book.state_of(1), row_state::untouched);
    EXPECT_EQ(book.held(), 0U);
    EXPECT_EQ(book.put_back_count(), 1U);
    EXPECT_TRUE(book.empty());
}

TEST(settlement_book, what_was_put_back_after_its_release_is_parked_on_record) {
    auto book = fresh();
    release(book, 1);
    book.put_back(1, true);
    EXPECT_EQ(book.state_of(1), row_state::parked);
    journal_batch batch;
    ASSERT_TRUE(book.take(batch));
    EXPECT_THAT(batch.parked, ElementsAre(1U));
    book.on_durable();
    EXPECT_EQ(book.doubt().at_risk(), 0U);
}

TEST(settlement_book, a_row_that_was_parked_and_settled_in_one_batch_is_settled_only) {
    auto book = fresh();
    release(book, 1);
    book.park(1);
    book.settle(held(1), false, outcome::suppressed, "listed", {});
    journal_batch batch;
    ASSERT_TRUE(book.take(batch));
    EXPECT_TRUE(batch.parked.empty());
    ASSERT_EQ(batch.settled.size(), 1U);
    EXPECT_EQ(batch.text_of(batch.settled[0]), "listed");
    book.on_durable();
    EXPECT_EQ(book.doubt().at_risk(), 0U);
}

TEST(settlement_book, nothing_is_a_later_copys_word_on_an_earlier_one) {
    auto book = fresh();
    release(book, 1);
    auto row = held(1);
    row.may_have_arrived = true;
    book.settle(row, true, outcome::expired, "", {});
    EXPECT_EQ(book.counts()[outcome::unknown], 1U);
    EXPECT_EQ(book.counts()[outcome::expired], 0U);
}

TEST(settlement_book, releases_that_the_disk_refused_are_nobodys_risk) {
    auto book = fresh();
    book.take_up(1);
    book.release(1);
    book.take_up(2);
    book.release(2);
    journal_batch batch;
    ASSERT_TRUE(book.take(batch));
    book.put_back(1, true);  // as when its lane is given up meanwhile
    book.take_back_releases(1);
    book.on_releases_refused();
    EXPECT_EQ(book.doubt().at_risk(), 0U);
    EXPECT_TRUE(book.empty()) << "the journal does not know it as released";
}

TEST(settlement_book, a_long_text_is_cut) {
    auto book = fresh();
    book.settle_unheld({.row = 1, .to = {}, .what = outcome::invalid}, std::string(500, 'x'));
    journal_batch batch;
    ASSERT_TRUE(book.take(batch));
    EXPECT_EQ(batch.text_of(batch.settled.at(0)).size(), 200U);
}

TEST(settlement_book, says_when_what_was_put_in_is_durable) {
    auto book = fresh();
    book.spend(0, {});
    const auto batch_of_it = book.that_batch();
    EXPECT_FALSE(book.is_durable(batch_of_it));
    journal_batch batch;
    ASSERT_TRUE(book.take(batch));
    EXPECT_TRUE(book.under_way());
    EXPECT_FALSE(book.is_durable(batch_of_it));
    EXPECT_GT(book.that_batch(), batch_of_it);
    book.on_durable();
    EXPECT_TRUE(book.is_durable(batch_of_it));
    EXPECT_FALSE(book.take(batch)) << "nothing is left";
}

TEST(settlement_book, rows_in_doubt_from_before_are_told_apart) {
    row_states states;
    states.set(3, row_state::released);
    settlement_book book(std::move(states), {}, 16);
    EXPECT_EQ(book.doubt().at_risk(), 1U);
    EXPECT_TRUE(book.all_at_risk_is_inherited());
    book.take_up_in_doubt();
    EXPECT_FALSE(book.all_at_risk_is_inherited());
    book.settle(held(3), true, outcome::unknown, "", {});
    journal_batch batch;
    ASSERT_TRUE(book.take(batch));
    book.on_durable();
    EXPECT_TRUE(book.all_at_risk_is_inherited());
    EXPECT_EQ(book.doubt().at_risk(), 0U);
}

}  // namespace
}  // namespace tidings::core
