// Every step of a connection's life, and the failure of every step in turn.
#include "net/connection_life.hpp"

#include <array>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

using kind = life_event::kind;
using wire::channel_status;

constexpr life_event connected{.what = kind::connect_seen, .writable = true};
constexpr life_event connect_pends{.what = kind::connect_seen};
constexpr life_event connect_fails{.what = kind::connect_seen, .error = 111, .writable = true};
constexpr life_event shaken{.what = kind::handshake_seen, .status = channel_status::done};
constexpr life_event agreed{.what = kind::protocol_seen, .agreed = true};
constexpr life_event moved{.what = kind::session_moved};

life_event shaking(channel_status status) {
    return {.what = kind::handshake_seen, .status = status};
}
life_event read(channel_status status, std::size_t in_flight = 0) {
    return {.what = kind::stream_read, .status = status, .in_flight = in_flight};
}

struct story_step {
    life_event event;
    life_act act;
    life_stage at;
};

// The way to an open connection.
const std::vector<story_step> dial = {
    {connect_pends, life_act::wait, life_stage::connecting},
    {connected, life_act::shake_hands, life_stage::handshaking},
    {shaking(channel_status::again), life_act::wait, life_stage::handshaking},
    {shaken, life_act::choose_protocol, life_stage::handshaking},
    {agreed, life_act::admit, life_stage::open},
};

connection_life lived(std::size_t steps) {
    connection_life life;
    for (std::size_t i = 0; i < steps; ++i) {
        EXPECT_EQ(life.resume(dial[i].event), dial[i].act) << i;
        EXPECT_EQ(life.at(), dial[i].at) << i;
    }
    return life;
}
connection_life open_life() {
    return lived(dial.size());
}

void expect_over(connection_life& life, life_end end, const std::string& where) {
    EXPECT_EQ(life.at(), life_stage::over) << where;
    EXPECT_EQ(life.end(), end) << where;
    EXPECT_FALSE(life.dialing() || life.carries()) << where;
    // Whatever still comes, nothing is done about it.
    for (int what = 0; what <= static_cast<int>(kind::stopped); ++what) {
        const life_event late{.what = static_cast<kind>(what), .writable = true, .broken = true};
        EXPECT_EQ(life.resume(late), life_act::wait) << where << ", then " << what;
        EXPECT_EQ(life.end(), end) << where;
    }
}

TEST(connection_life, goes_from_dial_to_open) {
    connection_life life;
    EXPECT_TRUE(life.dialing());
    life = open_life();
    EXPECT_TRUE(life.carries());
    EXPECT_FALSE(life.dialing());
    EXPECT_EQ(life.end(), life_end::none);
}

// At each step of a dial, all that may end it there.
TEST(connection_life, each_step_of_a_dial_failed_in_turn) {
    struct failing {
        life_event event;
        life_end end;
        life_act act;
        life_stage only_at;  // over: at every step of the dial
    };
    const std::vector<failing> ways = {
        {connect_fails, life_end::connect, life_act::fail_dial, life_stage::connecting},
        {shaking(channel_status::failed), life_end::handshake, life_act::fail_dial,
         life_stage::handshaking},
        {shaking(channel_status::cut), life_end::hung_up, life_act::fail_dial,
         life_stage::handshaking},
        {shaking(channel_status::closed), life_end::hung_up, life_act::fail_dial,
         life_stage::handshaking},
        {{.what = kind::protocol_seen, .agreed = false},
         life_end::protocol,
         life_act::fail_dial,
         life_stage::handshaking},
        {{.what = kind::dial_timed_out}, life_end::timeout, life_act::fail_dial, life_stage::over},
        {{.what = kind::resources_gone},
         life_end::resources,
         life_act::fail_dial,
         life_stage::over},
        {{.what = kind::drained}, life_end::stopped, life_act::break_off, life_stage::over},
        {{.what = kind::stopped}, life_end::stopped, life_act::break_off, life_stage::over},
    };
    int tried = 0;
    for (std::size_t steps = 0; steps < dial.size(); ++steps) {
        for (std::size_t way = 0; way < ways.size(); ++way) {
            auto life = lived(steps);
            const std::string where = std::to_string(way) + " after " + std::to_string(steps);
            if (ways[way].only_at != life_stage::over && ways[way].only_at != life.at()) {
                EXPECT_EQ(life.resume(ways[way].event), life_act::wait) << where;
                continue;
            }
            EXPECT_EQ(life.resume(ways[way].event), ways[way].act) << where;
            expect_over(life, ways[way].end, where);
            ++tried;
        }
    }
    EXPECT_EQ(tried, 5 * 4 + 2 * 1 + 3 * 4) << "steps and failures that belong together";
}

