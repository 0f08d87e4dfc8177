#include "net/trust.hpp"

#include "support/scratch_folder.hpp"
#include "support/test_certificates.hpp"

#include <fstream>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

TEST(trust, names_a_ca_file_that_cannot_be_used) {
    const tests::scratch_folder folder;
    const std::string missing = (folder.path() / "missing.pem").string();
    const std::string empty = (folder.path() / "empty.pem").string();
    const std::string garbage = (folder.path() / "garbage.pem").string();
    std::ofstream(empty).flush();
    std::ofstream(garbage) << "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n";
    for (const auto& file : {missing, empty, garbage}) {
        const auto made = trust::make({.ca_file = file});
        ASSERT_FALSE(made) << file;
        EXPECT_EQ(made.error().kind, core::trouble::configuration);
        EXPECT_NE(made.error().text.find(file), std::string::npos) << made.error().text;
    }
}

TEST(trust, always_verifies_and_never_offers_old_tls) {
    const auto made = std::move(trust::make({}).value());
    EXPECT_EQ(SSL_CTX_get_verify_mode(&made->context()), SSL_VERIFY_PEER);
    EXPECT_EQ(SSL_CTX_get_min_proto_version(&made->context()), TLS1_2_VERSION);
    EXPECT_EQ(SSL_CTX_get_max_early_data(&made->context()), 0U);
}

TEST(trust, prepares_names_and_addresses) {
    const auto made = std::move(trust::make({}).value());
    for (const char* url : {"https://house.example", "https://127.0.0.1", "https://[::1]"}) {
        const auto where = make_endpoint(url, "st-1").value();
        const wire::openssl_ptr<SSL> ssl(SSL_new(&made->context()));
        ASSERT_TRUE(made->prepare(*ssl, where)) << url;
        const char* const name = SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name);
        const char* const host = X509_VERIFY_PARAM_get0_host(SSL_get0_param(ssl.get()), 0);
        if (where.numeric) {
            EXPECT_EQ(name, nullptr) << "an address is no name";
            EXPECT_EQ(host, nullptr);
        } else {
            EXPECT_STREQ(name, "house.example");
            EXPECT_STREQ(host, "house.example");
        }
        EXPECT_EQ(made->verdict(*ssl).code, X509_V_OK);
    }
}

}  // namespace
}  // namespace tidings::net
