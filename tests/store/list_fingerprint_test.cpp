#include "store/list_fingerprint.hpp"

#include "support/list_files.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tidings::store {
namespace {

class list_fingerprint_test : public tests::list_files {
  protected:
    static void set_time(const std::string& file, long seconds) {
        const timespec times[2] = {{seconds, 0}, {seconds, 0}};
        ASSERT_EQ(::utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
    }
};

TEST_F(list_fingerprint_test, reads_back_what_it_wrote) {
    const auto file = put("a.csv", "toNo\n+1\n");
    for (const auto& made : {quick_fingerprint(file).value(), whole_fingerprint(file).value()}) {
        const auto back = list_fingerprint::parse(made.text());
        ASSERT_TRUE(back);
        EXPECT_EQ(back->text(), made.text());
        EXPECT_EQ(back->bytes, 8U);
    }
    for (const auto* text : {"", "bytes=1", "bytes=x;changed=1;ends=a", "rubbish", "a=b;"})
        EXPECT_FALSE(list_fingerprint::parse(text)) << text;
}

TEST_F(list_fingerprint_test, an_untouched_list_is_probably_the_same) {
    const auto file = put("a.csv", "toNo\n+1\n");
    EXPECT_EQ(compare(quick_fingerprint(file).value(), file).value(), list_match::probably);
    EXPECT_EQ(compare(whole_fingerprint(file).value(), file).value(), list_match::probably);
}

TEST_F(list_fingerprint_test, a_copy_is_the_same_by_content) {
    const auto file = put("a.csv", "toNo\n+1\n");
    const auto whole = whole_fingerprint(file).value();
    set_time(file, 1'000'000);
    EXPECT_EQ(compare(whole, file).value(), list_match::same);
}

TEST_F(list_fingerprint_test, an_edited_list_is_changed) {
    std::string text = "toNo\n" + std::string(400'000, '1') + "\n";
    const auto file = put("a.csv", text);
    const auto whole = whole_fingerprint(file).value();
    const auto quick = quick_fingerprint(file).value();
    put("a.csv", text + "+2\n");
    EXPECT_EQ(compare(quick, file).value(), list_match::changed);
    auto edited = text;
    edited[3] = 'X';
    put("a.csv", edited);
    EXPECT_EQ(compare(quick, file).value(), list_match::changed);
    edited = text;
    edited[200'000] = 'X';  // between the ends: the whole content tells
    put("a.csv", edited);
    set_time(file, 1'000'000);
    EXPECT_EQ(compare(whole, file).value(), list_match::changed);
    ::unlink(file.c_str());
    EXPECT_FALSE(compare(whole, file));
}

}  // namespace
}  // namespace tidings::store
