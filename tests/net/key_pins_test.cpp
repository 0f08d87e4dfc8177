// Pins are read strictly, and hold for keys, not for certificates.
#include "net/key_pins.hpp"

#include "support/test_certificates.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

const std::string some = "sha256//" + std::string(43, 'A') + "=";

TEST(key_pins, reads_what_curl_reads_and_nothing_else) {
    EXPECT_TRUE(key_pins::make(""));
    EXPECT_TRUE(key_pins::make(some));
    EXPECT_TRUE(key_pins::make(some + ";" + some));
    std::string many;
    for (std::size_t i = 0; i <= key_pins::pins_max; ++i)
        many += some + ";";
    for (const std::string& text :
         {std::string("sha256//"), some.substr(8), "sha1//" + some.substr(8), some + "=",
          "sha256//" + std::string(44, '='), "sha256//" + std::string(43, '!') + "=", ";" + some,
          some + " ", many}) {
        const auto made = key_pins::make(text);
        ASSERT_FALSE(made) << text;
        EXPECT_EQ(made.error().kind, core::trouble::configuration);
    }
}

TEST(key_pins, holds_the_keys_that_are_named) {
    const tests::test_authority authority;
    const auto one = authority.server_context();
    const auto other = authority.server_context();
    X509* const shown = SSL_CTX_get0_certificate(one.get());
    const auto spelled = key_pins::spelled(shown);
    EXPECT_TRUE(key_pins::make("").value().hold(shown));
    EXPECT_TRUE(key_pins::make(some + ";" + spelled).value().hold(shown));
    EXPECT_FALSE(key_pins::make(spelled).value().hold(SSL_CTX_get0_certificate(other.get())));
}

}  // namespace
}  // namespace tidings::net
