#include "store/merged_list.hpp"

#include "support/list_files.hpp"
#include "support/zip_text.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

namespace tidings::store {
namespace {

class merged_list_test : public tests::list_files {
  protected:
    core::result<std::vector<merged_file>> merge(const std::vector<std::string>& paths,
                                                 const std::string& zone = "") const {
        const int to = ::open(path("merged").c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
        list_rows_options options;
        options.columns = {"phone", "", zone};
        auto made = merge_lists(paths, options, to);
        ::close(to);
        return made;
    }
};

TEST_F(merged_list_test, each_file_is_read_as_it_is_and_all_are_one_list) {
    const auto made =
        merge({put("jan.csv", "Report\nname;Phone\nA;+1 650\nB;\"x, y\"\n"),
               put("feb.tsv.gz", gzipped("phone\tz\n+3\t1\n")), put("none.csv", "phone\n"),
               put("mar.ndjson", "{\"phone\":16502530004.0}\n{\"x\":1}\n"),
               put("apr.zip", tests::zip_of({{"a", std::string("\xFF\xFEp\0h\0o\0n\0e\0\n\0"
                                                               "5\0\n\0",
                                                               18)}}))})
            .value();
    EXPECT_EQ(content("merged"),
              "phone,list file,list row\n"
              "+1 650,jan.csv,1\n"
              "\"x, y\",jan.csv,2\n"
              "+3,feb.tsv.gz,1\n"
              "16502530004,mar.ndjson,1\n"
              "#the field is missing: ,mar.ndjson,2\n"
              "5,apr.zip,1\n");
    EXPECT_EQ(in_words(made),
              "rows 1 to 2 are jan.csv, 3 is feb.tsv.gz, none are none.csv, "
              "4 to 5 are mar.ndjson, 6 is apr.zip");
    EXPECT_EQ(place_of(1, made), "jan.csv row 1");
    EXPECT_EQ(place_of(5, made), "mar.ndjson row 2");
    EXPECT_EQ(place_of(6, made), "apr.zip row 1");
}

// Everything that rows may be asked comes along; a column that is asked twice comes once.
TEST_F(merged_list_test, columns_that_decide_are_in_the_copy) {
    const int to = ::open(path("merged").c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
    list_rows_options options;
    options.columns = {.to = "phone",
                       .region = "state",
                       .consent = "since",
                       .send_at = "go",
                       .expires_at = "end",
                       .where = "state"};
    const auto made = merge_lists(
        {put("a.csv", "end,go,x,since,state,phone\n5,4,x,3,\"T,X\",+1\n")}, options, to);
    ::close(to);
    ASSERT_TRUE(made.has_value());
    EXPECT_EQ(content("merged"),
              "phone,state,since,go,end,list file,list row\n+1,\"T,X\",3,4,5,a.csv,1\n");
}

// Alone, what stands behind a stray quote might be taken for a number.
TEST_F(merged_list_test, a_row_that_could_not_be_read_is_none_in_the_copy_either) {
    (void)merge({put("a.csv", "phone,z\n\"+16502530001\n")}, "z").value();
    list_rows_options options;
    options.path = path("merged");
    options.columns.to = "phone";
    auto rows = list_rows::open(options).value();
    ASSERT_TRUE(rows.advance().value());
    ASSERT_EQ(rows.rows().size(), 1U);
    EXPECT_TRUE(rows.rows()[0].to.starts_with("#")) << rows.rows()[0].to;
}

TEST_F(merged_list_test, a_failure_names_the_file) {
    const auto bad = put("b.csv", "name\nA\n");
    const auto made = merge({put("a.csv", "phone\n+1\n"), bad});
    ASSERT_FALSE(made);
    EXPECT_TRUE(made.error().text.starts_with(bad + ": no column")) << made.error().text;
}

}  // namespace
}  // namespace tidings::store