TEST(connection_life, nothing_of_an_open_connection_concerns_a_dial) {
    for (std::size_t steps = 0; steps < dial.size(); ++steps) {
        auto life = lived(steps);
        for (const auto& event : {moved, read(channel_status::failed), read(channel_status::done),
                                  life_event{.what = kind::idle_over}}) {
            EXPECT_EQ(life.resume(event), life_act::wait);
            EXPECT_TRUE(life.dialing());
        }
    }
    auto life = open_life();
    for (const auto& event :
         {connected, connect_fails, shaking(channel_status::failed), agreed,
          life_event{.what = kind::dial_timed_out}, life_event{.what = kind::resources_gone}}) {
        EXPECT_EQ(life.resume(event), life_act::wait);
        EXPECT_EQ(life.at(), life_stage::open);
    }
}

TEST(connection_life, reads_on_when_there_is_more_and_ends_with_the_stream) {
    auto life = open_life();
    EXPECT_EQ(life.resume(read(channel_status::again)), life_act::wait);
    EXPECT_EQ(life.resume(read(channel_status::done)), life_act::read_on);
    EXPECT_EQ(life.at(), life_stage::open);
    for (const auto status :
         {channel_status::closed, channel_status::cut, channel_status::failed}) {
        for (const std::size_t in_flight : {0U, 3U}) {
            auto ended = open_life();
            EXPECT_EQ(ended.resume(read(status, in_flight)), life_act::break_off);
            expect_over(ended, life_end::peer_gone, "read");
        }
    }
}

// What a session has become, at every way to look at it.
TEST(connection_life, a_session_that_takes_no_more_is_awaited_and_then_parted_with) {
    for (const auto what : {kind::session_moved, kind::stream_read}) {
        for (const auto status : {channel_status::again, channel_status::done}) {
            auto life = open_life();
            const bool more = what == kind::stream_read && status == channel_status::done;
            EXPECT_EQ(life.resume({.what = what, .status = status, .ending = true, .in_flight = 2}),
                      more ? life_act::read_on : life_act::wait);
            EXPECT_EQ(life.at(), life_stage::ending);
            EXPECT_TRUE(life.carries());
            EXPECT_EQ(life.resume({.what = what, .status = status, .ending = true, .in_flight = 1}),
                      more ? life_act::read_on : life_act::wait);
            EXPECT_EQ(life.resume({.what = what, .status = status, .ending = true}),
                      life_act::part);
            expect_over(life, life_end::finished, "finished");
        }
    }
}

TEST(connection_life, a_broken_one_ends_at_once) {
    for (const auto what : {kind::session_moved, kind::stream_read}) {
        for (const bool ending : {false, true}) {
            auto life = open_life();
            EXPECT_EQ(life.resume({.what = what, .broken = true, .ending = ending, .in_flight = 5}),
                      life_act::break_off);
            expect_over(life, life_end::broken, "broken");
        }
    }
}

TEST(connection_life, a_flood_ends_it_whatever_else_was_read) {
    for (const auto status : {channel_status::again, channel_status::done}) {
        auto life = open_life();
        EXPECT_EQ(
            life.resume(
                {.what = kind::stream_read, .status = status, .flooded = true, .in_flight = 2}),
            life_act::break_off);
        expect_over(life, life_end::flooded, "flooded");
    }
}

