// The server as its clients see it, in health. Misbehaviour is server_faults_test.cpp's.
#include "gateway/server/server.hpp"

#include "gateway/server_rig.hpp"
#include "gateway/signed_token.hpp"
#include "support/scratch_folder.hpp"

#include <fstream>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::gateway {

namespace {

using testing::ask_admin;
using testing::blocking_client;
using testing::quiet_settings;
using testing::sample_request;
using testing::serving_gateway;
using testing::stream_end;

constexpr std::string_view triggered_body =
    R"({"message":"Triggered the configured Experience flow to deliver message via SMS channel"})";

TEST(server, answers_over_both_tls_versions) {
    serving_gateway gateway;
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        blocking_client client(gateway.where(), {.tls_max = version});
        ASSERT_EQ(client.trouble(), "");
        EXPECT_EQ(SSL_version(client.ssl()), version);
        for (int i = 0; i < 3; ++i) {
            ASSERT_TRUE(client.write(sample_request()));
            const auto answer = client.read_answer();
            EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
            EXPECT_TRUE(answer.ends_with(triggered_body)) << answer;
        }
    }
    EXPECT_EQ(gateway.triggered(), 6U);
}

TEST(server, keeps_to_the_versions_it_was_told) {
    auto how = quiet_settings();
    how.server.tls_min = tls_version::v1_3;
    serving_gateway gateway(how);
    EXPECT_NE(blocking_client(gateway.where(), {.tls_max = TLS1_2_VERSION}).trouble(), "");
    EXPECT_EQ(blocking_client(gateway.where()).trouble(), "");
}

TEST(server, takes_a_request_in_any_pieces) {
    serving_gateway gateway;
    blocking_client client(gateway.where());
    const auto request = sample_request();
    for (std::size_t i = 0; i < request.size(); ++i)
        ASSERT_TRUE(client.write(request.substr(i, 1)));
    EXPECT_TRUE(client.read_answer().ends_with(triggered_body));
    for (std::size_t cut = 1; cut < request.size(); cut += 97) {
        ASSERT_TRUE(client.write(request.substr(0, cut)));
        ASSERT_TRUE(client.write(request.substr(cut)));
        EXPECT_TRUE(client.read_answer().ends_with(triggered_body)) << cut;
    }
}

TEST(server, answers_pipelined_requests_in_order) {
    serving_gateway gateway;
    blocking_client client(gateway.where());
    std::string many;
    for (int i = 0; i < 50; ++i)
        many += sample_request("", "+1555000" + std::to_string(1000 + i));
    many += "GET / HTTP/1.1\r\n\r\n";
    ASSERT_TRUE(client.write(many));
    for (int i = 0; i < 50; ++i)
        ASSERT_TRUE(client.read_answer().ends_with(triggered_body)) << i;
    EXPECT_TRUE(client.read_answer().starts_with("HTTP/1.1 404 "));
    std::vector<std::string> reached;
    gateway.on_server([&reached](server& one) {
        for (std::uint64_t i = 0; i < one.book().size(); ++i)
            reached.push_back(one.book()[i].message.to.text());
    });
    ASSERT_EQ(reached.size(), 50U);
    for (int i = 0; i < 50; ++i)
        EXPECT_EQ(reached[static_cast<std::size_t>(i)], "+1555000" + std::to_string(1000 + i));
}

TEST(server, takes_chunked_bodies_and_expectations) {
    serving_gateway gateway;
    blocking_client client(gateway.where());
    const std::string head = "POST " + std::string(testing::sample_target) +
                             " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nauth: " +
                             testing::hmac_token(testing::sample_payload()) + "\r\n";
    const std::string body(testing::sample_body);
    ASSERT_TRUE(client.write(head + "Transfer-Encoding: chunked\r\n\r\n5\r\n" + body.substr(0, 5) +
                             "\r\n2e\r\n" + body.substr(5) + "\r\n0\r\n\r\n"));
    EXPECT_TRUE(client.read_answer().ends_with(triggered_body));
    ASSERT_TRUE(client.write(head + "Expect: 100-continue\r\nContent-Length: " +
                             std::to_string(body.size()) + "\r\n\r\n"));
    EXPECT_EQ(client.read_some(), "HTTP/1.1 100 Continue\r\n\r\n");
    ASSERT_TRUE(client.write(body));
    EXPECT_TRUE(client.read_answer().ends_with(triggered_body));
}

