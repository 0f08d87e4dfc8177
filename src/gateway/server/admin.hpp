// The admin port: plain HTTP/1.1 on loopback, for statistics, the ledger, and changing settings,
// faults and limits while the endpoint runs. Whom it hears is server/admin_gate's. Cold: one
// request a connection, coroutines.
#pragma once

#include "core/failure.hpp"
#include "gateway/server/reception.hpp"
#include "gateway/settings/settings.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>

namespace tidings::gateway {

// What the admin port does to the server.
class administered {
  public:
    virtual reception& desk() = 0;
    virtual core::result<void> change_faults(const fault_options& faults) = 0;
    virtual core::result<void> change_limits(const limit_changes& changes) = 0;
    virtual core::result<void> change_settings(std::string_view text) = 0;

  protected:
    ~administered() = default;
};

class admin_port {
  public:
    static constexpr std::size_t clients_max = 16;
    static constexpr std::size_t body_bytes_max = 1 << 20;
    // A client that is neither sending nor taking anything for so long is closed, and every one
    // after `exchange_max`. Where there is no room left the one that came first makes some.
    static constexpr auto patience = std::chrono::seconds(10);
    static constexpr auto exchange_max = std::chrono::minutes(10);

    // On 127.0.0.1, for whoever has the token; fails with `network` when the port is taken.
    static core::result<std::unique_ptr<admin_port>> open(boost::asio::io_context& io,
                                                          std::uint16_t port, std::string token,
                                                          administered& what);
    ~admin_port();

    std::uint16_t port() const noexcept;
    // Closes the listener and every client.
    void stop();

  private:
    class body;
    explicit admin_port(std::shared_ptr<body> own) : body_(std::move(own)) {}
    // Shared with the coroutines that are still on their way out.
    std::shared_ptr<body> body_;
};

}  // namespace tidings::gateway
