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
    list.on_succeeded(at("10.0.0.2"));
    EXPECT_EQ(list.current(), at("10.0.0.2")) << "it is the one that works";
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

TEST(address_list, what_the_host_names_no_more_is_left_after_two_answers) {
    address_list list;
    EXPECT_FALSE(list.left(at("10.0.0.1"))) << "nobody has ever named it";
    list.replace({at("10.0.0.1"), at("10.0.0.2")});
    list.replace({at("10.0.0.2")});
    EXPECT_FALSE(list.left(at("10.0.0.1"))) << "once may be chance";
    list.replace({at("10.0.0.2")});
    EXPECT_TRUE(list.left(at("10.0.0.1")));
    EXPECT_FALSE(list.left(at("10.0.0.2")));
    EXPECT_FALSE(list.left(at("10.0.0.1", 444)));
    list.replace({at("10.0.0.1")});
    EXPECT_FALSE(list.left(at("10.0.0.1"))) << "it is back";
}

TEST(address_list, remembers_so_many_and_the_latest) {
    address_list list;
    const auto nth = [](std::size_t i) {
        return at(("10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250)).c_str());
    };
    for (std::size_t i = 0; i < 10 * address_list::remembered_max; ++i)
        list.replace({nth(i)});
    std::size_t left = 0;
    for (std::size_t i = 0; i < 10 * address_list::remembered_max; ++i)
        left += list.left(nth(i)) ? 1U : 0U;
    EXPECT_EQ(left, address_list::remembered_max - address_list::absences_max);
}

TEST(address_list, the_ones_after_it_wrap_around) {
    address_list list;
    list.replace({at("10.0.0.1"), at("10.0.0.2")});
    EXPECT_EQ(list.ahead(1), at("10.0.0.2"));
    EXPECT_EQ(list.ahead(2), at("10.0.0.1"));
}

TEST(name_lookup, a_proxy_is_the_one_to_be_found) {
    auto where = make_endpoint("https://platform.test", "st-1").value();
    where.through = make_proxy("http://127.0.0.1:3128").value();
    EXPECT_EQ(name_lookup::literal(where), (std::vector{at("127.0.0.1", 3128)}));
    where = make_endpoint("https://127.0.0.1", "st-1").value();
    where.through = make_proxy("http://proxy.test:3128").value();
    EXPECT_TRUE(name_lookup::literal(where).empty());
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
