#include "app/settings/campaign_file.hpp"

#include "app/settings/campaign_keys.hpp"
#include "support/file_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::app {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using tests::file_text;

const std::string source_dir = TIDINGS_SOURCE_DIR;

// The smallest campaign, with room for more lines in its sections.
std::string minimal(const std::string& in_bot = "", const std::string& at_end = "",
                    const std::string& in_sender = "") {
    return "[recipients]\nfile = \"list.csv\"\n[[bot]]\nurl = \"https://host.example\"\n"
           "bot_id = \"st-1\"\nclient_id = \"cs-1\"\n"
           "client_secret = { env = \"SECRET\" }\n" +
           in_bot + "\n[[bot.sender]]\nfrom = \"+16693422058\"\n" + in_sender + "\n" + at_end;
}

core::result<campaign> read(const std::string& text,
                            const std::vector<setting_override>& overrides = {},
                            const environment& variables = {}) {
    return campaign_from(text, "camp/x.toml", overrides, variables);
}

std::string mistakes_of(const core::result<campaign>& read) {
    return read.has_error() ? read.error().text : "(it was read)";
}

template <class Section>
void write_keys(std::string& text, key_table<Section> keys, const Section& from) {
    for (const auto& key : keys)
        text += std::string(key.name) + " = " + key.write(from) + "\n";
}

// All its values, key by key.
std::string written(const campaign& from) {
    std::string text;
    write_keys(text, top_keys(), from);
    write_keys(text, recipients_keys(), from.recipients);
    for (const auto& bot : from.bots) {
        write_keys(text, bot_keys(), bot);
        for (const auto& sender : bot.senders)
            write_keys(text, sender_keys(), sender);
    }
    for (const auto& [name, account] : from.accounts) {
        text += name + "\n";
        write_keys(text, account_keys(), account);
    }
    write_keys(text, schedule_keys(), from.schedule);
    write_keys(text, retry_keys(), from.retry);
    write_keys(text, unknown_keys(), from);
    for (const auto& one : from.answers)
        write_keys(text, answer_keys(), one);
    write_keys(text, trouble_keys(), from.trouble);
    write_keys(text, stop_keys(), from.stop);
    write_keys(text, output_keys(), from.output);
    return text;
}

// What conf/campaign.toml and the defaults have in common.
campaign example() {
    campaign made;
    made.recipients.file = "conf/recipients.csv";
    bot_settings bot;
    bot.url = "https://platform.kore.ai";
    bot.bot_id = "st-26d52ba6-7a77-56b2-be4e-a8db1da7e440";
    bot.token.client_id = "cs-dc6ecdfd-cba7-5055-a983-fffa1155a3f5";
    bot.client_secret = {secret_place::kind::variable, "TIDINGS_CLIENT_SECRET"};
    bot.senders.push_back({*core::phone_number::from_e164("+16693422058"), {}, 0});
    made.bots.push_back(bot);
    made.accounts["main"];
    return made;
}

TEST(campaign_file, the_full_example_and_the_minimal_one_both_mean_the_defaults) {
    const std::pair<const char*, const char*> files[] = {
        {"conf/campaign.toml", "november-reminder"}, {"conf/minimal.toml", "minimal"}};
    for (const auto& [file, name] : files) {
        auto expected = example();
        expected.name = name;
        const auto loaded = campaign_from(file_text(source_dir + "/" + file), file, {}, {});
        ASSERT_TRUE(loaded.has_value()) << file << ": " << mistakes_of(loaded);
        EXPECT_EQ(written(*loaded), written(expected)) << file;
    }
}

TEST(campaign_file, every_key_stands_in_the_example) {
    const auto text = file_text(source_dir + "/conf/campaign.toml");
    for (const auto& key : campaign_keys()) {
        const auto line = "\n" + std::string(key.name) + " = ";
        const bool commented = key.section == "[[answer]]" || key.section == "[[schedule.rule]]" ||
                               (key.section == "[[bot]]" && key.initial.empty());
        EXPECT_TRUE(text.find(line + std::string(key.initial)) != std::string::npos ||
                    (commented && text.find("\n# " + line.substr(1)) != std::string::npos))
            << key.section << "." << key.name;
    }
}

