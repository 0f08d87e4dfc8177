#include "runner/list_reader.hpp"

#include "support/list_files.hpp"

#include <gtest/gtest.h>

namespace tidings::runner {
namespace {

using core::screening;

class list_reader_test : public tests::list_files {
  protected:
    list_reader open(list_reader_options options) const {
        auto reader = list_reader::open(std::move(options));
        if (!reader) throw std::runtime_error(reader.error().text);
        return std::move(*reader);
    }

    struct told {
        core::row_number row;
        std::string to;
        screening found;
        std::string text;
        friend bool operator==(const told&, const told&) = default;
    };
    static std::vector<told> read_all(list_reader& reader) {
        std::vector<told> all;
        core::listed_batch batch;
        while (reader.read(batch).value())
            for (const auto& row : batch.rows)
                all.push_back({row.row, row.to.text(), row.found, std::string(batch.text_of(row))});
        EXPECT_TRUE(batch.rows.empty());
        return all;
    }

    std::shared_ptr<const store::suppressed_numbers> suppressed(std::string_view name) const {
        return store::suppression_list::load({path(name)}, codec::phone_speller::make("").value(),
                                             "toNo")
            .value()
            .current();
    }
};

TEST_F(list_reader_test, screens_a_list) {
    const auto file = put("list.csv",
                          "name,toNo\nA,+14155550100\nB,+1 (415) 555-0100\nC,12\nD,+14155550101\n"
                          "E\nF,\"+14155550102\"\nG,+14155550101\n");
    put("dnc.txt", "+14155550101\n");
    auto reader = open({.path = file});
    reader.suppress(suppressed("dnc.txt"));
    const auto rows = read_all(reader);
    const std::vector<told> expected = {
        {1, "+14155550100", screening::sendable, ""},
        {2, "+14155550100", screening::duplicate, ""},
        {3, "", screening::invalid, "no country code and no default_region: 12"},
        {4, "+14155550101", screening::suppressed, path("dnc.txt")},
        {5, "", screening::invalid, "too few columns"},
        {6, "+14155550102", screening::sendable, ""},
        {7, "+14155550101", screening::duplicate, ""},
    };
    ASSERT_EQ(rows.size(), expected.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(rows[i].row, expected[i].row);
        EXPECT_EQ(rows[i].to, expected[i].to) << i;
        EXPECT_EQ(rows[i].found, expected[i].found) << i;
        if (expected[i].found == screening::suppressed) continue;  // a path, looked at below
        EXPECT_EQ(rows[i].text, expected[i].text);
    }
    EXPECT_FALSE(rows[3].text.empty());
    EXPECT_EQ(reader.counts().rows, 7U);
    EXPECT_EQ(reader.counts().sendable, 2U);
    EXPECT_EQ(reader.counts().invalid, 2U);
    EXPECT_EQ(reader.counts().duplicate, 2U);
    EXPECT_EQ(reader.counts().suppressed, 1U);
    EXPECT_EQ(reader.row_count(), 7U);
    ASSERT_EQ(reader.problems().size(), 2U);
    EXPECT_EQ(reader.problems()[0].line, 4U);
    EXPECT_EQ(reader.problems()[0].row, 3U);
    EXPECT_EQ(reader.problems()[1].text, "too few columns");
}

// One phone, one text, whatever its spelling; and a person is told what was made of it.
TEST_F(list_reader_test, numbers_meet_in_the_form_of_the_numbering_plan) {
    const auto file = put("list.csv",
                          "name,toNo\nUK,+447911123456\nUK trunk zero,+44 07911 123456\n"
                          "UK opted out,+44 (0)20 7946 0958\nDE,+49 0151 12345678\n"
                          "DE again,tel:+49-151-12345678\nMX before 2019,+5215512345678\n"
                          "MX now,+525512345678\nBJ before 2024,+229 97 12 34 56\n"
                          "BJ now,+2290197123456\nnewer than the plan,+19995550123\n");
    put("dnc.txt", "+44 020 7946 0958\n");
    auto reader = open({.path = file});
    reader.suppress(suppressed("dnc.txt"));
    const auto rows = read_all(reader);
    const screening found[] = {screening::sendable,  screening::duplicate, screening::suppressed,
                               screening::sendable,  screening::duplicate, screening::sendable,
                               screening::duplicate, screening::sendable,  screening::duplicate,
                               screening::sendable};
    ASSERT_EQ(rows.size(), std::size(found));
    for (std::size_t i = 0; i < rows.size(); ++i)
        EXPECT_EQ(rows[i].found, found[i]) << i + 1 << ": " << rows[i].to;
    const auto told_of = reader.notes().texts();
    ASSERT_EQ(told_of.size(), 2U);
    EXPECT_EQ(told_of[0], "6 numbers were corrected, e.g. +44 07911 123456 is +447911123456");
    EXPECT_EQ(told_of[1], "1 number is not known to the numbering plan of " +
                              codec::numbering_plan::built_in().day() +
                              " and sent to as it stands, e.g. +19995550123");
}

// To the plan these are two phones, and to people often one: both are sent to, and told.
TEST_F(list_reader_test, near_duplicates_are_counted_at_their_later_row) {
    std::string text = "+5491123456789\n+541123456789\n+551187654321\n";
    for (int i = 0; i < 300; ++i)
        text += "+9991" + std::to_string(1000 + i) + "\n";
    auto reader = open({.path = put("list.txt", text + "+5511987654321\n+5511987654321\n")});
    const auto rows = read_all(reader);
    EXPECT_EQ(reader.counts().sendable, rows.size() - 1);
    EXPECT_EQ(reader.notes().near_another.rows, 2U);
    EXPECT_EQ(reader.notes().near_another.example, "+541123456789 and +5491123456789");
}

TEST_F(list_reader_test, an_invalid_row_keeps_its_number_free) {
    auto reader = open({.path = put("list.csv",
                                    "to,from\n+14155550100,n/a\n+14155550100,+19\n"
                                    "+14155550100,\n"),
                        .columns = {.to = "to", .from = "from"}});
    const auto rows = read_all(reader);
    EXPECT_EQ(rows[0].found, screening::invalid);
    EXPECT_EQ(rows[0].text, "the sender: a letter in it: n/a");
    EXPECT_EQ(rows[1].found, screening::sendable);
    EXPECT_EQ(rows[2].found, screening::duplicate);
}

TEST_F(list_reader_test, only_whom_the_campaign_is_for) {
    list_reader_options options{
        .path = put("list.csv",
                    "toNo,state\n+14155550100,CA\n+14155550100,TX\n+14155550101, TX \n"
                    "+12042345678,TX\n+19002345678,TX\n+14155550100,TX\n+14155550102,tx\n"),
        .columns = {.to = "toNo", .where = "state"}};
    options.screen.rules.where = {"state", "TX"};
    options.screen.rules.countries = {"US"};
    auto reader = open(options);
    const auto rows = read_all(reader);
    const std::vector<told> expected = {
        {1, "+14155550100", screening::suppressed, "where: state is not TX"},
        // The row above is not meant, so that this one is the first of its number.
        {2, "+14155550100", screening::sendable, ""},
        {3, "+14155550101", screening::sendable, ""},
        {4, "+12042345678", screening::suppressed, "country: CA is not in countries"},
        {5, "+19002345678", screening::suppressed, "type: premium is not in types"},
        {6, "+14155550100", screening::duplicate, ""},
        {7, "+14155550102", screening::suppressed, "where: state is not TX"},
    };
    EXPECT_EQ(rows, expected);
    EXPECT_EQ(reader.counts().suppressed_by[core::exclusion::where], 2U);
    EXPECT_EQ(reader.counts().suppressed_by[core::exclusion::country], 1U);
    EXPECT_EQ(reader.counts().suppressed_by[core::exclusion::type], 1U);
    // A later pass says the same of them, and whom the list names is who is meant.
    ASSERT_TRUE(reader.rewind().has_value());
    core::listed_batch batch;
    ASSERT_TRUE(reader.read(batch).value());
    for (std::size_t i = 0; i < batch.rows.size(); ++i) {
        const auto& text = expected[i].text;
        EXPECT_EQ(batch.text_of(batch.rows[i]), text) << i;
        const bool is_for_others = text.starts_with("where") || text.starts_with("country");
        EXPECT_EQ(batch.rows[i].person().empty(), is_for_others) << i;
    }
}

// Newer than the plan: nobody's type, and of any country of its code.
TEST_F(list_reader_test, who_is_newer_than_the_plan_is_texted_unless_types_are_named) {
    list_reader_options options{.path = put("list.csv", "toNo\n+19995552368\n")};
    options.screen.rules.countries = {"CA"};
    auto any = open(options);
    EXPECT_EQ(read_all(any)[0].found, screening::sendable);
    options.screen.rules.types = core::bit_of(core::number_type::fixed_or_mobile);
    auto named = open(options);
    EXPECT_EQ(read_all(named)[0].text, "type: unknown is not in types");
    options.screen.rules.types |= core::bit_of(core::number_type::unknown);
    auto with_unknown = open(options);
    EXPECT_EQ(read_all(with_unknown)[0].found, screening::sendable);
}

TEST_F(list_reader_test, consent_is_a_date_and_not_too_old) {
    list_reader_options options{
        .path = put("list.csv",
                    "toNo,since\n+14155550100,\n+14155550101,yes\n+14155550102,2026-10-01\n"
                    "+14155550103,2024-10-01\n+14155550100,2026-10-01\n+14155550103,2026-10-01\n"),
        .columns = {.to = "toNo", .consent = "since"}};
    options.screen.rules.needs_consent = true;
    options.screen.rules.consent_age_max = std::chrono::hours(24 * 365);
    options.screen.now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23);
    put("dnc.txt", "+14155550102\n");
    auto reader = open(options);
    const auto rows = read_all(reader);
    const std::vector<told> expected = {
        {1, "+14155550100", screening::suppressed, "consent: none"},
        {2, "+14155550101", screening::suppressed, "consent: not a date"},
        {3, "+14155550102", screening::sendable, ""},
        {4, "+14155550103", screening::suppressed, "consent: older than 365d"},
        {5, "+14155550100", screening::sendable, ""},
        // How old the first one is depends on the day: a resume must not text its number again.
        {6, "+14155550103", screening::duplicate, ""},
    };
    EXPECT_EQ(rows, expected);
    EXPECT_EQ(reader.counts().suppressed_by[core::exclusion::consent], 3U);
    auto with_opt_out = open(options);
    with_opt_out.suppress(suppressed("dnc.txt"));
    EXPECT_EQ(read_all(with_opt_out)[2].found, screening::suppressed);
}

TEST_F(list_reader_test, rows_say_themselves_when) {
    list_reader_options options{
        .path = put("list.csv",
                    "toNo,go,end\n+14155550100,2026-11-23T09:00:00+01:00,\n"
                    "+14155550101,,2026-11-24 00:00\n+14155550102,soon,\n+14155550103,,\n"),
        .columns = {.to = "toNo", .send_at = "go", .expires_at = "end"}};
    const auto read = [&] {
        auto reader = open(options);
        core::listed_batch batch;
        EXPECT_TRUE(reader.read(batch).value());
        return batch;
    };
    const auto bare = read();
    ASSERT_EQ(bare.rows.size(), 4U);
    const auto morning = core::wall_time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23)) +
                         std::chrono::hours(8);
    EXPECT_EQ(bare.rows[0].when.opens_at(), morning);
    EXPECT_EQ(bare.rows[1].found, screening::invalid) << "whose midnight?";
    EXPECT_EQ(bare.rows[2].found, screening::invalid);
    EXPECT_EQ(bare.text_of(bare.rows[2]),
              "send_at has no moment with an offset, \"2026-11-23T09:00:00+01:00\" "
              "(schedule.time_zone reads those without): soon");
    EXPECT_EQ(bare.rows[3].when, core::row_span());
    options.screen.time_zone = "America/New_York";
    const auto zoned = read();
    EXPECT_EQ(zoned.rows[1].when.expires_at(), morning + std::chrono::hours(21));
}

