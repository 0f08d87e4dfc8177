// The addresses of the endpoint's host: asked for off the network thread, kept, and gone through in
// turn, IPv6 and IPv4 alternating, from the one that worked last.
#pragma once

#include "core/time.hpp"
#include "net/endpoint.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace tidings::net {

class address_book {
  public:
    using address = boost::asio::ip::tcp::endpoint;
    static constexpr core::duration fresh_for = std::chrono::seconds(60);
    static constexpr std::size_t addresses_max = 16;

    // `on_resolved` is called on io's thread when an answer came: with "" or with what went wrong.
    address_book(boost::asio::io_context& io, const endpoint& where,
                 std::function<void(const std::string& trouble)> on_resolved);
    ~address_book();
    address_book(const address_book&) = delete;
    address_book& operator=(const address_book&) = delete;

    // The address to try now; nullptr while none is known. Asks again when what it knows is old,
    // and goes on with the old ones meanwhile.
    const address* current(core::instant now);
    // That address did not let us in. True when all have failed since the last success.
    bool on_failed(core::instant now);
    void on_succeeded() noexcept { failed_ = 0; }

    std::size_t size() const noexcept { return addresses_.size(); }
    bool asking() const noexcept { return asking_; }
    core::instant asked_at() const noexcept { return asked_at_; }

    // IPv6 first, then alternating, each family in the order it came.
    static std::vector<address> alternated(const std::vector<address>& found);

  private:
    void ask(core::instant now);
    void take(const boost::system::error_code& error,
              const boost::asio::ip::tcp::resolver::results_type& found);

    const endpoint& where_;
    boost::asio::ip::tcp::resolver resolver_;
    std::function<void(const std::string&)> on_resolved_;
    std::vector<address> addresses_;
    std::size_t at_ = 0;
    std::size_t failed_ = 0;  // in a row
    bool asking_ = false;
    bool stale_ = true;
    core::instant asked_at_ = core::instant::min();
    std::shared_ptr<bool> alive_;  // shared with the handler that waits for the resolver
};

}  // namespace tidings::net
