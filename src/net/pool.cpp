#include "net/pool.hpp"

#include <algorithm>
#include <utility>

namespace tidings::net {

namespace {

dial_plan_options plan_options(const pool_options& options) {
    return {.connections_max = options.connections_max,
            .connect_timeout = options.connect_timeout,
            .first_goes_ahead = options.first_goes_ahead,
            .pacing = {.dials_max = options.dials_max,
                       .backoff_min = options.backoff_min,
                       .backoff_max = options.backoff_max},
            .seed = options.seed};
}

}  // namespace

pool::pool(boost::asio::io_context& io, wire::readiness& set, const wire::clock& clock,
           trust& believes, endpoint where, pool_options options, attempt_sink& sink,
           pool_listener& listener)
    : clock_(clock),
      where_(std::move(where)),
      options_(options),
      sink_(sink),
      listener_(listener),
      shared_{
          .host = *this,
          .clock = clock_,
          .options = options_.sessions,
          .requests = codec::request_writer::make({.path = where_.target, .host = where_.authority})
                          .value()},
      around_{.set = set, .believes = believes, .where = where_, .shared = shared_, .host = *this},
      names_(io, [this](const std::vector<address>& found,
                        const std::string& trouble) { on_names(found, trouble); }),
      plan_(plan_options(options_), name_lookup::literal(where_)),
      attempts_(options_.request_timeout, options_.late_for) {
    shared_.incoming.resize(wire::receive_buffer::size);
    shared_.outgoing.resize(wire::tls_channel::record_max);
}

pool::~pool() = default;

void pool::begin(const message& what) {
    if (demand_.wanted > 0) --demand_.wanted;
    const core::instant now = clock_.now();
    connection* const on = take_ready(now);
    attempt& one = attempts_.open(what.which, now, on);
    if (on == nullptr) return;
    on->noted.carried = true;
    on->messages().begin(one, what);
    if (on->messages().http_major() == 2 || on->broken() || on->channel().write_waiting())
        roster_.flush_later(*on);
    reckon(*on);
}

// The most recently used connection that is alive. A connection that was idle for long is looked at
// first: what its peer closed meanwhile must not take a message.
connection* pool::take_ready(core::instant now) {
    while (ready_place* const place = ready_.most_recent()) {
        connection& candidate = *place->owner;
        if (candidate.messages().in_flight() > 0) return &candidate;
        // A fresh one, or one that has something to say, is looked at whatever its age: an answer
        // that is there before its request is nobody's.
        const bool quiet = candidate.noted.carried && !candidate.channel().readable();
        if (quiet && now - place->idle_since < options_.probe_after) return &candidate;
        if (candidate.still_alive()) return &candidate;
        ready_.remove(*place);
        roster_.flush_later(candidate);  // ended there: its sink may not be called from here
    }
    return nullptr;
}

void pool::flush() {
    // Reports may begin further messages, which put connections on the list again.
    while (roster_.has_unflushed() || attempts_.next_homeless() != nullptr) {
        roster_.flush();
        report_homeless();
    }
    if (demand_.wanted > ready_.room()) open_more();
    roster_.bury();
}

void pool::report_homeless() {
    while (attempt* const one = attempts_.next_homeless()) {
        core::attempt_report report;
        report.which = one->which;
        report.furthest = core::attempt_step::idle_check;
        report.trouble = "the server had closed the kept connection";
        report.ended = clock_.now();
        on_attempt_over(*one, report);
    }
}

// Servers answer roughly in the order in which they were asked. At the middle itself the peer would
// have too little left while this side wakes up; with many in flight a few dozens are enough.
void pool::append_midway(std::vector<int>& into) const {
    constexpr std::size_t in_flight_min = 4;
    constexpr std::size_t before_max = 32;
    constexpr int awaited = 2;
    const auto& in_time = attempts_.in_time();
    if (sums_.http_major != 1 || in_time.size() < in_flight_min) return;
    const auto before = std::min(in_time.size() * 3 / 8, before_max);
    const attempt* one = in_time.first();
    for (std::size_t i = 0; i < before; ++i)
        one = one->after;
    for (int i = 0; i < awaited; ++i, one = one->after)
        into.push_back(one->on->channel().fd());
}

void pool::on_attempt_over(attempt& one, core::attempt_report& report) {
    if (connection* const on = one.on) {
        if (report.furthest == core::attempt_step::answered) {
            on->noted.answered = true;
            plan_.on_answered();
        }
        on->ready.idle_since = report.ended;
        // Room first, so that the sink can use it at once.
        if (on->life().carries()) {
            // The list is in the order of use; HTTP/1.1 comes back to it by itself.
            if (on->messages().in_flight() == 0) ready_.remove(on->ready);
            reckon(*on);
        }
    }
    report.begun = one.begun;
    attempts_.close(one);
    sink_.on_attempt_ended(report);
}

void pool::on_connection_changed(connection& which) {
    if (!which.life().carries()) return retire(which);
    reckon(which);
    if (which.messages().wants_flush()) roster_.flush_later(which);
}

// Where a connection belongs after something happened on it, and how much room it adds.
void pool::reckon(connection& which) {
    const bool usable = which.life().at() == life_stage::open;
    const std::size_t room = usable ? which.messages().room() : 0;
    if (room > 0) {
        demand_.each = room + which.messages().in_flight();
        roster_.on_usable(which);
    }
    ready_.set_room(which.ready, room);
}

void pool::retire(connection& which) {
    ready_.remove(which.ready);
    if (!roster_.retire(which)) return;
    if (const auto refusal = which.refusal()) {
        --sums_.handshakes;  // it never came to its end
        plan_.on_lost_unused(clock_.now());
        return tell(refusal->kind, refusal->text, refusal->fatal);
    }
    const bool lost = which.life().end() == life_end::peer_gone && !which.noted.carried;
    const auto misused = which.trouble();
    // It was opened for nothing, and so might the next one be.
    if (lost || (!misused.empty() && !which.noted.answered)) plan_.on_lost_unused(clock_.now());
    if (!misused.empty()) tell(trouble_kind::protocol, misused, false);
    if (lost) tell(trouble_kind::lost, "the server closed a connection before it was used", false);
}

void pool::tell(trouble_kind kind, std::string_view text, bool fatal) {
    listener_.on_pool_trouble({.kind = kind,
                               .text = text,
                               .fatal = fatal,
                               .failures_in_a_row = plan_.failures_in_a_row()});
}

void pool::drain() {
    ready_.shut();
    demand_.wanted = 0;
    roster_.each([](connection& one) { one.tell(life_event::kind::drained); });
}

void pool::abort() {
    drain();
    while (!roster_.empty())
        roster_.last().tell(life_event::kind::stopped);
    flush();
}

pool_stats pool::stats() const {
    pool_stats now = sums_;
    now.ready = ready_.size();
    now.in_flight = attempts_.in_flight();
    now.begun = attempts_.begun();
    now.ended = attempts_.ended();
    roster_.append_to(now);
    return now;
}

}  // namespace tidings::net
