// Two bots on one thread, one endpoint honest and one hostile: what the hostile one sends costs the
// honest one turns, not its place, and no deadline waits for it. Counted in turns of the loop and
// bytes; no time passes but what the test says.
#include "hostile/flood_kit.hpp"
#include "net/pool.hpp"
#include "support/manual_clock.hpp"
#include "support/scripted_http2_server.hpp"
#include "support/scripted_server.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

constexpr std::string_view answer_of_the_honest = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
// One peer's part of a turn: what net/connection reads of it before others are looked at.
constexpr std::uint64_t portion = 384 * 1024;

// A bot: its pool, whom it trusts, and what became of its messages.
class one_bot final : private attempt_sink, private pool_listener {
  public:
    one_bot(boost::asio::io_context& io, wire::readiness& set, const wire::clock& clock,
            const std::string& ca_file, const tests::scripted_server& server)
        : trust_(std::move(trust::make({.ca_file = ca_file}).value())),
          pool_(io, set, clock, *trust_, make_endpoint(server.url(), "st-1").value(),
                {.connections_max = 1}, *this, *this) {}

    // One message at a time; the next one when that has ended.
    void go_on() {
        if (!under_way_ && pool_.room() > 0) {
            under_way_ = true;
            pool_.begin({.which = 1,
                         .from = core::phone_number::from_digits(16693422058),
                         .to = core::phone_number::from_digits(917760336484),
                         .token = "aaaa.bbbb.cccc"});
        }
        pool_.flush();
    }

    pool& messages() { return pool_; }
    bool under_way() const { return under_way_; }
    std::size_t answered = 0;
    std::size_t unanswered = 0;

  private:
    void on_attempt_ended(const core::attempt_report& report) override {
        under_way_ = false;
        ++(report.furthest == core::attempt_step::answered ? answered : unanswered);
    }
    void on_pool_trouble(const pool_trouble&) override {}

    std::unique_ptr<trust> trust_;
    pool pool_;
    bool under_way_ = false;
};

class two_bots final : private wire::batch_end {
  public:
    explicit two_bots(bool http2)
        : honest_server(io, authority.server_context({})),
          hostile_server(io, authority.server_context({})),
          set(io) {
        if (http2) http2_.emplace(hostile_server);
        honest_server.on_bytes = [](tests::scripted_peer& peer) {
            while (!tests::take_request(peer.received).empty())
                peer.say(answer_of_the_honest);
        };
        honest.emplace(io, set, clock, authority.file(), honest_server);
        hostile.emplace(io, set, clock, authority.file(), hostile_server);
        set.set_batch_end(this);
        set.start();
    }
    ~two_bots() {
        set.stop();
        honest.reset();
        hostile.reset();
    }

    bool run_until(const std::function<bool()>& done) {
        for (int idle = 0; idle < 200;) {
            if (done()) return true;
            if (io.run_one_for(std::chrono::milliseconds(50)) == 0) ++idle;
        }
        return done();
    }
    void tick(core::duration by) {
        clock.advance(by);
        for (auto* const one : {&honest, &hostile})
            (*one)->messages().on_tick(clock.now());
    }
    // Whoever of the hostile one's connections can take it, gets more.
    void flood(const std::string& opening, const std::string& again) {
        for (std::size_t i = 0; i < hostile_server.connections(); ++i) {
            auto& peer = hostile_server.peer(i);
            if (!peer.open() || peer.channel().write_waiting()) continue;
            const bool fresh = i >= opened_;
            if (fresh) opened_ = i + 1;
            if (fresh && hostile->under_way()) peer.say(opening);
            peer.say(again);
        }
    }

    boost::asio::io_context io;
    tests::test_authority authority;
    tests::scripted_server honest_server;
    tests::scripted_server hostile_server;
    tests::manual_clock clock;
    wire::readiness set;
    std::optional<one_bot> honest;
    std::optional<one_bot> hostile;
    std::uint64_t turns = 0;
    std::uint64_t most_in_a_turn = 0;  // bytes of the hostile one's

  private:
    wire::rest on_batch_end() override {
        ++turns;
        const auto received = hostile->messages().stats().received_bytes;
        most_in_a_turn = std::max(most_in_a_turn, received - received_);
        received_ = received;
        honest->messages().want(1);
        hostile->messages().want(1);
        honest->go_on();
        hostile->go_on();
        return {};
    }

    std::optional<tests::scripted_http2_server> http2_;
    std::size_t opened_ = 0;
    std::uint64_t received_ = 0;
};

struct flood_case {
    tests::flood_kind kind;
    bool http2 = false;
};

std::vector<flood_case> all_floods() {
    std::vector<flood_case> all;
    for (auto& one : tests::http1_floods())
        all.push_back({one, false});
    for (auto& one : tests::http2_floods())
        all.push_back({one, true});
    return all;
}

TEST(fairness, an_honest_endpoint_keeps_its_share_beside_any_flood) {
    constexpr std::size_t messages = 200;
    constexpr std::uint64_t turns_a_message = 8;
    for (const auto& [kind, http2] : all_floods()) {
        two_bots rig(http2);
        const auto again = tests::many_times(kind.again, 64 * 1024);
        std::size_t steps = 0;
        rig.tick({});
        rig.honest->messages().want(1);
        rig.hostile->messages().want(1);
        ASSERT_TRUE(rig.run_until([&] {
            rig.flood(kind.opening, again);
            // The hostile one is dialed again after each flood that it ended with.
            if (++steps % 64 == 0) rig.tick(std::chrono::milliseconds(50));
            return rig.honest->answered >= messages;
        })) << kind.name
            << ": " << rig.honest->answered;
        EXPECT_LE(rig.turns, turns_a_message * messages) << kind.name;
        EXPECT_LE(rig.most_in_a_turn, portion) << kind.name;
        EXPECT_EQ(rig.honest->unanswered, 0U) << kind.name;
        EXPECT_EQ(rig.hostile->answered, 0U) << kind.name;
        EXPECT_GE(rig.hostile_server.connections(), 1U) << kind.name;
    }
}

// Slowly, and never to an end: each byte is progress, and none of them puts a deadline off.
TEST(fairness, a_drip_puts_no_deadline_off) {
    two_bots rig(false);
    rig.honest->messages().want(1);
    rig.hostile->messages().want(1);
    ASSERT_TRUE(rig.run_until([&] { return rig.hostile->under_way(); }));
    ASSERT_TRUE(rig.run_until([&] { return rig.honest->answered > 0; }));
    rig.flood("HTTP/1.1 200 OK\r\n", "X");
    const pool_options usual;
    const auto second = std::chrono::seconds(1);
    const auto limit = (usual.request_timeout + usual.late_for) / second;
    for (int at = 1; at < limit; ++at) {
        rig.flood("", "y");
        rig.tick(second);
        const auto answered = rig.honest->answered;
        ASSERT_TRUE(rig.run_until([&] { return rig.honest->answered > answered + 2; })) << at;
        ASSERT_EQ(rig.hostile->unanswered, 0U) << at;
    }
    rig.flood("", "y");
    rig.tick(2 * second);
    EXPECT_EQ(rig.hostile->unanswered, 1U) << "in the very tick that its time is over";
}

}  // namespace
}  // namespace tidings::net
