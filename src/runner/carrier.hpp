// What carries the messages of one bot on one network thread: connections and tokens, or a script
// in a test. Whoever holds it gives it departures for which it has room, and hears of each end
// through an attempt_sink. It decides nothing about a row and keeps no limit (core/dispatcher).
//
// One thread, but for its making.
#pragma once

#include "core/dispatcher.hpp"
#include "core/failure.hpp"
#include "core/phone_number.hpp"
#include "core/time.hpp"
#include "net/pool_events.hpp"
#include "net/pool_stats.hpp"
#include "wire/readiness.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

namespace tidings::runner {

class carrier {
  public:
    virtual ~carrier() = default;

    // Departures that can begin right now.
    virtual std::size_t room() const = 0;
    // Pre: room() > 0. Its end is told exactly once, by the next flush() at the earliest.
    virtual void begin(const core::departure& one, core::phone_number from,
                       core::wall_time now) = 0;
    // Ends a batch of begin(): nothing waits any longer for others to join it.
    virtual void flush() = 0;
    // Adds the descriptors of net::pool's midway.
    virtual void append_midway(std::vector<int>&) const {}
    // How many messages wait, whatever room() says: connections are opened for them.
    virtual void want(std::size_t messages) = 0;
    // Every 1 to 100 ms.
    virtual void on_tick(core::time_stamp now) = 0;
    // The token was refused: the secret is read again and a new one signed.
    virtual void renew_token() = 0;
    // No more messages; ends with what is under way.
    virtual void drain() = 0;
    // Now: what is under way is told with the furthest step it reached.
    virtual void abort() = 0;
    virtual net::pool_stats stats() const = 0;
};

// What a carrier has to say that concerns no message.
class carrier_listener {
  public:
    virtual void on_carrier_trouble(core::bot_id bot, const net::pool_trouble& what) = 0;
    // One sentence for a person.
    virtual void on_carrier_note(std::string text) = 0;

  protected:
    ~carrier_listener() = default;
};

// Where a carrier lives. Everything outlives it.
struct carrier_place {
    core::bot_id bot = 0;
    std::size_t threads = 1;  // that carry this bot's messages; each has a share of what it may use
    boost::asio::io_context& io;
    wire::readiness& set;
    net::attempt_sink& sink;
    carrier_listener& listener;
};

// Called before the campaign begins, once for each bot and thread.
using carrier_maker = std::function<core::result<std::unique_ptr<carrier>>(const carrier_place&)>;

}  // namespace tidings::runner
