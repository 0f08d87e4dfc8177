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
    EXPECT_EQ(list.problems_count(), 0U);
}

TEST_F(suppression_list_test, spells_like_the_list) {
    auto list = load({put("dnc.txt", "(415) 555-0100\n")}, "US");
    EXPECT_TRUE(list.current()->contains(number("+14155550100")));
}

TEST_F(suppression_list_test, comments_say_nothing_about_the_format) {
    EXPECT_EQ(load({put("dnc.txt", "# nobody, yet\n\n # really\n")}).current()->size(), 0U);
    EXPECT_EQ(load({put("dnc.txt", "# nobody, yet")}).current()->size(), 0U);
    EXPECT_EQ(load({put("dnc.txt", "\n# a, b\n+14155550100\n")}).current()->size(), 1U);
}

TEST_F(suppression_list_test, lines_without_a_number_are_told) {
    std::string text = "# x\n12\n+14155550100\n";
    for (int i = 0; i < 50; ++i)
        text += "+\x1B\n";
    auto list = load({put("dnc.txt", text)});
    EXPECT_EQ(list.current()->size(), 1U);
    EXPECT_EQ(list.problems_count(), 51U);
    ASSERT_EQ(list.problems().size(), suppression_list::problems_max);
    EXPECT_EQ(list.problems()[0],
              path("dnc.txt") + " line 2: no country code and no default_region: 12");
    EXPECT_EQ(list.problems()[1].find('\x1B'), std::string::npos);
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
}

TEST_F(suppression_list_test, what_is_appended_is_obeyed_at_the_next_look) {
    auto list = load({put("dnc.txt", "+14155550100\n"), put("other.txt", "+14155550109\n")});
    const auto before = list.current();
    EXPECT_FALSE(list.reload_if_changed().value());
    EXPECT_EQ(list.current(), before);
    append("dnc.txt", "+14155550101\n");
    touch("dnc.txt");
    EXPECT_TRUE(list.reload_if_changed().value());
    EXPECT_TRUE(list.current()->contains(number("+14155550101")));
    EXPECT_TRUE(list.current()->contains(number("+14155550109")));
    EXPECT_FALSE(before->contains(number("+14155550101")));
    EXPECT_FALSE(list.reload_if_changed().value());
}

TEST_F(suppression_list_test, a_rewritten_file_is_believed_when_it_stands_still) {
    auto list = load({put("dnc.txt", "+14155550100\n+14155550101\n")});
    put("dnc.txt", "+14155550102\n");
    touch("dnc.txt");
    EXPECT_FALSE(list.reload_if_changed().value());
    EXPECT_TRUE(list.current()->contains(number("+14155550100")));
    touch("dnc.txt");  // still being written
    EXPECT_FALSE(list.reload_if_changed().value());
    EXPECT_TRUE(list.reload_if_changed().value());
    EXPECT_TRUE(list.current()->contains(number("+14155550102")));
    EXPECT_FALSE(list.current()->contains(number("+14155550100")));
}

TEST_F(suppression_list_test, a_replaced_file_is_noticed) {
    auto list = load({put("dnc.txt", "+14155550100\n")});
    put("new.txt", "+14155550101\n");
    std::filesystem::rename(path("new.txt"), path("dnc.txt"));
    EXPECT_FALSE(list.reload_if_changed().value());
    EXPECT_TRUE(list.reload_if_changed().value());
    EXPECT_TRUE(list.current()->contains(number("+14155550101")));
}

TEST_F(suppression_list_test, in_doubt_the_old_numbers_stay_in_force) {
    auto list = load({put("dnc.txt", "+14155550100\n"), put("other.txt", "+14155550109\n")});
    std::filesystem::remove(path("dnc.txt"));
    append("other.txt", "+14155550110\n");
    touch("other.txt");
    const auto gone = list.reload_if_changed();
    ASSERT_FALSE(gone);
    EXPECT_NE(gone.error().text.find("no such file"), std::string::npos);
    EXPECT_TRUE(list.current()->contains(number("+14155550100")));
    EXPECT_TRUE(list.current()->contains(number("+14155550110")));

    put("dnc.txt", "");
    touch("dnc.txt");
    EXPECT_TRUE(list.reload_if_changed());
    const auto empty = list.reload_if_changed();
    ASSERT_FALSE(empty);
    EXPECT_NE(empty.error().text.find("stay in force"), std::string::npos);
    EXPECT_TRUE(list.current()->contains(number("+14155550100")));
    EXPECT_FALSE(list.reload_if_changed().value());
}

}  // namespace
}  // namespace tidings::store
