#include "net/ready_list.hpp"

#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

std::vector<const ready_place*> in_order(const ready_list& list) {
    std::vector<const ready_place*> all;
    for (const auto* one = list.most_recent(); one != nullptr; one = one->after)
        all.push_back(one);
    return all;
}

TEST(ready_list, the_latest_to_have_room_is_first) {
    ready_list list;
    std::array<ready_place, 3> places{};
    EXPECT_EQ(list.most_recent(), nullptr);
    for (auto& one : places)
        list.set_room(one, 1);
    EXPECT_EQ(in_order(list),
              (std::vector<const ready_place*>{&places[2], &places[1], &places[0]}));
    EXPECT_EQ(list.least_recent(), &places[0]);
    // More room moves nobody; none and then some does.
    list.set_room(places[0], 7);
    EXPECT_EQ(list.least_recent(), &places[0]);
    EXPECT_EQ(list.room(), 9U);
    list.remove(places[0]);
    list.set_room(places[0], 7);
    EXPECT_EQ(list.most_recent(), &places[0]);
}

TEST(ready_list, without_a_door_there_is_no_room) {
    ready_list list;
    ready_place one;
    list.set_room(one, 5);
    list.shut();
    EXPECT_EQ(list.room(), 0U);
    EXPECT_TRUE(list.is_shut());
    EXPECT_EQ(list.most_recent(), &one) << "it is closed by whoever looks for idle ones";
}

TEST(ready_list, sums_hold_whatever_happens) {
    std::mt19937_64 random(7);
    ready_list list;
    std::array<ready_place, 10> places{};
    for (int i = 0; i < 20'000; ++i) {
        auto& one = places[random() % places.size()];
        if (random() % 5 == 0) {
            list.remove(one);
        } else {
            list.set_room(one, random() % 4);
        }
        std::size_t room = 0;
        std::size_t with_room = 0;
        for (const auto& each : places) {
            room += each.room;
            with_room += each.room > 0 ? 1U : 0U;
        }
        ASSERT_EQ(list.room(), room);
        ASSERT_EQ(list.size(), with_room);
        ASSERT_EQ(in_order(list).size(), with_room);
    }
}

}  // namespace
}  // namespace tidings::net
