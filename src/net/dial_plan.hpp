// Decides how many connections are to be opened, when, and to which address, and which addresses
// are to be left. The first connection tries the next address beside one that does not answer at
// once, and takes the quicker one (RFC 8305). It opens nothing, asks
// no name server and reads no clock: net/pool performs each step, counts what there is, and tells
// what became of it.
#pragma once

#include "core/time.hpp"
#include "net/address_list.hpp"
#include "net/dial_pacing.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tidings::net {

// How things stand with a pool.
struct dial_census {
    std::size_t wanted = 0;   // messages that wait, or are about to be due
    std::size_t room = 0;     // for messages, on the connections that are open
    std::size_t each = 0;     // messages at once on one connection; 0: not known yet
    std::size_t all = 0;      // connections, those being opened and late ones included
    std::size_t dialing = 0;  // being opened
    std::size_t late = 0;     // with an answer that is overdue; they take no message
};

// Connections that are still missing for what is wanted, by what is known of how much one carries.
std::size_t dials_needed(const dial_census& have, std::size_t connections_max) noexcept;

struct dial_plan_options {
    std::size_t connections_max = 64;
    core::duration connect_timeout = std::chrono::seconds(10);
    core::duration first_goes_ahead{};
    dial_pacing_options pacing{};
    std::uint64_t seed = 1;
};

class dial_plan {
  public:
    static constexpr core::duration names_fresh_for = std::chrono::seconds(60);
    // RFC 8305, section 8: the connection attempt delay.
    static constexpr core::duration next_address_after = std::chrono::milliseconds(250);

    enum class act : std::uint8_t {
        wait,       // until something happens, or time passes
        ask_names,  // of the host, then go on
        dial,       // `to`, then go on
    };
    struct step {
        act what = act::wait;
        address to{};
    };

    // `literal`: the host's only address, when it is not a name.
    dial_plan(const dial_plan_options& options, std::vector<address> literal);

    step next(core::instant now, const dial_census& have);

    // The answer to ask_names: on_names() with at least one address.
    void on_names(const std::vector<address>& found);
    // True: to be told, for there is no address to go on with.
    bool on_names_failed(core::instant now);
    // True, once for each question: nobody has answered it within connect_timeout, and there is no
    // address to go on with.
    bool names_overdue(core::instant now) noexcept;

    // While there are connections: true when the names are to be asked for again, by the caller.
    bool refresh_names(core::instant now) noexcept;
    // Connections to it are to be left: the host has it no more.
    bool left(const address& which) const noexcept { return addresses_.left(which); }

    // A handshake was completed. True: those still being dialed are not needed any more.
    bool on_opened(core::instant now, const address& to) noexcept;
    void on_answered() noexcept;  // and a connection proved its use
    // A dial failed. True: to be told; otherwise the next address has its turn. `of_address`: it
    // may do better.
    bool on_failed(core::instant now, bool of_address);
    // A connection was lost before it was of any use; so may the next one be.
    void on_lost_unused(core::instant now) { pacing_.on_failed(now); }

    std::uint32_t failures_in_a_row() const noexcept { return pacing_.failures_in_a_row(); }

  private:
    bool names_are_due(core::instant now) const noexcept;
    bool race_is_due(core::instant now, const dial_census& have) const noexcept;
    step dial(core::instant now, std::size_t racing);

    dial_plan_options options_;
    dial_pacing pacing_;
    address_list addresses_;
    core::instant asked_at_ = core::instant::min();
    std::size_t racing_ = 0;  // dials of which one is wanted, to so many addresses
    core::instant raced_at_{};
    core::instant alone_until_ = core::instant::min();  // the first connection goes ahead
    bool numeric_;
    bool asking_ = false;
    bool stale_ = true;  // perhaps the host has moved
    bool silence_told_ = false;
    bool opened_one_ = false;
};

}  // namespace tidings::net