TEST(server, closes_when_it_is_asked_to_or_has_had_enough) {
    auto how = quiet_settings();
    how.server.requests_per_connection_max = 2;
    serving_gateway gateway(how);
    blocking_client asks(gateway.where());
    ASSERT_TRUE(asks.write(sample_request("Connection: close\r\n")));
    EXPECT_NE(asks.read_all().find("\r\nConnection: close\r\n"), std::string::npos);
    EXPECT_EQ(asks.ended(), stream_end::close_notify);
    blocking_client tires(gateway.where());
    ASSERT_TRUE(tires.write(sample_request()));
    EXPECT_EQ(tires.read_answer().find("Connection: close"), std::string::npos);
    ASSERT_TRUE(tires.write(sample_request()));
    EXPECT_NE(tires.read_all().find("Connection: close"), std::string::npos);
    EXPECT_EQ(tires.ended(), stream_end::close_notify);
}

TEST(server, limits_what_it_reads) {
    auto how = quiet_settings();
    how.server.header_bytes_max = 2048;
    how.server.body_bytes_max = 512;
    how.server.connections_max = 4;
    serving_gateway gateway(how);
    const auto said_to = [&gateway](const std::string& request) {
        blocking_client client(gateway.where());
        EXPECT_TRUE(client.write(request));
        const auto answer = client.read_all();
        EXPECT_EQ(client.ended(), stream_end::close_notify);
        return answer.substr(0, 12);
    };
    EXPECT_EQ(said_to(sample_request("X: " + std::string(4000, 'x') + "\r\n")), "HTTP/1.1 431");
    EXPECT_EQ(said_to("POST / HTTP/1.1\r\nContent-Length: 513\r\n\r\n"), "HTTP/1.1 413");
    EXPECT_EQ(said_to("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" +
                      std::string(1024, 'x')),
              "HTTP/1.1 413");
    EXPECT_EQ(said_to("nonsense\r\n\r\n"), "HTTP/1.1 400");
    EXPECT_EQ(said_to("GET / HTTP/3.0\r\n\r\n").substr(0, 9), "HTTP/1.1 ");
    std::vector<std::unique_ptr<blocking_client>> crowd;
    for (int i = 0; i < 4; ++i) {
        crowd.push_back(std::make_unique<blocking_client>(gateway.where()));
        EXPECT_EQ(crowd.back()->trouble(), "");
    }
    EXPECT_NE(blocking_client(gateway.where()).trouble(), "");
}

TEST(server, serves_a_thousand_connections_at_once) {
    serving_gateway gateway;
    std::vector<std::unique_ptr<blocking_client>> crowd;
    for (int i = 0; i < 1000; ++i)
        crowd.push_back(std::make_unique<blocking_client>(gateway.where()));
    for (auto& one : crowd)
        ASSERT_TRUE(one->write(sample_request()));
    for (auto& one : crowd)
        ASSERT_TRUE(one->read_answer().ends_with(triggered_body));
    EXPECT_EQ(gateway.triggered(), 1000U);
}

TEST(server, stops_gracefully) {
    serving_gateway gateway(testing::faulty_settings("what = \"delay\"\nwait = \"1s\"\n"));
    blocking_client idle(gateway.where());
    blocking_client busy(gateway.where());
    ASSERT_TRUE(busy.write(sample_request()));
    while (gateway.triggered() == 0)
        std::this_thread::yield();
    gateway.stop();
    EXPECT_EQ(idle.read_all(), "");
    EXPECT_EQ(idle.ended(), stream_end::close_notify);
    const auto answer = busy.read_all();
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    EXPECT_TRUE(answer.ends_with(triggered_body));
    EXPECT_THROW(blocking_client late(gateway.where()), std::runtime_error);
}

TEST(server, tells_its_statistics_and_its_ledger) {
    serving_gateway gateway;
    blocking_client client(gateway.where());
    for (const auto* to : {"+15550000001", "+15550000002", "+15550000001"}) {
        ASSERT_TRUE(client.write(sample_request("", to)));
        ASSERT_TRUE(client.read_answer().ends_with(triggered_body));
    }
    const auto stats = ask_admin(gateway.where(), "GET", "/_gateway/stats");
    EXPECT_NE(stats.find(R"("requests":3,"triggered":3,"duplicates":1,)"), std::string::npos)
        << stats;
    EXPECT_NE(stats.find(R"("by_status":{"200":3})"), std::string::npos);
    const auto ledger = ask_admin(gateway.where(), "GET", "/_gateway/ledger?since=2");
    EXPECT_NE(ledger.find(R"({"n":2,)"), std::string::npos) << ledger;
    EXPECT_NE(ledger.find(R"("to":"+1555*****01")"), std::string::npos);
    EXPECT_NE(ask_admin(gateway.where(), "GET", "/_gateway/ledger?since=2&numbers=full")
                  .find(R"("to":"+15550000001")"),
              std::string::npos);
    EXPECT_NE(ledger.find(R"("answer":"delivered","repeat":true})"), std::string::npos);
    EXPECT_EQ(ledger.find(R"("n":1,)"), std::string::npos);
    EXPECT_NE(ask_admin(gateway.where(), "GET", "/nothing").find(" 404 "), std::string::npos);
    EXPECT_NE(ask_admin(gateway.where(), "POST", "/_gateway/reset").find(" 200 "),
              std::string::npos);
    EXPECT_EQ(gateway.triggered(), 0U);
}

