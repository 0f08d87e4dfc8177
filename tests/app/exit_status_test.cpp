#include "app/exit_status.hpp"

#include "core/stop_rules.hpp"
#include "support/file_text.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::app {
namespace {

using core::outcome;

TEST(exit_status, numbers_are_the_documented_ones) {
    const int expected[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 74};
    std::set<int> badness;
    for (std::size_t i = 0; i < exit_status_count; ++i) {
        EXPECT_EQ(static_cast<int>(exit_statuses()[i].status), expected[i]);
        EXPECT_EQ(row_of(exit_statuses()[i].status).name, exit_statuses()[i].name);
        badness.insert(exit_statuses()[i].badness);
    }
    EXPECT_EQ(badness.size(), exit_status_count);
}

struct ending_row {
    std::vector<std::pair<outcome, int>> ended;
    std::uint64_t unsent;
    bool stop_rule, credentials, journal;
    int expected;
};

const ending_row ending_rows[] = {
    {{{outcome::accepted, 10}, {outcome::invalid, 1}, {outcome::duplicate, 1}}, 0, 0, 0, 0, 0},
    {{}, 0, false, false, false, 5},
    {{{outcome::invalid, 3}, {outcome::suppressed, 3}, {outcome::duplicate, 1}}, 0, 0, 0, 0, 5},
    {{{outcome::accepted, 9}, {outcome::rejected, 1}}, 0, false, false, false, 3},
    {{{outcome::accepted, 9}, {outcome::failed, 1}}, 0, false, false, false, 3},
    {{{outcome::accepted, 9}, {outcome::expired, 1}}, 0, false, false, false, 3},
    {{{outcome::expired, 1}}, 0, false, false, false, 3},
    {{{outcome::accepted, 9}, {outcome::unknown, 1}}, 0, false, false, false, 4},
    {{{outcome::rejected, 9}, {outcome::unknown, 1}}, 0, false, false, false, 4},
    {{{outcome::accepted, 9}}, 1, false, false, false, 7},
    {{{outcome::accepted, 9}, {outcome::unknown, 1}}, 1, false, false, false, 7},
    {{}, 5, false, false, false, 7},
    {{{outcome::rejected, 9}}, 5, true, false, false, 6},
    {{{outcome::rejected, 9}}, 5, true, true, false, 8},
    {{{outcome::unknown, 9}}, 5, true, true, true, 74},
};

TEST(exit_status, follows_from_how_a_run_ended) {
    for (const auto& row : ending_rows) {
        run_ending ending;
        for (const auto& [what, count] : row.ended)
            ending.ended[what] = static_cast<std::uint64_t>(count);
        ending.unsent = row.unsent;
        ending.stop_rule_tripped = row.stop_rule;
        ending.credentials_refused = row.credentials;
        ending.journal_failed = row.journal;
        EXPECT_EQ(static_cast<int>(status_of(ending)), row.expected) << &row - ending_rows;
    }
}

TEST(exit_status, follows_from_a_failure) {
    using core::trouble;
    const std::pair<trouble, int> rows[] = {
        {trouble::usage, 2},       {trouble::configuration, 10}, {trouble::list, 10},
        {trouble::credentials, 8}, {trouble::network, 7},        {trouble::busy, 9},
        {trouble::exists, 2},      {trouble::missing, 10},       {trouble::journal, 74},
        {trouble::disk_full, 74},  {trouble::internal, 1}};
    for (const auto& [kind, expected] : rows)
        EXPECT_EQ(static_cast<int>(status_of(kind)), expected);
}

TEST(exit_status, the_worst_one_wins) {
    EXPECT_EQ(worst_of({}), exit_status::accepted);
    EXPECT_EQ(worst_of({exit_status::some_not_accepted, exit_status::some_unknown}),
              exit_status::some_unknown);
    for (const auto& row : exit_statuses())
        EXPECT_EQ(worst_of({row.status, exit_status::journal}), exit_status::journal);
}

// core/halt_reasons picks the gravest before anybody asks for its status.
TEST(exit_status, ranks_the_reasons_of_a_run_as_core_does) {
    using core::stop_status;
    constexpr std::pair<stop_status, exit_status> ascending[] = {
        {stop_status::stopped, exit_status::work_left},
        {stop_status::rule_tripped, exit_status::stop_rule},
        {stop_status::credentials_refused, exit_status::credentials},
        {stop_status::unusable, exit_status::unusable},
        {stop_status::journal_failed, exit_status::journal}};
    for (const auto& [reason, status] : ascending)
        for (const auto& [other, its] : ascending)
            EXPECT_EQ(worst_of({status, its}), reason > other ? status : its);
}

TEST(exit_status, the_document_is_the_table) {
    EXPECT_EQ(tests::file_text(TIDINGS_SOURCE_DIR "/docs/exit-statuses.md"),
              exit_status_document());
    for (const auto& row : exit_statuses())
        EXPECT_THAT(exit_status_help(), testing::HasSubstr(std::string(row.name)));
}

}  // namespace
}  // namespace tidings::app