// What help and document show as a default can be written into a file, and changes nothing.
TEST(campaign_file, every_default_reads_back) {
    std::string in_bot, sections, section;
    for (const auto& key : campaign_keys()) {
        const bool needs_others = key.section.starts_with("[[") && key.section != "[[bot]]";
        if (key.initial.empty() || key.section.empty() || key.section == "[account.NAME]" ||
            needs_others || key.name == "profile")
            continue;
        const auto line = std::string(key.name) + " = " + key.initial + "\n";
        if (key.section == "[[bot]]") in_bot += line;
        if (key.section == "[[bot]]" || key.section == "[recipients]") continue;
        if (section != key.section) sections += key.section + "\n";
        section = key.section;
        sections += line;
    }
    const auto plain = read(minimal());
    const auto spelled_out = read(minimal(in_bot, sections));
    ASSERT_TRUE(spelled_out.has_value()) << mistakes_of(spelled_out);
    EXPECT_EQ(written(*spelled_out), written(*plain));
}

TEST(campaign_file, the_document_is_the_tables) {
    EXPECT_EQ(file_text(source_dir + "/docs/campaign-file.md"), campaign_keys_document());
}

TEST(campaign_file, reads_every_kind_of_value) {
    const auto loaded = read(minimal(
        "ca_file = \"ca.pem\"\nhttp = \"2\"\nlimits = [\"5/1s\", \"100/1h\"]\npace = \"even\"\n"
        "jti = \"each\"\ntoken_lifetime = \"1h\"\njwe_key_file = \"/etc/jwk\"\nweight = 3\n"
        "request_timeout = \"5s\"\naccount = \"north\"\njwe_algorithm = \"RSA1_5\"\n",
        "[account.north]\nlimits = [\"60/60s\"]\n"
        "[schedule]\nstart_at = \"2026-11-23T09:00:00+01:00\"\nquiet_hours = \"21:00-08:00\"\n"
        "weekdays = [\"mon\", \"fri\"]\ntime_zone = \"Europe/Paris\"\nholidays = \"days.txt\"\n"
        "[retry]\nattempts_max = 2\nbackoff = \"2s..4s\"\n[unknown]\npolicy = \"probe\"\n"
        "[stop]\nrejected_share = \"20%/500\"\nlatency_p99_max = \"5s\"\nfirst = 500\n"
        "[output]\ndir = \"out\"\nnumbers = \"masked\"\nrotate = \"1MiB\"\n",
        "limits = [\"1/1s\"]\n[[bot.sender]]\nfrom = \"+16693422059\"\nweight = 2\n"));
    ASSERT_TRUE(loaded.has_value()) << mistakes_of(loaded);
    const auto& bot = loaded->bots.at(0);
    EXPECT_EQ(loaded->name, "x");
    EXPECT_EQ(loaded->recipients.file, "camp/list.csv");
    EXPECT_EQ(bot.trust.ca_file, "camp/ca.pem");
    EXPECT_EQ(bot.jwe_key_file, "/etc/jwk");
    EXPECT_EQ(bot.trust.http, net::http_mode::http2);
    EXPECT_EQ(bot.profile, limit_profile::custom);
    EXPECT_EQ(bot.limits, (std::vector<core::rate_limit>{{5, 1s}, {100, 1h}}));
    EXPECT_EQ(bot.pace, core::pace::even);
    EXPECT_EQ(bot.token.lifetime, 1h);
    EXPECT_EQ(bot.pool.request_timeout, 5s);
    EXPECT_EQ(bot.senders.size(), 2U);
    EXPECT_EQ(bot.senders[1].weight, 2U);
    EXPECT_EQ(loaded->accounts.at("north").limits, (std::vector<core::rate_limit>{{60, 60s}}));
    EXPECT_EQ(loaded->schedule.hours.weekdays, 0b0010001);
    EXPECT_EQ(loaded->schedule.hours.quiet_hours, (codec::day_span{1260, 480}));
    EXPECT_EQ(loaded->schedule.holidays, "camp/days.txt");
    EXPECT_EQ(loaded->unknown, core::unknown_policy::probe);
    EXPECT_EQ(loaded->stop.rejected_share, 0.2);
    EXPECT_EQ(loaded->stop.share_of, 500U);
    EXPECT_EQ(loaded->stop.canary, 500U);
    EXPECT_EQ(loaded->output.dir, "out");
    EXPECT_EQ(loaded->output.rotate, 1'048'576U);
}