TEST(connection_life, idle_ones_are_parted_with_and_busy_ones_are_not_idle) {
    auto life = open_life();
    EXPECT_EQ(life.resume({.what = kind::idle_over, .in_flight = 1}), life_act::wait);
    EXPECT_EQ(life.at(), life_stage::open);
    EXPECT_EQ(life.resume({.what = kind::idle_over}), life_act::part);
    expect_over(life, life_end::idle, "idle");
}

TEST(connection_life, a_drain_waits_for_what_is_in_flight_and_a_stop_does_not) {
    auto idle = open_life();
    EXPECT_EQ(idle.resume({.what = kind::drained}), life_act::part);
    expect_over(idle, life_end::finished, "drained");
    auto busy = open_life();
    EXPECT_EQ(busy.resume({.what = kind::drained, .in_flight = 1}), life_act::wait);
    EXPECT_EQ(busy.at(), life_stage::ending);
    EXPECT_EQ(busy.resume(read(channel_status::again, 1)), life_act::wait);
    EXPECT_EQ(busy.resume(moved), life_act::part);
    expect_over(busy, life_end::finished, "drained");
    auto stopped = open_life();
    stopped.resume({.what = kind::drained, .in_flight = 1});
    EXPECT_EQ(stopped.resume({.what = kind::stopped, .in_flight = 1}), life_act::break_off);
    expect_over(stopped, life_end::stopped, "stopped");
}

// --- through a proxy -----------------------------------------------------------------------------

life_event tunnel(proxy_tunnel::progress told, channel_status status = channel_status::again) {
    return {.what = kind::tunnel_seen, .tunnel = told, .status = status};
}

connection_life asking_life() {
    connection_life life(true);
    EXPECT_EQ(life.resume(connect_pends), life_act::wait);
    EXPECT_EQ(life.resume(connected), life_act::talk_to_proxy);
    EXPECT_EQ(life.at(), life_stage::tunnelling);
    EXPECT_TRUE(life.dialing());
    return life;
}

TEST(connection_life, a_proxy_is_asked_for_the_way_before_the_handshake) {
    auto life = asking_life();
    EXPECT_EQ(life.resume(tunnel(proxy_tunnel::progress::reading)), life_act::wait);
    EXPECT_EQ(life.resume(shaken), life_act::wait) << "there is no handshake yet";
    EXPECT_EQ(life.resume(tunnel(proxy_tunnel::progress::open)), life_act::shake_hands);
    EXPECT_EQ(life.at(), life_stage::handshaking);
    EXPECT_EQ(life.resume(shaken), life_act::choose_protocol);
    EXPECT_EQ(life.resume(agreed), life_act::admit);
}

TEST(connection_life, whatever_fails_at_the_proxy_fails_the_dial) {
    using progress = proxy_tunnel::progress;
    const std::pair<life_event, life_end> ways[] = {
        {tunnel(progress::refused), life_end::no_tunnel},
        {tunnel(progress::broken), life_end::no_tunnel},
        {tunnel(progress::reading, channel_status::closed), life_end::no_tunnel},
        {tunnel(progress::reading, channel_status::failed), life_end::no_tunnel},
        {{.what = kind::dial_timed_out}, life_end::timeout},
        {{.what = kind::resources_gone}, life_end::resources},
    };
    for (const auto& [event, end] : ways) {
        auto life = asking_life();
        EXPECT_EQ(life.resume(event), life_act::fail_dial);
        expect_over(life, end, std::to_string(static_cast<int>(end)));
    }
    for (const auto what : {kind::drained, kind::stopped}) {
        auto life = asking_life();
        EXPECT_EQ(life.resume({.what = what}), life_act::break_off);
        expect_over(life, life_end::stopped, "stopped");
    }
}

}  // namespace
}  // namespace tidings::net
