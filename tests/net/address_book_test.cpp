#include "net/address_book.hpp"

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

using address = address_book::address;

address at(const char* text) {
    return {boost::asio::ip::make_address(text), 443};
}

TEST(address_book, alternates_the_families_and_keeps_their_order) {
    EXPECT_EQ(address_book::alternated({at("10.0.0.1"), at("10.0.0.2"), at("10.0.0.3"),
                                        at("2001:db8::1"), at("2001:db8::2")}),
              (std::vector{at("2001:db8::1"), at("10.0.0.1"), at("2001:db8::2"), at("10.0.0.2"),
                           at("10.0.0.3")}));
    EXPECT_TRUE(address_book::alternated({}).empty());
}

TEST(address_book, takes_so_many_and_no_more) {
    const std::vector<address> many(100, at("10.0.0.1"));
    EXPECT_EQ(address_book::alternated(many).size(), address_book::addresses_max);
}

TEST(address_book, an_address_in_the_url_needs_nobody_to_be_asked) {
    boost::asio::io_context io;
    const auto where = make_endpoint("https://[::1]:8443", "st-1").value();
    address_book book(io, where, [](const std::string&) { FAIL(); });
    const auto* const only = book.current(core::instant{});
    ASSERT_NE(only, nullptr);
    EXPECT_EQ(only->port(), 8443);
    EXPECT_FALSE(book.asking());
    EXPECT_TRUE(book.on_failed(core::instant{})) << "all of one have failed";
    EXPECT_EQ(io.run(), 0U);
}

}  // namespace
}  // namespace tidings::net
