// What a network thread tells the conducting one, in batches: how attempts ended, what troubles its
// bots, how much room they have. Everything a report points to comes along in the batch. Plain
// data; who carries it across is runner/network_thread.
#pragma once

#include "runner/carrier.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::runner {

// A bot on that thread, when the batch was closed.
struct bot_view {
    std::size_t room = 0;
    std::uint64_t taken = 0;  // departures taken over so far, begun or given back
    net::pool_stats stats;
};

class thread_news {
  public:
    bool empty() const { return reports_.empty() && troubles_.empty() && notes_.empty(); }

    void add(const core::attempt_report& report);
    void add(core::bot_id bot, const net::pool_trouble& what);
    void add(std::string note) { notes_.push_back(std::move(note)); }
    // `later` follows; it is empty then, and keeps its memory.
    void append(thread_news& later);
    void clear();

    // Tells everything in order of its kind: notes, troubles, reports. What reports point to lives
    // during the call only.
    void deliver(net::attempt_sink& sink, carrier_listener& listener);

    std::vector<bot_view> bots;  // the newest

  private:
    struct stretch {
        std::uint32_t at = 0;
        std::uint32_t size = 0;
    };
    struct kept_report {
        core::attempt_report report;
        stretch trouble;
        stretch message;
    };
    struct kept_trouble {
        net::pool_trouble what;
        std::string text;
        core::bot_id bot = 0;
    };

    stretch keep(std::string_view text);

    std::vector<kept_report> reports_;
    std::vector<kept_trouble> troubles_;
    std::vector<std::string> notes_;
    std::string text_;
};

}  // namespace tidings::runner
