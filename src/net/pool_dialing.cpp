// The half of net/pool that opens connections: it performs the steps of net/dial_plan.
#include "net/pool.hpp"

#include <memory>
#include <utility>

namespace tidings::net {

void pool::want(std::size_t messages) {
    demand_.wanted = ready_.is_shut() ? 0 : messages;
    if (demand_.wanted > ready_.room()) open_more();
}

dial_census pool::census() const noexcept {
    dial_census now = demand_;
    now.room = ready_.room();
    now.all = roster_.size();
    now.dialing = roster_.dialing();
    now.late = roster_.late();
    return now;
}

void pool::open_more() {
    for (;;) {
        const auto step = plan_.next(clock_.now(), census());
        switch (step.what) {
            case dial_plan::act::wait: return;
            case dial_plan::act::ask_names: ask_names(); break;
            case dial_plan::act::dial: dial(step.to); break;
        }
    }
}

const std::string& pool::name_wanted() const noexcept {
    return where_.through ? where_.through->host : where_.host;
}

void pool::ask_names() {
    names_.ask(name_wanted(), where_.through ? where_.through->port : where_.port);
}

void pool::dial(const address& to) {
    auto fresh = std::make_unique<connection>(around_, clock_.now());
    ++sums_.dials;
    if (const auto failed = fresh->dial(to)) return settle_failed_dial(*failed);
    roster_.add(std::move(fresh));
}

// HTTP/2 still waits for the server's SETTINGS: until then it counts as being opened.
void pool::on_dial_succeeded(connection& which) {
    ++sums_.handshakes;
    if (which.resumed()) ++sums_.resumed;
    sums_.http_major = which.messages().http_major();
    which.ready.idle_since = clock_.now();
    // Of the dials beside it none is needed any more.
    if (plan_.on_opened(which.ready.idle_since, which.to())) end_dials();
    if (ready_.is_shut()) return which.tell(life_event::kind::drained);
    reckon(which);
    open_more();
}

void pool::end_dials() {
    roster_.each([](connection& one) {
        if (one.life().dialing()) one.tell(life_event::kind::stopped);
    });
}

void pool::on_dial_failed(connection& which, const dial_failure& why) {
    ready_.remove(which.ready);
    roster_.retire(which);
    settle_failed_dial(why);
    open_more();
}

// One address that fails is no trouble while there are others.
void pool::settle_failed_dial(const dial_failure& why) {
    ++sums_.dials_failed;
    if (plan_.on_failed(clock_.now(), why.of_address)) tell(why.kind, why.text, why.fatal);
}

void pool::on_names(const std::vector<address>& found, const std::string& trouble) {
    if (!found.empty()) {
        plan_.on_names(found);
    } else if (plan_.on_names_failed(clock_.now())) {
        tell(trouble_kind::resolve, trouble, false);
    }
    open_more();
}

}  // namespace tidings::net
