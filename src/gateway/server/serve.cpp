#include "gateway/server/server.hpp"

#include <csignal>

#include <boost/asio/signal_set.hpp>

namespace tidings::gateway {

core::result<void> serve_until_signalled(settings how, const wire::clock& clock,
                                         const std::function<void(const served&)>& started) {
    boost::asio::io_context io(1);
    server serving(io, std::move(how), clock);
    const auto where = serving.start();
    if (!where) return where.error();
    boost::asio::signal_set signals(io, SIGINT, SIGTERM);
    // The first one drains, the second one ends it at once.
    signals.async_wait([&](const boost::system::error_code& error, int) {
        if (error) return;
        serving.stop();
        signals.async_wait([&](const boost::system::error_code& again, int) {
            if (!again) serving.stop();
        });
    });
    started(*where);
    while (!io.stopped() && !serving.stopped())
        io.run_one();
    return {};
}

}  // namespace tidings::gateway
