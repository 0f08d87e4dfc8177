#include "net/pool.hpp"

#include "net/pool_parts.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tidings::net {

pool::pool(boost::asio::io_context& io, wire::readiness& set, const wire::clock& clock,
           trust& trust, endpoint where, pool_options options, attempt_sink& sink,
           pool_listener& listener)
    : parts_(std::make_unique<parts>(io, set, clock, trust, std::move(where), options, sink,
                                     listener)) {}

pool::~pool() = default;
std::size_t pool::room() const noexcept {
    return parts_->room();
}
void pool::want(std::size_t messages) {
    parts_->want(messages);
}
void pool::begin(const departure& what) {
    parts_->begin(what);
}
void pool::flush() {
    parts_->flush();
}
void pool::append_midway(std::vector<int>& into) const {
    parts_->append_midway(into);
}
void pool::on_tick(core::instant now) {
    parts_->on_tick(now);
}
void pool::drain() {
    parts_->drain();
}
void pool::abort() {
    parts_->abort();
}
bool pool::empty() const noexcept {
    return parts_->empty();
}
pool_stats pool::stats() const {
    return parts_->stats();
}

pool::parts::parts(boost::asio::io_context& io, wire::readiness& set, const wire::clock& clock,
                   trust& believes, endpoint where, pool_options options, attempt_sink& sink,
                   pool_listener& listener)
    : set_(set),
      clock_(clock),
      trust_(believes),
      where_(std::move(where)),
      options_(options),
      sink_(sink),
      listener_(listener),
      requests_(
          codec::request_writer::make({.path = where_.target, .host = where_.authority}).value()),
      shared_{.host = *this, .clock = clock_, .options = options_, .requests = requests_},
      addresses_(io, where_, [this](const std::string& trouble) { on_resolved(trouble); }),
      pacing_({.dials_max = options.dials_max,
               .backoff_min = options.backoff_min,
               .backoff_max = options.backoff_max},
              options.seed) {
    shared_.incoming.resize(wire::receive_buffer::size);
    shared_.outgoing.resize(wire::tls_channel::record_max);
}

pool::parts::~parts() = default;

void pool::parts::begin(const departure& what) {
    assert(room() > 0);
    if (wanted_ > 0) --wanted_;
    flight& one = flights_.open();
    one.which = what.which;
    one.begun = clock_.now();
    ++sums_.begun;
    connection* const on = take_ready(one.begun);
    one.on = on;
    if (on == nullptr) {
        stillborn_.append(one);
        return;
    }
    in_time_.append(one);
    on->books.carried = true;
    on->messages().begin(one, what);
    if (on->messages().http_major() == 2 || on->broken() || on->channel().write_waiting())
        flush_later(*on);
    reckon(*on);
}

// The most recently used connection that is alive. A connection that was idle for long is looked at
// first: what its peer closed meanwhile must not take a message.
connection* pool::parts::take_ready(core::instant now) {
    while (ready_first_ != nullptr) {
        connection& candidate = *ready_first_;
        if (candidate.messages().flights() > 0) return &candidate;
        if (now - candidate.books.idle_since < options_.probe_after) return &candidate;
        if (candidate.still_alive()) return &candidate;
        unlist_ready(candidate);
        flush_later(candidate);  // buried there: its sink may not be called from here
    }
    return nullptr;
}

void pool::parts::flush_later(connection& which) {
    if (std::exchange(which.books.to_flush, true)) return;
    to_flush_.push_back(&which);
}

void pool::parts::flush() {
    // Reports may begin further messages, which put connections on the list again.
    while (!to_flush_.empty() || !stillborn_.empty()) {
        flushing_.swap(to_flush_);
        for (connection* const one : flushing_) {
            one->books.to_flush = false;
            if (one->at() != connection::phase::open) continue;
            one->messages().flush();
            on_connection_changed(*one);
        }
        flushing_.clear();
        end_stillborn();
    }
    if (wanted_ > room_) open_more();
    bury();
}

// Servers answer roughly in the order in which they were asked. At the middle itself the peer would
// have too little left while this side wakes up; with many in flight a few dozens are enough.
void pool::parts::append_midway(std::vector<int>& into) const {
    constexpr std::size_t in_flight_min = 4;
    constexpr std::size_t before_max = 32;
    constexpr int awaited = 2;
    if (sums_.http_major != 1 || in_time_.size() < in_flight_min) return;
    const auto before = std::min(in_time_.size() * 3 / 8, before_max);
    const flight* one = in_time_.first();
    for (std::size_t i = 0; i < before; ++i)
        one = one->after;
    for (int i = 0; i < awaited; ++i, one = one->after)
        into.push_back(one->on->channel().fd());
}

