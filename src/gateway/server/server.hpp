// The endpoint as a server: TLS, HTTP/1.1 and HTTP/2 around the rules, and the admin port. It runs
// on the thread of the io_context it is given and starts none of its own. Everything that it
// answers is decided in rules.hpp, everything that it does wrong in faults.hpp.
#pragma once

#include "core/failure.hpp"
#include "gateway/rules/ledger.hpp"
#include "gateway/rules/statistics.hpp"
#include "gateway/settings/settings.hpp"
#include "wire/clock.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>

namespace tidings::gateway {

// Where it can be reached, once it listens.
struct served {
    std::uint16_t port = 0;
    std::uint16_t admin_port = 0;  // 0: off
    std::string ca_file;           // empty: a certificate was given, or there is no folder
    std::string ca_pem;            // what to trust; empty: a certificate was given
    // At once; less than server.connections_max when the limit of open files bears no more.
    std::size_t connections_max = 0;
    std::string admin_token{};       // what server/admin_gate wants to see
    std::string admin_token_file{};  // the field that has it, for curl; empty: there is no folder
};

class server {
  public:
    // `clock` must outlive it. Everything but the constructor runs on the io_context's thread, or
    // while nobody runs it.
    server(boost::asio::io_context& io, settings how, const wire::clock& clock);
    ~server();
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    // Makes keys and certificates, raises the process's soft limit of open files as far as it needs
    // and may, listens. Fails with `configuration` (a key, a file, a service
    // that contradicts itself) or `network` (the port is taken).
    core::result<served> start();
    // Graceful: accepts nothing more, finishes what is under way, at most for drain_time. When it
    // is over, nothing of it keeps io_context::run() busy. Twice: at once.
    void stop();
    bool stopped() const;

    // From another thread: posts stop().
    void stop_from_anywhere();

    const ledger& book() const;
    const std::vector<sender_name>& senders() const;
    std::string stats_json() const;
    const statistics& counters() const;
    // Changes while it runs, as over the admin port.
    core::result<void> change_faults(const fault_options& faults);
    core::result<void> change_limits(const limit_changes& changes);
    // As POST /_gateway/settings; see settings_changed.
    core::result<void> change_settings(std::string_view text);

  private:
    class body;
    std::unique_ptr<body> body_;
};

// What `tidings gateway` prints: what is served, and the curl line to try it.
std::string describe(const settings& how, const served& where);

// The whole command: serves until SIGINT or SIGTERM. `started` is told once it listens.
core::result<void> serve_until_signalled(settings how, const wire::clock& clock,
                                         const std::function<void(const served&)>& started);

}  // namespace tidings::gateway
