// The addresses of the endpoint's host, gone through in turn: IPv6 and IPv4 alternating, from the
// one that worked last. It asks nobody (net/name_lookup does) and reads no clock.
#pragma once

#include <cstddef>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

namespace tidings::net {

using address = boost::asio::ip::tcp::endpoint;

class address_list {
  public:
    static constexpr std::size_t addresses_max = 16;

    // What the host has now. The one in turn stays so while it is among them.
    void replace(const std::vector<address>& found);
    // The address to try now. Pre: not empty.
    const address& current() const noexcept { return addresses_[at_]; }
    // That one did not let us in. True when all have failed since the last success.
    bool on_failed() noexcept;
    void on_succeeded() noexcept { failed_ = 0; }

    bool empty() const noexcept { return addresses_.empty(); }
    std::size_t size() const noexcept { return addresses_.size(); }

    // IPv6 first, then alternating, each family in the order it came.
    static std::vector<address> alternated(const std::vector<address>& found);

  private:
    std::vector<address> addresses_;
    std::size_t at_ = 0;
    std::size_t failed_ = 0;  // in a row
};

}  // namespace tidings::net
