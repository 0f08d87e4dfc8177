// Trouble before there is a connection: told without a message, paced, and never a byte of a
// request.
#include "net/pool.hpp"
#include "net/pool_rig.hpp"

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

using namespace std::chrono_literals;

pool_rig::kept_trouble first_trouble(pool_rig& rig) {
    rig.messages().want(1);
    if (!rig.run_until([&] { return !rig.troubles.empty(); })) {
        ADD_FAILURE() << "no trouble";
        return {};
    }
    EXPECT_EQ(rig.messages().room(), 0U);
    for (std::size_t i = 0; i < rig.server.connections(); ++i)
        EXPECT_EQ(rig.server.peer(i).received, "");
    return rig.troubles.front();
}

TEST(pool_dialing, a_certificate_for_another_name_is_named) {
    pool_rig rig({}, http_mode::http1, {.names = "DNS:other.example,DNS:www.other.example"});
    const auto got = first_trouble(rig);
    EXPECT_EQ(got.kind, trouble_kind::certificate);
    EXPECT_TRUE(got.fatal);
    EXPECT_NE(got.text.find("expected localhost"), std::string::npos) << got.text;
    EXPECT_NE(got.text.find("for other.example, www.other.example"), std::string::npos) << got.text;
}

TEST(pool_dialing, an_expired_certificate_is_dated) {
    pool_rig rig({}, http_mode::http1, {.valid_from_s = -7200, .valid_until_s = -3600});
    const auto got = first_trouble(rig);
    EXPECT_EQ(got.kind, trouble_kind::certificate);
    EXPECT_TRUE(got.fatal);
    EXPECT_NE(got.text.find("expired on"), std::string::npos) << got.text;
    EXPECT_NE(got.text.find("GMT"), std::string::npos) << got.text;
}

TEST(pool_dialing, a_certificate_of_tomorrow_asks_for_the_clock) {
    pool_rig rig({}, http_mode::http1, {.valid_from_s = 3600});
    EXPECT_NE(first_trouble(rig).text.find("clock"), std::string::npos);
}

TEST(pool_dialing, an_unknown_issuer_points_to_ca_file) {
    pool_rig rig({}, http_mode::http1, {}, false);
    const auto got = first_trouble(rig);
    EXPECT_EQ(got.kind, trouble_kind::certificate);
    EXPECT_TRUE(got.fatal);
    EXPECT_NE(got.text.find("tidings test authority"), std::string::npos) << got.text;
    EXPECT_NE(got.text.find("`ca_file`"), std::string::npos) << got.text;
}

TEST(pool_dialing, addresses_are_verified_as_addresses) {
    {
        pool_rig rig;
        rig.make_pool(rig.authority.file(), "https://127.0.0.1:");
        EXPECT_TRUE(rig.wait_for_room());
    }
    pool_rig rig({}, http_mode::http1, {.names = "DNS:localhost,IP:10.1.2.3"});
    rig.make_pool(rig.authority.file(), "https://127.0.0.1:");
    const auto got = first_trouble(rig);
    EXPECT_EQ(got.kind, trouble_kind::certificate);
    EXPECT_NE(got.text.find("expected 127.0.0.1"), std::string::npos) << got.text;
    EXPECT_NE(got.text.find("10.1.2.3"), std::string::npos) << got.text;
}

TEST(pool_dialing, nobody_listening_is_refused) {
    pool_rig rig;
    {
        boost::asio::io_context io;
        tests::scripted_server gone(io, rig.authority.server_context());
        const auto where = make_endpoint(gone.url(), "st-1").value();
        EXPECT_EQ(where.port, gone.port());
        rig.make_pool(rig.authority.file(), "https://localhost:");
        rig.make_pool_at(where);
    }
    const auto got = first_trouble(rig);
    EXPECT_EQ(got.kind, trouble_kind::refused);
    EXPECT_FALSE(got.fatal);
    EXPECT_EQ(got.failures_in_a_row, 1U);
}

TEST(pool_dialing, a_stalled_handshake_times_out) {
    pool_rig rig;
    rig.make_pool(rig.authority.file(), "https://127.0.0.1:");
    rig.server.stalls_in_handshake = true;
    rig.messages().want(1);
    ASSERT_TRUE(rig.run_until([&] { return rig.server.connections() == 1; }));
    rig.settle();
    rig.tick(9999ms);
    EXPECT_TRUE(rig.troubles.empty());
    rig.tick(1ms);
    ASSERT_EQ(rig.troubles.size(), 1U);
    EXPECT_EQ(rig.troubles[0].kind, trouble_kind::timeout);
    EXPECT_EQ(rig.messages().stats().dialing, 0U);
}

