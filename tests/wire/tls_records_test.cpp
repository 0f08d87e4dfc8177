// A client's records in its own hands, and OpenSSL at the other end of them.
#include "wire/channel_pair.hpp"
#include "wire/record_layer.hpp"
#include "wire/tls_channel.hpp"

#include <utility>

#include <gtest/gtest.h>

namespace tidings::wire {
namespace {

constexpr std::string_view words = "under whatever key";

// Both ways, so that each end's idea of keys and numbers is the other's.
void expect_understanding(channel_pair& pair) {
    EXPECT_EQ(pair.client->write(words).bytes, words.size());
    EXPECT_EQ(pair.read_all(*pair.server), words);
    EXPECT_EQ(pair.server->write(words).bytes, words.size());
    EXPECT_EQ(pair.read_all(*pair.client), words);
    EXPECT_FALSE(pair.client->failed()) << pair.client->why();
    EXPECT_FALSE(pair.server->failed()) << pair.server->why();
}

TEST(tls_records, are_taken_over_once_the_first_have_been_read) {
    channel_pair pair;
    ASSERT_TRUE(pair.shake_hands());
    EXPECT_FALSE(pair.client->makes_records());
    for (int i = 0; i < 10; ++i)
        expect_understanding(pair);
    EXPECT_TRUE(pair.client->makes_records());
    EXPECT_FALSE(pair.server->makes_records());
}

TEST(tls_records, of_each_suite_with_aes_gcm_and_of_no_other) {
    for (const auto& [suite, ours] :
         {std::pair{"TLS_AES_128_GCM_SHA256", true}, std::pair{"TLS_AES_256_GCM_SHA384", true},
          std::pair{"TLS_CHACHA20_POLY1305_SHA256", false}}) {
        channel_pair pair;
        SSL_set_ciphersuites(pair.client->ssl(), suite);
        ASSERT_TRUE(pair.shake_hands());
        for (int i = 0; i < 10; ++i)
            expect_understanding(pair);
        EXPECT_EQ(pair.client->makes_records(), ours) << suite;
    }
}

TEST(tls_records, follow_the_server_to_new_keys) {
    channel_pair pair;
    ASSERT_TRUE(pair.shake_hands());
    pair.settle();
    for (const int kind : {SSL_KEY_UPDATE_NOT_REQUESTED, SSL_KEY_UPDATE_REQUESTED,
                           SSL_KEY_UPDATE_REQUESTED, SSL_KEY_UPDATE_NOT_REQUESTED}) {
        ASSERT_EQ(SSL_key_update(pair.server->ssl(), kind), 1);
        EXPECT_EQ(pair.server->write(words).bytes, words.size());
        EXPECT_EQ(pair.read_all(*pair.client), words);
        expect_understanding(pair);
    }
    EXPECT_TRUE(pair.client->makes_records());
}

// The secrets that OpenSSL told are of the first keys only.
TEST(tls_records, stay_with_openssl_when_keys_were_renewed_before) {
    channel_pair pair;
    ASSERT_TRUE(pair.shake_hands());
    ASSERT_EQ(SSL_key_update(pair.server->ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
    for (int i = 0; i < 10; ++i)
        expect_understanding(pair);
    EXPECT_FALSE(pair.client->makes_records());
}

TEST(tls_records, pass_over_tickets_that_come_late) {
    channel_pair pair;
    ASSERT_TRUE(pair.shake_hands());
    pair.settle();
    ASSERT_EQ(SSL_new_session_ticket(pair.server->ssl()), 1);
    expect_understanding(pair);
}

TEST(tls_records, may_be_padded) {
    channel_pair pair;
    SSL_set_block_padding(pair.server->ssl(), 512);
    ASSERT_TRUE(pair.shake_hands());
    pair.settle();
    expect_understanding(pair);
}

// A resumed connection has other secrets, and the tickets went to OpenSSL in spite of all.
TEST(tls_records, of_a_resumed_connection_are_taken_over_too) {
    static SSL_SESSION* ticket = nullptr;
    channel_pair pair;
    SSL_CTX_set_session_cache_mode(pair.client_context.get(), SSL_SESS_CACHE_CLIENT);
    SSL_CTX_sess_set_new_cb(pair.client_context.get(), [](SSL*, SSL_SESSION* offered) {
        SSL_SESSION_free(ticket);
        ticket = offered;
        return 1;
    });
    ASSERT_TRUE(pair.shake_hands());
    pair.settle();
    ASSERT_NE(ticket, nullptr);
    int fds[2] = {-1, -1};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    pair.client.emplace(*pair.client_context, socket_handle(fds[0]), tls_channel::side::client,
                        pair.client_received);
    pair.server.emplace(*pair.server_context, socket_handle(fds[1]), tls_channel::side::server,
                        pair.server_received);
    SSL_set_session(pair.client->ssl(), ticket);
    ASSERT_TRUE(pair.shake_hands());
    EXPECT_EQ(SSL_session_reused(pair.client->ssl()), 1);
    pair.settle();
    EXPECT_TRUE(pair.client->makes_records());
    expect_understanding(pair);
    SSL_SESSION_free(std::exchange(ticket, nullptr));
}

TEST(tls_records, that_were_changed_end_the_connection_and_the_server_is_told) {
    channel_pair pair;
    ASSERT_TRUE(pair.shake_hands());
    pair.settle();
    pair.server->write(words);
    std::string stream(1000, '\0');
    const auto size = ::recv(pair.client->fd(), stream.data(), stream.size(), 0);
    ASSERT_GT(size, 0);
    stream[7] = static_cast<char>(stream[7] ^ 1);
    ASSERT_EQ(::send(pair.server->fd(), stream.data(), static_cast<std::size_t>(size), 0), size);
    EXPECT_EQ(pair.read_all(*pair.client), "");
    EXPECT_EQ(pair.ended, channel_status::failed);
    EXPECT_EQ(pair.client->why(), "what the peer sent is not TLS as agreed: \"bad record mac\"");
    pair.read_all(*pair.server);
    EXPECT_EQ(pair.ended, channel_status::failed);
    EXPECT_NE(pair.server->why().find("bad record mac"), std::string::npos) << pair.server->why();
}

// Each request for new keys is answered, but not into a backlog without end.
TEST(tls_records, that_ask_for_keys_of_a_client_that_nobody_reads_are_limited) {
    channel_pair pair(TLS1_3_VERSION, 8 * 1024);
    ASSERT_TRUE(pair.shake_hands());
    pair.settle();
    constexpr std::size_t backlog_max = 128 * 1024;
    constexpr std::size_t enough = backlog_max / sealed_size(key_update_size);
    std::size_t asked = 0;
    for (; !pair.client->failed() && asked < 2 * enough; ++asked) {
        ASSERT_EQ(SSL_key_update(pair.server->ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
        ASSERT_EQ(pair.server->write(words).bytes, words.size());
        const auto text = pair.read_all(*pair.client);
        EXPECT_EQ(text, pair.client->failed() ? "" : words);
    }
    EXPECT_EQ(pair.ended, channel_status::failed);
    EXPECT_EQ(pair.client->system_error(), 0);
    EXPECT_EQ(pair.client->why(),
              "the peer asks for new keys over and over and does not read the answers");
    EXPECT_GE(asked, enough);
}

TEST(tls_records, that_are_too_long_are_not_waited_for) {
    channel_pair pair;
    ASSERT_TRUE(pair.shake_hands());
    pair.settle();
    ASSERT_EQ(::send(pair.server->fd(), "\x17\x03\x03\x41\x01", 5, 0), 5);
    pair.read_all(*pair.client);
    EXPECT_EQ(pair.ended, channel_status::failed);
    EXPECT_EQ(pair.client->why(), "what the peer sent is not TLS as agreed: \"record overflow\"");
}

TEST(tls_records, end_with_the_words_of_the_servers_alert) {
    channel_pair pair;
    ASSERT_TRUE(pair.shake_hands());
    pair.settle();
    // The server finds that it cannot read us, and says so.
    ASSERT_EQ(::send(pair.client->fd(), "\x17\x03\x03\x00\x12 eighteen bytes... ", 23, 0), 23);
    pair.read_all(*pair.server);
    EXPECT_EQ(pair.ended, channel_status::failed);
    pair.read_all(*pair.client);
    EXPECT_EQ(pair.ended, channel_status::failed);
    EXPECT_EQ(pair.client->why(), "the peer ended TLS with the alert \"bad record mac\"");
}

}  // namespace
}  // namespace tidings::wire
