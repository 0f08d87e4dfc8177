// Which answer a thread that can only wait would better wait for.
#include "net/http2_rig.hpp"
#include "net/pool.hpp"
#include "net/pool_rig.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <poll.h>

namespace tidings::net {
namespace {

// Requests under way to a server that says nothing until it is told to; each on a connection of
// its own, in the order of their tickets.
struct silent_rig : pool_rig {
    explicit silent_rig(std::size_t messages) : pool_rig({.connections_max = messages}) {
        server.on_bytes = [this](tests::scripted_peer& peer) {
            const auto request = tests::take_request(peer.received);
            if (request.empty()) return;
            const auto number = request.find("\"toNo\":\"+") + std::string("\"toNo\":\"+").size();
            asked[std::stoull(request.substr(number, 12)) - 917760336484ULL] = &peer;
        };
        asked.resize(messages);
        wait_for_room(messages);
        for (core::ticket i = 0; i < messages; ++i)
            begin(i);
        run_until([this] { return std::ranges::count(asked, nullptr) == 0; });
        settle();  // session tickets have come too, and have been read
    }
    std::vector<int> midway() {
        std::vector<int> found;
        messages().append_midway(found);
        return found;
    }
    static bool wakes(const std::vector<int>& awaited) {
        std::vector<pollfd> list;
        for (const int fd : awaited)
            list.push_back({.fd = fd, .events = POLLIN, .revents = 0});
        return ::poll(list.data(), list.size(), 0) > 0;
    }

    std::vector<tests::scripted_peer*> asked;  // by ticket
};

TEST(pool_midway, is_where_a_good_part_of_the_answers_has_come) {
    silent_rig rig(8);
    const auto awaited = rig.midway();
    for (core::ticket i = 0; i < 3; ++i) {
        rig.asked[i]->say(answer_200());
        EXPECT_FALSE(silent_rig::wakes(awaited)) << "the answer to " << i;
    }
    rig.asked[3]->say(answer_200());
    EXPECT_TRUE(silent_rig::wakes(awaited));
}

TEST(pool_midway, one_that_stalls_does_not_hold_up_the_rest) {
    silent_rig rig(8);
    const auto awaited = rig.midway();
    rig.asked[4]->say(answer_200());
    EXPECT_TRUE(silent_rig::wakes(awaited));
}

// What stalls is the oldest before long, and then nobody waits for it.
TEST(pool_midway, moves_on_with_what_leaves) {
    silent_rig rig(8);
    const auto before = rig.midway();
    for (core::ticket i = 0; i < 3; ++i)
        rig.asked[i]->say(answer_200());
    ASSERT_TRUE(rig.run_until([&] { return rig.reports.size() == 3; }));
    for (core::ticket i = 0; i < 3; ++i)
        rig.begin(i);
    const auto after = rig.midway();
    EXPECT_EQ(after.size(), before.size());
    for (const int fd : before)
        EXPECT_EQ(std::ranges::count(after, fd), 0) << "those are the two oldest now";
}

TEST(pool_midway, of_many_a_few_dozens_are_enough) {
    silent_rig rig(128);
    const auto awaited = rig.midway();
    for (core::ticket i = 0; i < 32; ++i)
        rig.asked[i]->say(answer_200());
    EXPECT_FALSE(silent_rig::wakes(awaited));
    rig.asked[32]->say(answer_200());
    EXPECT_TRUE(silent_rig::wakes(awaited));
}

TEST(pool_midway, there_is_none_of_a_handful) {
    EXPECT_TRUE(silent_rig(3).midway().empty());
    EXPECT_FALSE(silent_rig(4).midway().empty());
}

TEST(pool_midway, there_is_none_where_a_connection_carries_many) {
    http2_rig rig;
    ASSERT_TRUE(rig.wait_for_room(50));
    rig.begin_many(50);
    std::vector<int> found;
    rig.messages().append_midway(found);
    EXPECT_TRUE(found.empty());
}

}  // namespace
}  // namespace tidings::net
