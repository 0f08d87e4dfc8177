#include "net/address_list.hpp"

#include "net/name_lookup.hpp"

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

address at(const char* ip, std::uint16_t port = 443) {
    return {boost::asio::ip::make_address(ip), port};
}

TEST(address_list, alternates_the_families_and_keeps_their_order) {
    EXPECT_EQ(address_list::alternated(
                  {at("10.0.0.1"), at("10.0.0.2"), at("10.0.0.3"), at("fd00::1"), at("fd00::2")}),
              (std::vector{at("fd00::1"), at("10.0.0.1"), at("fd00::2"), at("10.0.0.2"),
                           at("10.0.0.3")}));
    EXPECT_TRUE(address_list::alternated({}).empty());
}

TEST(address_list, takes_so_many_and_no_more) {
    const std::vector<address> many(100, at("10.0.0.1"));
    EXPECT_EQ(address_list::alternated(many).size(), address_list::addresses_max);
}

TEST(address_list, each_has_its_turn_and_all_have_failed_when_each_did) {
    address_list list;
    EXPECT_TRUE(list.on_failed()) << "without any, all have failed";
    list.replace({at("10.0.0.1"), at("10.0.0.2"), at("10.0.0.3")});
    EXPECT_EQ(list.current(), at("10.0.0.1"));
    EXPECT_FALSE(list.on_failed());
    EXPECT_FALSE(list.on_failed());
    EXPECT_EQ(list.current(), at("10.0.0.3"));
    EXPECT_TRUE(list.on_failed());
    EXPECT_EQ(list.current(), at("10.0.0.1"));
    EXPECT_FALSE(list.on_failed());
    list.on_succeeded();
    EXPECT_FALSE(list.on_failed());
    EXPECT_FALSE(list.on_failed()) << "counted anew since the success";
    EXPECT_TRUE(list.on_failed());
}

TEST(address_list, the_one_in_turn_stays_while_the_host_still_has_it) {
    address_list list;
    list.replace({at("10.0.0.1"), at("10.0.0.2")});
    list.on_failed();
    list.replace({at("10.0.0.9"), at("10.0.0.1"), at("10.0.0.2")});
    EXPECT_EQ(list.current(), at("10.0.0.2"));
    list.replace({at("10.0.0.7"), at("10.0.0.8")});
    EXPECT_EQ(list.current(), at("10.0.0.7"));
    list.replace({});
    EXPECT_TRUE(list.empty());
}

TEST(name_lookup, an_address_in_the_url_needs_nobody_to_be_asked) {
    EXPECT_EQ(name_lookup::literal(make_endpoint("https://127.0.0.1:8443", "st-1").value()),
              (std::vector{at("127.0.0.1", 8443)}));
    EXPECT_EQ(name_lookup::literal(make_endpoint("https://[::1]", "st-1").value()),
              (std::vector{at("::1")}));
    EXPECT_TRUE(name_lookup::literal(make_endpoint("https://localhost", "st-1").value()).empty());
}

}  // namespace
}  // namespace tidings::net
