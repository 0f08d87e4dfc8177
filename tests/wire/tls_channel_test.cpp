#include "wire/tls_channel.hpp"

#include "wire/channel_pair.hpp"

#include <random>

#include <gtest/gtest.h>
#include <openssl/err.h>

namespace tidings::wire {
namespace {

// Who makes the client's records. Whatever is promised holds for each.
enum class records { openssl_tls12, openssl_tls13, ours };

std::string name_of(records whose) {
    switch (whose) {
        case records::openssl_tls12: return "tls12";
        case records::openssl_tls13: return "tls13";
        case records::ours: return "ours";
    }
    return "?";
}

class tls_channels : public testing::TestWithParam<records> {
  protected:
    // A pair whose client's records are made as the test is to see them.
    static std::unique_ptr<channel_pair> joined(int buffer = 0, receive_buffer* shared = nullptr) {
        const bool older = GetParam() == records::openssl_tls12;
        auto pair =
            std::make_unique<channel_pair>(older ? TLS1_2_VERSION : TLS1_3_VERSION, buffer, shared);
        EXPECT_TRUE(pair->shake_hands());
        if (GetParam() == records::ours) pair->settle();
        pair->read_all(*pair->client);  // session tickets
        EXPECT_EQ(pair->client->makes_records(), GetParam() == records::ours);
        return pair;
    }
};

INSTANTIATE_TEST_SUITE_P(records, tls_channels,
                         testing::Values(records::openssl_tls12, records::openssl_tls13,
                                         records::ours),
                         [](const auto& of) { return name_of(of.param); });

TEST_P(tls_channels, carries_text_both_ways) {
    const auto both = joined();
    auto& pair = *both;
    EXPECT_EQ(pair.client->write(std::string_view("there")).bytes, 5U);
    EXPECT_EQ(pair.read_all(*pair.server), "there");
    EXPECT_EQ(pair.server->write(std::string_view("and back")).bytes, 8U);
    EXPECT_EQ(pair.read_all(*pair.client), "and back");
    EXPECT_EQ(pair.ended, channel_status::again);
    EXPECT_FALSE(pair.client->failed());
}

TEST_P(tls_channels, close_notify_and_a_bare_end_are_told_apart) {
    for (const bool politely : {true, false}) {
        const auto both = joined();
        auto& pair = *both;
        if (politely) pair.server->close_notify();
        pair.server->close();
        for (int i = 0; i < 2; ++i) {
            EXPECT_EQ(pair.read_all(*pair.client), "");
            EXPECT_EQ(pair.ended, politely ? channel_status::closed : channel_status::cut);
        }
    }
}

TEST_P(tls_channels, its_own_close_notify_reaches_the_peer) {
    const auto both = joined();
    auto& pair = *both;
    pair.client->write(std::string_view("last words"));
    pair.client->close_notify();
    pair.client->close();
    EXPECT_EQ(pair.read_all(*pair.server), "last words");
    EXPECT_EQ(pair.ended, channel_status::closed);
}

TEST_P(tls_channels, counts_what_the_kernel_took) {
    const auto both = joined();
    auto& pair = *both;
    const std::string request(500, 'x');
    const auto begin = pair.client->position();
    EXPECT_EQ(pair.client->taken_of(begin, begin + 500), taken::none);
    const auto sent = pair.client->sent_bytes();
    ASSERT_EQ(pair.client->write(request).bytes, 500U);
    EXPECT_EQ(pair.client->taken_of(begin, begin + 500), taken::all);
    EXPECT_EQ(pair.client->taken_of(begin + 500, begin + 900), taken::none);
    EXPECT_EQ(pair.client->taken_of(begin, begin + 900), taken::some);
    EXPECT_GT(pair.client->sent_bytes(), sent + 500);
}

TEST_P(tls_channels, a_write_to_a_socket_that_is_gone_takes_nothing) {
    const auto both = joined();
    auto& pair = *both;
    pair.server->close();
    const auto begin = pair.client->position();
    const auto wrote = pair.client->write(std::string_view("too late"));
    EXPECT_EQ(wrote.status, channel_status::failed);
    EXPECT_EQ(pair.client->taken_of(begin, begin + 8), taken::none);
    EXPECT_TRUE(pair.client->failed());
    EXPECT_EQ(pair.client->system_error(), EPIPE);
    EXPECT_NE(pair.client->why(), "");
}

// OpenSSL takes errors that were there before for its own.
TEST_P(tls_channels, a_socket_that_is_gone_is_told_from_errors_that_others_left) {
    const auto both = joined();
    auto& pair = *both;
    pair.server->close();
    ERR_raise(ERR_LIB_USER, ERR_R_INTERNAL_ERROR);
    EXPECT_EQ(pair.client->write(std::string_view("too late")).status, channel_status::failed);
    EXPECT_EQ(pair.client->system_error(), EPIPE);
    ERR_clear_error();
}

// A full kernel: the record that did not fit waits in the channel, and its bytes count as `some`.
TEST_P(tls_channels, a_full_kernel_is_waited_for_and_nothing_is_lost_or_doubled) {
    const auto both = joined(8 * 1024);
    auto& pair = *both;
    std::mt19937 random(11);
    std::string all;
    for (int i = 0; i < 300'000; ++i)
        all += static_cast<char>('a' + random() % 26);
    std::string_view rest = all;
    std::string arrived;
    bool was_full = false;
    while (!rest.empty() || pair.client->write_waiting()) {
        pair.wake(*pair.client);
        const auto wrote = pair.client->write(rest);
        ASSERT_NE(wrote.status, channel_status::failed);
        rest.remove_prefix(wrote.bytes);
        if (pair.client->write_waiting()) {
            was_full = true;
            const auto position = pair.client->position();
            EXPECT_EQ(pair.client->taken_of(position - 1, position), taken::some);
            EXPECT_EQ(pair.client->write(rest).bytes, 0U);
            EXPECT_EQ(pair.client->taken_of(position, position + 1), taken::none);
        }
        arrived += pair.read_all(*pair.server);
    }
    arrived += pair.read_all(*pair.server);
    EXPECT_TRUE(was_full);
    EXPECT_TRUE(arrived == all);
    EXPECT_EQ(pair.client->taken_of(0, all.size()), taken::all);
}

TEST_P(tls_channels, a_short_read_is_not_asked_for_twice) {
    const auto both = joined();
    auto& pair = *both;
    pair.server->write(std::string_view("one"));
    std::vector<char> into(tls_channel::record_max);
    pair.client->on_events(EPOLLIN);
    EXPECT_EQ(pair.client->read(into).bytes, 3U);
    EXPECT_FALSE(pair.client->readable());
    // It came after the event was used up: the kernel will tell again, and only then is it read.
    pair.server->write(std::string_view("two"));
    EXPECT_EQ(pair.client->read(into).status, channel_status::again);
    pair.client->on_events(EPOLLIN);
    EXPECT_EQ(pair.client->read(into).bytes, 3U);
}

TEST_P(tls_channels, an_end_that_came_with_data_is_seen_without_another_event) {
    const auto both = joined();
    auto& pair = *both;
    pair.server->write(std::string_view("last words"));
    pair.server->close_notify();
    pair.server->close();
    std::vector<char> into(tls_channel::record_max);
    pair.client->on_events(EPOLLIN | EPOLLRDHUP);
    EXPECT_EQ(pair.client->read(into).bytes, 10U);
    EXPECT_TRUE(pair.client->readable());
    EXPECT_EQ(pair.client->read(into).status, channel_status::closed);
}

TEST_P(tls_channels, garbage_is_a_failure_with_words) {
    const auto both = joined();
    auto& pair = *both;
    const std::string garbage(200, '\x55');
    ASSERT_EQ(::send(pair.server->fd(), garbage.data(), garbage.size(), 0), 200);
    pair.read_all(*pair.client);
    EXPECT_EQ(pair.ended, channel_status::failed);
    EXPECT_EQ(pair.client->system_error(), 0);
    EXPECT_NE(pair.client->why(), "nothing went wrong");
}

// What went wrong is what the peer wrote, not that it cannot hear of it any more.
TEST_P(tls_channels, garbage_of_a_peer_that_is_gone_is_no_failure_of_the_socket) {
    const auto both = joined();
    auto& pair = *both;
    const std::string garbage(200, '\x55');
    ASSERT_EQ(::send(pair.server->fd(), garbage.data(), garbage.size(), 0), 200);
    pair.server->close();
    pair.read_all(*pair.client);
    EXPECT_EQ(pair.ended, channel_status::failed);
    EXPECT_EQ(pair.client->system_error(), 0);
    EXPECT_EQ(pair.client->why().find("pipe"), std::string::npos) << pair.client->why();
}

TEST(tls_handshake, a_handshake_that_is_cut_fails_at_every_step) {
    for (int steps = 0; steps < 6; ++steps) {
        channel_pair pair;
        for (int i = 0; i < steps; ++i) {
            pair.wake(*pair.client);
            pair.wake(*pair.server);
            (i % 2 == 0 ? pair.client : pair.server)->handshake();
        }
        pair.server->close();
        pair.client->on_events(EPOLLIN | EPOLLOUT | EPOLLRDHUP);
        channel_status last = pair.client->handshake();
        if (last == channel_status::done) {
            pair.read_all(*pair.client);
            last = pair.ended;
        }
        EXPECT_TRUE(last == channel_status::cut || last == channel_status::failed) << steps;
    }
}

// Whatever pieces a record comes in.
TEST_P(tls_channels, records_that_come_in_pieces_are_put_together) {
    const auto both = joined();
    auto& pair = *both;
    for (const std::size_t piece : {1U, 4U, 5U, 6U, 21U, 100U, 1000U}) {
        const std::string long_one(400, 'y');
        for (const std::string& text : {std::string("short"), long_one, std::string("end")})
            ASSERT_EQ(pair.server->write(text).bytes, text.size());
        // Out of the client's hands, and back again piece by piece.
        std::string stream(10'000, '\0');
        const auto size = ::recv(pair.client->fd(), stream.data(), stream.size(), 0);
        ASSERT_GT(size, 408);
        stream.resize(static_cast<std::size_t>(size));
        std::string arrived;
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            const auto next = std::string_view(stream).substr(at, piece);
            ASSERT_EQ(::send(pair.server->fd(), next.data(), next.size(), 0),
                      static_cast<ssize_t>(next.size()));
            arrived += pair.read_all(*pair.client);
            ASSERT_EQ(pair.ended, channel_status::again) << pair.client->why();
        }
        EXPECT_EQ(arrived, "short" + long_one + "end") << piece;
    }
}

// The longest records, which no single recv brings.
TEST_P(tls_channels, long_answers_come_whole) {
    const auto both = joined(8 * 1024);
    auto& pair = *both;
    std::mt19937 random(12);
    std::string all;
    for (int i = 0; i < 300'000; ++i)
        all += static_cast<char>('a' + random() % 26);
    std::string_view rest = all;
    std::string arrived;
    while (!rest.empty() || pair.server->write_waiting()) {
        pair.wake(*pair.server);
        pair.server->flush();
        const auto wrote = pair.server->write(rest.substr(0, random() % 40'000));
        rest.remove_prefix(wrote.bytes);
        arrived += pair.read_all(*pair.client);
    }
    arrived += pair.read_all(*pair.client);
    EXPECT_TRUE(arrived == all);
    EXPECT_EQ(pair.ended, channel_status::again);
}

// What one channel has received and not used up is safe from the next one that receives.
TEST_P(tls_channels, channels_that_share_a_buffer_keep_apart_what_came) {
    receive_buffer shared;
    const auto one_pair = joined(0, &shared);
    const auto other_pair = joined(0, &shared);
    auto& first = *one_pair;
    auto& second = *other_pair;
    std::vector<char> into(tls_channel::record_max);
    const auto one_record = [&](channel_pair& from) {
        const auto got = from.client->read(into);
        EXPECT_EQ(got.status, channel_status::done);
        return std::string(into.data(), got.bytes);
    };
    for (int round = 0; round < 3; ++round) {
        for (const char* text : {"one", "two", "three"}) {
            first.server->write(std::string_view(text));
            second.server->write(std::string("second ") + text);
        }
        first.wake(*first.client);
        second.wake(*second.client);
        EXPECT_EQ(one_record(first), "one");
        EXPECT_TRUE(first.client->readable());
        EXPECT_EQ(one_record(second), "second one");  // has all of its records received
        EXPECT_EQ(one_record(first), "two");
        EXPECT_EQ(one_record(second), "second two");
        EXPECT_EQ(first.read_all(*first.client), "three");
        EXPECT_EQ(second.read_all(*second.client), "second three");
        EXPECT_FALSE(first.client->readable());
    }
}

// The owner of the shared buffer may go at any time.
TEST_P(tls_channels, a_buffer_outlives_the_channel_that_received_last) {
    receive_buffer shared;
    const auto one_pair = joined(0, &shared);
    auto& first = *one_pair;
    first.server->write(std::string_view("never read"));
    first.wake(*first.client);
    EXPECT_TRUE(first.client->readable());
    first.client.reset();
    const auto other_pair = joined(0, &shared);
    auto& second = *other_pair;
    second.server->write(std::string_view("there"));
    EXPECT_EQ(second.read_all(*second.client), "there");
}

TEST(tls_handshake, an_untrusted_server_fails_the_handshake) {
    channel_pair pair;
    const tests::test_authority stranger("another authority");
    const auto context = stranger.server_context();
    int fds[2] = {-1, -1};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    pair.client.emplace(*pair.client_context, socket_handle(fds[0]), tls_channel::side::client,
                        pair.client_received);
    pair.server.emplace(*context, socket_handle(fds[1]), tls_channel::side::server,
                        pair.server_received);
    EXPECT_FALSE(pair.shake_hands());
    EXPECT_TRUE(pair.client->failed());
    EXPECT_NE(SSL_get_verify_result(pair.client->ssl()), X509_V_OK);
}

}  // namespace
}  // namespace tidings::wire
