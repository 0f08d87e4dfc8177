#include "codec/messages/port_gate.hpp"

#include <gtest/gtest.h>

namespace tidings::codec {
namespace {

std::uint16_t status_of(const std::optional<port_refusal>& refusal) {
    return refusal ? refusal->status : 200;
}

TEST(port_gate, reads_addresses_and_no_names) {
    const listen_address here{"127.0.0.1", 8740};
    EXPECT_EQ(listen_address_from("127.0.0.1:8740").value(), here);
    EXPECT_EQ(listen_address_from("[::1]:0").value(), (listen_address{"[::1]", 0}));
    EXPECT_EQ(listen_address_from("0.0.0.0:65535").value().port, 65535);
    for (const auto* const text : {"", "8740", ":8740", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
                                   "127.0.0.1:65536", "localhost:8740", "::1:8740", "1.1.1.1:-1"})
        EXPECT_FALSE(listen_address_from(text)) << text;
}

TEST(port_gate, knows_which_addresses_are_of_this_machine_only) {
    EXPECT_TRUE(is_loopback({"127.0.0.1", 1}));
    EXPECT_TRUE(is_loopback({"127.9.9.9", 1}));
    EXPECT_TRUE(is_loopback({"[::1]", 1}));
    EXPECT_FALSE(is_loopback({"0.0.0.0", 1}));
    EXPECT_FALSE(is_loopback({"[::]", 1}));
    EXPECT_FALSE(is_loopback({"10.0.0.1", 1}));
}

struct host_row {
    port_claims asked;
    listen_address here;
    std::uint16_t status;
};

TEST(port_gate, is_named_exactly_and_asked_by_no_page_of_elsewhere) {
    const listen_address loopback{"127.0.0.1", 8740};
    const listen_address outside{"10.0.0.7", 8740};
    const host_row rows[] = {
        {{.hosts = 1, .host = "127.0.0.1:8740"}, loopback, 200},
        {{.hosts = 1, .host = "localhost:8740"}, loopback, 200},
        {{.hosts = 1, .host = "10.0.0.7:8740"}, outside, 200},
        {{.hosts = 1, .host = "localhost:8740"}, outside, 421},
        {{.hosts = 1, .host = "127.0.0.1:8740"}, outside, 421},
        {{.hosts = 1, .host = "127.0.0.1"}, loopback, 421},
        {{.hosts = 1, .host = "127.0.0.1:87400"}, loopback, 421},
        {{.hosts = 1, .host = "elsewhere.example:8740"}, loopback, 421},
        {{.hosts = 2, .host = "127.0.0.1:8740"}, loopback, 421},
        {{.hosts = 0}, loopback, 421},
        {{.hosts = 1, .host = "localhost:8740", .origin = "http://localhost:8740"}, loopback, 200},
        {{.hosts = 1, .host = "localhost:8740", .origin = "http://127.0.0.1:8740"}, loopback, 403},
        {{.hosts = 1, .host = "localhost:8740", .origin = "https://localhost:8740"}, loopback, 403},
        {{.hosts = 1, .host = "localhost:8740", .origin = "null"}, loopback, 403},
    };
    for (const auto& row : rows)
        EXPECT_EQ(status_of(why_not_here(row.asked, row.here)), row.status)
            << row.asked.host << " " << row.asked.origin;
}

TEST(port_gate, wants_the_whole_token) {
    const auto shown = [](std::string_view authorization) {
        return status_of(why_not_admitted({.authorization = authorization}, "0123456789abcdef"));
    };
    EXPECT_EQ(shown("Bearer 0123456789abcdef"), 200);
    for (const auto* const text :
         {"", "Bearer", "Bearer ", "Bearer 0123456789abcde", "Bearer 0123456789abcdeF",
          "Bearer 0123456789abcdef ", "bearer 0123456789abcdef", "Basic 0123456789abcdef",
          "0123456789abcdef"})
        EXPECT_EQ(shown(text), 401) << text;
}

}  // namespace
}  // namespace tidings::codec
