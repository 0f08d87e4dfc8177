// Whatever a server writes on an HTTP/2 connection that carries eight messages: frames of any kind
// behind an orderly SETTINGS. No crash, and each message is reported once, no more and no less.
#include "tidings/wire/tls_context.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include <fcntl.h>
#include <sys/socket.h>

#include "net/http2_session.hpp"
#include "support/manual_clock.hpp"

using namespace tidings;

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

class counting_host final : public net::session_host {
  public:
    void on_flight_ended(net::flight& one, core::attempt_report& report) override {
        must(one.which < ended.size() && !ended[one.which]);
        ended[one.which] = true;
        if (report.reply) must(report.reply->status >= 200 && report.reply->status <= 599);
        must(!(report.reply && report.refused_unprocessed));
    }

    std::array<bool, 8> ended{};
};

codec::request_writer make_requests() {
    return codec::request_writer::make({.path = "/x", .host = "localhost"}).value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto context = wire::make_client_context().value();
    static const auto requests = make_requests();
    static const tests::manual_clock clock;
    static const net::pool_options options{.header_max = 1024, .body_kept_max = 512};
    if (size > 16384) return 0;
    std::array<int, 2> ends{};
    must(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) == 0);
    const wire::socket_handle peer(ends[1]);
    counting_host host;
    net::session_shared shared{
        .host = host, .clock = clock, .options = options, .requests = requests};
    wire::tls_channel channel(*context, wire::socket_handle(ends[0]),
                              wire::tls_channel::side::client, shared.received);
    SSL_set_connect_state(channel.ssl());

    net::http2_session session(shared, channel);
    constexpr std::array<char, 9> settings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
    session.on_bytes(settings);
    std::array<net::flight, 8> flights{};
    core::ticket begun = 0;
    const auto to = core::phone_number::from_digits(917'760'336'484);
    for (; begun < flights.size() && session.room() > 0; ++begun) {
        flights[begun].which = begun;
        session.begin(flights[begun],
                      {.which = begun, .from = to, .to = to, .token = "aaaa.bbbb.cccc"});
    }
    must(begun == flights.size());
    session.flush();
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::size_t half = size / 2;
    session.on_bytes(std::span(text.data(), half));
    session.flush();
    session.on_bytes(std::span(text.data() + half, size - half));
    session.flush();
    session.on_end(wire::channel_status::cut, "the end");
    must(session.flights() == 0);
    for (const bool ended : host.ended)
        must(ended);
    return 0;
}
