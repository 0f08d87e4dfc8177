// Everything that the endpoint reads has a limit, and each is hit here.
#include "gateway/http2_client.hpp"
#include "gateway/server_rig.hpp"
#include "gateway/signed_token.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <sys/socket.h>

namespace tidings::gateway {

namespace {

using namespace std::chrono_literals;
using testing::ask_admin;
using testing::blocking_client;
using testing::http2_client;
using testing::http2_frame;
using testing::http2_headers;
using testing::http2_request;
using testing::quiet_settings;
using testing::sample_request;
using testing::serving_gateway;
using testing::stream_end;

namespace frame_type = testing::frame_type;

std::string many_fields(int count) {
    std::string fields;
    for (int i = 0; i < count; ++i)
        fields += "X" + std::to_string(i) + ": y\r\n";
    return fields;
}

TEST(server_limits, fields_and_lines_of_a_header) {
    auto how = quiet_settings();
    how.server.headers_max = 20;
    serving_gateway gateway(how);
    const auto status = [&gateway](const std::string& more) {
        blocking_client client(gateway.where());
        EXPECT_TRUE(client.write(sample_request(more)));
        return client.read_answer().substr(9, 3);
    };
    EXPECT_EQ(status(many_fields(15)), "200");
    EXPECT_EQ(status(many_fields(20)), "431");
    EXPECT_EQ(status("X: " + std::string(20'000, 'y') + "\r\n"), "200");
    EXPECT_EQ(status("X: " + std::string(40'000, 'y') + "\r\n"), "431");
    EXPECT_EQ(gateway.triggered(), 2U);
}

TEST(server_limits, fields_and_bytes_over_http2) {
    auto how = quiet_settings();
    how.server.headers_max = 20;
    how.server.body_bytes_max = 512;
    serving_gateway gateway(how);
    http2_client client(gateway.where());
    std::vector<std::pair<std::string, std::string>> fields;
    for (int i = 0; i < 20; ++i)
        fields.emplace_back("x" + std::to_string(i), "y");
    client.write(http2_headers(1, true, fields));
    client.read_answer(1);
    EXPECT_EQ(client.of(1).status, 431);
    client.write(http2_request(3, "+15550000001", 40'000));
    client.read_answer(3);
    EXPECT_EQ(client.of(3).status, 431);
    client.write(http2_headers(5, false, {{"content-type", "application/json"}}) +
                 http2_frame{frame_type::data, 1, 5, std::string(513, 'x')}.bytes());
    client.read_answer(5);
    EXPECT_EQ(client.of(5).status, 413);
    client.write(http2_request(7));
    client.read_answer(7);
    EXPECT_EQ(client.of(7).status, 200);
    EXPECT_EQ(gateway.triggered(), 1U);
}

TEST(server_limits, streams_at_the_same_time) {
    auto how = quiet_settings();
    how.server.streams_max = 3;
    serving_gateway gateway(how);
    http2_client client(gateway.where());
    for (const std::int32_t stream : {1, 3, 5, 7})
        client.write(http2_headers(stream, false, {}));
    client.settle();
    EXPECT_EQ(client.of(7).reset_code, static_cast<std::uint32_t>(NGHTTP2_REFUSED_STREAM));
    EXPECT_FALSE(client.of(5).reset_code);
}

TEST(server_limits, floods_of_frames_that_ask_for_nothing) {
    auto how = quiet_settings();
    how.server.control_frames_max = 50;
    serving_gateway gateway(how);
    const http2_frame floods[] = {
        {frame_type::ping, 0, 0, "whatever"},
        {frame_type::settings, 0, 0, ""},
        {2, 0, 1, std::string("\0\0\0\0\1", 5)},  // PRIORITY
        {frame_type::window_update, 0, 0, std::string("\0\0\0\1", 4)},
    };
    for (const auto& one : floods) {
        http2_client client(gateway.where());
        std::string many;
        for (int i = 0; i < 60; ++i)
            many += one.bytes();
        client.write(many);
        client.read_all();
        EXPECT_EQ(client.goaway_code(), static_cast<std::uint32_t>(NGHTTP2_ENHANCE_YOUR_CALM))
            << int{one.type};
    }
    // As many in all do no harm between answers.
    http2_client patient(gateway.where());
    for (std::int32_t stream = 1; stream < 20; stream += 2) {
        for (int i = 0; i < 20; ++i)
            patient.write(floods[0].bytes());
        patient.write(http2_request(stream));
        patient.read_answer(stream);
        EXPECT_EQ(patient.of(stream).status, 200);
    }
}

// Opened and reset at once, over and over.
TEST(server_limits, streams_that_are_reset_at_once) {
    auto how = quiet_settings();
    how.server.control_frames_max = 50;
    serving_gateway gateway(how);
    http2_client client(gateway.where());
    std::string many;
    for (std::int32_t stream = 1; stream < 140; stream += 2)
        many += http2_headers(stream, false, {}) +
                http2_frame{frame_type::rst_stream, 0, stream, std::string("\0\0\0\10", 4)}.bytes();
    client.write(many);
    client.read_all();
    EXPECT_EQ(client.goaway_code(), static_cast<std::uint32_t>(NGHTTP2_ENHANCE_YOUR_CALM));
}

TEST(server_limits, header_blocks_without_an_end) {
    serving_gateway gateway;
    http2_client client(gateway.where());
    std::string many = http2_frame{frame_type::headers, 0, 1, ""}.bytes();
    for (int i = 0; i < 2000; ++i)
        many += http2_frame{frame_type::continuation, 0, 1, ""}.bytes();
    client.write(many);
    client.read_all();
    EXPECT_NE(client.ended(), stream_end::open);
    EXPECT_EQ(gateway.triggered(), 0U);
}

// Who says nothing, or too little at a time, is closed: in the handshake, between requests, within
// one.
TEST(server_limits, time) {
    auto how = quiet_settings();
    how.server.handshake_time = 1ms;
    {
        serving_gateway gateway(how);
        const testing::plain_client mute(gateway.where().port);
        EXPECT_EQ(mute.read_all(), "");
    }
    how.server.handshake_time = 30s;
    how.server.idle_time = 1ms;
    {
        serving_gateway gateway(how);
        blocking_client idle(gateway.where());
        EXPECT_EQ(idle.read_all(), "");
        EXPECT_EQ(idle.ended(), stream_end::close_notify);
        http2_client over_http2(gateway.where());
        over_http2.read_all();
        EXPECT_EQ(over_http2.goaways().size(), 1U);
    }
    how.server.idle_told = true;
    {
        serving_gateway gateway(how);
        blocking_client idle(gateway.where());
        EXPECT_EQ(idle.read_all().substr(0, 13), "HTTP/1.1 408 ");
        EXPECT_EQ(idle.ended(), stream_end::close_notify);
        http2_client over_http2(gateway.where());
        over_http2.read_all();
        EXPECT_EQ(over_http2.goaways().size(), 1U) << "which says it by itself";
    }
    how.server.idle_time = 30s;
    how.server.request_time = 1ms;
    {
        serving_gateway gateway(how);
        blocking_client slow(gateway.where());
        slow.write(sample_request().substr(0, 50));
        EXPECT_EQ(slow.read_all(), "");
        http2_client over_http2(gateway.where());
        over_http2.write(http2_headers(1, false, {}));
        over_http2.read_all();
        EXPECT_EQ(over_http2.of(1).frame_bytes, 0U);
    }
}

// What drips in byte by byte must be whole in time, however lively the connection is.
TEST(server_limits, a_request_among_others_that_never_ends) {
    auto how = quiet_settings();
    how.server.request_time = 300ms;
    serving_gateway gateway(how);
    http2_client client(gateway.where());
    client.write(http2_headers(1, false, {}));
    for (std::int32_t stream = 3; client.ended() == stream_end::open; stream += 2) {
        client.write(http2_request(stream));
        client.read_answer(stream);
    }
    EXPECT_FALSE(client.of(1).whole);
}

TEST(server_limits, of_the_admin_port) {
    serving_gateway gateway;
    // Empty: the connection was closed without an answer.
    const auto status = [](const std::string& answer) {
        return answer.size() < 12 ? std::string() : answer.substr(9, 3);
    };
    EXPECT_EQ(status(ask_admin(gateway.where(), "POST", "/_gateway/faults",
                               std::string((1 << 20) + 1, ' '))),
              "413");
    EXPECT_EQ(
        status(ask_admin(gateway.where(), "GET", "/_gateway/stats?" + std::string(9000, 'x'))),
        "431");
    for (const auto* query : {"since=x", "since=-1", "limit=", "snce=1", "since=1&", "x"})
        EXPECT_EQ(
            status(ask_admin(gateway.where(), "GET", "/_gateway/ledger?" + std::string(query))),
            query == std::string_view("since=1&") ? "200" : "400")
            << query;
    // Sixteen at a time: they keep nobody waiting, for the first of them makes room.
    std::vector<std::unique_ptr<testing::plain_client>> crowd;
    for (std::size_t i = 0; i < 16; ++i)
        crowd.push_back(std::make_unique<testing::plain_client>(gateway.where().admin_port));
    EXPECT_EQ(status(ask_admin(gateway.where(), "GET", "/_gateway/stats")), "200");
    EXPECT_EQ(crowd.front()->read_all(), "");
}

// Who is let in is admin_gate's, which has a test for every rule: here it is asked.
TEST(server_limits, the_admin_port_hears_whoever_has_its_token) {
    serving_gateway gateway;
    auto where = gateway.where();
    where.admin_token.back() = where.admin_token.back() == '0' ? '1' : '0';
    EXPECT_EQ(ask_admin(where, "GET", "/_gateway/stats").substr(9, 3), "401");
    EXPECT_EQ(ask_admin(where, "POST", "/_gateway/reset").substr(9, 3), "401");
    EXPECT_EQ(ask_admin(gateway.where(), "GET", "/_gateway/stats").substr(9, 3), "200");
}

TEST(server_limits, settings_over_the_admin_port_name_no_files) {
    serving_gateway gateway;
    const std::string app = "[[app]]\nclient_id = \"" + sample_service().apps[0].client_id + "\"\n";
    for (const std::string& change :
         {app + "public_key_file = \"/etc/hostname\"\n", app + "jwe_key_file = \"/etc/hostname\"\n",
          std::string("[server]\nfolder = \"/tmp\"\n"),
          std::string("[server]\nledger_file = \"/tmp/x\"\n"),
          std::string("[[app]]\nclient_id = \"../x\"\njwe = \"optional\"\n")})
        EXPECT_EQ(ask_admin(gateway.where(), "POST", "/_gateway/settings", change).substr(9, 3),
                  "400")
            << change;
}

TEST(server_limits, pages_of_the_ledger) {
    serving_gateway gateway;
    blocking_client client(gateway.where());
    for (int i = 0; i < 7; ++i) {
        ASSERT_TRUE(client.write(sample_request("", "+1555000000" + std::to_string(i))));
        client.read_answer();
    }
    const auto lines = [&gateway](const std::string& query) {
        const auto text = ask_admin(gateway.where(), "GET", "/_gateway/ledger" + query);
        return std::count(text.begin(), text.end(), '{');
    };
    EXPECT_EQ(lines(""), 7);
    EXPECT_EQ(lines("?limit=3"), 3);
    EXPECT_EQ(lines("?since=3&limit=3"), 3);
    EXPECT_EQ(lines("?since=6&limit=3"), 1);
    EXPECT_EQ(lines("?since=7"), 0);
    EXPECT_EQ(lines("?since=18446744073709551615&limit=18446744073709551615"), 0);
    EXPECT_EQ(lines("?limit=0"), 0);
}

// What cannot be entered must not happen.
TEST(server_limits, entries_of_the_ledger) {
    auto how = quiet_settings();
    how.server.ledger_entries_max = 2;
    serving_gateway gateway(how);
    blocking_client client(gateway.where());
    for (const auto* status : {"200", "200", "503", "503"}) {
        ASSERT_TRUE(client.write(sample_request()));
        EXPECT_EQ(client.read_answer().substr(9, 3), status);
    }
    EXPECT_EQ(gateway.triggered(), 2U);
    EXPECT_NE(ask_admin(gateway.where(), "GET", "/_gateway/stats").find(R"("ledger_full":2)"),
              std::string::npos);
}

}  // namespace

}  // namespace tidings::gateway
