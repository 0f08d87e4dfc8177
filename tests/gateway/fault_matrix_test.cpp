// Every fault over both protocols: what the client sees of it, and what the ledger says. A kind
// without a row fails the last test.
#include "gateway/http2_client.hpp"
#include "gateway/server_rig.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

namespace tidings::gateway {

namespace {

using testing::blocking_client;
using testing::faulty_settings;
using testing::http2_client;
using testing::sample_request;
using testing::serving_gateway;
using testing::stream_end;

constexpr std::string_view triggered_body =
    R"({"message":"Triggered the configured Experience flow to deliver message via SMS channel"})";

enum class sight {
    answered,         // the right answer, whole
    other,            // another one, whole
    closed,           // the connection ends in good order, without an answer
    reset,            // it is reset, without an answer
    cut,              // 50 bytes of the answer, then the connection's end
    cut_by_reset,     // at most 50 bytes of it, then a reset
    answered_closed,  // the right answer, then the connection's end
    answered_reset,   // the right answer, then a reset
    stream_refused,   // HTTP/2: REFUSED_STREAM
    stream_broken,    // HTTP/2: RST_STREAM INTERNAL_ERROR
    left_out,         // HTTP/2: a GOAWAY leaves the stream out
};

struct row {
    const char* what;
    const char* more;  // TOML
    sight over_http1;
    sight over_http2;
    int triggered;
    bool lost = false;  // and the answer did not arrive
};

const row rows[] = {
    {"close_before_reading", "", sight::closed, sight::closed, 0},
    {"reset_request", "at = 100", sight::reset, sight::reset, 0},
    {"slow_read", "rate = 20000", sight::answered, sight::answered, 1},
    {"close_after_reading", "", sight::closed, sight::closed, 0},
    {"reset_after_reading", "", sight::reset, sight::reset, 0},
    {"refuse_stream", "", sight::closed, sight::stream_refused, 0},
    {"refuse_stream", "processed = true", sight::closed, sight::stream_refused, 1, true},
    {"go_away", "", sight::closed, sight::left_out, 0},
    {"go_away", "last_stream = \"own\"", sight::answered_closed, sight::answered_closed, 1},
    {"go_away", "last_stream = \"all\"", sight::answered_closed, sight::answered_closed, 1},
    {"go_away", "last_stream = \"0\"", sight::closed, sight::left_out, 0},
    {"close_after_trigger", "", sight::closed, sight::closed, 1, true},
    {"reset_after_trigger", "", sight::reset, sight::reset, 1, true},
    {"reset_stream", "", sight::reset, sight::stream_broken, 1, true},
    {"reply", "status = 503\nretry_after = \"7\"", sight::other, sight::other, 0},
    {"reply", "status = 502\nhtml = true\nprocessed = true", sight::other, sight::other, 1},
    {"unavailable", "", sight::other, sight::other, 1},
    {"unavailable", "processed = false", sight::other, sight::other, 0},
    {"failure", "", sight::other, sight::other, 0},
    {"failure", "processed = true", sight::other, sight::other, 1},
    {"block", "", sight::other, sight::other, 0},
    {"outage", "", sight::other, sight::other, 0},
    {"delay_before", "wait = \"5ms\"", sight::answered, sight::answered, 1},
    {"delay", "wait = \"5ms..10ms\"", sight::answered, sight::answered, 1},
    {"slices", "wait = \"0s\"", sight::answered, sight::answered, 1},
    {"slow_write", "rate = 20000", sight::answered, sight::answered, 1},
    {"interim", "count = 3", sight::answered, sight::answered, 1},
    {"chunked", "", sight::answered, sight::answered, 1},
    {"no_length", "", sight::answered, sight::answered, 1},
    {"huge_body", "size = \"300kB\"", sight::other, sight::other, 1},
    {"huge_header", "size = \"100kB\"", sight::answered, sight::answered, 1},
    {"cut_answer", "at = 50", sight::cut, sight::cut, 1, true},
    {"reset_answer", "at = 50", sight::cut_by_reset, sight::cut_by_reset, 1, true},
    {"close_after_answer", "", sight::answered_closed, sight::answered_closed, 1},
    {"reset_after_answer", "", sight::answered_reset, sight::answered_reset, 1},
};

std::string fault_of(const row& one) {
    return std::string("what = \"") + one.what + "\"\nnth = \"1\"\n" + one.more + "\n";
}

bool contains_all(std::string text, std::string_view wanted) {
    // Chunks and padding may stand between the parts.
    text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == '\r'; }),
               text.end());
    return text.find(wanted.substr(0, 20)) != std::string::npos &&
           text.find(wanted.substr(wanted.size() - 20)) != std::string::npos;
}

