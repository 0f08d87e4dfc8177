#include "net/name_lookup.hpp"

#include <utility>

#include <boost/asio/ip/address.hpp>

namespace tidings::net {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

name_lookup::name_lookup(asio::io_context& io, answer on_answer)
    : resolver_(io), on_answer_(std::move(on_answer)), alive_(std::make_shared<bool>(true)) {}

name_lookup::~name_lookup() {
    *alive_ = false;
}

std::vector<address> name_lookup::literal(const endpoint& where) {
    const auto& by = where.through;
    if (!(by ? by->numeric : where.numeric)) return {};
    boost::system::error_code error;
    const auto found = asio::ip::make_address(by ? by->host : where.host, error);
    if (error) return {};
    return {address(found, by ? by->port : where.port)};
}

void name_lookup::ask(const std::string& host, std::uint16_t port) {
    resolver_.async_resolve(host, std::to_string(port), tcp::resolver::numeric_service,
                            [this, host, alive = alive_](const boost::system::error_code& error,
                                                         const tcp::resolver::results_type& found) {
                                if (!*alive) return;
                                std::vector<address> addresses;
                                for (const auto& entry : found)
                                    addresses.push_back(entry.endpoint());
                                if (!addresses.empty()) return on_answer_(std::move(addresses), {});
                                on_answer_({}, "host name \"" + host + "\" cannot be resolved: " +
                                                   (error ? error.message() : "it has no address") +
                                                   "; check `url` and this machine's DNS");
                            });
}

}  // namespace tidings::net
