#include "settings/section.hpp"

#include "settings/document.hpp"
#include "settings/secret_place.hpp"
#include "settings/settings_file.hpp"
#include "support/scratch_folder.hpp"

#include <array>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

namespace tidings::settings {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

struct inner_options {
    std::uint16_t tries = 5;
};
enum class colour : std::uint8_t { red, green };
constexpr word_table<colour, 2> colours = {{{"red", colour::red}, {"green", colour::green}}};

// Options of every kind.
struct options {
    std::string url;
    std::string note = "a \"b\" \\ c";
    bool on = true;
    inner_options inner;
    double part = 0.25;
    colour paint = colour::green;
    std::optional<codec::day_span> hours = codec::day_span{1260, 480};
    std::uint64_t size = 64 << 20;
    core::duration wait = 90s;
    std::vector<core::rate_limit> limits = {{5, 1s}};
    std::vector<std::string> names = {"a", "b"};
    std::filesystem::path file = "/x/y";
    std::string dir = "runs";
    std::vector<std::filesystem::path> files = {"/x", "/y"};
    secret_place password = {secret_place::kind::variable, "PASSWORD"};
};

constexpr std::array table = {
    key_of<kind::text<not_empty>, &options::url>("url", "Where.").needed("\"https://h\""),
    key_of<kind::text<>, &options::note>("note", "A | b."),
    key_of<kind::flag, &options::on>("on", "Whether."),
    key_of<kind::number<1, 100>, &options::inner, &inner_options::tries>("tries", "How often."),
    key_of<kind::share, &options::part>("part", "How much.").at_start(),
    key_of<kind::choice<colours>, &options::paint>("paint", "Which."),
    key_of<kind::unit<codec::day_span_from>, &options::hours>("hours", "When."),
    key_of<kind::byte_size, &options::size>("size", "How large."),
    key_of<kind::span<0, 3'600>, &options::wait>("wait", "How long."),
    key_of<kind::limits<1'000>, &options::limits>("limits", "How fast.").optional(),
    key_of<kind::texts, &options::names>("names", "Who."),
    key_of<kind::file, &options::file>("file", "A file."),
    key_of<kind::file_from_here, &options::dir>("dir", "A folder."),
    key_of<kind::files, &options::files>("files", "Files."),
    key_of<kind::secret, &options::password>("password", "Secret."),
};
const std::span<const key<options>> keys = table;

std::string written(const options& from) {
    std::string text;
    for (const auto& one : keys)
        text += std::string(one.name) + " = " + one.write(from) + "\n";
    return text;
}

std::string read_into(options& into, const std::string& text,
                      const std::vector<setting_override>& over = {}, bool running = false) {
    auto whole =
        tree::parse("[s]\n" + text, "camp/x.toml", {.lists = {}, .rivals = {{"env", "file"}}})
            .value();
    mistake_list mistakes;
    for (const auto& one : over)
        whole.lay_over(one, mistakes);
    { section(whole, "s", mistakes).read(keys, into, running); }
    return mistakes.empty() ? "" : mistakes.as_failure().text;
}

TEST(section, what_is_written_reads_back) {
    options plain;
    plain.url = "https://h";
    options made;
    EXPECT_EQ(read_into(made, written(plain)), "");
    EXPECT_EQ(written(made), written(plain));

    options other;
    other = {.url = "u",
             .note = "line\nend",
             .on = false,
             .inner = {7},
             .part = 1,
             .paint = colour::red,
             .hours = std::nullopt,
             .size = 1'500,
             .wait = {},
             .limits = {},
             .names = {},
             .file = "",
             .dir = "",
             .files = {},
             .password = {secret_place::kind::file, "/s"}};
    const auto text = written(other);
    EXPECT_THAT(text, HasSubstr("\\u000A"));
    other.note.clear();
    EXPECT_EQ(read_into(made, written(other)), "");
    EXPECT_EQ(written(made), written(other));
}

struct mistake_row {
    std::string text;
    std::string told;
};

TEST(section, every_mistake_names_place_key_and_a_right_value) {
    const mistake_row rows[] = {
        {"", "camp/x.toml:1:1: [s] url is missing: write url = \"https://h\""},
        {"url = \"\"", "camp/x.toml:2:7: [s] url is empty"},
        {"url = 3", "[s] url must be a text in quotes, and is a whole number"},
        {"note = \"a\\nb\"", "holds a control character"},
        {"note = \"" + std::string(5'000, 'x') + "\"", "is longer than 4096 bytes"},
        {"on = 1", "must be true or false, without quotes, and is a whole number"},
        {"on = \"true\"", "must be true or false, without quotes, and is a text"},
        {"tries = 0", "tries 0 is outside 1 .. 100"},
        {"tries = \"5\"", "must be a whole number without quotes, and is a text"},
        {"tries = -1", "tries is negative"},
        {"part = 1.5", "part 1.5 is outside 0 .. 1"},
        {"part = nan", "is outside 0 .. 1"},
        {"part = \"x\"", "must be a number from 0 to 1"},
        {"paint = \"gren\"", "\"gren\" is not red or green; did you mean green?"},
        {"hours = \"9\"", "write \"21:00-08:00\""},
        {"size = \"64\"", "write \"64MiB\""},
        {"wait = \"2h\"", "\"2h\" is outside 0s .. 1h"},
        {"limits = [\"5/s\", \"6/s\"]", "two limits for a window of 1s"},
        {"limits = [\"5000/s\"]", "5000/s: more than 1000 a window cannot be counted here"},
        {"limits = \"5/s\"", "must be a list, [\"...\", \"...\"], and is a text"},
        {"names = [1]", "must hold texts in quotes, and holds a whole number"},
        {"files = [\"\"]", "an empty text names no file"},
        {"password = \"hunter2\"", "a secret does not stand in this file"},
        {"password = { env = \"A\", file = \"b\" }", "names two places"},
        {"wiat = \"2h\"", "camp/x.toml:2:8: [s] wiat is no key; did you mean wait?"},
    };
    for (const auto& row : rows) {
        options made;
        EXPECT_THAT(read_into(made, row.text), HasSubstr(row.told)) << row.text.substr(0, 80);
    }
}

TEST(section, what_is_laid_over_is_a_text_for_every_kind) {
    options made;
    const auto wrong = read_into(made, "url = \"u\"\npassword = { env = \"A\" }\n",
                                 {{"s.on", "false", "--set"},
                                  {"s.tries", "9", "--set"},
                                  {"s.part", "0.5", "--set"},
                                  {"s.limits", "5/1s, 9/1h", "--set"},
                                  {"s.names", "x,y", "--set"},
                                  {"s.file", "here", "--set"},
                                  {"s.password.file", "p.txt", "--set"}});
    EXPECT_EQ(wrong, "");
    EXPECT_FALSE(made.on);
    EXPECT_EQ(made.inner.tries, 9);
    EXPECT_EQ(made.part, 0.5);
    EXPECT_EQ(made.limits.size(), 2U);
    EXPECT_EQ(made.names, (std::vector<std::string>{"x", "y"}));
    EXPECT_EQ(made.file, "here");
    EXPECT_EQ(made.password, (secret_place{secret_place::kind::file, "p.txt"}));
}

TEST(section, files_are_relative_to_the_file_of_settings) {
    options made;
    EXPECT_EQ(read_into(made, "url = \"u\"\nfile = \"l.csv\"\nfiles = [\"../a\", \"/b\"]\n"), "");
    EXPECT_EQ(made.file, "camp/l.csv");
    EXPECT_EQ(made.files, (std::vector<std::filesystem::path>{"a", "/b"}));
}

TEST(section, keys_of_the_start_are_refused_while_it_runs) {
    options made;
    EXPECT_THAT(read_into(made, "url = \"u\"\npart = 0.5\n", {}, true),
                HasSubstr("[s] part cannot be changed while it runs"));
    EXPECT_EQ(made.part, 0.25);
}

TEST(section, a_value_is_no_section_and_a_section_no_list) {
    const auto whole =
        tree::parse("s = 1\n[t]\n", "x.toml", {.lists = {"t"}, .rivals = {}}).value();
    mistake_list mistakes;
    options made;
    section(whole, "s", mistakes).read(keys, made);
    section top(whole, "", mistakes);
    top.holds({"s"});
    EXPECT_EQ(top.count_of("t"), 0U);
    EXPECT_EQ(mistakes.as_failure().text,
              "x.toml:1:5: [s] must be a section with keys, not a value\n"
              "x.toml:2:1: t must be a list: write [[t]]");
}

TEST(section, two_keys_that_say_the_same_are_told) {
    const auto whole = tree::parse("limits = []\nprofile = \"x\"\n", "x.toml",
                                   {.lists = {}, .rivals = {{"limits", "profile"}}})
                           .value();
    mistake_list mistakes;
    {
        section top(whole, "", mistakes);
        top.holds({"limits", "profile"});
    }
    EXPECT_EQ(mistakes.as_failure().text,
              "x.toml:2:11: profile and limits say the same thing: keep one of them");
}

TEST(document, has_a_row_for_every_key) {
    std::vector<key_description> all;
    describe("[s]", keys, all);
    const auto text = document_of(all);
    EXPECT_THAT(text, HasSubstr("## [s]\n\n| key | kind | default | meaning |\n|---|---|---|---|\n"
                                "| `url` | text | none | Where. |\n"));
    EXPECT_THAT(text, HasSubstr("| `tries` | whole number, 1 .. 100 | `5` | How often. |"));
    EXPECT_THAT(text, HasSubstr("| A \\| b. |"));
    EXPECT_THAT(text, HasSubstr("| `limits` | list of limits | none | How fast. |"));
    EXPECT_THAT(text, HasSubstr("| `wait` | span, 0s .. 1h | `\"90s\"` | How long. |"));
}

TEST(settings_file, refuses_what_is_no_file_at_once) {
    const tests::scratch_folder folder;
    const auto at = [&](const char* name) { return folder.path() / name; };
    EXPECT_EQ(text_of_file(at("none")).error().kind, core::trouble::missing);
    EXPECT_THAT(text_of_file(folder.path()).error().text, HasSubstr("is a folder"));
    ::mkfifo(at("pipe").c_str(), 0600);
    EXPECT_THAT(text_of_file(at("pipe")).error().text, HasSubstr("is no ordinary file"));
    EXPECT_THAT(text_of_file("/dev/zero").error().text, HasSubstr("is no ordinary file"));
    std::ofstream(at("huge")) << std::string((1 << 20) + 1, '#');
    EXPECT_THAT(text_of_file(at("huge")).error().text, HasSubstr("larger than 1 MiB"));
    std::ofstream(at("well")) << "a = 1\n";
    EXPECT_EQ(text_of_file(at("well")).value(), "a = 1\n");
}

}  // namespace
}  // namespace tidings::settings
