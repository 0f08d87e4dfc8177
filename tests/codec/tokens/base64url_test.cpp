#include "codec/tokens/base64url.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

std::string written(std::string_view bytes) {
    std::string text(base64url_size(bytes.size()), '\0');
    EXPECT_EQ(write_base64url(text.data(), bytes), text.data() + text.size());
    return text;
}

TEST(base64url, writes_what_rfc_4648_shows) {
    const std::pair<const char*, const char*> rows[] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xFB\xFF\xBF", "-_-_"},
    };
    for (const auto& [bytes, text] : rows) {
        EXPECT_EQ(written(bytes), text);
        EXPECT_EQ(read_base64url(text), bytes);
    }
}

TEST(base64url, reads_back_whatever_it_writes) {
    std::mt19937 random(7515);
    for (std::size_t size = 0; size < 200; ++size) {
        std::string bytes(size, '\0');
        for (char& c : bytes)
            c = static_cast<char>(random());
        EXPECT_EQ(read_base64url(written(bytes)), bytes);
    }
}

TEST(base64url, refuses_every_other_spelling) {
    for (const char* text :
         {"Z", "Zg==", "Zg=", "Zh", "Zm9", "Zm 8", "Zm9v\n", "+_-_", "/_-_", "Zm9vY", "\xC3\xA4ww"})
        EXPECT_EQ(read_base64url(text), std::nullopt) << text;
}

}  // namespace
}  // namespace tidings::codec