TEST(campaign_file, rules_for_answers_are_read_in_their_order) {
    const auto loaded =
        read(minimal("",
                     "[[answer]]\nstatus = \"500-599\"\nbody = \"failed\"\n"
                     "header = \"Via: varnish\"\nmeans = \"not processed\"\n"
                     "[[answer]]\nframe = \"refused_stream\"\nmeans = \"unknown\"\n"));
    ASSERT_TRUE(loaded.has_value()) << mistakes_of(loaded);
    ASSERT_EQ(loaded->answers.size(), 2U);
    EXPECT_EQ(core::in_words(loaded->answers[0]),
              "status 500-599 with \"failed\" with via: \"varnish\" means not processed");
    const std::string rule = "[[answer]]\nmeans = \"not processed\"\n";
    EXPECT_NE(mistakes_of(read(minimal("", rule))).find("writes the rule twice"),
              std::string::npos);
    EXPECT_TRUE(read(minimal("", rule + rule)).has_value());
    EXPECT_EQ(core::in_words(loaded->answers[1]), "a refused stream means unknown");
}

TEST(campaign_file, trouble_can_be_switched_off) {
    const auto loaded = read(minimal("",
                                     "[trouble]\nin_a_row = 0\nshare = \"\"\n"
                                     "ask_every = \"2s..30s\"\ngive_up = \"none\"\n"));
    ASSERT_TRUE(loaded.has_value()) << mistakes_of(loaded);
    EXPECT_EQ(loaded->trouble.in_a_row, 0U);
    EXPECT_EQ(loaded->trouble.share, 0);
}

