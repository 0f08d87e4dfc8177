#include "store/verify.hpp"

#include "store/outcome_log.hpp"
#include "support/journal_story.hpp"
#include "support/simulated_disk.hpp"

#include <gtest/gtest.h>

namespace tidings::store {
namespace {

using core::outcome;

class verify_test : public ::testing::Test {
  protected:
    verify_test() {
        auto made = journal::create(disk_, "run/journal", small_options(), at_second(0));
        truth_.emplace(std::move(*made));
        outcome_log_options options;
        options.run = "r";
        log_.emplace(*outcome_log::create(disk_, "run", options));
        record(batch().release(1, 5).settle(6, outcome::duplicate).done());
        record(batch().settle(1, outcome::accepted).settle(2, outcome::rejected).done());
        record(batch().settle(3, outcome::unknown).park(4).done());
    }
    void record(const core::journal_batch& what) {
        ASSERT_TRUE(truth_->commit(what, at_second(1)));
        ASSERT_TRUE(log_->append(what));
    }
    verify_report report(std::uint64_t rows = 7, bool live = false) {
        auto made = verify(disk_, "run", "run/journal", rows, live);
        EXPECT_TRUE(made) << made.error().text;
        return *made;
    }

    simulated_disk disk_ = disk_with_run();
    std::optional<journal> truth_;
    std::optional<outcome_log> log_;
};

TEST_F(verify_test, states_the_sum) {
    const auto found = report();
    EXPECT_TRUE(found.holds());
    EXPECT_FALSE(found.complete());
    EXPECT_EQ(found.sentence(),
              "7 rows = 1 accepted + 1 rejected + 1 unknown + 1 duplicate + 1 in doubt + 2 unsent; "
              "0 twice");
    EXPECT_EQ(found.journal, found.log);
}

TEST_F(verify_test, is_complete_when_every_row_has_its_outcome) {
    record(batch().settle(5, outcome::accepted).settle(7, outcome::invalid).done());
    record(batch().settle(4, outcome::expired).done());
    const auto found = report();
    EXPECT_TRUE(found.complete());
    EXPECT_EQ(found.sentence(),
              "7 rows = 2 accepted + 1 rejected + 1 unknown + 1 expired + 1 invalid + 1 duplicate; "
              "0 twice");
}

TEST_F(verify_test, large_numbers_are_grouped) {
    EXPECT_NE(report(1'000'007).sentence().find("1,000,007 rows = "), std::string::npos);
    EXPECT_NE(report(1'000'007).sentence().find("1,000,002 unsent"), std::string::npos);
}

TEST_F(verify_test, finds_a_missing_line) {
    ASSERT_TRUE(truth_->commit(batch().settle(5, outcome::accepted).done(), at_second(2)));
    const auto found = report();
    EXPECT_FALSE(found.holds());
    EXPECT_EQ(found.missing_lines, 1U);
    ASSERT_EQ(found.findings.size(), 1U);
    EXPECT_NE(found.findings[0].find("row 5"), std::string::npos);
    EXPECT_TRUE(report(7, true).holds()) << "a line may be on its way";
}

TEST_F(verify_test, finds_a_doubled_line) {
    ASSERT_TRUE(log_->append(batch().settle(1, outcome::accepted).done()));
    const auto found = report();
    EXPECT_EQ(found.doubled_lines, 1U);
    EXPECT_FALSE(found.holds());
    EXPECT_NE(found.sentence().find("; 1 twice"), std::string::npos);
}

TEST_F(verify_test, finds_disagreement_and_lines_without_an_outcome) {
    ASSERT_TRUE(truth_->commit(batch().settle(5, outcome::rejected).done(), at_second(2)));
    ASSERT_TRUE(log_->append(batch()
                                 .settle(5, outcome::accepted)
                                 .settle(4, outcome::failed)
                                 .settle(700, outcome::failed)
                                 .done()));
    const auto found = report();
    EXPECT_EQ(found.disagreeing, 3U);
    EXPECT_FALSE(found.holds());
}

TEST_F(verify_test, finds_rows_that_the_list_does_not_have) {
    const auto found = report(5);
    EXPECT_EQ(found.beyond_list, 1U);
    EXPECT_FALSE(found.holds());
}

TEST_F(verify_test, finds_an_unreadable_line) {
    auto bytes = disk_.bytes_of("run/outcomes.ndjson");
    bytes[5] = std::byte{'X'};
    disk_.put("run/outcomes.ndjson", bytes);
    const auto found = report();
    EXPECT_EQ(found.unreadable_lines, 1U);
    EXPECT_EQ(found.missing_lines, 1U);
    EXPECT_FALSE(found.holds());
}

TEST_F(verify_test, names_a_limited_number_of_findings) {
    auto many = batch();
    for (core::row_number row = 100; row < 200; ++row)
        many.settle(row, outcome::invalid);
    ASSERT_TRUE(log_->append(many.done()));
    const auto found = report();
    EXPECT_EQ(found.disagreeing, 100U);
    EXPECT_EQ(found.findings.size(), verify_report::findings_max);
}

}  // namespace
}  // namespace tidings::store