TEST_F(list_reader_test, a_sample_is_the_same_people_every_time_and_others_under_another_name) {
    std::string text = "toNo\n";
    for (int i = 0; i < 4'000; ++i)
        text += "+1415555" + std::to_string(1'000 + i) + "\n";
    list_reader_options options{.path = put("list.csv", text)};
    options.screen.rules.sample = {250'000};
    const auto taken = [&](const std::string& word) {
        options.screen.sample_word = word;
        auto reader = open(options);
        std::vector<core::row_number> rows;
        for (const auto& row : read_all(reader))
            if (row.found == screening::sendable) rows.push_back(row.row);
        return rows;
    };
    const auto first = taken("november");
    EXPECT_NEAR(static_cast<double>(first.size()), 1'000, 150);
    EXPECT_EQ(taken("november"), first);
    EXPECT_NE(taken("december"), first);
}

TEST_F(list_reader_test, senders_and_zones_come_with_their_rows) {
    auto reader = open({.path = put("list.tsv",
                                    "tz\tto\tfrom\nEurope/Rome\t+9990011\t+99\n"
                                    "\t+9990012\t\n Asia/Tokyo \t+9990013\t+98\n"
                                    "Europe/Rome\t+9990014\t\n"),
                        .columns = {.to = "to", .from = "from", .time_zone = "tz"}});
    core::listed_batch batch;
    ASSERT_TRUE(reader.read(batch).value());
    ASSERT_EQ(batch.rows.size(), 4U);
    EXPECT_EQ(batch.rows[0].from.text(), "+99");
    EXPECT_TRUE(batch.rows[1].from.empty());
    EXPECT_EQ(batch.rows[0].zone, 1U);
    EXPECT_EQ(batch.rows[1].zone, 0U);
    EXPECT_EQ(batch.rows[2].zone, 2U);
    EXPECT_EQ(batch.rows[3].zone, 1U);
    EXPECT_EQ(reader.zones().from(1), (std::vector<std::string>{"Europe/Rome", "Asia/Tokyo"}));
}

TEST_F(list_reader_test, too_many_zones_and_too_long_names_are_invalid_rows) {
    std::string text = "to,tz\n";
    for (std::size_t i = 0; i <= zone_names::zones_max; ++i)
        text += "+9991000" + std::to_string(i) + ",zone" + std::to_string(i) + "\n";
    text += "+9990022,zone0\n+9990023," + std::string(65, 'z') + "\n";
    auto reader = open({.path = put("list.csv", text), .columns = {.to = "to", .time_zone = "tz"}});
    const auto rows = read_all(reader);
    EXPECT_EQ(rows[zone_names::zones_max - 1].found, screening::sendable);
    EXPECT_EQ(rows[zone_names::zones_max].found, screening::invalid);
    EXPECT_EQ(rows[zone_names::zones_max + 1].found, screening::sendable);
    EXPECT_EQ(rows[zone_names::zones_max + 2].found, screening::invalid);
}

TEST_F(list_reader_test, reads_a_later_pass_without_comparing) {
    auto reader = open({.path = put("list.txt", "+9990011\n+9990012\n+9990011\nx\n")});
    const auto first = read_all(reader);
    EXPECT_EQ(first[2].found, screening::duplicate);
    EXPECT_TRUE(reader.first_pass_done());
    EXPECT_EQ(reader.memory_bytes(), 0U);
    ASSERT_TRUE(reader.rewind());
    const auto second = read_all(reader);
    ASSERT_EQ(second.size(), 4U);
    EXPECT_EQ(second[0], first[0]);
    EXPECT_EQ(second[2].found, screening::sendable);
    EXPECT_EQ(second[3], first[3]);
    EXPECT_EQ(reader.counts().rows, 4U);
    EXPECT_EQ(reader.problems().size(), 1U);
}

TEST_F(list_reader_test, a_pass_that_was_broken_off_goes_on_comparing_where_it_stopped) {
    std::string text;
    for (int i = 0; i < 1000; ++i)
        text += "+9991" + std::to_string(1000 + i) + "\n";
    auto reader = open({.path = put("list.txt", text + "+99911000\n"), .batch_rows = 256});
    core::listed_batch batch;
    ASSERT_TRUE(reader.read(batch).value());
    EXPECT_EQ(batch.rows.size(), 256U);
    EXPECT_FALSE(reader.row_count());
    ASSERT_TRUE(reader.rewind());
    const auto rows = read_all(reader);
    ASSERT_EQ(rows.size(), 1001U);
    for (int i = 0; i < 1000; ++i)
        ASSERT_EQ(rows[static_cast<std::size_t>(i)].found, screening::sendable) << i;
    EXPECT_EQ(rows.back().found, screening::duplicate);
    EXPECT_EQ(reader.counts().rows, 1001U);
    EXPECT_EQ(reader.counts().duplicate, 1U);
}

TEST_F(list_reader_test, suppression_counts_from_the_next_row_on) {
    std::string text;
    for (int i = 0; i < 600; ++i)
        text += "+9991" + std::to_string(1000 + i) + "\n";
    put("dnc.txt", "+99911000\n+99911599\n");
    auto reader = open({.path = put("list.txt", text), .batch_rows = 256});
    core::listed_batch batch;
    ASSERT_TRUE(reader.read(batch).value());
    EXPECT_EQ(batch.rows.front().found, screening::sendable);
    reader.suppress(suppressed("dnc.txt"));
    const auto rest = read_all(reader);
    EXPECT_EQ(rest.back().found, screening::suppressed);
    ASSERT_TRUE(reader.rewind());
    EXPECT_EQ(read_all(reader).front().found, screening::suppressed);
}

TEST_F(list_reader_test, batches_are_bounded_and_complete) {
    std::string text = "toNo\n";
    for (int i = 0; i < 5000; ++i)
        text += "+9991" + std::to_string(10000 + i) + "\n";
    auto reader = open({.path = put("list.csv", text), .batch_rows = 1024});
    core::listed_batch batch;
    core::row_number expected = 0;
    while (reader.read(batch).value()) {
        EXPECT_LE(batch.rows.size(), 1024U);
        for (const auto& row : batch.rows)
            ASSERT_EQ(row.row, ++expected);
    }
    EXPECT_EQ(expected, 5000U);
}

TEST_F(list_reader_test, hostile_rows_are_shown_harmlessly) {
    auto reader =
        open({.path = put("list.csv",
                          "toNo\n\"+1\n23\"\n+1\x1B[2J23\n=1+2\n+1\xFF"
                          "23\n" +
                              std::string("+1\0002\n", 5) + std::string(500, '9') + "\n")});
    const auto rows = read_all(reader);
    ASSERT_EQ(rows.size(), 6U);
    for (const auto& row : rows) {
        EXPECT_EQ(row.found, screening::invalid);
        EXPECT_LT(row.text.size(), 200U);
        for (const char c : row.text)
            EXPECT_GE(static_cast<unsigned char>(c), 0x20U) << row.text;
    }
    EXPECT_EQ(rows[0].text, "two numbers in one field?: +1\\x0a23");
    EXPECT_EQ(rows[3].text, "a character that has no place in a number: +1\\xff23");
    EXPECT_EQ(rows[4].text, "a control character in it: +1\\x002");
}

TEST_F(list_reader_test, keeps_the_first_problems_only) {
    std::string text = "toNo\n";
    for (int i = 0; i < 100; ++i)
        text += "bad\n";
    auto reader = open({.path = put("list.csv", text)});
    read_all(reader);
    EXPECT_EQ(reader.problems().size(), list_reader::problems_max);
    EXPECT_EQ(reader.counts().invalid, 100U);
}

TEST_F(list_reader_test, an_empty_list_fails) {
    for (const std::string text : {"toNo\n", "toNo", "toNo\n\n\r\n"}) {
        auto reader = open({.path = put("list.csv", text)});
        core::listed_batch batch;
        const auto got = reader.read(batch);
        ASSERT_FALSE(got);
        EXPECT_EQ(got.error().kind, core::trouble::list);
        EXPECT_NE(got.error().text.find("no rows"), std::string::npos);
    }
    for (const std::string text : {"", "\n\n", "\xEF\xBB\xBF"}) {
        const auto got = list_reader::open({.path = put("list.csv", text)});
        ASSERT_FALSE(got);
        EXPECT_NE(got.error().text.find("empty"), std::string::npos) << got.error().text;
    }
}

TEST_F(list_reader_test, settings_that_cannot_be_used_fail) {
    const auto file = put("list.csv", "toNo\n+9990012\n");
    EXPECT_EQ(list_reader::open({.path = file, .default_region = "ZZ"}).error().kind,
              core::trouble::configuration);
    EXPECT_EQ(list_reader::open({.path = file, .columns = {.to = "phone"}}).error().kind,
              core::trouble::list);
    EXPECT_EQ(list_reader::open({.path = path("none.csv")}).error().kind, core::trouble::list);
}

TEST_F(list_reader_test, the_same_list_in_every_format_reads_the_same) {
    const auto csv =
        put("a.csv", "\xEF\xBB\xBFname,toNo\r\nA,+14155550100\r\nB,+1 415 555 0101\r\n");
    const auto tsv = put("a.tsv", "toNo\tname\n+14155550100\tA\n+1 415 555 0101\tB");
    const auto json = put("a.ndjson",
                          "{\"toNo\":\"+14155550100\"}\n"
                          "{\"name\":\"B\",\"toNo\":\"+1 415 555 0101\"}\n");
    const auto lines = put("a.txt", "+14155550100\n+1 415 555 0101\n");
    auto expected = open({.path = csv});
    const auto rows = read_all(expected);
    ASSERT_EQ(rows.size(), 2U);
    for (const auto& file : {tsv, json, lines, put("a.csv.gz", gzipped(content("a.csv"))),
                             put("a.tsv.zst", zstd_packed(content("a.tsv")))}) {
        auto reader = open({.path = file});
        EXPECT_EQ(read_all(reader), rows) << file;
    }
}

}  // namespace
}  // namespace tidings::runner
