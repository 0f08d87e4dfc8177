// Asks the system's resolver for a host's addresses, off the network thread. When to ask, and what
// to do with the answer, is net/dial_plan's.
#pragma once

#include "net/address_list.hpp"
#include "net/endpoint.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace tidings::net {

class name_lookup {
  public:
    // Called on io's thread: with addresses, or with none and what went wrong, for a person.
    using answer = std::function<void(std::vector<address> found, const std::string& trouble)>;

    name_lookup(boost::asio::io_context& io, answer on_answer);
    ~name_lookup();
    name_lookup(const name_lookup&) = delete;
    name_lookup& operator=(const name_lookup&) = delete;

    // Pre: the answer to the last question has come.
    void ask(const std::string& host, std::uint16_t port);

    // The address that a numeric host is, or the numeric proxy in front of it; nothing for a name.
    static std::vector<address> literal(const endpoint& where);

  private:
    boost::asio::ip::tcp::resolver resolver_;
    answer on_answer_;
    std::shared_ptr<bool> alive_;  // shared with the handler that waits for the resolver
};

}  // namespace tidings::net
