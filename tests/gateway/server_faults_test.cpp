// Every fault over HTTP/1.1, as a client sees it, and what the ledger says of it.
#include "gateway/server/server.hpp"
#include "gateway/server_rig.hpp"

#include <gtest/gtest.h>

namespace tidings::gateway {

namespace {

using testing::blocking_client;
using testing::faulty_settings;
using testing::sample_request;
using testing::serving_gateway;
using testing::stream_end;

constexpr std::string_view triggered_body =
    R"({"message":"Triggered the configured Experience flow to deliver message via SMS channel"})";

struct seen {
    std::string answer;
    stream_end end = stream_end::open;
    std::uint64_t triggered = 0;
    std::uint64_t lost = 0;
};

// One request to a gateway with one fault, read to the end of the stream or to `bytes_max`.
seen with_fault(const std::string& fault, std::size_t bytes_max = 1 << 24) {
    serving_gateway gateway(faulty_settings(fault));
    seen made;
    {
        blocking_client client(gateway.where());
        EXPECT_EQ(client.trouble(), "") << fault;
        client.write(sample_request("Connection: close\r\n"));
        made.answer = client.read_all(bytes_max);
        made.end = client.ended();
    }
    gateway.on_server([&made](server& one) {
        made.triggered = one.book().size();
        made.lost = one.book().lost();
    });
    return made;
}

TEST(server_faults, refuse_and_spoil_handshakes) {
    for (const auto* what : {"accept_reset", "reset_handshake"}) {
        serving_gateway gateway(faulty_settings(std::string("what = \"") + what + "\"\n"));
        EXPECT_NE(blocking_client(gateway.where()).trouble(), "") << what;
    }
    const std::pair<const char*, const char*> certificates[] = {
        {"certificate_expired", "certificate has expired"},
        {"certificate_wrong_name", "hostname mismatch"},
        {"certificate_unknown_issuer", "unable to get local issuer certificate"}};
    for (const auto& [what, trouble] : certificates) {
        serving_gateway gateway(
            faulty_settings(std::string("what = \"") + what + "\"\nnth = \"1\"\n"));
        EXPECT_EQ(blocking_client(gateway.where()).trouble(), trouble) << what;
        EXPECT_EQ(blocking_client(gateway.where()).trouble(), "") << what;
    }
}

// A mute connection is left alone until its time is up, and does not hold up a stop.
TEST(server_faults, can_be_mute) {
    for (const auto* what : {"black_hole", "stall_handshake"}) {
        serving_gateway gateway(
            faulty_settings(std::string("what = \"") + what + "\"\nnth = \"1\"\n"));
        std::thread waits(
            [&gateway] { EXPECT_NE(blocking_client(gateway.where()).trouble(), ""); });
        std::uint64_t open = 0;
        while (open == 0)
            gateway.on_server([&open](server& one) { open = one.counters().connections_open; });
        EXPECT_EQ(blocking_client(gateway.where()).trouble(), "");
        gateway.stop();
        waits.join();
    }
}

TEST(server_faults, close_and_reset_before_anything_is_processed) {
    for (const auto* what :
         {"close_before_reading", "close_after_reading", "go_away", "refuse_stream"}) {
        const auto one = with_fault(std::string("what = \"") + what + "\"\n");
        EXPECT_EQ(one.answer, "") << what;
        EXPECT_EQ(one.end, stream_end::close_notify) << what;
        EXPECT_EQ(one.triggered, 0U) << what;
    }
    const auto reset = with_fault("what = \"reset_after_reading\"\n");
    EXPECT_EQ(reset.answer, "");
    EXPECT_EQ(reset.end, stream_end::reset);
    EXPECT_EQ(reset.triggered, 0U);
}

TEST(server_faults, reset_after_any_byte_of_the_request) {
    const auto size = sample_request("Connection: close\r\n").size();
    for (const std::size_t at : {std::size_t{0}, std::size_t{1}, std::size_t{100}, size - 1}) {
        const auto one = with_fault("what = \"reset_request\"\nat = " + std::to_string(at) + "\n");
        EXPECT_EQ(one.answer, "") << at;
        EXPECT_EQ(one.end, stream_end::reset) << at;
        EXPECT_EQ(one.triggered, 0U) << at;
    }
    const auto beyond =
        with_fault("what = \"reset_request\"\nat = " + std::to_string(size + 1) + "\n");
    EXPECT_TRUE(beyond.answer.ends_with(triggered_body));
}

TEST(server_faults, process_and_say_nothing) {
    const auto closed = with_fault("what = \"close_after_trigger\"\n");
    EXPECT_EQ(closed.answer, "");
    EXPECT_EQ(closed.triggered, 1U);
    EXPECT_EQ(closed.lost, 1U);
    for (const auto* what : {"reset_after_trigger", "reset_stream"}) {
        const auto one = with_fault(std::string("what = \"") + what + "\"\n");
        EXPECT_EQ(one.answer, "") << what;
        EXPECT_EQ(one.end, stream_end::reset) << what;
        EXPECT_EQ(one.triggered, 1U) << what;
        EXPECT_EQ(one.lost, 1U) << what;
    }
}

TEST(server_faults, say_something_else) {
    const auto html = with_fault("what = \"reply\"\nstatus = 502\nhtml = true\nprocessed = true\n");
    EXPECT_TRUE(html.answer.starts_with("HTTP/1.1 502 Bad Gateway\r\n"));
    EXPECT_NE(html.answer.find("<h1>502</h1>"), std::string::npos);
    EXPECT_EQ(html.triggered, 1U);
    const auto words = with_fault(
        "what = \"reply\"\nstatus = 503\nmsg = \"a \\\"b\\\"\"\ncode = \"x1\"\n"
        "as_message = true\nretry_after = \"7\"\n");
    EXPECT_NE(words.answer.find("\r\nRetry-After: 7\r\n"), std::string::npos);
    EXPECT_TRUE(words.answer.ends_with(R"({"errors":[{"message":"a \"b\"","code":"x1"}]})"));
    EXPECT_EQ(words.triggered, 0U);
    const auto elsewhere =
        with_fault("what = \"reply\"\nstatus = 307\nlocation = \"https://localhost:1/\"\n");
    EXPECT_NE(elsewhere.answer.find("\r\nLocation: https://localhost:1/\r\n"), std::string::npos);
}

