#include "net/trust.hpp"

#include "support/scratch_folder.hpp"
#include "support/test_certificates.hpp"

#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>
#include <openssl/conf.h>

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

TEST(trust, certificate_and_key_of_the_client_belong_together) {
    const tests::scratch_folder folder;
    const tests::test_authority authority;
    const auto path = [&](const char* name) { return (folder.path() / name).string(); };
    authority.write_client(path("a.pem"), path("a.key"));
    authority.write_client(path("b.pem"), path("b.key"), "secret");
    EXPECT_TRUE(trust::make({.client_certificate = path("a.pem"), .client_key = path("a.key")}));
    EXPECT_TRUE(trust::make({.client_certificate = path("b.pem"),
                             .client_key = path("b.key"),
                             .client_key_password = "secret"}));
    const std::pair<trust_options, const char*> rows[] = {
        {{.client_certificate = path("a.pem")}, "client_certificate without client_key"},
        {{.client_key = path("a.key")}, "client_key without client_certificate"},
        {{.client_certificate = path("none"), .client_key = path("a.key")},
         "client_certificate \""},
        {{.client_certificate = path("a.pem"), .client_key = path("none")}, "client_key \""},
        {{.client_certificate = path("a.pem"), .client_key = path("b.key")}, "client_key \""},
        {{.client_certificate = path("b.pem"), .client_key = path("b.key")}, "client_key_password"},
        {{.client_certificate = path("b.pem"),
          .client_key = path("b.key"),
          .client_key_password = "wrong"},
         "client_key_password"},
    };
    for (const auto& [options, words] : rows) {
        const auto made = trust::make(options);
        ASSERT_FALSE(made) << words;
        EXPECT_EQ(made.error().kind, core::trouble::configuration);
        EXPECT_NE(made.error().text.find(words), std::string::npos) << made.error().text;
        EXPECT_EQ(made.error().text.find("secret"), std::string::npos);
    }
}

// What OPENSSL_CONF may name: read when the library starts, so it is done in a process of its own.
int level_under_lax_configuration() {
    const tests::scratch_folder folder;
    const auto file = (folder.path() / "openssl.cnf").string();
    std::ofstream(file) << "openssl_conf = start\n[start]\nssl_conf = tls\n[tls]\n"
                           "system_default = lax\n[lax]\nMinProtocol = TLSv1\n"
                           "CipherString = ALL@SECLEVEL=0\n";
    if (CONF_modules_load_file(file.c_str(), nullptr, 0) != 1) return 100;
    const wire::openssl_ptr<SSL_CTX> bare(SSL_CTX_new(TLS_client_method()));
    if (SSL_CTX_get_security_level(bare.get()) != 0) return 101;  // it had no effect at all
    const auto made = std::move(trust::make({}).value());
    if (SSL_CTX_get_min_proto_version(&made->context()) != TLS1_2_VERSION) return 102;
    return SSL_CTX_get_security_level(&made->context());
}

TEST(trust, the_environment_lowers_no_security_level) {
    EXPECT_EXIT(std::_Exit(level_under_lax_configuration()), testing::ExitedWithCode(2), "");
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
