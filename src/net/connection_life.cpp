#include "net/connection_life.hpp"

namespace tidings::net {

life_act connection_life::resume(const life_event& event) noexcept {
    switch (stage_) {
        case life_stage::connecting: return while_connecting(event);
        case life_stage::tunnelling: return while_tunnelling(event);
        case life_stage::handshaking: return while_handshaking(event);
        case life_stage::open:
        case life_stage::ending: return while_carrying(event);
        case life_stage::over: return life_act::wait;
    }
    return life_act::wait;
}

life_act connection_life::while_connecting(const life_event& event) noexcept {
    if (event.what != life_event::kind::connect_seen) return on_dial_trouble(event);
    if (event.error != 0) return close(life_end::connect, life_act::fail_dial);
    if (!event.writable) return life_act::wait;
    stage_ = proxied_ ? life_stage::tunnelling : life_stage::handshaking;
    return proxied_ ? life_act::talk_to_proxy : life_act::shake_hands;
}

life_act connection_life::while_tunnelling(const life_event& event) noexcept {
    if (event.what != life_event::kind::tunnel_seen) return on_dial_trouble(event);
    switch (event.tunnel) {
        case proxy_tunnel::progress::open:
            stage_ = life_stage::handshaking;
            return life_act::shake_hands;
        case proxy_tunnel::progress::reading:
            if (event.status == wire::channel_status::again) return life_act::wait;
            break;
        case proxy_tunnel::progress::refused:
        case proxy_tunnel::progress::broken: break;
    }
    return close(life_end::no_tunnel, life_act::fail_dial);
}

life_act connection_life::while_handshaking(const life_event& event) noexcept {
    if (event.what == life_event::kind::protocol_seen) {
        if (!event.agreed) return close(life_end::protocol, life_act::fail_dial);
        stage_ = life_stage::open;
        return life_act::admit;
    }
    if (event.what != life_event::kind::handshake_seen) return on_dial_trouble(event);
    switch (event.status) {
        case wire::channel_status::again: return life_act::wait;
        case wire::channel_status::done: return life_act::choose_protocol;
        case wire::channel_status::closed:
        case wire::channel_status::cut: return close(life_end::hung_up, life_act::fail_dial);
        case wire::channel_status::failed: break;
    }
    return close(life_end::handshake, life_act::fail_dial);
}

// What may end a dial at any step.
life_act connection_life::on_dial_trouble(const life_event& event) noexcept {
    switch (event.what) {
        case life_event::kind::resources_gone:
            return close(life_end::resources, life_act::fail_dial);
        case life_event::kind::dial_timed_out: return close(life_end::timeout, life_act::fail_dial);
        case life_event::kind::drained:
        case life_event::kind::stopped: return close(life_end::stopped, life_act::break_off);
        case life_event::kind::connect_seen:
        case life_event::kind::tunnel_seen:
        case life_event::kind::handshake_seen:
        case life_event::kind::protocol_seen:
        case life_event::kind::stream_read:
        case life_event::kind::session_moved:
        case life_event::kind::idle_over: break;
    }
    return life_act::wait;
}

life_act connection_life::while_carrying(const life_event& event) noexcept {
    switch (event.what) {
        case life_event::kind::stream_read:
            if (event.flooded) return close(life_end::flooded, life_act::break_off);
            switch (event.status) {
                case wire::channel_status::done: {
                    const auto next = on_session_moved(event);
                    return next == life_act::wait ? life_act::read_on : next;
                }
                case wire::channel_status::again: return on_session_moved(event);
                case wire::channel_status::closed:
                case wire::channel_status::cut:
                case wire::channel_status::failed: break;
            }
            return close(life_end::peer_gone, life_act::break_off);
        case life_event::kind::session_moved: return on_session_moved(event);
        case life_event::kind::idle_over:
            if (event.in_flight > 0) return life_act::wait;
            return close(life_end::idle, life_act::part);
        case life_event::kind::drained: stage_ = life_stage::ending; return on_session_moved(event);
        case life_event::kind::stopped: return close(life_end::stopped, life_act::break_off);
        case life_event::kind::connect_seen:
        case life_event::kind::tunnel_seen:
        case life_event::kind::handshake_seen:
        case life_event::kind::protocol_seen:
        case life_event::kind::resources_gone:
        case life_event::kind::dial_timed_out: break;
    }
    return life_act::wait;
}

life_act connection_life::on_session_moved(const life_event& event) noexcept {
    if (event.broken) return close(life_end::broken, life_act::break_off);
    if (event.ending) stage_ = life_stage::ending;
    if (stage_ != life_stage::ending || event.in_flight > 0) return life_act::wait;
    return close(life_end::finished, life_act::part);
}

life_act connection_life::close(life_end why, life_act how) noexcept {
    stage_ = life_stage::over;
    end_ = why;
    return how;
}

}  // namespace tidings::net