sight over_http1(const served& where) {
    blocking_client client(where);
    EXPECT_EQ(client.trouble(), "");
    client.write(sample_request("Connection: close\r\n"));
    const auto said = client.read_all();
    const bool right = said.find(" 200 OK\r\n") != std::string::npos &&
                       contains_all(said, triggered_body) && said.find("xxxx") == std::string::npos;
    const bool padded_header = said.find("X-Padding") != std::string::npos;
    switch (client.ended()) {
        case stream_end::close_notify:
            if (said.empty()) return sight::closed;
            return right || padded_header ? sight::answered : sight::other;
        case stream_end::reset:
            if (right) return sight::answered_reset;
            return said.empty() ? sight::reset : sight::cut_by_reset;
        case stream_end::eof: return said.size() == 50 ? sight::cut : sight::other;
        case stream_end::open: break;
    }
    return sight::other;
}

sight over_http2(const served& where) {
    http2_client client(where);
    EXPECT_EQ(client.tls().trouble(), "");
    client.write(testing::http2_request(1));
    client.read_answer(1);
    const bool whole = client.of(1).whole;
    if (client.ended() == stream_end::open) client.settle();
    const auto& one = client.of(1);
    const bool left_out = !client.goaways().empty() && client.goaways()[0] < 1;
    if (whole) {
        if (one.status != 200 || one.body != triggered_body) return sight::other;
        if (one.reset_code) return sight::answered_reset;
        return client.ended() == stream_end::open ? sight::answered : sight::answered_closed;
    }
    if (left_out) return sight::left_out;
    if (one.reset_code == NGHTTP2_REFUSED_STREAM) return sight::stream_refused;
    if (one.reset_code == NGHTTP2_INTERNAL_ERROR) return sight::stream_broken;
    const bool was_reset = client.ended() == stream_end::reset;
    if (one.frame_bytes == 0) return was_reset ? sight::reset : sight::closed;
    if (was_reset) return one.frame_bytes <= 50 ? sight::cut_by_reset : sight::other;
    return one.frame_bytes == 50 ? sight::cut : sight::other;
}

void expect_in_ledger(serving_gateway& gateway, const row& one) {
    gateway.on_server([&one](server& it) {
        ASSERT_EQ(it.book().size(), static_cast<std::uint64_t>(one.triggered)) << one.what;
        EXPECT_EQ(it.book().lost(), one.lost ? 1U : 0U) << one.what;
        if (one.triggered == 0) return;
        EXPECT_EQ(it.book()[0].answer, one.lost ? delivery::lost : delivery::delivered) << one.what;
    });
}

// A small reset can overtake the bytes before it; that the answer was sent is then the ledger's.
bool fits(sight seen, sight expected) {
    if (expected == sight::answered_closed) return seen == expected || seen == sight::answered;
    if (expected == sight::cut_by_reset || expected == sight::answered_reset)
        return seen == expected || seen == sight::reset;
    return seen == expected;
}

TEST(fault_matrix, over_http1) {
    for (const auto& one : rows) {
        serving_gateway gateway(faulty_settings(fault_of(one)));
        const auto seen = over_http1(gateway.where());
        EXPECT_TRUE(fits(seen, one.over_http1)) << fault_of(one) << static_cast<int>(seen);
        expect_in_ledger(gateway, one);
        // It hit one request, and the endpoint goes on.
        EXPECT_EQ(over_http1(gateway.where()), sight::answered) << one.what;
    }
}

TEST(fault_matrix, over_http2) {
    for (const auto& one : rows) {
        serving_gateway gateway(faulty_settings(fault_of(one)));
        const auto seen = over_http2(gateway.where());
        const bool fitting = one.over_http2 == sight::answered_reset ? seen == sight::answered_reset
                                                                     : fits(seen, one.over_http2);
        EXPECT_TRUE(fitting) << fault_of(one) << static_cast<int>(seen);
        expect_in_ledger(gateway, one);
        EXPECT_EQ(over_http2(gateway.where()), sight::answered) << one.what;
    }
}

// `at` counts the stream's frames as they stand on the wire: the reset comes when that many bytes
// are there, without waiting for more.
TEST(fault_matrix, resets_an_http2_request_at_its_byte) {
    const auto request = testing::http2_request(1);
    const std::size_t places[] = {0, 1, 9, 10, 100, request.size() - 1, request.size()};
    for (const auto at : places) {
        serving_gateway gateway(
            faulty_settings("what = \"reset_request\"\nat = " + std::to_string(at) + "\n"));
        http2_client client(gateway.where());
        // A frame's header counts when it is whole.
        client.write(std::string_view(request).substr(0, std::max<std::size_t>(at, 9)));
        client.read_answer(1);
        const bool answered = at == request.size();
        EXPECT_EQ(client.of(1).status, answered ? 200 : 0) << at;
        EXPECT_EQ(client.ended(), answered ? stream_end::open : stream_end::reset) << at;
        EXPECT_EQ(gateway.triggered(), answered ? 1U : 0U) << at;
    }
}

