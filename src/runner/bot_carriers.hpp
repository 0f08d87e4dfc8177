// One bot's carriers, of all network threads, as one: messages go where there is most room, so that
// a thread that is busier gets fewer.
#pragma once

#include "runner/carrier.hpp"

#include <string>
#include <vector>

namespace tidings::runner {

class bot_carriers {
  public:
    // Each outlives this object. At least one.
    void add(carrier& one) { all_.push_back(&one); }

    std::size_t room() const;
    // Pre: room() > 0.
    void begin(const core::departure& one, core::phone_number from, core::wall_time now);
    // Some wait although there is no room for them.
    void want(std::size_t messages);
    net::pool_stats stats() const;

    template <class Do>
    void each(Do&& act) {
        for (carrier* const one : all_)
            act(*one);
    }

    bool reached = false;  // a handshake has succeeded
    std::string trouble;   // the last one, while nothing has worked since

  private:
    std::vector<carrier*> all_;
};

}  // namespace tidings::runner