TEST(server, changes_limits_and_faults_while_it_runs) {
    serving_gateway gateway;
    blocking_client client(gateway.where());
    const auto status = [&client] {
        EXPECT_TRUE(client.write(sample_request()));
        return client.read_answer().substr(9, 3);
    };
    EXPECT_EQ(status(), "200");
    const std::string scope = "[[scope]]\nbot = \"" + sample_service().bots[0].id + "\"\n";
    const auto post = [&gateway](const char* what, const std::string& body) {
        return ask_admin(gateway.where(), "POST", what, body).substr(9, 3);
    };
    EXPECT_EQ(post("/_gateway/limits", "retry_after = true\n" + scope + "limits = [\"1/1h\"]\n"),
              "200");
    EXPECT_EQ(status(), "200");
    EXPECT_EQ(status(), "429");
    EXPECT_EQ(post("/_gateway/limits",
                   "{\"scope\":[{\"bot\":\"" + sample_service().bots[0].id + "\",\"limits\":[]}]}"),
              "200");
    EXPECT_EQ(status(), "200");
    EXPECT_EQ(post("/_gateway/faults", R"({"fault":[{"what":"reply","status":503,"html":true}]})"),
              "200");
    EXPECT_EQ(status(), "503");
    EXPECT_EQ(post("/_gateway/faults", "seed = 2\n"), "200");
    EXPECT_EQ(status(), "200");
    EXPECT_EQ(post("/_gateway/faults", "[[fault]]\nwhat = \"repli\"\n"), "400");
    // All or nothing.
    EXPECT_EQ(post("/_gateway/limits", scope + "limits = [\"1/1h\"]\n[[scope]]\nbot = "
                                               "\"st-none\"\nlimits = []\n"),
              "400");
    EXPECT_EQ(status(), "200");
    EXPECT_EQ(status(), "200");
}

TEST(server, changes_everything_else_while_it_runs) {
    auto how = quiet_settings();
    how.service.bots[0].limits = {{100, std::chrono::hours(1)}};
    serving_gateway gateway(how);
    blocking_client client(gateway.where());
    const auto said = [&client](std::string_view to = "+917760336484") {
        EXPECT_TRUE(client.write(sample_request("", to)));
        return client.read_answer().substr(9, 3);
    };
    const std::string app = "[[app]]\nclient_id = \"" + sample_service().apps[0].client_id + "\"\n";
    const std::string bot = "[[bot]]\nid = \"" + sample_service().bots[0].id + "\"\n";
    const auto post = [&gateway](const std::string& body) {
        return ask_admin(gateway.where(), "POST", "/_gateway/settings", body).substr(9, 3);
    };
    const auto turns = [&](const std::string& off, const char* status, const std::string& on) {
        EXPECT_EQ(said(), "200") << off;
        EXPECT_EQ(post(off), "200") << off;
        EXPECT_EQ(said(), status) << off;
        EXPECT_EQ(post(on), "200") << on;
        EXPECT_EQ(said(), "200") << on;
    };
    turns(app + "published = false\n", "401", app + "published = true\n");
    turns(app + "client_secret = \"x\"\n", "401",
          app + "client_secret = \"tidings-rehearsal-secret\"\n");
    turns(app + "jti = \"enforced\"\n", "401", app + "jti = \"optional\"\n");
    turns(app + "scopes = []\n", "401", app + "scopes = [\"Outbound SMS\"]\n");
    turns(bot + "sms_channel = false\n", "400", bot + "sms_channel = true\n");
    const std::string number = bot + "[[bot.number]]\nnumber = \"+16693422058\"\n";
    turns(number + "flow = \"\"\n", "400", number + "flow = \"Welcome\"\n");
    turns(number + "direction = \"inbound\"\n", "400", number + "direction = \"both\"\n");
    turns("[reply.triggered]\nstatus = 202\n", "202", "[reply.triggered]\nstatus = 200\n");
    turns("[[fault]]\nwhat = \"reply\"\nstatus = 502\n", "502", "fault = []\n");
    turns(bot + "limits = [\"1/1h\"]\n", "200", bot + "limits = []\n");
    EXPECT_EQ(post(bot + "limits = [\"1/1h\"]\n"), "200");
    EXPECT_EQ(said(), "200");
    EXPECT_EQ(said(), "429");
    // All or nothing, and a window that stays remembers what was in it.
    EXPECT_EQ(post(bot + "sms_channel = false\nlimts = []\n"), "400");
    EXPECT_EQ(post(app + "published = true\n"), "200");
    EXPECT_EQ(said(), "429");
    EXPECT_EQ(post(R"({"server":{"listen":"127.0.0.1:1"}})"), "400");
}

