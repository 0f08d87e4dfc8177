// An endpoint of your own behind tidings: it keeps the list, the limits, the journal and the proof,
// and hands each message to you instead of to the vendor's call. How a message ended is said by its
// delivery, once, by whoever holds it, on any thread.
#pragma once

#include "tidings/export.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace tidings {
inline namespace v0 {

struct message {
    std::uint64_t row = 0;  // of the list, from 1 on
    std::string from;       // E.164, with "+"
    std::string to;
    std::string bot;
    bool again = false;  // asked for under a policy of your own: an earlier copy may have arrived
};

namespace detail {
class delivery_desk;
}

// One message on its way. Movable; end it exactly once. One that is dropped counts as unknown.
class delivery {
  public:
    TIDINGS_API delivery(delivery&&) noexcept;
    TIDINGS_API delivery& operator=(delivery&&) noexcept;
    TIDINGS_API ~delivery();

    TIDINGS_API void accepted() &&;
    // This message was refused, for good. `why` in your endpoint's own words, at most 200 bytes.
    TIDINGS_API void rejected(std::string_view why) &&;
    // Nobody can have got it: it is tried again as [retry] says.
    TIDINGS_API void not_sent(std::string_view why) &&;
    // It may have arrived: it is never sent again by itself.
    TIDINGS_API void unknown(std::string_view why) &&;
    // Refused because of a rate: its whole scope waits so long, and this is no attempt.
    TIDINGS_API void limited(std::chrono::nanoseconds wait) &&;

  private:
    friend class detail::delivery_desk;
    delivery(std::shared_ptr<detail::delivery_desk> desk, std::uint64_t number) noexcept;

    std::shared_ptr<detail::delivery_desk> desk_;
    std::uint64_t number_ = 0;
};

class carrier {
  public:
    virtual ~carrier() = default;
    // How many deliveries may be under way at once; asked again and again.
    virtual std::size_t capacity() const = 0;
    // On the campaign's thread, which it must not hold up: take the message and return.
    virtual void begin(message what, delivery how) = 0;
    // Nothing more will begin; what is under way has [retry]'s time to end.
    virtual void drain() {}
    // What is under way counts as unknown from now on, whatever is said of it later.
    virtual void abort() {}
};

// Called once for each bot and network thread, before the first message.
using carrier_maker = std::function<std::unique_ptr<carrier>(std::string_view bot)>;

}  // namespace v0
}  // namespace tidings
