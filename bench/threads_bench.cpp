// What further network threads bring: a whole campaign (list, duplicates, journal, outcome log)
// whose messages are carried by a script: each request is written and goes over TLS to another end
// in the same thread, which answers. So no peer competes for the cores. Wall-clock time.
#include "codec/messages/answer.hpp"
#include "codec/messages/request.hpp"
#include "support/scripted_campaign.hpp"
#include "support/test_certificates.hpp"
#include "wire/tls_channel.hpp"

#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace {

using namespace tidings;

constexpr std::string_view token =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0."
    "03LljsV8Not1NMbo-3Y-pJvNWjB6J8dTciPGPx-8h4Q";
constexpr std::string_view answer =
    R"({"message": "Triggered the configured Experience flow to deliver message via SMS channel"})";

// Both ends of a TLS connection within the process, one for each thread.
class joined_channels {
  public:
    joined_channels()
        : server_context_(authority_.server_context()),
          client_context_(std::move(wire::make_client_context().value())),
          into_(wire::tls_channel::record_max) {
        SSL_CTX_load_verify_file(client_context_.get(), authority_.file().c_str());
        std::array<int, 2> fds{};
        must(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()) == 0);
        client_.emplace(*client_context_, wire::socket_handle(fds[0]),
                        wire::tls_channel::side::client, received_);
        server_.emplace(*server_context_, wire::socket_handle(fds[1]),
                        wire::tls_channel::side::server, received_);
        bool one_done = false;
        bool other_done = false;
        while (!one_done || !other_done) {
            wake();
            one_done = one_done || client_->handshake() == wire::channel_status::done;
            other_done = other_done || server_->handshake() == wire::channel_status::done;
        }
    }

    void carry(std::span<const char> request) {
        must(client_->write(request).bytes == request.size());
        wake();
        must(server_->read(into_).bytes == request.size());
        must(server_->write(answer).bytes == answer.size());
        must(client_->read(into_).bytes == answer.size());
    }

  private:
    static void must(bool holds) {
        if (!holds) std::abort();
    }
    void wake() {
        client_->on_events(EPOLLIN | EPOLLOUT);
        server_->on_events(EPOLLIN | EPOLLOUT);
    }

    tests::test_authority authority_;
    wire::openssl_ptr<SSL_CTX> server_context_;
    wire::openssl_ptr<SSL_CTX> client_context_;
    wire::receive_buffer received_;
    std::optional<wire::tls_channel> client_;
    std::optional<wire::tls_channel> server_;
    std::vector<char> into_;
};

core::attempt_report carry_one(const core::departure& one) {
    thread_local joined_channels channels;
    thread_local codec::answer_reader reader;
    static const auto requests =
        codec::request_writer::make({.path = "/api/public/bot/st-1/outboundsms", .host = "house"})
            .value();
    std::array<char, 1024> request{};
    const char* const end =
        requests.write(request.data(), token, core::phone_number::from_digits(16693422058), one.to);
    channels.carry({request.data(), static_cast<std::size_t>(end - request.data())});
    core::attempt_report report;
    report.furthest = core::attempt_step::answered;
    report.reply = reader.read({.status = 200,
                                .content_type = "application/json",
                                .retry_after = {},
                                .body = answer,
                                .complete = true},
                               core::wall_time{});
    return report;
}

void a_campaign(benchmark::State& state) {
    const auto threads = static_cast<std::size_t>(state.range(0));
    const auto rows = static_cast<std::uint64_t>(state.range(1));
    double cpu_us = 0;
    for (auto _ : state) {
        state.PauseTiming();
        tests::carrier_script script{.room = 256, .answer = carry_one};
        auto rig = std::make_unique<tests::scripted_campaign>(
            tests::scripted_campaign_options{.rows = rows, .threads = threads}, script);
        state.ResumeTiming();
        const auto end = rig->run();
        state.PauseTiming();
        if (end.last.ended[core::outcome::accepted] != rows)
            state.SkipWithError("not all accepted");
        cpu_us = std::chrono::duration<double, std::micro>(end.cost.network).count() /
                 static_cast<double>(rows);
        rig.reset();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(1));
    state.counters["network_cpu_us_a_message"] = cpu_us;
}
BENCHMARK(a_campaign)
    ->ArgNames({"threads", "rows"})
    ->Args({1, 2000})
    ->Args({2, 2000})
    ->Args({1, 200'000})
    ->Args({2, 200'000})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
