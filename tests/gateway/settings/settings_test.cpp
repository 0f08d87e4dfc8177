#include "gateway/settings/settings.hpp"

#include "gateway/settings/gateway_keys.hpp"
#include "gateway/settings/gateway_tree.hpp"
#include "gateway/signed_token.hpp"
#include "support/file_text.hpp"
#include "support/scratch_folder.hpp"

#include <fstream>

#include <gtest/gtest.h>

namespace tidings::gateway {

namespace {

using namespace std::chrono_literals;

std::string text_of_example() {
    return tests::file_text(TIDINGS_SOURCE_DIR "/conf/gateway.toml");
}

settings read(const std::string& text) {
    return settings_from_text(text, "g.toml").value();
}

std::string complaint(const std::string& text) {
    const auto made = settings_from_text(text, "g.toml");
    return made ? "" : made.error().text;
}

template <class Section>
void write_keys(std::string& text, key_table<Section> keys, const Section& from) {
    for (const auto& key : keys)
        text += std::string(key.name) + " = " + key.write(from) + "\n";
}

// All its values, key by key.
std::string written(const settings& from) {
    std::string text;
    write_keys(text, server_keys(), from);
    write_keys(text, limits_keys(), from.service.limits);
    write_keys(text, replay_keys(), from.service);
    for (const auto& account : from.service.accounts)
        write_keys(text, account_keys(), account);
    for (const auto& app : from.service.apps)
        write_keys(text, app_keys(), app);
    for (const auto& bot : from.service.bots) {
        write_keys(text, bot_keys(), bot);
        for (const auto& number : bot.numbers)
            write_keys(text, number_keys(), number);
    }
    for (const auto& words : from.replies)
        write_keys(text, reply_keys(), words);
    write_keys(text, faults_keys(), from.faults);
    for (const auto& rule : from.faults.rules)
        write_keys(text, fault_keys(), rule);
    return text;
}

TEST(settings, the_example_says_the_defaults) {
    const auto made = read(text_of_example());
    EXPECT_EQ(written(made), written(settings{}));
    EXPECT_EQ(made.service.apps[0].accept_tokens[0], testing::page_token);
}

TEST(settings, every_key_stands_in_the_example) {
    const auto text = text_of_example();
    for (const auto& key : gateway_keys())
        EXPECT_NE(text.find(std::string(key.name)), std::string::npos)
            << key.section << " " << key.name;
}

TEST(settings, the_document_is_the_tables) {
    EXPECT_EQ(tests::file_text(TIDINGS_SOURCE_DIR "/docs/gateway-file.md"),
              gateway_keys_document());
}

// The examples in its comments are right, too.
TEST(settings, the_examples_in_the_example_can_be_used) {
    auto text = text_of_example();
    std::size_t examples = 0;
    for (auto at = text.find("\n#: "); at != std::string::npos; at = text.find("\n#: ", at)) {
        text.erase(at + 1, 3);
        ++examples;
    }
    EXPECT_GT(examples, 10U);
    const auto made = read(text);
    ASSERT_EQ(made.faults.rules.size(), 1U);
    const auto& rule = made.faults.rules[0];
    EXPECT_EQ(rule.what, fault_kind::close_after_trigger);
    ASSERT_EQ(rule.nth.size(), 3U);
    EXPECT_EQ(rule.nth[2].last, 200U);
    EXPECT_EQ(rule.since, 10s);
    EXPECT_EQ(rule.until, 20s);
    EXPECT_TRUE(made.replies[static_cast<std::size_t>(verdict_case::wrong_content_type)].ignore);
}

TEST(settings, an_empty_file_is_the_defaults) {
    const auto made = read("");
    EXPECT_EQ(made.service.bots[0].id, sample_service().bots[0].id);
    EXPECT_EQ(made.server.port, 8443);
}

TEST(settings, every_mistake_is_told_with_its_place_and_the_near_miss) {
    const auto told = complaint(
        "[server]\nlistn = \"x\"\nhttp2 = 1\n\n[limits]\ntext = \"odl\"\n"
        "[[bot]]\nid = \"st-1\"\nlimits = [\"600/\"]\nprofil = \"none\"\n"
        "[[bot.number]]\nnumber = \"123\"\n[serve]\n");
    EXPECT_NE(told.find("g.toml:2:9: [server] listn is no key; did you mean listen?"),
              std::string::npos)
        << told;
    EXPECT_NE(told.find("g.toml:3:9: [server] http2 must be true or false"), std::string::npos);
    EXPECT_NE(told.find("g.toml:6:8: [limits] text \"odl\" is not new or old; did you mean old?"),
              std::string::npos)
        << told;
    EXPECT_NE(told.find("[[bot]] limits \"600/\" is not a limit"), std::string::npos);
    EXPECT_NE(told.find("[[bot]] profil is no key; did you mean profile?"), std::string::npos);
    EXPECT_NE(told.find("[[bot.number]] number must be a number in E.164 form"), std::string::npos);
    EXPECT_NE(told.find("serve is no key; did you mean server?"), std::string::npos);
}

// The key is made at the start; until then nothing is wrong with its absence.
TEST(settings, encrypted_tokens_need_no_key_of_ones_own) {
    const auto made = read("[[app]]\nclient_id = \"cs-1\"\njwe = \"enforced\"\n");
    EXPECT_EQ(made.service.apps[0].jwe, jwe_rule::enforced);
    EXPECT_TRUE(made.service.apps[0].jwe_private_key_pem.empty());
}

struct mistake {
    const char* text;
    const char* told;
};

TEST(settings, refuses_what_cannot_be) {
    const mistake rows[] = {
        {"[server\n", "g.toml:1"},
        {"[server]\nlisten = \"8443\"\n", "must be an address and a port"},
        {"[server]\nlisten = \"127.0.0.1:99999\"\n", "must be an address and a port"},
        {"[server]\nadmin = \"0.0.0.0:1\"\n", "must be on 127.0.0.1"},
        {"[server]\ntls_min = \"1.3\"\ntls_max = \"1.2\"\n", "must not be above"},
        {"[server]\nkey_file = \"k\"\n", "go together"},
        {"[server]\npath_prefix = \"xo/\"\n", "begin with a slash"},
        {"[server]\nidle_time = \"5\"\n", "[server] idle_time \"5\" is not a span of time"},
        {"[server]\nconnections_max = 0\n", "0 is outside 1 .. 1000000"},
        {"[server]\nconnections_max = -1\n", "connections_max is negative"},
        {"[[bot]]\n", "[[bot]] id is missing: write id = \"st-"},
        {"[[bot]]\nid = \"a b\"\n", "[[bot]] id must be letters"},
        {"[[bot]]\nid = \"a\"\nprofile = \"none\"\nlimits = []\n",
         "profile and limits say the same thing"},
        {"[[bot]]\nid = \"a\"\nlimits = [\"5000000/1s\"]\n", "cannot be counted here"},
        {"[[bot]]\nid = \"a\"\n[[bot]]\nid = \"a\"\n", "is there twice"},
        {"[bot]\nid = \"a\"\n", "bot must be a list: write [[bot]]"},
        {"[[app]]\nclient_id = \"a\"\naccount = \"b\"\n", "no account is named b"},
        {"[[app]]\nclient_id = \"a\"\nalgorithms = [\"none\"]\n",
         "\"none\" is not HS256, HS512, RS256 or RS512"},
        {"[[app]]\nclient_id = \"a\"\npublic_key_file = \"nowhere.pem\"\n", "cannot be read"},
        {"[reply.bad_signature]\nignore = true\n", "cannot be left out"},
        {"[reply.nothing]\nstatus = 400\n", "[reply] nothing is no key"},
        {"[reply.no_auth]\nstatus = 99\n", "99 is outside 200 .. 599"},
        {"[[fault]]\nprobability = 0.5\n", "[[fault]] what is missing"},
        {"[[fault]]\nwhat = \"delai\"\n", "did you mean delay?"},
        {"[[fault]]\nwhat = \"delay\"\nprobability = 1.5\n", "probability 1.5 is outside 0 .. 1"},
        {"[[fault]]\nwhat = \"delay\"\nnth = \"0\"\n", "counted from 1"},
        {"[[fault]]\nwhat = \"delay\"\nnth = \"9-5\"\n", "counted from 1"},
        {"[[fault]]\nwhat = \"delay\"\nwait = \"soon\"\n",
         "[[fault]] wait \"soon\" is not a span of time"},
        {"[[fault]]\nwhat = \"slow_read\"\nto = \"+1*\"\n", "before the numbers are read"},
        {"[[fault]]\nwhat = \"refuse\"\nprobability = 0.5\n", "use accept_reset"},
        {"[[fault]]\nwhat = \"drop_syn\"\nnth = \"3\"\n", "Say when with `between`"},
        {"[[fault]]\nwhat = \"go_away\"\nlast_stream = \"next\"\n", "or a stream's number"},
        {"[[fault]]\nwhat = \"reply\"\nlocation = \"a\\r\\nb\"\n", "holds a control character"},
        {"[[fault]]\nwhat = \"huge_body\"\nsize = \"much\"\n", "endless"},
    };
    for (const auto& row : rows)
        EXPECT_NE(complaint(row.text).find(row.told), std::string::npos)
            << row.text << "said: " << complaint(row.text);
}

TEST(settings, names_the_file_that_cannot_be_read) {
    const auto made = settings_from_file("/nowhere/gateway.toml");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().text.find("/nowhere/gateway.toml: is not there"), 0U);
    const tests::scratch_folder folder;
    std::ofstream(folder.path() / "huge.toml") << std::string((1 << 20) + 1, '#');
    EXPECT_FALSE(settings_from_file(folder.path() / "huge.toml"));
}

TEST(settings, changes_what_a_text_names_and_leaves_the_rest) {
    settings before;
    before.service.bots[0].limits = {{7, 1s}};
    const auto& bot_id = before.service.bots[0].id;
    const auto made = settings_changed("[[bot]]\nid = \"" + bot_id +
                                           "\"\nsms_channel = false\n[[bot.number]]\nnumber = "
                                           "\"+16693422058\"\nflow = \"\"\n[[bot.number]]\n"
                                           "number = \"+15550001111\"\n[[bot]]\nid = \"st-new\"\n"
                                           "[server]\nclock_offset = \"2h\"\nclock_behind = true\n",
                                       before)
                          .value();
    ASSERT_EQ(made.made.service.bots.size(), 2U);
    const auto& bot = made.made.service.bots[0];
    EXPECT_FALSE(bot.sms_channel);
    EXPECT_EQ(bot.limits, before.service.bots[0].limits);
    ASSERT_EQ(bot.numbers.size(), 2U);
    EXPECT_EQ(bot.numbers[0].flow, "");
    EXPECT_EQ(bot.numbers[1].flow, "Welcome");
    EXPECT_EQ(made.made.service.bots[1].limits.size(), 2U);
    EXPECT_EQ(made.made.server.clock_offset, -2h);
    EXPECT_EQ(made.made.service.apps[0].client_secret, before.service.apps[0].client_secret);
    EXPECT_FALSE(made.other_faults);
    const auto later =
        settings_changed(R"({"server":{"clock_behind":false},"fault":[]})", made.made);
    EXPECT_EQ(later.value().made.server.clock_offset, 2h);
    EXPECT_TRUE(later.value().other_faults);
}

TEST(settings, refuses_changes_that_cannot_be_made_while_it_runs) {
    const mistake refused[] = {
        {"[server]\nlisten = \"127.0.0.1:1\"\n", "[server] listen cannot be changed while"},
        {"[server]\nlistn = \"127.0.0.1:1\"\n", "[server] listn is no key"},
        {"[replay]\nremembered_max = 5\n", "cannot be changed while"},
        {"[[app]]\nclient_id = \"cs-dc6ecdfd-cba7-5055-a983-fffa1155a3f5\"\npublishd = false\n",
         "did you mean published?"},
        {"[[app]]\npublished = false\n", "[[app]] client_id is missing"},
        {"[[bot]]\nid = \"st-x\"\naccount = \"nobody\"\n", "no account is named nobody"},
        {"[[bot", "settings:1"},
    };
    for (const auto& row : refused) {
        const auto made = settings_changed(row.text, settings{});
        ASSERT_FALSE(made) << row.text;
        EXPECT_NE(made.error().text.find(row.told), std::string::npos) << made.error().text;
    }
}

// What --set does: texts that stand for other things, and mistakes that name the flag.
TEST(settings, reads_what_was_laid_over_a_file) {
    const tests::scratch_folder folder;
    const auto file = folder.path() / "g.toml";
    std::ofstream(file) << "[server]\nhttp2 = true\n[[bot]]\nid = \"st-1\"\nprofile = \"none\"\n";
    std::vector<setting_override> over = {{"server.http2", "false", "--set"},
                                          {"server.connections_max", "77", "--set"},
                                          {"server.idle_time", "9s", "--set"},
                                          {"bot.limits", "5/1s", "--set"}};
    const auto made = settings_from_file(file, over).value();
    EXPECT_FALSE(made.server.http2);
    EXPECT_EQ(made.server.connections_max, 77U);
    EXPECT_EQ(made.server.idle_time, 9s);
    EXPECT_EQ(made.service.bots[0].id, "st-1");
    EXPECT_EQ(made.service.bots[0].limits, (std::vector<core::rate_limit>{{5, 1s}}));
    over.push_back({"server.connections_max", "many", "--set"});
    over.push_back({"server.http3", "true", "--set"});
    const auto wrong = settings_from_file(file, over);
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().text.find(
                  "--set server.connections_max: [server] connections_max \"many\" is not"),
              std::string::npos)
        << wrong.error().text;
    EXPECT_NE(wrong.error().text.find("--set server.http3: [server] http3 is no key; did you mean "
                                      "http2?"),
              std::string::npos)
        << wrong.error().text;
}

