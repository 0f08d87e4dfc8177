#include "store/list_source.hpp"

#include "store/archive_reader.hpp"
#include "support/list_files.hpp"
#include "support/zip_text.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

namespace tidings::store {
namespace {

class list_source_test : public tests::list_files {
  protected:
    static std::string noise(std::size_t size) {
        std::mt19937 random(1);
        std::string text;
        while (text.size() < size)
            text += std::to_string(random()) + "\n";
        text.resize(size);
        return text;
    }
    // Everything, read in pieces of `piece` bytes; or the failure's text behind "failed: ".
    static std::string all_of(list_source& source, std::size_t piece = 1 << 16) {
        std::string all;
        std::vector<char> block(piece);
        for (;;) {
            const auto got = source.read(block);
            if (!got) return "failed: " + got.error().text;
            if (*got == 0) return all;
            all.append(block.data(), *got);
        }
    }
    static std::string read(const std::string& file, std::size_t piece = 1 << 16) {
        auto source = list_source::open(file);
        return source ? all_of(*source, piece) : "failed: " + source.error().text;
    }
};

TEST_F(list_source_test, reads_plain_gzip_and_zstd_whatever_the_name) {
    const auto text = noise(700'000);
    for (const auto& bytes : {text, gzipped(text), zstd_packed(text)})
        for (const std::size_t piece : {1000UL, 1UL << 20})
            EXPECT_EQ(read(put("list", bytes), piece), text);
    EXPECT_EQ(read(put("list.csv.gz", gzipped(text))), text);
    EXPECT_EQ(read(put("list.csv.zst", zstd_packed(text))), text);
}

TEST_F(list_source_test, reads_many_members_and_frames) {
    const auto text = noise(300'000);
    EXPECT_EQ(read(put("a.gz", gzipped(text) + gzipped("") + gzipped("end\n"))), text + "end\n");
    EXPECT_EQ(read(put("a.zst", zstd_packed(text) + zstd_packed("") + zstd_packed("end\n"))),
              text + "end\n");
    EXPECT_EQ(read(put("b.gz", gzipped("a\n") + std::string(1000, '\0'))), "a\n");
}

TEST_F(list_source_test, rewinds) {
    const auto text = noise(300'000);
    for (const auto& bytes : {text, gzipped(text), zstd_packed(text)}) {
        auto source = list_source::open(put("list", bytes)).value();
        std::vector<char> some(1234);
        ASSERT_TRUE(source.read(some));
        ASSERT_TRUE(source.rewind());
        EXPECT_EQ(all_of(source), text);
        ASSERT_TRUE(source.rewind());
        EXPECT_EQ(all_of(source), text);
    }
}

TEST_F(list_source_test, packed_bytes_that_end_too_early_fail_at_every_length) {
    const auto text = noise(2000);
    for (const auto& bytes : {gzipped(text), zstd_packed(text)}) {
        for (std::size_t size = 4; size < bytes.size(); size += 1 + size / 16) {
            const auto got = read(put("list", bytes.substr(0, size)));
            ASSERT_TRUE(got.starts_with("failed: ")) << size;
            EXPECT_NE(got.find("ends too early, at byte " + std::to_string(size)),
                      std::string::npos)
                << got;
        }
    }
}

TEST_F(list_source_test, damaged_bytes_fail_and_name_the_place) {
    const auto text = noise(5000);
    for (auto bytes : {gzipped(text), zstd_packed(text)}) {
        bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x55);
        const auto got = read(put("list", bytes));
        EXPECT_TRUE(got.starts_with("failed: " + path("list"))) << got;
        EXPECT_NE(got.find(" at byte "), std::string::npos) << got;
    }
    EXPECT_NE(read(put("a.gz", gzipped("x\n") + "rubbish")).find("followed by something else"),
              std::string::npos);
}

TEST_F(list_source_test, a_zstd_window_beyond_the_limit_is_refused) {
    EXPECT_NE(read(put("a.zst", zstd_packed("+1\n", 27))).find("without --long"),
              std::string::npos);
    EXPECT_EQ(read(put("b.zst", zstd_packed("+1\n", 25))), "+1\n");
}

TEST_F(list_source_test, files_that_are_no_lists_fail_with_the_reason) {
    EXPECT_NE(read(path("none.csv")).find("no such file"), std::string::npos);
    EXPECT_NE(read(path("")).find("folder"), std::string::npos);
    EXPECT_NE(read(put("a.csv.gz", "toNo\n+1\n")).find("says compressed"), std::string::npos);
    ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
    EXPECT_NE(read(path("pipe")).find("standard input"), std::string::npos);
    if (::geteuid() == 0) return;  // root may read everything
    const auto secret = put("secret.csv", "toNo\n");
    ASSERT_EQ(::chmod(secret.c_str(), 0), 0);
    EXPECT_NE(read(secret).find("may not read"), std::string::npos);
}

// "toNo\n+16502530001\n", as xz and bzip2 pack it.
constexpr std::string_view xz_list(
    "\xFD\x37\x7A\x58\x5A\x00\x00\x04\xE6\xD6\xB4\x46\x02\x00\x21\x01\x16\x00\x00\x00\x74\x2F"
    "\xE5\xA3\x01\x00\x11\x74\x6F\x4E\x6F\x0A\x2B\x31\x36\x35\x30\x32\x35\x33\x30\x30\x30\x31"
    "\x0A\x00\x00\x00\x7D\x78\xF9\x4A\xC2\xD0\x65\x47\x00\x01\x2A\x12\x4B\x08\x54\xBC\x1F\xB6"
    "\xF3\x7D\x01\x00\x00\x00\x00\x04\x59\x5A",
    76);
constexpr std::string_view bzip2_list(
    "\x42\x5A\x68\x39\x31\x41\x59\x26\x53\x59\x9A\x75\x17\x75\x00\x00\x08\xDD\x80\x00\x10\x00"
    "\x08\x7B\x00\x00\x01\x00\x00\x84\x00\x20\x00\x22\x00\x64\xD0\x80\x69\xA6\x8E\xB9\xDC\x61"
    "\x1B\x12\x48\x3C\x97\x8B\xB9\x22\x9C\x28\x48\x4D\x3A\x8B\xBA\x80",
    60);

TEST_F(list_source_test, reads_xz_bzip2_and_zip) {
    const std::string list = "toNo\n+16502530001\n";
    for (const auto& bytes : {std::string(xz_list), std::string(bzip2_list),
                              tests::zip_of({{"-", list}}), tests::zip_of({{"a/b", list}}, true)}) {
        auto source = list_source::open(put("list", bytes)).value();
        EXPECT_EQ(all_of(source, 3), list);
        ASSERT_TRUE(source.rewind());
        EXPECT_EQ(all_of(source), list);
        for (std::size_t size = bytes.size() / 4; size < bytes.size(); size += 5)
            EXPECT_TRUE(read(put("cut", bytes.substr(0, size))).starts_with("failed: ")) << size;
    }
    EXPECT_EQ(read(put("two.xz", std::string(xz_list) + std::string(xz_list))), list + list);
}

TEST_F(list_source_test, passes_over_frames_of_zstd_that_are_to_be_skipped) {
    const std::string skipped("\x5A\x2A\x4D\x18\x03\0\0\0abc", 11);
    const auto text = noise(5000);
    EXPECT_EQ(read(put("a.zst", skipped + zstd_packed(text) + skipped + zstd_packed("end\n"))),
              text + "end\n");
    EXPECT_EQ(read(put("b.zst", zstd_packed(text) + skipped)), text);
    EXPECT_EQ(read(put("c.zst", skipped)), "");
    EXPECT_NE(read(put("d.zst", skipped.substr(0, 10))).find("ends too early"), std::string::npos);
}

TEST_F(list_source_test, what_unpacks_without_end_is_no_list) {
    std::string zeros(archive_reader::growth_free_bytes + (std::size_t{1} << 20), ' ');
    const auto got = read(put("bomb.zip", tests::zip_of({{"list.csv", zeros}}, true)), 1 << 20);
    EXPECT_TRUE(got.starts_with("failed: "));
    EXPECT_NE(got.find("over 400 times its size"), std::string::npos) << got.substr(0, 200);
}

TEST_F(list_source_test, an_empty_file_has_no_bytes) {
    EXPECT_EQ(read(put("a.csv", "")), "");
    EXPECT_EQ(read(put("a.gz", "")), "");
    EXPECT_EQ(read(put("b.gz", gzipped(""))), "");
}

}  // namespace
}  // namespace tidings::store
