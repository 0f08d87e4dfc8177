#include "app/local_gateway.hpp"

#include <utility>

namespace tidings::app {

core::result<std::unique_ptr<local_gateway>> local_gateway::start(gateway::settings how) {
    std::unique_ptr<local_gateway> made(new local_gateway);
    made->server_ = std::make_unique<gateway::server>(made->io_, std::move(how), made->clock_);
    auto where = made->server_->start();
    if (!where) return where.error();
    made->where_ = std::move(*where);
    made->thread_ = std::thread([io = &made->io_] { io->run(); });
    return made;
}

local_gateway::~local_gateway() {
    stop();
}

void local_gateway::stop() {
    if (!thread_.joinable()) return;
    server_->stop_from_anywhere();
    thread_.join();
}

}  // namespace tidings::app
