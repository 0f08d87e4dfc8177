// What a server says in the handshake, or of our certificate: told at once in its own words, and no
// row is in doubt for it.
#include "net/pool.hpp"
#include "net/pool_rig.hpp"
#include "support/scratch_folder.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include <sys/socket.h>

namespace tidings::net {
namespace {

TEST(pool_refusals, every_fatal_alert_of_the_handshake_is_told_at_once) {
    for (const int alert : {10, 20, 21, 22, 30, 40, 42,  43,  44,  45,  46,  47,  48,  49, 50,
                            51, 60, 70, 71, 80, 86, 109, 110, 111, 112, 113, 115, 116, 120}) {
        pool_rig rig;
        rig.make_pool(rig.authority.file(), "https://127.0.0.1:");
        rig.server.stalls_in_handshake = true;
        rig.messages().want(1);
        ASSERT_TRUE(rig.run_until([&] { return rig.server.connections() == 1; }));
        rig.settle();
        const std::array<char, 7> record = {21, 3, 3, 0, 2, 2, static_cast<char>(alert)};
        ASSERT_EQ(::send(rig.server.peer(0).channel().fd(), record.data(), record.size(), 0), 7);
        ASSERT_TRUE(rig.run_until([&] { return !rig.troubles.empty(); })) << alert;
        const auto& got = rig.troubles[0];
        EXPECT_EQ(got.kind, trouble_kind::tls) << alert;
        EXPECT_NE(got.text.find("(TLS alert " + std::to_string(alert) + ")"), std::string::npos)
            << got.text;
        EXPECT_FALSE(got.fatal);
    }
}

// What the server demands, by both versions; a message had begun before it said so.
TEST(pool_refusals, a_demand_for_a_client_certificate_puts_no_row_in_doubt) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        pool_rig rig;
        SSL_CTX_set_max_proto_version(&rig.server.context(), version);
        SSL_CTX_set_verify(&rig.server.context(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                           nullptr);
        rig.messages().want(1);
        ASSERT_TRUE(
            rig.run_until([&] { return rig.messages().room() > 0 || !rig.troubles.empty(); }));
        const bool begun = rig.messages().room() > 0;
        if (begun) rig.begin(1);
        ASSERT_TRUE(rig.run_until([&] { return !rig.troubles.empty(); })) << version;
        EXPECT_EQ(rig.troubles[0].kind, trouble_kind::certificate);
        EXPECT_TRUE(rig.troubles[0].fatal);
        EXPECT_NE(rig.troubles[0].text.find("demands a client certificate"), std::string::npos)
            << rig.troubles[0].text;
        ASSERT_EQ(rig.reports.size(), begun ? 1U : 0U) << version;
        if (begun) {
            EXPECT_LE(rig.reports[0].report.furthest, core::attempt_step::idle_check);
        }
        EXPECT_EQ(rig.messages().stats().handshakes, 0U) << "it never came to its end";
        EXPECT_EQ(rig.server.peer(0).received, "");
        // And it is not tried again at once.
        rig.messages().want(1);
        rig.settle();
        EXPECT_EQ(rig.server.connections(), 1U);
    }
}

TEST(pool_refusals, an_alert_after_an_answer_leaves_the_next_message_in_doubt) {
    pool_rig rig;
    SSL_CTX_set_verify(&rig.server.context(), SSL_VERIFY_PEER, nullptr);  // asks, and does not mind
    rig.server.on_bytes = [](tests::scripted_peer& peer) {
        while (!tests::take_request(peer.received).empty())
            peer.say(answer_200());
    };
    EXPECT_EQ(rig.one_message().report.furthest, core::attempt_step::answered);
    rig.server.on_bytes = [](tests::scripted_peer& peer) { peer.reset(); };
    EXPECT_EQ(rig.one_message().report.furthest, core::attempt_step::written);
}

TEST(pool_refusals, a_client_certificate_opens_the_door_and_a_strangers_does_not) {
    const tests::scratch_folder folder;
    const auto certificate = (folder.path() / "client.pem").string();
    const auto key = (folder.path() / "client.key").string();
    const tests::test_authority clients("authority of clients");
    const tests::test_authority strangers("somebody else");
    for (const bool known : {true, false}) {
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            pool_rig rig;
            (known ? clients : strangers).write_client(certificate, key, "a password");
            SSL_CTX_set_max_proto_version(&rig.server.context(), version);
            SSL_CTX_set_verify(&rig.server.context(),
                               SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
            SSL_CTX_load_verify_file(&rig.server.context(), clients.file().c_str());
            rig.server.on_bytes = [](tests::scripted_peer& peer) {
                while (!tests::take_request(peer.received).empty())
                    peer.say(answer_200());
            };
            rig.make_pool({.ca_file = rig.authority.file(),
                           .http = http_mode::http1,
                           .client_certificate = certificate,
                           .client_key = key,
                           .client_key_password = "a password"});
            rig.messages().want(1);
            ASSERT_TRUE(
                rig.run_until([&] { return rig.messages().room() > 0 || !rig.troubles.empty(); }));
            if (rig.messages().room() > 0) rig.begin(1);
            ASSERT_TRUE(
                rig.run_until([&] { return !rig.reports.empty() || !rig.troubles.empty(); }));
            if (known) {
                ASSERT_EQ(rig.reports.size(), 1U);
                EXPECT_EQ(rig.reports[0].report.furthest, core::attempt_step::answered);
                continue;
            }
            ASSERT_FALSE(rig.troubles.empty());
            EXPECT_TRUE(rig.troubles[0].fatal);
            EXPECT_NE(rig.troubles[0].text.find("turns the client certificate down"),
                      std::string::npos)
                << rig.troubles[0].text;
            for (const auto& one : rig.reports)
                EXPECT_LE(one.report.furthest, core::attempt_step::idle_check);
        }
    }
}

pool_rig::kept_trouble first_trouble(pool_rig& rig) {
    rig.messages().want(1);
    if (!rig.run_until([&] { return !rig.troubles.empty(); })) {
        ADD_FAILURE() << "no trouble";
        return {};
    }
    EXPECT_EQ(rig.messages().room(), 0U);
    return rig.troubles.front();
}

TEST(pool_refusals, a_common_name_is_no_host_name) {
    pool_rig rig({}, http_mode::http1, {.names = "", .common_name = "localhost"});
    const auto got = first_trouble(rig);
    EXPECT_EQ(got.kind, trouble_kind::certificate);
    EXPECT_NE(got.text.find("wrong name"), std::string::npos) << got.text;
}

TEST(pool_refusals, old_ciphers_are_not_offered) {
    for (const char* cipher : {"ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384"}) {
        pool_rig rig;
        SSL_CTX_set_max_proto_version(&rig.server.context(), TLS1_2_VERSION);
        ASSERT_EQ(SSL_CTX_set_cipher_list(&rig.server.context(), cipher), 1);
        const auto got = first_trouble(rig);
        EXPECT_EQ(got.kind, trouble_kind::tls);
        EXPECT_NE(got.text.find("(TLS alert 40)"), std::string::npos) << got.text;
    }
    pool_rig rig;
    SSL_CTX_set_max_proto_version(&rig.server.context(), TLS1_2_VERSION);
    EXPECT_TRUE(rig.wait_for_room()) << "ECDHE with AEAD is";
}

TEST(pool_refusals, a_revoked_certificate_is_turned_down) {
    pool_rig rig;
    rig.make_pool(
        {.ca_file = rig.authority.file_revoking(&rig.server.context()), .http = http_mode::http1});
    const auto got = first_trouble(rig);
    EXPECT_EQ(got.kind, trouble_kind::certificate);
    EXPECT_NE(got.text.find("revoked"), std::string::npos) << got.text;
}

TEST(pool_refusals, a_list_without_it_lets_it_pass_and_an_old_list_does_not) {
    pool_rig rig;
    rig.make_pool({.ca_file = rig.authority.file_revoking(nullptr), .http = http_mode::http1});
    EXPECT_TRUE(rig.wait_for_room());
    pool_rig old;
    old.make_pool(
        {.ca_file = old.authority.file_revoking(nullptr, -3600), .http = http_mode::http1});
    EXPECT_NE(first_trouble(old).text.find("out of date"), std::string::npos);
}

TEST(pool_refusals, a_key_that_is_not_pinned_is_refused_and_named) {
    pool_rig rig;
    rig.server.on_bytes = [](tests::scripted_peer& peer) {
        while (!tests::take_request(peer.received).empty())
            peer.say(answer_200());
    };
    const auto its = key_pins::spelled(SSL_CTX_get0_certificate(&rig.server.context()));
    trust_options believes{.ca_file = rig.authority.file(), .http = http_mode::http1};
    believes.pinned_key = "sha256//" + std::string(43, 'A') + "=";
    rig.make_pool(believes);
    rig.messages().want(1);
    ASSERT_TRUE(rig.run_until([&] { return !rig.troubles.empty(); }));
    EXPECT_EQ(rig.troubles[0].kind, trouble_kind::certificate);
    EXPECT_TRUE(rig.troubles[0].fatal);
    EXPECT_NE(rig.troubles[0].text.find(its), std::string::npos) << rig.troubles[0].text;
    believes.pinned_key += ";" + its;
    rig.make_pool(believes);
    EXPECT_EQ(rig.one_message().report.furthest, core::attempt_step::answered);
}

}  // namespace
}  // namespace tidings::net