void pool::parts::end_stillborn() {
    while (!stillborn_.empty()) {
        flight& one = *stillborn_.first();
        core::attempt_report report;
        report.which = one.which;
        report.furthest = core::attempt_step::idle_check;
        report.trouble = "the server had closed the kept connection";
        report.ended = clock_.now();
        on_flight_ended(one, report);
    }
}

void pool::parts::on_flight_ended(flight& one, core::attempt_report& report) {
    if (one.on == nullptr) {
        stillborn_.remove(one);
    } else {
        (one.late ? overdue_ : in_time_).remove(one);
        if (report.furthest == core::attempt_step::answered) {
            pacing_.on_answered();
            alone_until_ = core::instant::min();
        }
        one.on->books.idle_since = report.ended;
        // Room first, so that the sink can use it at once.
        if (one.on->at() == connection::phase::open) {
            // The list is in the order of use; HTTP/1.1 comes back to it by itself.
            if (one.on->messages().flights() == 0) unlist_ready(*one.on);
            reckon(*one.on);
        }
    }
    report.begun = one.begun;
    flights_.close(one);
    ++sums_.ended;
    sink_.on_attempt_ended(report);
}

void pool::parts::on_connection_changed(connection& which) {
    if (which.at() == connection::phase::open) {
        if (which.broken()) {
            which.end(wire::channel_status::failed,
                      "the connection broke: " + which.channel().why());
            return;
        }
        if ((which.messages().ending() || draining_) && which.messages().flights() == 0) {
            if (!which.messages().trouble().empty())
                tell(trouble_kind::protocol, which.messages().trouble(), false);
            which.end(wire::channel_status::done, {});
            return;
        }
        reckon(which);
        if (which.messages().wants_flush()) flush_later(which);
        return;
    }
    if (which.at() == connection::phase::over) retire(which);
}

// Where a connection belongs after something happened on it, and how much room it adds.
void pool::parts::reckon(connection& which) {
    const bool usable = which.at() == connection::phase::open && which.messages().room() > 0;
    if (usable && !which.books.listed_ready) list_ready(which);
    if (!usable && which.books.listed_ready) unlist_ready(which);
    const std::size_t room = usable ? which.messages().room() : 0;
    if (room > 0) {
        per_connection_ = room + which.messages().flights();
        if (std::exchange(which.books.dialing, false)) --dialing_;
    }
    room_ += room - which.books.room;  // unsigned wrap cancels out
    which.books.room = room;
}

void pool::parts::list_ready(connection& which) noexcept {
    which.books.listed_ready = true;
    which.books.before = nullptr;
    which.books.after = ready_first_;
    (ready_first_ != nullptr ? ready_first_->books.before : ready_last_) = &which;
    ready_first_ = &which;
    ++ready_;
}

void pool::parts::unlist_ready(connection& which) noexcept {
    if (!std::exchange(which.books.listed_ready, false)) return;
    connection* const before = which.books.before;
    connection* const after = which.books.after;
    (before != nullptr ? before->books.after : ready_first_) = after;
    (after != nullptr ? after->books.before : ready_last_) = before;
    which.books.before = which.books.after = nullptr;
    room_ -= std::exchange(which.books.room, 0);
    --ready_;
}

pool_stats& pool_stats::operator+=(const pool_stats& other) noexcept {
    open += other.open;
    ready += other.ready;
    dialing += other.dialing;
    late += other.late;
    in_flight += other.in_flight;
    dials += other.dials;
    dials_failed += other.dials_failed;
    handshakes += other.handshakes;
    resumed += other.resumed;
    begun += other.begun;
    ended += other.ended;
    sent_bytes += other.sent_bytes;
    received_bytes += other.received_bytes;
    http_major = std::max(http_major, other.http_major);
    return *this;
}

pool_stats pool::parts::stats() const {
    pool_stats now = sums_;
    now.open = connections_.size() - dialing_;
    now.ready = ready_;
    now.dialing = dialing_;
    now.late = late_;
    now.in_flight = flights_.open_count();
    for (const auto& one : connections_) {
        if (const auto* channel = one->channel_or_null()) {
            now.sent_bytes += channel->sent_bytes();
            now.received_bytes += channel->received_bytes();
        }
    }
    return now;
}

}  // namespace tidings::net
