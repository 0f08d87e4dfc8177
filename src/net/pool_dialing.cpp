#include "net/pool_parts.hpp"

#include <algorithm>
#include <utility>

namespace tidings::net {

void pool::parts::want(std::size_t messages) {
    wanted_ = draining_ ? 0 : messages;
    if (wanted_ > room_) open_more();
}

// Connections still missing for what is wanted, by what is known of how much one carries.
std::size_t pool::parts::dials_needed() const noexcept {
    const std::size_t each = std::max<std::size_t>(per_connection_, 1);
    const std::size_t covered = room_ + dialing_ * each;
    if (draining_ || wanted_ <= covered) return 0;
    // The first connection shows which HTTP it is, and so how many more are of use.
    if (per_connection_ == 0) return connections_.size() == late_ ? 1 : 0;
    const std::size_t all = connections_.size();
    const std::size_t in_time = all - late_;
    if (in_time >= options_.connections_max || all >= 2 * options_.connections_max) return 0;
    const std::size_t missing = (wanted_ - covered + each - 1) / each;
    return std::min(
        {missing, options_.connections_max - in_time, 2 * options_.connections_max - all});
}

void pool::parts::open_more() {
    std::size_t needed = dials_needed();
    if (needed == 0) return;
    const core::instant now = clock_.now();
    if (now < alone_until_) return;
    needed = std::min(needed, pacing_.allowed(now, dialing_));
    while (needed-- > 0)
        if (!dial_one(now)) return;
}

// False: no use in going on now.
bool pool::parts::dial_one(core::instant now) {
    const auto* const to = addresses_.current(now);
    if (to == nullptr) return false;
    auto fresh = std::make_unique<connection>(
        connection::surroundings{set_, trust_, where_, shared_, *this}, now);
    ++sums_.dials;
    if (const auto failed = fresh->dial(*to)) {
        settle_failed_dial(*failed);
        return false;
    }
    fresh->books.place = connections_.size();
    fresh->books.dialing = true;
    connections_.push_back(std::move(fresh));
    ++dialing_;
    return true;
}

// HTTP/2 still waits for the server's SETTINGS: until then it counts as being opened.
void pool::parts::on_dial_succeeded(connection& which) {
    ++sums_.handshakes;
    if (which.resumed()) ++sums_.resumed;
    sums_.http_major = which.messages().http_major();
    pacing_.on_opened();
    addresses_.on_succeeded();
    which.books.idle_since = clock_.now();
    if (sums_.handshakes == 1) alone_until_ = which.books.idle_since + options_.first_goes_ahead;
    if (draining_) {
        which.end(wire::channel_status::done, {});
        return;
    }
    reckon(which);
    open_more();
}

void pool::parts::on_dial_failed(connection& which, const dial_failure& why) {
    retire(which);
    settle_failed_dial(why);
}

// One address that fails is no trouble while there are others.
void pool::parts::settle_failed_dial(const dial_failure& why) {
    ++sums_.dials_failed;
    const core::instant now = clock_.now();
    const bool all_failed = addresses_.on_failed(now);
    if (why.of_address && !all_failed) {
        open_more();
        return;
    }
    pacing_.on_failed(now);
    tell(why.kind, why.text, why.fatal);
}

void pool::parts::on_resolved(const std::string& trouble) {
    told_about_names_ = false;
    if (!trouble.empty() && addresses_.size() == 0) {
        pacing_.on_failed(clock_.now());
        tell(trouble_kind::resolve, trouble, false);
    }
    open_more();
}

void pool::parts::tell(trouble_kind kind, std::string_view text, bool fatal) {
    listener_.on_pool_trouble({.kind = kind,
                               .text = text,
                               .fatal = fatal,
                               .failures_in_a_row = pacing_.failures_in_a_row()});
}

// Out of the books; destroyed later, because it may be in the middle of a call.
void pool::parts::retire(connection& which) {
    if (std::exchange(which.books.retired, true)) return;
    unlist_ready(which);
    if (std::exchange(which.books.dialing, false)) --dialing_;
    if (which.books.late) --late_;
    if (const auto* channel = which.channel_or_null()) {
        sums_.sent_bytes += channel->sent_bytes();
        sums_.received_bytes += channel->received_bytes();
    }
    const std::size_t place = which.books.place;
    graveyard_.push_back(std::move(connections_[place]));
    if (place + 1 < connections_.size()) {
        connections_[place] = std::move(connections_.back());
        connections_[place]->books.place = place;
    }
    connections_.pop_back();
    if (!which.books.lost || which.books.carried) return;
    // It was opened for nothing, and so might the next one be.
    pacing_.on_failed(clock_.now());
    tell(trouble_kind::lost, "the server closed a connection before it was used", false);
}

void pool::parts::bury() {
    if (!graveyard_.empty()) graveyard_.clear();
}

}  // namespace tidings::net
