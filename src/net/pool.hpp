// The connections of one bot on one network thread: a message takes the most recently used one that
// has room. A message never waits in here: begin() is for room that there was, and failures to
// connect happen without a message. When connections are opened is net/dial_plan's to decide, and
// what ends one net/connection_life's; here it is done.
// It never decides what an attempt meant (core/verdict), never repeats a request, never follows a
// redirect, and never keeps a limit (core/limiter).
//
// One thread, that of `io`. It reads no clock but the one it is given; its deadlines move by
// on_tick() only.
#pragma once

#include "net/attempt_ledger.hpp"
#include "net/connection_roster.hpp"
#include "net/dial_plan.hpp"
#include "net/endpoint.hpp"
#include "net/name_lookup.hpp"
#include "net/pool_events.hpp"
#include "net/pool_options.hpp"
#include "net/pool_stats.hpp"
#include "net/ready_list.hpp"
#include "net/trust.hpp"
#include "wire/clock.hpp"
#include "wire/readiness.hpp"

#include <cstddef>
#include <vector>

#include <boost/asio/io_context.hpp>

namespace tidings::net {

class pool final : private session_host, private connection_host {
  public:
    // Everything passed by reference must outlive the pool. Opens nothing until want().
    pool(boost::asio::io_context& io, wire::readiness& set, const wire::clock& clock,
         trust& believes, endpoint where, pool_options options, attempt_sink& sink,
         pool_listener& listener);
    // Closes everything; what is in flight is not reported: abort() first where that matters.
    ~pool();
    pool(const pool&) = delete;
    pool& operator=(const pool&) = delete;

    // How many messages can begin right now, on connections that are ready.
    std::size_t room() const noexcept { return ready_.room(); }
    // How much work waits (or is about to be due), whatever room() says. Opens connections for it,
    // up to connections_max and not more than needed; 0 opens none. Call it whenever it changes.
    void want(std::size_t messages);

    // HTTP/1.1 writes at once, HTTP/2 at the next flush(). Never calls the sink; what fails here is
    // reported at the next flush(), and so is, untouched, what finds no connection: those that made
    // up room() may turn out to be dead as they are taken.
    void begin(const message& what);
    // Ends a batch: writes what HTTP/2 has gathered, reports what failed in begin(). Must be called
    // from batch_end::on_batch_end and after any other round of begin(), so that no message waits
    // for a batch to fill. Cheap when there is nothing to do.
    void flush();
    // For a thread that can do nothing but wait for answers: adds the descriptors of a few requests
    // before which a good part of those in flight has left, so that many answers have come when
    // theirs do; a few, because one may stall. None over HTTP/2, where a descriptor tells of many
    // requests, nor while next to nothing is in flight.
    void append_midway(std::vector<int>& into) const;
    // Every 1 to 100 ms: deadlines, idle connections, backoff.
    void on_tick(core::instant now);

    // Opens no more and closes what is idle; connections end with their answers. room() is 0 after.
    void drain();
    // Now: everything in flight is reported with the furthest step it reached, all is closed.
    void abort();
    // Nothing open, nothing in flight.
    bool empty() const noexcept { return roster_.empty() && attempts_.in_flight() == 0; }

    pool_stats stats() const;

  private:
    // session_host
    void on_attempt_over(attempt& one, core::attempt_report& report) override;
    // connection_host
    void on_dial_succeeded(connection& which) override;
    void on_dial_failed(connection& which, const dial_failure& why) override;
    void on_connection_changed(connection& which) override;

    connection* take_ready(core::instant now);
    void reckon(connection& which);
    void retire(connection& which);
    void report_homeless();

    dial_census census() const noexcept;
    void open_more();
    void dial(const address& to);
    const std::string& name_wanted() const noexcept;
    void ask_names();
    void end_dials();
    void settle_failed_dial(const dial_failure& why);
    void on_names(const std::vector<address>& found, const std::string& trouble);
    void tell(trouble_kind kind, std::string_view text, bool fatal);

    void look_at_deadlines(core::instant now);
    void look_at_dials(core::instant now);
    void look_at_idle(core::instant now);
    void look_at_sessions(core::instant now);
    void look_at_addresses(core::instant now);

    const wire::clock& clock_;
    const endpoint where_;
    const pool_options options_;
    attempt_sink& sink_;
    pool_listener& listener_;
    session_shared shared_;
    const connection::surroundings around_;
    name_lookup names_;
    dial_plan plan_;
    connection_roster roster_;
    ready_list ready_;
    attempt_ledger attempts_;
    core::instant next_look_at_sessions_ = core::instant::min();
    dial_census demand_;  // what is wanted, and what a connection carries
    pool_stats sums_;     // what nobody else counts
};

}  // namespace tidings::net
