// A row for each thing that may go wrong before there is a connection.
#include "net/dial_failure.hpp"

#include <cerrno>
#include <string>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

const std::string peer = "example.org (192.0.2.1:443)";

TEST(dial_failure, what_the_system_says_of_a_connect) {
    struct row {
        int error;
        trouble_kind kind;
        const char* advice;
    };
    const row rows[] = {
        {ECONNREFUSED, trouble_kind::refused, "nobody listens there"},
        {ETIMEDOUT, trouble_kind::timeout, "check the network"},
        {ECONNRESET, trouble_kind::tls, "does TLS run there"},
        {EMFILE, trouble_kind::resources, "ulimit -n"},
        {ENFILE, trouble_kind::resources, "ulimit -n"},
        {ENOBUFS, trouble_kind::resources, ""},
        {ENOMEM, trouble_kind::resources, ""},
        {EADDRNOTAVAIL, trouble_kind::resources, "no free port"},
        {ENETUNREACH, trouble_kind::unreachable, "check the network"},
        {EHOSTUNREACH, trouble_kind::unreachable, "check the network"},
        {EACCES, trouble_kind::unreachable, "check the network"},
    };
    for (const auto& [error, kind, advice] : rows) {
        const auto got = connect_failure(error, peer);
        EXPECT_EQ(got.kind, kind) << error;
        EXPECT_FALSE(got.fatal) << error;
        EXPECT_TRUE(got.of_address) << error;
        EXPECT_NE(got.text.find(peer), std::string::npos) << got.text;
        EXPECT_NE(got.text.find(advice), std::string::npos) << got.text;
    }
}

TEST(dial_failure, says_which_step_was_slow) {
    EXPECT_NE(timeout_failure(dial_step::connect, peer).text.find("was not accepted"),
              std::string::npos);
    EXPECT_NE(timeout_failure(dial_step::handshake, peer).text.find("TLS handshake"),
              std::string::npos);
    EXPECT_EQ(timeout_failure(dial_step::handshake, peer).kind, trouble_kind::timeout);
    EXPECT_TRUE(timeout_failure(dial_step::connect, peer).of_address);
}

TEST(dial_failure, what_waiting_does_not_mend_is_fatal) {
    EXPECT_TRUE(certificate_failure("expired").fatal);
    EXPECT_TRUE(protocol_failure(peer).fatal);
    EXPECT_FALSE(handshake_failure("handshake failure", peer).fatal);
    EXPECT_FALSE(hang_up_failure("it closed the connection", peer).fatal);
    EXPECT_FALSE(memory_failure().fatal);
    EXPECT_FALSE(memory_failure().of_address) << "this machine's, whoever is dialed";
    EXPECT_FALSE(watch_failure("no room").of_address);
}

TEST(dial_failure, an_alert_is_told_by_its_name_and_what_may_be_done) {
    struct row {
        std::uint8_t alert;
        const char* advice;
    };
    const row rows[] = {{40, "no cipher, group or signature"},
                        {70, "neither TLS 1.2 nor TLS 1.3"},
                        {71, "weaker or other ciphers"},
                        {80, "broken there"},
                        {112, "check `url`"},
                        {120, "set `http` to \"auto\""},
                        {48, ""}};
    for (const auto& [alert, advice] : rows) {
        const auto got = alert_failure(alert, "its name", peer);
        EXPECT_EQ(got.kind, trouble_kind::tls);
        EXPECT_FALSE(got.fatal);
        EXPECT_NE(got.text.find("\"its name\" (TLS alert " + std::to_string(alert) + ")"),
                  std::string::npos)
            << got.text;
        EXPECT_NE(got.text.find(advice), std::string::npos) << got.text;
    }
}

TEST(dial_failure, an_alert_has_a_name_also_where_openssl_knows_none) {
    EXPECT_EQ(alert_name(40), "handshake failure");
    EXPECT_EQ(alert_name(86), "inappropriate fallback");
    EXPECT_EQ(alert_name(109), "missing extension");
    EXPECT_EQ(alert_name(116), "certificate required");
}

TEST(dial_failure, a_client_certificate_is_asked_for_or_turned_down) {
    const auto wanted = client_certificate_failure(false, "certificate required", peer);
    EXPECT_TRUE(wanted.fatal);
    EXPECT_NE(wanted.text.find("demands a client certificate"), std::string::npos);
    EXPECT_NE(wanted.text.find("`client_key`"), std::string::npos);
    const auto refused = client_certificate_failure(true, "unknown CA", peer);
    EXPECT_TRUE(refused.fatal);
    EXPECT_NE(refused.text.find("turns the client certificate down: \"unknown CA\""),
              std::string::npos);
}

TEST(dial_failure, a_hang_up_asks_whether_tls_runs_there) {
    EXPECT_NE(hang_up_failure("it closed the connection", peer).text.find("does TLS run there"),
              std::string::npos);
    EXPECT_EQ(handshake_failure("bad record mac", peer).text,
              "the TLS handshake with " + peer + " failed: bad record mac");
}

}  // namespace
}  // namespace tidings::net
