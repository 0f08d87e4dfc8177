// The inside of net/pool: its connections and their places. Split over three sources by what they
// are about: pool.cpp (messages), pool_dialing.cpp (opening), pool_deadlines.cpp (time and ends).
#pragma once

#include "net/address_book.hpp"
#include "net/connection.hpp"
#include "net/dial_pacing.hpp"
#include "net/flight.hpp"
#include "net/pool.hpp"
#include "net/session.hpp"

#include <memory>
#include <vector>

namespace tidings::net {

class pool::parts final : private session_host, private connection_host {
  public:
    parts(boost::asio::io_context& io, wire::readiness& set, const wire::clock& clock,
          trust& believes, endpoint where, pool_options options, attempt_sink& sink,
          pool_listener& listener);
    ~parts();

    std::size_t room() const noexcept { return draining_ ? 0 : room_; }
    void want(std::size_t messages);
    void begin(const departure& what);
    void flush();
    void append_midway(std::vector<int>& into) const;
    void on_tick(core::instant now);
    void drain();
    void abort();
    bool empty() const noexcept { return connections_.empty() && flights_.open_count() == 0; }
    pool_stats stats() const;

  private:
    // session_host
    void on_flight_ended(flight& one, core::attempt_report& report) override;
    // connection_host
    void on_dial_succeeded(connection& which) override;
    void on_dial_failed(connection& which, const dial_failure& why) override;
    void on_connection_changed(connection& which) override;

    // opening
    void open_more();
    std::size_t dials_needed() const noexcept;
    bool dial_one(core::instant now);
    void settle_failed_dial(const dial_failure& why);
    void on_resolved(const std::string& trouble);
    void tell(trouble_kind kind, std::string_view text, bool fatal);

    // places
    void reckon(connection& which);
    void list_ready(connection& which) noexcept;
    void unlist_ready(connection& which) noexcept;
    connection* take_ready(core::instant now);
    void retire(connection& which);
    void flush_later(connection& which);
    void bury();

    // deadlines
    void look_at_deadlines(core::instant now);
    void look_at_dials(core::instant now);
    void look_at_idle(core::instant now);
    void look_at_sessions(core::instant now);
    void end_stillborn();

    wire::readiness& set_;
    const wire::clock& clock_;
    trust& trust_;
    const endpoint where_;
    const pool_options options_;
    attempt_sink& sink_;
    pool_listener& listener_;
    const codec::request_writer requests_;
    session_shared shared_;
    address_book addresses_;
    dial_pacing pacing_;

    std::vector<std::unique_ptr<connection>> connections_;  // dialing and open
    std::vector<std::unique_ptr<connection>> graveyard_;    // over; destroyed between events
    std::vector<connection*> to_flush_;
    std::vector<connection*> flushing_;
    connection* ready_first_ = nullptr;  // most recently used first
    connection* ready_last_ = nullptr;
    std::size_t ready_ = 0;
    std::size_t room_ = 0;
    std::size_t dialing_ = 0;
    std::size_t late_ = 0;  // connections
    std::size_t wanted_ = 0;
    std::size_t per_connection_ = 0;  // messages at once; 0: not known yet

    flight_book flights_;
    flight_queue in_time_;
    flight_queue overdue_;
    flight_queue stillborn_;  // found no living connection; reported at the next flush
    core::instant next_look_at_sessions_ = core::instant::min();
    core::instant alone_until_ = core::instant::min();  // the first connection goes ahead
    bool draining_ = false;
    bool told_about_names_ = false;
    pool_stats sums_;  // of what is closed, and counters
};

}  // namespace tidings::net
