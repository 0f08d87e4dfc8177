#include "net/address_book.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/ip/address.hpp>

namespace tidings::net {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

address_book::address_book(asio::io_context& io, const endpoint& where,
                           std::function<void(const std::string&)> on_resolved)
    : where_(where),
      resolver_(io),
      on_resolved_(std::move(on_resolved)),
      alive_(std::make_shared<bool>(true)) {
    if (!where.numeric) return;
    boost::system::error_code error;
    const auto literal = asio::ip::make_address(where.host, error);
    if (!error) addresses_.emplace_back(literal, where.port);
}

address_book::~address_book() {
    *alive_ = false;
}

std::vector<address_book::address> address_book::alternated(const std::vector<address>& found) {
    std::vector<address> v6;
    std::vector<address> v4;
    for (const auto& one : found)
        (one.address().is_v6() ? v6 : v4).push_back(one);
    std::vector<address> mixed;
    for (std::size_t i = 0; i < std::max(v6.size(), v4.size()); ++i) {
        if (i < v6.size()) mixed.push_back(v6[i]);
        if (i < v4.size()) mixed.push_back(v4[i]);
    }
    if (mixed.size() > addresses_max) mixed.resize(addresses_max);
    return mixed;
}

const address_book::address* address_book::current(core::instant now) {
    if (!where_.numeric && !asking_ && (stale_ || now - asked_at_ >= fresh_for)) ask(now);
    return addresses_.empty() ? nullptr : &addresses_[at_];
}

bool address_book::on_failed(core::instant) {
    if (addresses_.empty()) return true;
    at_ = (at_ + 1) % addresses_.size();
    if (++failed_ < addresses_.size()) return false;
    failed_ = 0;
    stale_ = true;  // perhaps the host has moved
    return true;
}

void address_book::ask(core::instant now) {
    asking_ = true;
    stale_ = false;
    asked_at_ = now;
    resolver_.async_resolve(where_.host, std::to_string(where_.port),
                            tcp::resolver::numeric_service,
                            [this, alive = alive_](const boost::system::error_code& error,
                                                   const tcp::resolver::results_type& found) {
                                if (*alive) take(error, found);
                            });
}

void address_book::take(const boost::system::error_code& error,
                        const tcp::resolver::results_type& found) {
    asking_ = false;
    if (error || found.empty()) {
        stale_ = true;
        on_resolved_("host name \"" + where_.host +
                     "\" cannot be resolved: " + (error ? error.message() : "it has no address") +
                     "; check `url` and this machine's DNS");
        return;
    }
    std::vector<address> fresh;
    for (const auto& entry : found)
        fresh.push_back(entry.endpoint());
    fresh = alternated(fresh);
    // The one that worked stays the first choice while the host still has it.
    const bool had = !addresses_.empty();
    const address kept = had ? addresses_[at_] : address();
    addresses_ = std::move(fresh);
    const auto same = std::find(addresses_.begin(), addresses_.end(), kept);
    at_ = had && same != addresses_.end() ? static_cast<std::size_t>(same - addresses_.begin()) : 0;
    on_resolved_("");
}

}  // namespace tidings::net