// The ledger names senders by what they were called, whatever is added before them.
TEST(server, keeps_the_ledgers_senders_when_the_service_changes) {
    serving_gateway gateway;
    blocking_client client(gateway.where());
    ASSERT_TRUE(client.write(sample_request()));
    ASSERT_TRUE(client.read_answer().ends_with(triggered_body));
    EXPECT_EQ(ask_admin(gateway.where(), "POST", "/_gateway/settings",
                        "[[bot]]\nid = \"st-other\"\n[[bot.number]]\nnumber = "
                        "\"+15551112222\"\n")
                  .substr(9, 3),
              "200");
    ASSERT_TRUE(client.write(sample_request()));
    ASSERT_TRUE(client.read_answer().ends_with(triggered_body));
    const auto ledger = ask_admin(gateway.where(), "GET", "/_gateway/ledger");
    EXPECT_EQ(ledger.find("st-other"), std::string::npos);
    EXPECT_NE(ledger.find(R"("n":1,)"), std::string::npos);
    const auto first = ledger.find("+16693422058");
    ASSERT_NE(first, std::string::npos);
    EXPECT_NE(ledger.find("+16693422058", first + 1), std::string::npos);
}

TEST(server, moves_the_clock_while_it_runs) {
    serving_gateway gateway;
    blocking_client client(gateway.where());
    const auto token = testing::hmac_token(
        testing::sample_payload(R"(,"exp":)" + std::to_string(std::time(nullptr) + 600)));
    const auto said = [&] {
        const std::string body(testing::sample_body);
        EXPECT_TRUE(client.write("POST " + std::string(testing::sample_target) +
                                 " HTTP/1.1\r\nContent-Type: application/json\r\nauth: " + token +
                                 "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                                 body));
        return client.read_answer().substr(9, 3);
    };
    EXPECT_EQ(said(), "200");
    EXPECT_EQ(ask_admin(gateway.where(), "POST", "/_gateway/settings",
                        "[server]\nclock_offset = \"1h\"\n")
                  .substr(9, 3),
              "200");
    EXPECT_EQ(said(), "401");
}

TEST(server, writes_the_ledger_to_a_file_and_its_authority_to_a_folder) {
    const tests::scratch_folder folder;
    auto how = quiet_settings();
    how.server.folder = (folder.path() / "files").string();
    how.server.ledger_file = (folder.path() / "ledger.ndjson").string();
    std::string authority;
    for (int start = 1; start <= 2; ++start) {
        serving_gateway gateway(how);
        EXPECT_TRUE(start == 1 || gateway.where().ca_pem == authority);
        authority = gateway.where().ca_pem;
        blocking_client client(gateway.where());
        ASSERT_TRUE(client.write(sample_request()));
        ASSERT_TRUE(client.read_answer().ends_with(triggered_body));
        gateway.stop();
    }
    std::ifstream file(folder.path() / "ledger.ndjson");
    std::string line;
    int lines = 0;
    while (std::getline(file, line)) {
        ++lines;
        EXPECT_NE(line.find(R"("answer":"delivered")"), std::string::npos) << line;
    }
    EXPECT_EQ(lines, 2);
}

TEST(server, says_which_port_is_taken) {
    serving_gateway first;
    auto how = quiet_settings();
    how.server.port = first.where().port;
    boost::asio::io_context io;
    testing::real_clock clock;
    server second(io, how, clock);
    const auto started = second.start();
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().text.find(std::to_string(how.server.port)), std::string::npos);
}

TEST(server, says_how_to_raise_the_limit_of_open_files) {
    const auto text = describe(settings{}, {8443, 8444, "it's/ca.pem", "pem", 900});
    EXPECT_NE(text.find("limit    900 connections at once, not 10000"), std::string::npos) << text;
    EXPECT_NE(text.find("ulimit -n 10064"), std::string::npos);
    EXPECT_NE(text.find(R"(--cacert 'it'\''s/ca.pem' )"), std::string::npos);
}

TEST(server, describes_what_it_serves_and_how_to_try_it) {
    const auto text = describe(settings{}, {8443, 8444, "files/ca.pem", "pem", 10'000});
    EXPECT_NE(text.find("https://localhost:8443"), std::string::npos);
    EXPECT_NE(text.find("600/60s and 18000/1h"), std::string::npos);
    EXPECT_NE(text.find("curl --cacert files/ca.pem --location 'https://localhost:8443" +
                        std::string(testing::sample_target) + "'"),
              std::string::npos);
    EXPECT_NE(text.find("--header 'auth: " + std::string(testing::page_token) + "'"),
              std::string::npos);
}

}  // namespace

}  // namespace tidings::gateway