TEST(server_faults, say_the_right_thing_strangely) {
    const auto late = with_fault("what = \"delay\"\nwait = \"5ms..10ms\"\n");
    EXPECT_TRUE(late.answer.ends_with(triggered_body));
    const auto later = with_fault("what = \"delay_before\"\nwait = \"5ms\"\n");
    EXPECT_TRUE(later.answer.ends_with(triggered_body));
    const auto slices = with_fault("what = \"slices\"\nwait = \"0s\"\n");
    EXPECT_TRUE(slices.answer.ends_with(triggered_body));
    const auto slow = with_fault("what = \"slow_write\"\nrate = 20000\n");
    EXPECT_TRUE(slow.answer.ends_with(triggered_body));
    const auto slowly_read = with_fault("what = \"slow_read\"\nrate = 10000\n");
    EXPECT_TRUE(slowly_read.answer.ends_with(triggered_body));
    const auto early = with_fault("what = \"interim\"\ncount = 2\n");
    EXPECT_TRUE(early.answer.starts_with("HTTP/1.1 103 Early Hints\r\n"));
    EXPECT_TRUE(early.answer.ends_with(triggered_body));
    const auto chunked = with_fault("what = \"chunked\"\n");
    EXPECT_NE(chunked.answer.find("Transfer-Encoding: chunked"), std::string::npos);
    EXPECT_TRUE(chunked.answer.ends_with("\r\n0\r\n\r\n"));
    const auto endless_body = with_fault("what = \"no_length\"\n");
    EXPECT_EQ(endless_body.answer.find("Content-Length"), std::string::npos);
    EXPECT_TRUE(endless_body.answer.ends_with(triggered_body));
    EXPECT_EQ(endless_body.end, stream_end::close_notify);
    for (const auto* one : {&late, &later, &slices, &slow, &slowly_read, &early, &chunked}) {
        EXPECT_EQ(one->triggered, 1U);
        EXPECT_EQ(one->lost, 0U);
    }
}

TEST(server_faults, say_too_much) {
    const auto body = with_fault("what = \"huge_body\"\nsize = \"1MiB\"\n");
    EXPECT_EQ(body.answer.size() - body.answer.find("\r\n\r\n") - 4,
              triggered_body.size() + (1 << 20));
    const auto header = with_fault("what = \"huge_header\"\nsize = \"100kB\"\n");
    EXPECT_GT(header.answer.find("\r\n\r\n"), 100'000U);
    EXPECT_TRUE(header.answer.ends_with(triggered_body));
    for (const auto* what : {"huge_body", "huge_header"}) {
        const auto one =
            with_fault(std::string("what = \"") + what + "\"\nsize = \"endless\"\n", 5'000'000);
        EXPECT_GE(one.answer.size(), 5'000'000U) << what;
        EXPECT_EQ(one.triggered, 1U);
    }
}

TEST(server_faults, cut_the_answer_after_any_byte) {
    const auto whole = with_fault("what = \"cut_answer\"\nat = 100000\n");
    EXPECT_TRUE(whole.answer.ends_with(triggered_body));
    for (const std::size_t at : {std::size_t{0}, std::size_t{9}, whole.answer.size() - 1}) {
        const auto cut = with_fault("what = \"cut_answer\"\nat = " + std::to_string(at) + "\n");
        EXPECT_EQ(cut.answer.size(), at);
        EXPECT_EQ(cut.end, stream_end::eof);
        EXPECT_EQ(cut.triggered, 1U);
        EXPECT_EQ(cut.lost, 1U);
        const auto reset = with_fault("what = \"reset_answer\"\nat = " + std::to_string(at) + "\n");
        EXPECT_EQ(reset.end, stream_end::reset);
        EXPECT_LE(reset.answer.size(), at);
        EXPECT_EQ(reset.lost, 1U);
    }
}

// The connection that a client believes to be kept alive is gone when it uses it.
TEST(server_faults, close_without_having_said_so) {
    serving_gateway gateway(faulty_settings("what = \"close_after_answer\"\n"));
    blocking_client client(gateway.where());
    ASSERT_TRUE(client.write(sample_request()));
    const auto answer = client.read_answer();
    EXPECT_TRUE(answer.ends_with(triggered_body));
    EXPECT_EQ(answer.find("Connection: close"), std::string::npos);
    EXPECT_EQ(client.read_all(), "");
    EXPECT_EQ(client.ended(), stream_end::close_notify);
}

TEST(server_faults, hit_the_request_that_the_script_names) {
    serving_gateway gateway(
        faulty_settings("what = \"reply\"\nstatus = 500\nnth = \"3\"\nto = \"+1555*\"\n"));
    blocking_client client(gateway.where());
    for (int i = 1; i <= 5; ++i) {
        ASSERT_TRUE(client.write(sample_request("", "+15550000001")));
        EXPECT_EQ(client.read_answer().substr(9, 3), i == 3 ? "500" : "200") << i;
    }
    EXPECT_EQ(gateway.triggered(), 4U);
}

}  // namespace

}  // namespace tidings::gateway
