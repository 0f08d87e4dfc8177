#include "store/suppression_list.hpp"

#include "support/list_files.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tidings::store {
namespace {

core::phone_number number(std::string_view e164) {
    return core::phone_number::from_e164(e164).value();
}

class suppression_list_test : public tests::list_files {
  protected:
    static suppression_list load(std::vector<std::string> files, std::string_view region = "") {
        auto loaded = suppression_list::load(std::move(files),
                                             codec::phone_speller::make(region).value(), "toNo");
        if (!loaded) throw std::runtime_error(loaded.error().text);
        return std::move(*loaded);
    }
    // Files change faster than the file system's clock ticks: the time is set by hand.
    void touch(std::string_view name) {
        const timespec times[2] = {{++time_, 0}, {time_, 0}};
        ASSERT_EQ(::utimensat(AT_FDCWD, path(name).c_str(), times, 0), 0);
    }

  private:
    long time_ = 2'000'000'000;
};

TEST_F(suppression_list_test, holds_the_numbers_of_all_files_in_all_formats) {
    auto list = load({put("dnc.txt", "# opted out\n+14155550100\n\n+1 (415) 555-0101 # mail\n"),
                      put("dnc.csv", "name,toNo\nA,+14155550102\n"),
                      put("sole.csv", "phone\n+14155550103\n"),
                      put("dnc.ndjson", "{\"toNo\":\"+14155550104\"}\n"),
                      put("dnc.txt.gz", gzipped("+14155550105\n")), put("empty.txt", "")});
    const auto now = list.current();
    for (const auto* text : {"+14155550100", "+14155550101", "+14155550102", "+14155550103",
                             "+14155550104", "+14155550105"})
        EXPECT_TRUE(now->contains(number(text))) << text;
    EXPECT_FALSE(now->contains(number("+14155550199")));
    EXPECT_EQ(now->size(), 6U);
    EXPECT_EQ(now->file(now->find(number("+14155550102"))), path("dnc.csv"));
    const auto files = list.findings();
    ASSERT_EQ(files.size(), 6U);
    for (std::size_t i = 0; i < 5; ++i)
        EXPECT_EQ(files[i].in_words(), files[i].path + (i == 0 ? ": 2 opt-outs" : ": 1 opt-out"));
    EXPECT_FALSE(files[5].whole());
}

TEST_F(suppression_list_test, spells_like_the_list) {
    auto list = load({put("dnc.txt", "(415) 555-0100\n")}, "US");
    EXPECT_TRUE(list.current()->contains(number("+14155550100")));
}

TEST_F(suppression_list_test, comments_say_nothing_about_the_format) {
    EXPECT_EQ(load({put("dnc.txt", "\n# a, b\n+14155550100\n")}).current()->size(), 1U);
}

// How people really write them; each is told, with its count.
TEST_F(suppression_list_test, what_cannot_be_read_is_told) {
    struct unreadable_file {
        const char *name, *content;
        std::uint64_t numbers, unreadable;
        const char* told;
    };
    const std::vector<unreadable_file> table = {
        {"noplus.txt", "14155550100\n14155550101\n", 0, 2, "no country code"},
        {"national.txt", "(415) 555-0100\n+14155550101\n", 1, 1, "line 1: "},
        {"label.txt", "+14155550100 (mobile)\n+14155550101\n", 1, 1, "line 1: "},
        {"labels.txt", "+14155550100\n+14155550101 x2\n", 1, 1, "line 2: "},
        {"pair.txt", "+14155550100 +14155550101\n", 0, 1, "line 1: "},
        {"pairs.csv", "toNo\n\"+14155550100, +14155550101\"\n+14155550102\n", 1, 1, "line 2: "},
        {"word.txt", "# they said STOP\n\n  \n+14155550100\nnone\n", 1, 1, "line 5: "},
        {"float.csv", "toNo\n1.4155550100e10\n", 0, 1, "line 2: "},
        {"short.csv", "name,toNo\nA\nB,+14155550100\n", 1, 1, "too few columns"},
        {"json.ndjson", "{\"toNo\":\"+14155550100\"}\n{\"toNo\":null}\n", 1, 1, "line 2: "},
    };
    for (const auto& one : table) {
        auto list = load({put(one.name, one.content)});
        const auto found = list.findings().front();
        EXPECT_EQ(found.numbers, one.numbers) << one.name;
        EXPECT_EQ(found.unreadable, one.unreadable) << one.name;
        EXPECT_FALSE(found.whole()) << one.name;
        EXPECT_NE(found.in_words().find(one.told), std::string::npos) << found.in_words();
        const auto counts = list.current()->counts();
        EXPECT_EQ(counts.numbers, one.numbers) << one.name;
        EXPECT_EQ(counts.unreadable, one.unreadable + (one.numbers == 0 ? 1 : 0)) << one.name;
    }
}

TEST_F(suppression_list_test, a_file_that_holds_nobody_is_told) {
    for (const auto& [name, text] : {std::pair("empty.txt", ""),
                                     {"header.csv", "toNo\n"},
                                     {"blank.txt", "\n \n\n"},
                                     {"comments.txt", "# nobody, yet\n"},
                                     {"comment.txt", "# nobody, yet"}}) {
        const auto list = suppression_list::load({put(name, text)},
                                                 codec::phone_speller::make("").value(), "toNo");
        if (!list) {  // nothing but white space
            EXPECT_EQ(list.error().kind, core::trouble::list) << name;
            continue;
        }
        EXPECT_FALSE(list->findings().front().whole()) << name;
        EXPECT_EQ(list->current()->counts(), (core::opt_out_counts{0, 1})) << name;
    }
}

TEST_F(suppression_list_test, examples_are_few_and_printable) {
    std::string text = "# x\n12\n+14155550100\n";
    for (int i = 0; i < 50; ++i)
        text += "+\x1B\n";
    auto list = load({put("dnc.txt", text)});
    const auto found = list.findings().front();
    EXPECT_EQ(found.unreadable, 51U);
    ASSERT_EQ(found.examples.size(), suppression_findings::examples_max);
    EXPECT_EQ(found.examples[0], "line 2: no country code and no default_region: 12");
    EXPECT_EQ(found.examples[1].find('\x1B'), std::string::npos);
    EXPECT_NE(found.in_words().find("1 opt-out, and 51 lines that cannot be read (line 2: "),
              std::string::npos)
        << found.in_words();
    EXPECT_TRUE(found.in_words().ends_with("; ...)"));
}

TEST_F(suppression_list_test, a_file_that_cannot_be_used_fails_at_first) {
    const auto failed = [&](const std::string& file) {
        const auto got =
            suppression_list::load({file}, codec::phone_speller::make("").value(), "toNo");
        EXPECT_FALSE(got);
        EXPECT_EQ(got.error().kind, core::trouble::list);
        EXPECT_NE(got.error().text.find(file), std::string::npos);
    };
    failed(path("none.txt"));
    failed(path(""));
    failed(put("two.csv", "phone,name\n+1,A\n"));
    failed(put("semi.csv", "Phone;Date\n+14155550100;2026-01-01\n"));
    failed(put("bare.csv", "+14155550100,A\n+14155550101,B\n"));
    ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
    failed(path("pipe"));
    failed("/dev/null");
}

TEST_F(suppression_list_test, what_is_appended_is_obeyed_at_the_next_look) {
    auto list = load({put("dnc.txt", "+14155550100\n"), put("other.txt", "+14155550109\n")});
    const auto before = list.current();
    EXPECT_FALSE(list.reload_if_changed());
    EXPECT_EQ(list.current(), before);
    append("dnc.txt", "+14155550101\n");
    touch("dnc.txt");
    EXPECT_TRUE(list.reload_if_changed());
    EXPECT_TRUE(list.current()->contains(number("+14155550101")));
    EXPECT_TRUE(list.current()->contains(number("+14155550109")));
    EXPECT_FALSE(before->contains(number("+14155550101")));
    EXPECT_FALSE(list.reload_if_changed());
}

TEST_F(suppression_list_test, a_rewritten_file_is_believed_when_it_stands_still) {
    auto list = load({put("dnc.txt", "+14155550100\n+14155550101\n")});
    put("dnc.txt", "+14155550102\n");
    touch("dnc.txt");
    EXPECT_FALSE(list.reload_if_changed());
    EXPECT_TRUE(list.current()->contains(number("+14155550100")));
    touch("dnc.txt");  // still being written
    EXPECT_FALSE(list.reload_if_changed());
    EXPECT_TRUE(list.reload_if_changed());
    EXPECT_TRUE(list.current()->contains(number("+14155550102")));
    EXPECT_FALSE(list.current()->contains(number("+14155550100")));
}

TEST_F(suppression_list_test, a_replaced_file_is_noticed) {
    auto list = load({put("dnc.txt", "+14155550100\n")});
    put("new.txt", "+14155550101\n");
    std::filesystem::rename(path("new.txt"), path("dnc.txt"));
    EXPECT_FALSE(list.reload_if_changed());
    EXPECT_TRUE(list.reload_if_changed());
    EXPECT_TRUE(list.current()->contains(number("+14155550101")));
}

TEST_F(suppression_list_test, in_doubt_the_old_numbers_stay_in_force) {
    auto list = load({put("dnc.txt", "+14155550100\n"), put("other.txt", "+14155550109\n")});
    std::filesystem::remove(path("dnc.txt"));
    append("other.txt", "+14155550110\n");
    touch("other.txt");
    EXPECT_TRUE(list.reload_if_changed());
    ASSERT_EQ(list.news().size(), 1U);
    EXPECT_NE(list.news()[0].find("no such file"), std::string::npos);
    EXPECT_NE(list.news()[0].find("the 1 opt-outs it held before stay in force"),
              std::string::npos);
    EXPECT_TRUE(list.current()->contains(number("+14155550100")));
    EXPECT_TRUE(list.current()->contains(number("+14155550110")));
    EXPECT_EQ(list.current()->counts(), (core::opt_out_counts{3, 1}));
    EXPECT_FALSE(list.reload_if_changed());
    EXPECT_TRUE(list.news().empty()) << "said again";

    put("dnc.txt", "");
    touch("dnc.txt");
    EXPECT_FALSE(list.reload_if_changed());
    EXPECT_TRUE(list.reload_if_changed());
    ASSERT_EQ(list.news().size(), 1U);
    EXPECT_NE(list.news()[0].find("stay in force"), std::string::npos);
    EXPECT_TRUE(list.current()->contains(number("+14155550100")));
    EXPECT_EQ(list.current()->counts(), (core::opt_out_counts{3, 1}));
    EXPECT_FALSE(list.reload_if_changed());

    put("dnc.txt", "+14155550101\n");
    touch("dnc.txt");
    (void)list.reload_if_changed();
    (void)list.reload_if_changed();
    EXPECT_TRUE(list.current()->contains(number("+14155550101")));
    EXPECT_EQ(list.current()->counts(), (core::opt_out_counts{3, 0}));
}

TEST_F(suppression_list_test, what_is_appended_and_cannot_be_read_is_news_once) {
    auto list = load({put("dnc.txt", "+14155550100\n")});
    append("dnc.txt", "415 555 0101\n+14155550102\n");
    touch("dnc.txt");
    EXPECT_TRUE(list.reload_if_changed());
    ASSERT_EQ(list.news().size(), 1U);
    EXPECT_NE(list.news()[0].find("2 opt-outs, and 1 line that cannot be read (line 2: "),
              std::string::npos)
        << list.news()[0];
    EXPECT_EQ(list.current()->counts(), (core::opt_out_counts{2, 1}));
    EXPECT_FALSE(list.reload_if_changed());
    EXPECT_TRUE(list.news().empty());
    append("dnc.txt", "none\n");
    touch("dnc.txt");
    EXPECT_TRUE(list.reload_if_changed());
    ASSERT_EQ(list.news().size(), 1U);
    EXPECT_EQ(list.current()->counts(), (core::opt_out_counts{2, 2}));
}

// Whoever appends has not come to the end of the line yet.
TEST_F(suppression_list_test, a_line_that_breaks_off_is_judged_when_it_stands_still) {
    auto list = load({put("dnc.txt", "+14155550100\n")});
    append("dnc.txt", "+14155550101\n+");
    touch("dnc.txt");
    EXPECT_TRUE(list.reload_if_changed());
    EXPECT_TRUE(list.news().empty());
    EXPECT_EQ(list.current()->counts(), (core::opt_out_counts{2, 0}));
    append("dnc.txt", "14155550102\n+1415555");
    touch("dnc.txt");
    EXPECT_TRUE(list.reload_if_changed());
    EXPECT_TRUE(list.current()->contains(number("+14155550102")));
    append("dnc.txt", "x");
    touch("dnc.txt");
    EXPECT_TRUE(list.reload_if_changed());
    EXPECT_TRUE(list.news().empty());
    EXPECT_TRUE(list.reload_if_changed());  // it stood still
    ASSERT_EQ(list.news().size(), 1U);
    EXPECT_EQ(list.current()->counts(), (core::opt_out_counts{3, 1}));
    EXPECT_FALSE(list.reload_if_changed());
}

}  // namespace
}  // namespace tidings::store