TEST(fault_matrix, cuts_an_http2_answer_at_its_byte) {
    std::size_t whole = 0;
    {
        serving_gateway gateway;
        http2_client client(gateway.where());
        client.write(testing::http2_request(1));
        client.read_answer(1);
        whole = client.of(1).frame_bytes;
    }
    for (const std::size_t at : {std::size_t{0}, std::size_t{1}, std::size_t{9}, whole - 1}) {
        serving_gateway gateway(
            faulty_settings("what = \"cut_answer\"\nat = " + std::to_string(at) + "\n"));
        http2_client client(gateway.where());
        client.write(testing::http2_request(1));
        client.read_all();
        EXPECT_EQ(client.of(1).frame_bytes, at);
        EXPECT_EQ(client.ended(), stream_end::eof) << at;
        gateway.on_server([](server& it) { EXPECT_EQ(it.book().lost(), 1U); });
    }
}

// Those that came before a GOAWAY are answered, those after it are left out.
TEST(fault_matrix, goes_away_between_two_streams) {
    serving_gateway gateway(faulty_settings("what = \"go_away\"\nnth = \"2\"\n"));
    http2_client client(gateway.where());
    client.write(testing::http2_request(1, "+15550000001") +
                 testing::http2_request(3, "+15550000002") +
                 testing::http2_request(5, "+15550000003"));
    client.read_all();
    EXPECT_EQ(client.goaways(), (std::vector<std::int32_t>{1}));
    EXPECT_EQ(client.of(1).status, 200);
    EXPECT_EQ(client.of(3).status, 0);
    EXPECT_EQ(gateway.triggered(), 1U);
}

TEST(fault_matrix, of_connections_over_both_protocols) {
    const std::pair<const char*, const char*> certificates[] = {
        {"certificate_expired", "certificate has expired"},
        {"certificate_wrong_name", "hostname mismatch"},
        {"certificate_unknown_issuer", "unable to get local issuer certificate"}};
    for (const auto* const alpn : {"\x08http/1.1", "\x02h2"}) {
        for (const auto* what : {"accept_reset", "reset_handshake"}) {
            serving_gateway gateway(
                faulty_settings(std::string("what = \"") + what + "\"\nnth = \"1\"\n"));
            EXPECT_NE(blocking_client(gateway.where(), {.alpn = alpn}).trouble(), "") << what;
            EXPECT_EQ(blocking_client(gateway.where(), {.alpn = alpn}).trouble(), "") << what;
        }
        for (const auto& [what, trouble] : certificates) {
            serving_gateway gateway(
                faulty_settings(std::string("what = \"") + what + "\"\nnth = \"1\"\n"));
            EXPECT_EQ(blocking_client(gateway.where(), {.alpn = alpn}).trouble(), trouble);
            EXPECT_EQ(blocking_client(gateway.where(), {.alpn = alpn}).trouble(), "") << what;
        }
    }
}

// The port refuses for a span, keeps the connections it had, and comes back.
TEST(fault_matrix, of_the_port) {
    serving_gateway gateway;
    blocking_client earlier(gateway.where());
    const auto change = [&gateway](const std::string& faults) {
        return testing::ask_admin(gateway.where(), "POST", "/_gateway/faults", faults).substr(9, 3);
    };
    EXPECT_EQ(change("[[fault]]\nwhat = \"refuse\"\n"), "200");
    EXPECT_THROW(blocking_client late(gateway.where()), std::runtime_error);
    EXPECT_TRUE(earlier.write(sample_request()));
    EXPECT_TRUE(earlier.read_answer().ends_with(triggered_body));
    EXPECT_EQ(change("[[fault]]\nwhat = \"refuse\"\nbetween = \"1h..2h\"\n"), "200");
    EXPECT_EQ(over_http1(gateway.where()), sight::answered);
    // A dropped SYN is sent again after a second: by then the port is open.
    EXPECT_EQ(change("[[fault]]\nwhat = \"drop_syn\"\nbetween = \"0s..300ms\"\n"), "200");
    EXPECT_EQ(over_http1(gateway.where()), sight::answered);
    EXPECT_EQ(change("[[fault]]\nwhat = \"refuse\"\nbetween = \"0s..50ms\"\n"), "200");
    for (bool open = false; !open;) {
        try {
            open = over_http1(gateway.where()) == sight::answered;
        } catch (const std::runtime_error&) {
            std::this_thread::yield();
        }
    }
    EXPECT_EQ(change("[[fault]]\nwhat = \"refuse\"\nprobability = 0.5\n"), "400");
}

TEST(fault_matrix, has_a_row_for_every_kind) {
    // Tested here by themselves, and the mute ones in server_faults_test.cpp.
    std::set<std::string_view> tested = {"refuse",
                                         "drop_syn",
                                         "accept_reset",
                                         "black_hole",
                                         "stall_handshake",
                                         "reset_handshake",
                                         "certificate_expired",
                                         "certificate_wrong_name",
                                         "certificate_unknown_issuer"};
    for (const auto& one : rows)
        tested.insert(one.what);
    for (std::size_t i = 0; i < fault_kind_count; ++i)
        EXPECT_TRUE(tested.contains(name_of(static_cast<fault_kind>(i)))) << i;
}

}  // namespace

}  // namespace tidings::gateway