TEST(pool_dialing, a_reset_in_the_handshake_is_told) {
    pool_rig rig;
    rig.make_pool(rig.authority.file(), "https://127.0.0.1:");
    rig.server.resets_in_handshake = true;
    const auto got = first_trouble(rig);
    EXPECT_EQ(got.kind, trouble_kind::tls);
    EXPECT_FALSE(got.fatal);
}

TEST(pool_dialing, http2_only_and_a_server_without_it) {
    pool_rig rig({}, http_mode::http2);
    const auto got = first_trouble(rig);
    EXPECT_EQ(got.kind, trouble_kind::protocol);
    EXPECT_TRUE(got.fatal);
    EXPECT_NE(got.text.find("`http`"), std::string::npos);
}

TEST(pool_dialing, a_connection_lost_before_use_counts_as_a_failure) {
    pool_rig rig({.backoff_min = 1s});
    rig.server.on_open = [](tests::scripted_peer& peer) { peer.close(); };
    for (int i = 0; i < 5; ++i) {
        rig.messages().want(100);
        rig.settle();
    }
    // One, and two more because the first had been opened; then none while the clock stands still.
    EXPECT_LE(rig.server.connections(), 3U);
    ASSERT_FALSE(rig.troubles.empty());
    EXPECT_EQ(rig.troubles[0].kind, trouble_kind::lost);
}

// Ten minutes without a network and 2,000 connections wanted: few dials while it is gone, and one,
// two, four ... when it is back.
TEST(pool_dialing, the_return_of_a_network_is_no_stampede) {
    pool_rig rig({.connections_max = 2000, .idle_max = 1h, .dials_max = 32});
    rig.make_pool(rig.authority.file(), "https://127.0.0.1:");
    rig.server.accepts = false;
    for (int second = 0; second < 600; ++second) {
        rig.messages().want(2000);
        for (int i = 0; i < 3; ++i)
            rig.io.run_one_for(2ms);
        rig.tick(1s);
    }
    const auto dials = rig.messages().stats().dials;
    EXPECT_GE(dials, 15U);
    EXPECT_LE(dials, 45U);
    EXPECT_EQ(rig.messages().stats().open, 0U);
    EXPECT_EQ(rig.troubles.back().failures_in_a_row, rig.troubles.size());

    rig.server.accepts = true;
    std::size_t most = 0;
    for (int i = 0; i < 200 && rig.messages().room() < 40; ++i) {
        rig.tick(1s);
        rig.messages().want(2000);
        most = std::max(most, rig.messages().stats().dialing);
        if (rig.messages().stats().dialing == 0) continue;
        rig.run_until([&] {
            most = std::max(most, rig.messages().stats().dialing);
            return rig.messages().stats().dialing == 0;
        });
    }
    EXPECT_GE(rig.messages().room(), 40U);
    EXPECT_LE(most, 32U);
}

TEST(pool_dialing, a_name_with_two_addresses_is_tried_at_both) {
    // "localhost" may stand for ::1 and 127.0.0.1; the server listens on the latter only.
    pool_rig rig;
    ASSERT_TRUE(rig.wait_for_room());
    EXPECT_TRUE(rig.troubles.empty());
}

TEST(pool_dialing, a_connection_has_an_age_and_goes_with_its_last_answer) {
    pool_rig rig({.connection_age_max = std::chrono::seconds(10)});
    ASSERT_TRUE(rig.wait_for_room());
    rig.begin(1);
    rig.settle();
    rig.tick(std::chrono::seconds(9));
    rig.messages().want(1);
    ASSERT_TRUE(rig.run_until([&] { return rig.server.open_connections() == 2; }));
    rig.tick(std::chrono::seconds(2));
    rig.settle();
    EXPECT_EQ(rig.messages().room(), 1U) << "the younger one takes the next message";
    EXPECT_TRUE(rig.reports.empty()) << "the older one still awaits its answer";
    rig.server.peer(0).say(answer_200());
    ASSERT_TRUE(rig.run_until([&] { return !rig.reports.empty(); }));
    EXPECT_EQ(rig.reports[0].report.furthest, core::attempt_step::answered);
    ASSERT_TRUE(rig.run_until([&] { return rig.server.peer(0).over(); }));
    EXPECT_TRUE(rig.server.peer(0).client_said_goodbye());
    EXPECT_TRUE(rig.troubles.empty());
}

TEST(pool_dialing, without_an_age_a_connection_stays) {
    pool_rig rig({.connection_age_max = {}});
    ASSERT_TRUE(rig.wait_for_room());
    rig.begin(1);
    rig.settle();
    rig.tick(std::chrono::seconds(25));
    rig.server.peer(0).say(answer_200());
    ASSERT_TRUE(rig.run_until([&] { return !rig.reports.empty(); }));
    EXPECT_EQ(rig.messages().room(), 1U);
}

}  // namespace
}  // namespace tidings::net
