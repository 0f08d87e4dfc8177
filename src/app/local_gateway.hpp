// The endpoint, served inside this process on a thread of its own: for demo and bench.
#pragma once

#include "core/failure.hpp"
#include "gateway/server/server.hpp"
#include "runner/clock.hpp"

#include <memory>
#include <thread>

#include <boost/asio/io_context.hpp>

namespace tidings::app {

class local_gateway {
  public:
    static core::result<std::unique_ptr<local_gateway>> start(gateway::settings how);
    ~local_gateway();
    local_gateway(const local_gateway&) = delete;
    local_gateway& operator=(const local_gateway&) = delete;

    const gateway::served& where() const { return where_; }
    // Ends it; what it has counted can be read afterwards.
    void stop();
    const gateway::ledger& book() const { return server_->book(); }

  private:
    local_gateway() = default;

    runner::system_clock clock_;
    boost::asio::io_context io_{1};
    std::unique_ptr<gateway::server> server_;
    gateway::served where_;
    std::thread thread_;
};

}  // namespace tidings::app
