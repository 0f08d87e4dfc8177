// The addresses of the endpoint's host, gone through in turn: IPv6 and IPv4 alternating, from the
// one that worked last; and which of those it once had it has no more. It asks nobody
// (net/name_lookup does) and reads no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

namespace tidings::net {

using address = boost::asio::ip::tcp::endpoint;

class address_list {
  public:
    static constexpr std::size_t addresses_max = 16;
    // Once may be chance: name servers that take turns name some of them at a time.
    static constexpr std::uint64_t absences_max = 2;
    static constexpr std::size_t remembered_max = 64;

    // What the host has now. The one in turn stays so while it is among them.
    void replace(const std::vector<address>& found);
    // The address to try now. Pre: not empty.
    const address& current() const noexcept { return ahead(0); }
    // And those after it, while that one is still being tried. Pre: not empty.
    const address& ahead(std::size_t by) const noexcept {
        return addresses_[(at_ + by) % addresses_.size()];
    }
    // That one did not let us in. True when all have failed since the last success.
    bool on_failed() noexcept;
    void on_succeeded(const address& which) noexcept;
    // The host had it, and has not named it any more for so many answers.
    bool left(const address& which) const noexcept;

    bool empty() const noexcept { return addresses_.empty(); }
    std::size_t size() const noexcept { return addresses_.size(); }

    // IPv6 first, then alternating, each family in the order it came.
    static std::vector<address> alternated(const std::vector<address>& found);

  private:
    struct remembered {
        address what;
        std::uint64_t named_in = 0;  // the last answer that did
    };

    void remember(const std::vector<address>& found);

    std::vector<address> addresses_;
    std::vector<remembered> remembered_;
    std::uint64_t answers_ = 0;
    std::size_t at_ = 0;
    std::size_t failed_ = 0;  // in a row
};

}  // namespace tidings::net
