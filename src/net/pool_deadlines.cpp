// The half of net/pool that time moves: deadlines of messages and dials, idle connections.
#include "net/pool.hpp"

namespace tidings::net {

void pool::on_tick(core::instant now) {
    look_at_deadlines(now);
    if (roster_.dialing() > 0) look_at_dials(now);
    look_at_idle(now);
    if (now >= next_look_at_sessions_) {
        next_look_at_sessions_ = now + std::chrono::seconds(1);
        look_at_sessions(now);
        look_at_addresses(now);
    }
    if (plan_.names_overdue(now))
        tell(trouble_kind::resolve,
             "host name \"" + name_wanted() + "\" is not resolved yet: no name server answers",
             false);
    if (demand_.wanted > ready_.room()) open_more();
    flush();
}

void pool::look_at_deadlines(core::instant now) {
    while (attempt* const one = attempts_.next_late(now)) {
        connection& on = *one->on;
        on.messages().on_late(*one);
        if (on.messages().ending()) roster_.on_late(on);
        reckon(on);
    }
    while (attempt* const one = attempts_.next_hopeless(now)) {
        const auto ended = attempts_.ended();
        connection& on = *one->on;
        on.messages().give_up(*one, "no answer in time");
        on.review();
        if (attempts_.ended() == ended) return;  // a session that keeps it is a bug; do not spin
    }
}

void pool::look_at_dials(core::instant now) {
    roster_.each([&](connection& one) {
        if (one.life().dialing() && now - one.since() >= options_.connect_timeout)
            one.tell(life_event::kind::dial_timed_out);
    });
}

// The least recently used first: behind the first that may stay, all may.
void pool::look_at_idle(core::instant now) {
    while (const ready_place* const place = ready_.least_recent()) {
        connection& oldest = *place->owner;
        if (oldest.messages().in_flight() > 0 || now - place->idle_since < options_.idle_max)
            return;
        oldest.tell(life_event::kind::idle_over);
    }
}

// Connections have an age, and those to an address that the host has no more are left: each goes on
// to the end of its answers. A few at a time, so that others are open before the last has gone.
void pool::look_at_addresses(core::instant now) {
    if (roster_.size() == roster_.dialing()) return;
    if (plan_.refresh_names(now)) ask_names();
    const auto age_max = options_.connection_age_max;
    std::size_t left = 1 + roster_.size() / 32;
    roster_.each([&](connection& one) {
        if (left == 0 || one.life().at() != life_stage::open) return;
        const bool old = age_max > core::duration{} && now - one.since() >= age_max;
        if (!old && !plan_.left(one.to())) return;
        --left;
        one.tell(life_event::kind::drained);
        if (one.life().carries()) reckon(one);
    });
}

// HTTP/2 asks for signs of life; once a second is often enough.
void pool::look_at_sessions(core::instant now) {
    if (sums_.http_major != 2) return;
    roster_.each([&](connection& one) {
        if (!one.life().carries()) return;
        const bool served = !one.messages().ending();
        one.messages().on_tick(now);
        // It is silent: another may be dialed in its place, whatever connections_max says.
        if (served && one.messages().ending() && one.messages().in_flight() > 0)
            roster_.on_late(one);
        one.review();
    });
}

}  // namespace tidings::net