TEST(settings, without_a_file_the_sample_is_laid_over) {
    const auto made =
        settings_from_file(std::nullopt, {{"server.http2", "false", "--set"}}).value();
    settings plain;
    plain.server.http2 = false;
    EXPECT_EQ(written(made), written(plain));
    const auto limited =
        settings_from_file(std::nullopt, {{"bot.profile", "none", "--set"}}).value();
    EXPECT_TRUE(limited.service.bots[0].limits.empty());
}

TEST(settings, reads_changes_as_toml_and_as_json) {
    for (const auto* text :
         {"seed = 9\n[[fault]]\nwhat = \"slices\"\nwait = \"1ms\"\nprobability = 0.5\n",
          R"({"seed":9,"fault":[{"what":"slices","wait":"1ms","probability":0.5}]})"}) {
        const auto made = faults_from_text(text).value();
        EXPECT_EQ(made.seed, 9U);
        ASSERT_EQ(made.rules.size(), 1U);
        EXPECT_EQ(made.rules[0].wait_max, 1ms);
        EXPECT_EQ(made.rules[0].probability, 0.5);
    }
    const limit_options before{.count_refused = false, .old_text = true, .retry_after = true};
    const auto made =
        limits_from_text(R"({"text":"new","scope":[{"account":"main","limits":["5/1s"]}]})", before)
            .value();
    EXPECT_FALSE(made.options.count_refused);
    EXPECT_FALSE(made.options.old_text);
    EXPECT_TRUE(made.options.retry_after);
    ASSERT_EQ(made.scopes.size(), 1U);
    EXPECT_EQ(made.scopes[0].limits, (std::vector<core::rate_limit>{{5, 1s}}));
    EXPECT_FALSE(limits_from_text("{\"scope\":[{}]}", before));
    EXPECT_FALSE(limits_from_text("{", before));
}

}  // namespace

}  // namespace tidings::gateway
