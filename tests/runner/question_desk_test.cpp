#include "runner/question_desk.hpp"

#include "codec/tokens/secret.hpp"
#include "support/scripted_server.hpp"
#include "support/test_certificates.hpp"

#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace tidings::runner {
namespace {

core::result<codec::token_signer> signer() {
    return codec::token_signer::make({.client_id = "cs-1"},
                                     codec::secret(std::string_view("a secret")));
}

// One bot, whose endpoint the test plays on its own thread.
class question_desk_test : public testing::Test {
  protected:
    question_desk_test() : server(io, authority.server_context()) {
        campaign_bot bot;
        bot.id = "st-1";
        bot.where = net::make_endpoint(server.url(), "st-1").value();
        bot.trust.ca_file = authority.file();
        bot.signer = signer;
        bots.push_back(std::move(bot));
        server.on_bytes = [this](tests::scripted_peer& peer) {
            read += std::exchange(peer.received, {});
            if (read.ends_with("\r\n\r\n")) peer.say(answer);
            if (read.ends_with("\r\n\r\n") && answer.empty()) peer.close();
        };
    }

    void ended(asked_endpoint one) {
        const std::scoped_lock lock(guard);
        ends.push_back(std::move(one));
    }
    asked_endpoint end_of(question_desk& desk) {
        desk.ask(0);
        while (true) {
            io.run_for(std::chrono::milliseconds(1));
            const std::scoped_lock lock(guard);
            if (!ends.empty()) return std::exchange(ends, {}).front();
        }
    }

    boost::asio::io_context io;
    tests::test_authority authority;
    tests::scripted_server server;
    system_clock clock;
    std::vector<campaign_bot> bots;
    std::string read;
    std::string answer;
    std::mutex guard;
    std::vector<asked_endpoint> ends;
};

TEST_F(question_desk_test, asks_with_an_empty_body_on_a_connection_of_its_own) {
    question_desk desk(bots, clock, [this](asked_endpoint one) { ended(std::move(one)); });
    answer =
        "HTTP/1.1 412 Precondition Failed\r\nContent-Type: application/json\r\n"
        "Content-Length: 2\r\n\r\n{}";
    for (int i = 1; i <= 2; ++i) {
        const auto told = end_of(desk);
        ASSERT_TRUE(told.answer) << told.trouble;
        EXPECT_EQ(told.bot, 0U);
        EXPECT_EQ(told.answer->status, 412U);
        EXPECT_EQ(told.answer->body, "{}");
        EXPECT_EQ(told.answer->content_type, "application/json");
        EXPECT_TRUE(told.written);
        EXPECT_EQ(server.connections(), static_cast<std::size_t>(i));
    }
    EXPECT_NE(read.find("POST /api/public/bot/st-1/outboundsms HTTP/1.1"), std::string::npos);
    EXPECT_NE(read.find("Content-Length: 0\r\n"), std::string::npos) << read;
    EXPECT_NE(read.find("auth: ey"), std::string::npos);
}

TEST_F(question_desk_test, what_never_left_and_what_may_have_been_read_are_told_apart) {
    question_desk desk(bots, clock, [this](asked_endpoint one) { ended(std::move(one)); });
    auto told = end_of(desk);
    EXPECT_FALSE(told.answer);
    EXPECT_TRUE(told.written);
    EXPECT_NE(told.trouble.find("reading the answer"), std::string::npos) << told.trouble;
    server.accepts = false;
    told = end_of(desk);
    EXPECT_FALSE(told.answer);
    EXPECT_FALSE(told.written);
    EXPECT_FALSE(told.trouble.empty());
}

TEST_F(question_desk_test, ends_while_a_question_is_out) {
    server.stalls_in_handshake = true;
    {
        question_desk desk(bots, clock, [this](asked_endpoint one) { ended(std::move(one)); });
        desk.ask(0);
        while (server.connections() == 0)
            io.run_for(std::chrono::milliseconds(1));
    }
    EXPECT_TRUE(ends.empty());
}

}  // namespace
}  // namespace tidings::runner
