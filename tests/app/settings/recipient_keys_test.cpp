// Whom a campaign is for, as its file says it.
#include "app/settings/campaign_file.hpp"
#include "support/scratch_folder.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace tidings::app {
namespace {

using namespace std::chrono_literals;

TEST(recipient_keys, who_may_be_texted) {
    const auto with = [](const std::string& line) {
        const auto equals = line.find('=');
        return campaign_from(
            "[recipients]\nfile = \"list.csv\"\n[[bot]]\n"
            "url = \"https://host.example\"\nbot_id = \"st-1\"\n"
            "client_id = \"cs-1\"\nclient_secret = { env = \"SECRET\" }\n"
            "[[bot.sender]]\nfrom = \"+16693422058\"\n",
            "camp/x.toml", {},
            {{"TIDINGS_RECIPIENTS__" + line.substr(0, equals), line.substr(equals + 1)}});
    };
    const auto read_with = [&](const std::string& line) { return with(line).value().recipients; };
    EXPECT_EQ(read_with("COUNTRIES=[\"US\", \"CA\"]").who.countries,
              (std::vector<std::string>{"US", "CA"}));
    EXPECT_EQ(read_with("NOT_COUNTRIES=[\"JM\"]").who.not_countries,
              std::vector<std::string>{"JM"});
    using core::number_type;
    EXPECT_EQ(read_with("TYPES=[\"mobile\", \"premium\"]").who.types,
              core::bit_of(number_type::mobile) | core::bit_of(number_type::premium));
    EXPECT_EQ(read_with("WHERE=state = TX").who.where, (core::column_value{"state", "TX"}));
    EXPECT_EQ(read_with("SAMPLE=5%").who.sample, core::people_share{50'000});
    EXPECT_EQ(read_with("CONSENT_MAX_AGE=365d").who.consent_age_max, 24h * 365);
    EXPECT_EQ(read_with("EXPIRES_AT=end").columns.expires_at, "end");
    EXPECT_EQ(read_with("CAPS=[\"HT:100/1h\", \"CU:5/m\"]").caps,
              (std::vector<core::country_cap>{{"HT", {100, 1h}}, {"CU", {5, 60s}}}));
    for (const auto& [line, words] :
         {std::pair{"COUNTRIES=[\"USA\"]", "\"USA\" is not a country: write two capitals"},
          {"TYPES=[\"mobil\"]", "\"mobil\" is not a type of number; did you mean mobile?"},
          {"TYPES=[]", "names no type, so nobody would ever be texted"},
          {"WHERE=state", "\"state\" is not a condition"},
          {"SAMPLE=5", "\"5\" is not a share of the people"},
          {"CAPS=[\"XX:1/1h\"]", "\"XX:1/1h\" is not a country's cap"},
          {"CAPS=[\"HT\"]", "\"HT\" is not a country's cap"},
          {"CAPS=[\"HT:1/1h\", \"HT:2/1h\"]", "names HT twice"}}) {
        const auto refused = with(line);
        ASSERT_FALSE(refused) << line;
        EXPECT_NE(refused.error().text.find(words), std::string::npos)
            << line << ": " << refused.error().text;
    }
}

TEST(recipient_keys, a_numbering_plan_of_ones_own) {
    tests::scratch_folder folder;
    const auto read = [&](const std::string& text) {
        std::ofstream(folder.path() / "plan.txt") << text;
        return campaign_from(
            "[recipients]\nfile = \"l.csv\"\nnumbering_plan = \"plan.txt\"\n"
            "[[bot]]\nurl = \"https://host.example\"\nbot_id = \"st-1\"\n"
            "client_id = \"cs-1\"\nclient_secret = { env = \"SECRET\" }\n"
            "[[bot.sender]]\nfrom = \"+16693422058\"\n",
            folder.path() / "x.toml", {}, {});
    };
    const auto newer = read(
        "plan 2027-01-15 mine 1\nregion ZZ 999 main\nlengths 8\nany \\d{8}\n"
        "mobile - \\d{8}\n");
    ASSERT_TRUE(newer) << newer.error().text;
    const auto* plan = newer->recipients.plan;
    ASSERT_NE(plan, nullptr);
    EXPECT_EQ(plan->day(), "2027-01-15");
    EXPECT_NE(plan->region("ZZ"), nullptr);
    EXPECT_NE(plan->region("US"), nullptr) << "what it does not name stays";
    const auto wrong = read("what is this\n");
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().text.find("[recipients] numbering_plan: "), std::string::npos);
    EXPECT_NE(wrong.error().text.find("plan.txt:1: not a line of a numbering plan"),
              std::string::npos);
    std::filesystem::remove(folder.path() / "plan.txt");
    const auto missing =
        campaign_from("[recipients]\nfile = \"l.csv\"\nnumbering_plan = \"plan.txt\"\n",
                      folder.path() / "x.toml", {}, {});
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().text.find("plan.txt cannot be read"), std::string::npos);
}

}  // namespace
}  // namespace tidings::app
