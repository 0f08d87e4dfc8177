#include "net/pool_parts.hpp"

#include <utility>

namespace tidings::net {

void pool::parts::on_tick(core::instant now) {
    look_at_deadlines(now);
    if (dialing_ > 0) look_at_dials(now);
    look_at_idle(now);
    if (now >= next_look_at_sessions_) {
        next_look_at_sessions_ = now + std::chrono::seconds(1);
        look_at_sessions(now);
    }
    if (addresses_.asking() && addresses_.size() == 0 && !told_about_names_ &&
        now - addresses_.asked_at() >= options_.connect_timeout) {
        told_about_names_ = true;
        tell(trouble_kind::resolve,
             "host name \"" + where_.host + "\" is not resolved yet: no name server answers",
             false);
    }
    if (wanted_ > room_) open_more();
    flush();
}

// Two queues in the order of begin(): the first of each is the next that can be due.
void pool::parts::look_at_deadlines(core::instant now) {
    while (!in_time_.empty() && now - in_time_.first()->begun >= options_.request_timeout) {
        flight& one = *in_time_.first();
        in_time_.remove(one);
        overdue_.append(one);
        one.late = true;
        connection& on = *one.on;
        on.messages().on_late(one);
        if (on.messages().ending() && !std::exchange(on.books.late, true)) ++late_;
        reckon(on);
    }
    const core::duration all = options_.request_timeout + options_.late_for;
    while (!overdue_.empty() && now - overdue_.first()->begun >= all) {
        flight& one = *overdue_.first();
        connection& on = *one.on;
        const std::size_t before = overdue_.size();
        on.messages().give_up(one, "no answer in time");
        on_connection_changed(on);
        if (overdue_.size() >= before) return;  // a session that keeps it is a bug; do not spin
    }
}

void pool::parts::look_at_dials(core::instant now) {
    // From the back: what fails is replaced by the last one, which has been looked at.
    for (std::size_t i = connections_.size(); i-- > 0;) {
        if (i >= connections_.size()) continue;
        connection& one = *connections_[i];
        const bool dialing =
            one.at() == connection::phase::connecting || one.at() == connection::phase::handshaking;
        if (dialing && now - one.since() >= options_.connect_timeout) one.dial_timed_out();
    }
}

// The least recently used first: behind the first that may stay, all may.
void pool::parts::look_at_idle(core::instant now) {
    while (ready_last_ != nullptr) {
        connection& oldest = *ready_last_;
        if (oldest.messages().flights() > 0) return;
        if (now - oldest.books.idle_since < options_.idle_max) return;
        oldest.end(wire::channel_status::done, {});
    }
}

// HTTP/2 asks for signs of life; once a second is often enough.
void pool::parts::look_at_sessions(core::instant now) {
    if (sums_.http_major != 2) return;
    for (std::size_t i = connections_.size(); i-- > 0;) {
        if (i >= connections_.size()) continue;
        connection& one = *connections_[i];
        if (one.at() != connection::phase::open) continue;
        one.messages().on_tick(now);
        on_connection_changed(one);
    }
}

void pool::parts::drain() {
    draining_ = true;
    wanted_ = 0;
    for (std::size_t i = connections_.size(); i-- > 0;) {
        if (i >= connections_.size()) continue;
        connection& one = *connections_[i];
        if (one.at() == connection::phase::open) {
            if (one.messages().flights() == 0) one.end(wire::channel_status::done, {});
        } else {
            one.drop(false);
            retire(one);
        }
    }
}

void pool::parts::abort() {
    drain();
    while (!connections_.empty())
        connections_.back()->end(wire::channel_status::again, "given up: the run was stopped");
    flush();
}

}  // namespace tidings::net
