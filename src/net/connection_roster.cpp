#include "net/connection_roster.hpp"

#include <utility>

namespace tidings::net {

void connection_roster::add(std::unique_ptr<connection> fresh) {
    fresh->noted.number = living_.size();
    fresh->noted.dialing = true;
    living_.push_back(std::move(fresh));
    ++dialing_;
}

void connection_roster::on_usable(connection& which) noexcept {
    if (std::exchange(which.noted.dialing, false)) --dialing_;
}

void connection_roster::on_late(connection& which) noexcept {
    if (!std::exchange(which.noted.late, true)) ++late_;
}

bool connection_roster::retire(connection& which) {
    if (std::exchange(which.noted.retired, true)) return false;
    on_usable(which);
    if (which.noted.late) --late_;
    if (const auto* channel = which.channel_or_null()) {
        sent_bytes_ += channel->sent_bytes();
        received_bytes_ += channel->received_bytes();
    }
    const std::size_t number = which.noted.number;
    graves_.push_back(std::move(living_[number]));
    if (number + 1 < living_.size()) {
        living_[number] = std::move(living_.back());
        living_[number]->noted.number = number;
    }
    living_.pop_back();
    return true;
}

void connection_roster::flush_later(connection& which) {
    if (std::exchange(which.noted.to_flush, true)) return;
    unflushed_.push_back(&which);
}

void connection_roster::flush() {
    flushing_.swap(unflushed_);
    for (connection* const one : flushing_) {
        one->noted.to_flush = false;
        one->flush();
    }
    flushing_.clear();
}

void connection_roster::append_to(pool_stats& sums) const noexcept {
    sums.open += living_.size() - dialing_;
    sums.dialing += dialing_;
    sums.late += late_;
    sums.sent_bytes += sent_bytes_;
    sums.received_bytes += received_bytes_;
    for (const auto& one : living_) {
        if (const auto* channel = one->channel_or_null()) {
            sums.sent_bytes += channel->sent_bytes();
            sums.received_bytes += channel->received_bytes();
        }
    }
}

}  // namespace tidings::net
