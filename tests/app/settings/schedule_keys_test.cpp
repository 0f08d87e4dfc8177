// When people may be texted, as the file says it.
#include "app/lawful_rules.hpp"
#include "app/settings/campaign_file.hpp"
#include "codec/text/units.hpp"
#include "support/scratch_folder.hpp"

#include <fstream>

#include <gtest/gtest.h>

namespace tidings::app {
namespace {

core::result<campaign> with(const std::string& schedule, const std::string& named = "camp/x.toml") {
    return campaign_from(
        "[recipients]\nfile = \"list.csv\"\n[[bot]]\n"
        "url = \"https://host.example\"\nbot_id = \"st-1\"\n"
        "client_id = \"cs-1\"\nclient_secret = { env = \"SECRET\" }\n"
        "[[bot.sender]]\nfrom = \"+16693422058\"\n" +
            schedule,
        named, {}, {});
}

const auto now = codec::wall_time_from("2026-11-30T00:00:00Z").value();

TEST(schedule_keys, rules_of_places_and_days) {
    const auto read = with(
        "[schedule]\nquiet_hours = \"21:00-08:00\"\n"
        "[[schedule.rule]]\nwhere = \"US-TX\"\ndays = \"sun\"\n"
        "hours = \"12:00-21:00\"\n"
        "[[schedule.rule]]\nwhere = \"FR\"\ndays = \"sat, sun\"\n"
        "hours = \"none\"\n"
        "[[schedule.rule]]\ndays = \"fri-mon\"\nhours = \"10:00-24:00\"\n");
    ASSERT_TRUE(read) << read.error().text;
    const auto hours = hours_options_of(*read, now);
    ASSERT_TRUE(hours);
    EXPECT_EQ(core::told_with_sources(runner::lawful_hours_of(*hours).rules()),
              (std::vector<std::string>{"everywhere: 08:00-21:00", "US-TX sun: 12:00-21:00",
                                        "FR sat sun: no messages",
                                        "everywhere mon fri-sun: 10:00-24:00"}));
    EXPECT_TRUE(rules_differ_by_region(*read));
    EXPECT_FALSE(rules_differ_by_region(*with("[schedule]\nquiet_hours = \"21:00-08:00\"\n")));
}

TEST(schedule_keys, presets_by_name) {
    const auto read = with("[schedule]\npresets = [\"us-federal\", \"us-tx\"]\n");
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_TRUE(rules_differ_by_region(*read));
    const auto hours = hours_options_of(*read, now);
    ASSERT_TRUE(hours);
    EXPECT_EQ(hours->rules.size(), 8U);
    const auto all = with("[schedule]\npresets = [\"us-tx\", \"us\"]\n");
    EXPECT_EQ(hours_options_of(*all, now)->rules.size(), 22U);  // none twice
}

TEST(schedule_keys, dates_from_a_calendar) {
    tests::scratch_folder folder;
    std::ofstream(folder.path() / "us.ics")
        << "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20201225\nRRULE:FREQ=YEARLY\n"
           "END:VEVENT\nEND:VCALENDAR\n";
    const auto text =
        "[[schedule.rule]]\nwhere = \"US\"\nholidays = \"us.ics\"\nhours = \"none\"\n";
    const auto read = with(text, folder.path() / "x.toml");
    ASSERT_TRUE(read) << read.error().text;
    const auto hours = hours_options_of(*read, now);
    ASSERT_TRUE(hours) << hours.error().text;
    ASSERT_EQ(hours->rules.size(), 1U);
    ASSERT_TRUE(hours->rules[0].dates);
    EXPECT_EQ(hours->rules[0].dates->size(), 12U);  // as far as a run looks ahead
    EXPECT_EQ(hours->rules[0].dates_from, "us.ics");
    const auto missing = hours_options_of(*with(text, folder.path() / "no/x.toml"), now);
    ASSERT_FALSE(missing);
    EXPECT_TRUE(missing.error().text.starts_with("[[schedule.rule]] holidays "))
        << missing.error().text;
}

TEST(schedule_keys, what_is_wrong_is_said_with_the_fix) {
    struct row {
        const char* rule;
        const char* words;
    };
    for (const auto& one :
         {row{"where = \"US-TX\"", "hours is missing: write hours = \"12:00-21:00\""},
          row{"hours = \"noon\"", "is not a span of the day: write \"21:00-08:00\"; \"none\" for"},
          row{"hours = \"9:00-9:00\"", "is not a span of the day"},
          row{"where = \"USA\"\nhours = \"none\"", "\"USA\" is no region"},
          row{"where = \"US-TXX\"\nhours = \"none\"", "did you mean US-TX?"},
          row{"where = \"us-tx\"\nhours = \"none\"", "\"us-tx\" is no region"},
          row{"where = \"Texas\"\nhours = \"none\"", "write a country, \"US\""},
          row{"days = \"sunday\"\nhours = \"none\"", "\"sunday\" is not a day: write \"sun\""},
          row{"days = \"mon-\"\nhours = \"none\"", "is not a day"},
          row{"day = \"sun\"\nhours = \"none\"", "did you mean days?"}}) {
        const auto refused = with(std::string("[[schedule.rule]]\n") + one.rule + "\n");
        ASSERT_FALSE(refused) << one.rule;
        EXPECT_NE(refused.error().text.find(one.words), std::string::npos) << refused.error().text;
    }
    std::string many;
    for (int i = 0; i < 201; ++i)
        many += "[[schedule.rule]]\nhours = \"none\"\n";
    EXPECT_NE(with(many).error().text.find("has more than 200"), std::string::npos);
    const auto preset = with("[schedule]\npresets = [\"us-texas\"]\n");
    ASSERT_FALSE(preset);
    EXPECT_NE(preset.error().text.find("us-tx"), std::string::npos) << preset.error().text;
}

}  // namespace
}  // namespace tidings::app