TEST(campaign_file, profiles_become_limits) {
    using limits = std::vector<core::rate_limit>;
    EXPECT_EQ(read(minimal("profile = \"runtime\""))->bots[0].limits,
              (limits{{600, 60s}, {18'000, 1h}}));
    EXPECT_EQ(read(minimal("profile = \"design\""))->bots[0].limits,
              (limits{{60, 60s}, {1'800, 1h}}));
    const auto centre = read(minimal("profile = \"contact-center\""));
    EXPECT_EQ(centre->bots[0].limits, limits{});
    EXPECT_EQ(centre->accounts.at("main").limits, (limits{{60, 60s}}));
    EXPECT_EQ(read(minimal("limits = []"))->bots[0].limits, limits{});
}

TEST(campaign_file, standard_input_is_no_file) {
    auto text = minimal();
    text.replace(text.find("list.csv"), 8, "-");
    EXPECT_EQ(read(text)->recipients.file, "-");
}

TEST(campaign_file, the_name_is_the_files_when_none_is_given) {
    EXPECT_EQ(campaign_from(minimal(), "a/nov 2026.toml", {}, {})->name, "nov-2026");
    EXPECT_EQ(campaign_from(minimal(), "a/.toml", {}, {})->name, "campaign");
    EXPECT_EQ(campaign_from("name = \"x-1\"\n" + minimal(), "a/b.toml", {}, {})->name, "x-1");
}

// Precedence: flag, environment, file, default.
TEST(campaign_file, a_flag_beats_the_environment_beats_the_file) {
    const auto text = minimal("", "[retry]\nattempts_max = 2\n");
    const environment variables = {{"TIDINGS_RETRY__ATTEMPTS_MAX", "3"},
                                   {"TIDINGS_NAME", "from-environment"},
                                   {"TIDINGS_CLIENT_SECRET", "not a key"}};
    EXPECT_EQ(read(minimal())->retry.attempts_max, 5U);
    EXPECT_EQ(read(text)->retry.attempts_max, 2U);
    EXPECT_EQ(read(text, {}, variables)->retry.attempts_max, 3U);
    EXPECT_EQ(read(text, {}, variables)->name, "from-environment");
    const std::vector<setting_override> flags = {{"retry.attempts_max", "4", "--set"},
                                                 {"name", "from-flag", "--name"}};
    EXPECT_EQ(read(text, flags, variables)->retry.attempts_max, 4U);
    EXPECT_EQ(read(text, flags, variables)->name, "from-flag");
}

TEST(campaign_file, anything_can_be_laid_over) {
    const auto over = read(minimal(), {{"bot.url", "https://other.example/base/", "--set"},
                                       {"bot.0.limits", "5/s, 100/1h", "--set"},
                                       {"bot.sender.1.from", "+16693422059", "--set"},
                                       {"bot.client_secret.file", "s.txt", "--set"},
                                       {"bot.client_id", "12345", "--set"},
                                       {"account.main.limits", "[\"60/60s\"]", "--set"},
                                       {"recipients.file", "here.csv", "--recipients"},
                                       {"recipients.suppress", "", "--set"},
                                       {"output.numbers", "masked", "--set"}});
    ASSERT_TRUE(over.has_value()) << mistakes_of(over);
    EXPECT_EQ(over->bots[0].url, "https://other.example/base");
    EXPECT_EQ(over->bots[0].limits, (std::vector<core::rate_limit>{{5, 1s}, {100, 1h}}));
    EXPECT_EQ(over->bots[0].senders.size(), 2U);
    EXPECT_EQ(over->bots[0].client_secret, (secret_place{secret_place::kind::file, "s.txt"}));
    EXPECT_EQ(over->bots[0].token.client_id, "12345");
    EXPECT_EQ(over->accounts.at("main").limits, (std::vector<core::rate_limit>{{60, 60s}}));
    EXPECT_EQ(over->recipients.file, "here.csv");
    EXPECT_EQ(over->output.numbers, codec::number_style::masked);
}

TEST(campaign_file, a_campaign_may_come_from_flags_alone) {
    const auto loaded = read("", {{"recipients.file", "l.csv", "--recipients"},
                                  {"bot.url", "https://h", "--set"},
                                  {"bot.bot_id", "st-1", "--set"},
                                  {"bot.client_id", "cs-1", "--set"},
                                  {"bot.client_secret.env", "S", "--set"},
                                  {"bot.sender.from", "+16693422058", "--set"}});
    ASSERT_TRUE(loaded.has_value()) << mistakes_of(loaded);
    EXPECT_EQ(loaded->bots[0].senders[0].from.text(), "+16693422058");
}

struct mistake_row {
    std::string text;
    std::string expected;
};

const mistake_row mistake_rows[] = {
    // Unknown keys and sections, with the near miss and the place.
    {minimal("conections_max = 3"),
     "camp/x.toml:8:18: [[bot]] conections_max is no key; did you mean connections_max?"},
    {minimal("", "[recipents]\n"), "recipents is no key; did you mean recipients?"},
    {minimal("", "[[bot.sendr]]\n"), "[[bot]] sendr is no key; did you mean sender?"},
    {minimal("", "", "limit = [\"1/1s\"]"), "[[bot.sender]] limit is no key; did you mean limits?"},
    // Units, with a right example.
    {minimal("request_timeout = \"30\""), "\"30\" is not a span of time: write \"90s\""},
    {minimal("limits = [\"600\"]"), "\"600\" is not a limit: write a count and a window"},
    {minimal("limits = [\"600/60s\", \"500/1m\"]"), "two limits for a window of 60s"},
    {minimal("", "[output]\nrotate = \"64MB \"\n"), "write \"64MiB\""},
    {minimal("", "[retry]\nbackoff = \"1s-60s\"\n"), "write \"1s..60s\""},
    {minimal("", "[stop]\nrejected_share = \"20\"\n"), "write \"20%/500\""},
    {minimal("", "[schedule]\nquiet_hours = \"9pm\"\n"), "write \"21:00-08:00\""},
    {minimal("", "[schedule]\nstart_at = \"tomorrow\"\n"), "RFC 3339"},
    {minimal("", "[schedule]\nstart_at = 2026-11-23T09:00:00Z\n"),
     "must be a text in quotes, and is a TOML date"},
    {minimal("", "[schedule]\nweekdays = [\"monday\"]\n"), "\"monday\" is not a day"},
    {minimal("", "[schedule]\nweekdays = []\n"), "names no day"},
    {minimal("", "[schedule]\ntime_zone = \"Paris; rm\"\n"), "\"Europe/Paris\""},
    {minimal("", "[recipients.x]\n"), "[recipients] x is no key"},
    // Ranges, kinds and choices.
    {minimal("connections_max = 0"), "[[bot]] connections_max 0 is outside 1 .. 10000"},
    {minimal("connections_max = \"64\""), "must be a whole number without quotes"},
    {minimal("connections_max = -1"), "connections_max is negative"},
    {minimal("connections_max = 1.5"), "and is a decimal number"},
    {minimal("limits = \"600/60s\""), "must be a list"},
    {minimal("limits = [600]"), "must hold texts in quotes, and holds a whole number"},
    {minimal("pace = \"evn\""), "\"evn\" is not earliest, even or burst; did you mean even?"},
    {minimal("request_timeout = \"2h\""), "\"2h\" is outside 100ms .. 1h"},
    {minimal("subject = \"\""), "[[bot]] subject is empty"},
    {minimal("subject = \"a\\nb\""), "holds a control character"},
    {minimal("ca_file = \"" + std::string(5'000, 'x') + "\""), "longer than 4096 bytes"},
    {minimal("", "", "from2 = 1"), "[[bot.sender]] from2 is no key; did you mean from?"},
    {"name = \"a/b\"\n" + minimal(), "name \"a/b\" cannot name a folder"},
    {"name = \"..\"\n" + minimal(), "cannot name a folder"},
    {"threads = 65\n" + minimal(), "threads 65 is outside 1 .. 64"},
    // Secrets.
    {minimal("").replace(minimal("").find("{ env = \"SECRET\" }"), 18, "\"hunter2\""),
     "a secret does not stand in this file"},
    {minimal("").replace(minimal("").find("{ env = \"SECRET\" }"), 18, "{ value = \"hunter2\" }"),
     "is a table with the secret's place"},
    {minimal("").replace(minimal("").find("{ env = \"SECRET\" }"), 18, "{ env = \"hun ter2\" }"),
     "env names a variable by letters"},
    {minimal("").replace(minimal("").find("{ env = \"SECRET\" }"), 18,
                         "{ env = \"A\", file = \"hunter2\" }"),
     "names two places"},
    {minimal("").replace(minimal("").find("{ env = \"SECRET\" }"), 18, "{}"), "names no place"},
    // Between keys.
    {minimal("profile = \"design\"\nlimits = []"),
     "[[bot]] profile and limits say the same thing: keep one of them"},
    {minimal("algorithm = \"RS256\""), "private_key is missing"},
    {minimal("algorithm = \"RS256\"\nprivate_key = { file = \"k.pem\" }"),
     "client_secret is for HS256"},
    {minimal("private_key = { file = \"k.pem\" }"), "private_key is for RS256"},
    {minimal("jti = \"each\"\ntoken_lifetime = \"2h\""), "at most 1h with jti"},
    {minimal("jti = \"each\"\ntoken_lifetime = \"none\""), "at most 1h with jti"},
    {minimal("", "[unknown]\npolicy = \"probe\"\n"), "needs jti = \"each\""},
    {minimal("", "[account.mian]\nlimits = []\n"),
     "[account.mian] belongs to no bot; did you mean main?"},
    {minimal("", "[account.\"a b\"]\nlimits = []\n"), "cannot name a folder"},
    {minimal("",
             "[schedule]\nstart_at = \"2026-11-23T09:00:00Z\"\n"
             "expires_at = \"2026-11-23T09:00:00Z\"\n"),
     "expires_at is not after start_at"},
    {minimal("", "[stop]\nfirst = 10\nrejected_share = \"20%/500\"\n"), "would prove nothing"},
    {minimal("", "", "[[bot.sender]]\nfrom = \"+16693422058\""), "stands twice in this bot"},
    {minimal("", "[[bot]]\nurl = \"https://host.example\"\nbot_id = \"st-1\"\n"), "stands twice"},
    // Rules for answers.
    {minimal("", "[[answer]]\nstatus = \"503\"\n"), "[[answer]] means is missing"},
    {minimal("", "[[answer]]\nstatus = \"5xx\"\nmeans = \"unknown\"\n"),
     "\"5xx\" is no status: write \"503\""},
    {minimal("", "[[answer]]\nmeans = \"unknown\"\n"), "it names nothing to know it by"},
    {minimal("", "[[answer]]\nheader = \": x\"\nmeans = \"unknown\"\n"), "names no header"},
    {minimal("", "[[answer]]\nframe = \"refused_stream\"\nmeans = \"accepted\"\n"),
     "without an answer"},
    {minimal("",
             "[[answer]]\nframe = \"refused_stream\"\nstatus = \"503\"\n"
             "means = \"unknown\"\n"),
     "give frame alone"},
    {minimal("", "[[answer]]\nstatus = \"200-599\"\nmeans = \"not processed\"\n"),
     "status 200-599 means not processed: successes, too"},
    // Shapes.
    {"bot = 3\n[recipients]\nfile = \"x\"\n", "bot must be a list: write [[bot]]"},
    {"retry = 3\n" + minimal(), "[retry] must be a section"},
    {"account = 3\n" + minimal(), "account must be sections"},
    {minimal("sender = 3").substr(0, minimal("sender = 3").find("\n[[bot.sender]]")),
     "sender must be a list"},
    {"x = [\n", "camp/x.toml:"},
    {std::string((1 << 20) + 1, '#'), "larger than 1 MiB"},
    // Missing.
    {"", "[recipients] file is missing"},
    {"", "has no [[bot]]"},
    {"[[bot]]\n", "url is missing"},
    {"[[bot]]\n", "client_secret is missing"},
    {"[[bot]]\n", "has no sender"},
    {"[[bot]]\n[[bot.sender]]\n", "[[bot.sender]] from is missing"},
    {minimal("", "", "[[bot.sender]]\nfrom = \"6693422058\""), "is not E.164"},
    {minimal("", "[recipients2]\n"), "did you mean recipients?"},
};

TEST(campaign_file, every_mistake_names_the_key_and_the_fix) {
    for (const auto& row : mistake_rows) {
        const auto loaded = read(row.text);
        EXPECT_THAT(mistakes_of(loaded), HasSubstr(row.expected)) << row.text.substr(0, 500);
        EXPECT_THAT(mistakes_of(loaded), Not(HasSubstr("hunter2")));
        EXPECT_THAT(mistakes_of(loaded), Not(HasSubstr("hun ter2")));
    }
}

TEST(campaign_file, all_mistakes_are_told_at_once) {
    const auto loaded = read(
        "[recipients]\nfile = 3\nformat = \"cvs\"\n[[bot]]\nurl = \"http://h\"\n"
        "limits = [\"x\"]\n[retry]\nattempts_max = 0\n");
    ASSERT_TRUE(loaded.has_error());
    EXPECT_EQ(loaded.error().kind, core::trouble::configuration);
    EXPECT_THAT(loaded.error().text,
                AllOf(HasSubstr("camp/x.toml:2:8: [recipients] file must be a text"),
                      HasSubstr("camp/x.toml:3:10: [recipients] format"),
                      HasSubstr("camp/x.toml:5:7: [[bot]] url is plain http"),
                      HasSubstr("camp/x.toml:6:10: [[bot]] limits \"x\""),
                      HasSubstr("camp/x.toml:8:16: [retry] attempts_max 0"),
                      HasSubstr("camp/x.toml:4:1: [[bot]] bot_id is missing")));
}

TEST(campaign_file, endless_mistakes_are_counted) {
    std::string text;
    for (int i = 0; i < 500; ++i)
        text += "zz" + std::to_string(i) + " = 1\n";
    const auto told = mistakes_of(read(text + minimal()));
    EXPECT_THAT(told, HasSubstr("and 400 more mistakes"));
}

TEST(campaign_file, overrides_that_fit_nowhere) {
    const auto with = [](std::string path, std::string value) {
        return mistakes_of(read(minimal(), {{path, value, "--set"}}));
    };
    EXPECT_THAT(with("retry.atempts_max", "3"),
                HasSubstr("--set retry.atempts_max: [retry] atempts_max is no key; did you mean "
                          "attempts_max?"));
    EXPECT_THAT(with("retry.attempts_max", "many"), HasSubstr("\"many\" is not a whole number"));
    EXPECT_THAT(with("retry", "3"), HasSubstr("[retry] must be a section"));
    EXPECT_THAT(with("retry..x", "3"), HasSubstr("is not section.key"));
    EXPECT_THAT(with("bot.7.url", "x"), HasSubstr("past the end"));
    EXPECT_THAT(with("bot", "x"), HasSubstr("--set bot: names no key"));
    EXPECT_THAT(with("retry.attempts_max.x", "1"),
                HasSubstr("--set retry.attempts_max.x: [retry] attempts_max must be a whole"));
    EXPECT_THAT(with("bot.limits", "[\"5/s\""), HasSubstr("begins like TOML but is none"));
    EXPECT_THAT(with("bot.limits", "[]\nname = \"x\""), HasSubstr("begins like TOML but is none"));
    const auto secret = with("bot.client_secret", "hunter2");
    EXPECT_THAT(secret, HasSubstr("bot.client_secret.env=NAME"));
    EXPECT_THAT(secret, Not(HasSubstr("hunter2")));
    const auto from_environment =
        mistakes_of(read(minimal(), {}, {{"TIDINGS_BOT__0__URI", "https://h"}}));
    EXPECT_THAT(from_environment, HasSubstr("TIDINGS_BOT__0__URI: [[bot]] uri is no key"));
}

TEST(campaign_file, files_that_cannot_be_read) {
    EXPECT_EQ(load_campaign("no/such.toml", {}, {}).error().kind, core::trouble::missing);
    EXPECT_THAT(mistakes_of(load_campaign(source_dir, {}, {})), HasSubstr("is a folder"));
    EXPECT_TRUE(load_campaign(source_dir + "/conf/minimal.toml", {}, {}).has_value());
}

TEST(campaign_file, urls) {
    for (const char* good : {"https://h", "https://h:8443", "https://h.example/base/x",
                             "https://127.0.0.1:1", "https://[::1]:8443/"})
        EXPECT_FALSE(https_url(good)) << good;
    for (const char* bad :
         {"", "h", "http://h", "ftp://h", "https://", "https://:1", "https:///x", "https://u:p@h",
          "https://h?x", "https://h/#x", "https://h h", "https://h\\x"})
        EXPECT_TRUE(https_url(bad)) << bad;
}

}  // namespace
}  // namespace tidings::app
