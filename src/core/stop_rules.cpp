#include "core/stop_rules.hpp"

#include "core/wording.hpp"

#include <algorithm>
#include <cassert>

namespace tidings::core {

stop_rules::stop_rules(stop_options options, instant started, std::uint64_t texted_before)
    : options_(options),
      started_(started),
      rejected_(options.rejected_share > 0 ? std::clamp(options.share_of, 1U, 1'000'000U) : 0),
      slow_(options.latency_p99_max.count() > 0 ? latencies_kept : 0),
      texted_(texted_before) {}

stop_decision stop_rules::tripped(std::string reason) {
    decided_ = {true, stop_status::rule_tripped, std::move(reason)};
    return decided_;
}

stop_decision stop_rules::capped(std::string reason) {
    decided_ = {true, stop_status::stopped, std::move(reason)};
    return decided_;
}

stop_decision stop_rules::on_settled(outcome what, duration latency, instant now) {
    if (decided_.stop) return decided_;
    switch (what) {
        case outcome::invalid:
        case outcome::duplicate:
        case outcome::suppressed:
        case outcome::expired: return on_time(now);
        case outcome::accepted:
            rejected_in_a_row_ = 0;
            ++texted_;
            break;
        case outcome::rejected: ++rejected_in_a_row_; break;
        case outcome::unknown:
            ++unknown_;
            ++texted_;
            break;
        case outcome::failed: break;
    }
    ++settled_;
    rejected_.add(what == outcome::rejected);
    if (what == outcome::accepted || what == outcome::rejected)
        slow_.add(latency > options_.latency_p99_max);
    stop_decision found = judge_outcomes();
    if (found.stop) return found;
    if (options_.messages_max != 0 && texted_ >= options_.messages_max)
        return capped("messages_max = " + shown_count(options_.messages_max) + " is reached");
    return on_time(now);
}

stop_decision stop_rules::judge_outcomes() {
    if (options_.rejected_in_a_row != 0 && rejected_in_a_row_ >= options_.rejected_in_a_row)
        return tripped(shown_count(rejected_in_a_row_) +
                       " messages in a row were rejected (stop.rejected_in_a_row)");
    // A canary smaller than the share's base is judged by what it has.
    const bool canary_ends = options_.canary != 0 && settled_ == options_.canary;
    if (options_.rejected_share > 0 && (rejected_.full() || canary_ends) &&
        rejected_.set() > options_.rejected_share * rejected_.seen())
        return tripped(shown_count(rejected_.set()) + " of the last " +
                       shown_count(rejected_.seen()) +
                       " messages were rejected (stop.rejected_share)");
    if (options_.unknown_max != 0 && unknown_ > options_.unknown_max)
        return tripped(shown_count(unknown_) + " messages ended as unknown (stop.unknown_max)");
    if (options_.latency_p99_max.count() > 0 && (slow_.full() || canary_ends) &&
        slow_.set() * 100 > slow_.seen())
        return tripped(shown_count(slow_.set()) + " of the last " + shown_count(slow_.seen()) +
                       " answers took longer than " + spelled(options_.latency_p99_max) +
                       " (stop.latency_p99_max)");
    return {};
}

// The others are not rejected: with no accepted row of another sender between the rejected ones of
// this one, all rows would have had as many in a row, and the rule over them, which was asked
// first, would have stopped the run.
bool stop_rules::sender_fails(lane_id lane, outcome what) noexcept {
    assert(lane < rejected_of_.size());
    if (what == outcome::accepted) rejected_of_[lane] = 0;
    if (what != outcome::rejected || options_.rejected_in_a_row == 0 || decided_.stop) return false;
    return ++rejected_of_[lane] == options_.rejected_in_a_row;
}

std::string stop_rules::why_sender_fails(std::string_view from) const {
    return shown_count(options_.rejected_in_a_row) +
           " messages in a row were rejected from one sender, " + std::string(from) +
           ", and not from the others (stop.rejected_in_a_row): it sends nothing more, and rows "
           "that name it stay unsent";
}

instant stop_rules::ends_at() const noexcept {
    return options_.duration_max.count() == 0 ? never : started_ + options_.duration_max;
}

stop_decision stop_rules::on_time(instant now) {
    if (!decided_.stop && now >= ends_at())
        return capped("duration_max = " + spelled(options_.duration_max) + " is reached");
    return decided_;
}

std::uint64_t stop_rules::room(std::uint64_t most) const noexcept {
    if (decided_.stop) return 0;
    if (!canary_over()) {
        const std::uint64_t begun = settled_ + out_;
        most = std::min<std::uint64_t>(most, begun < options_.canary ? options_.canary - begun : 0);
    }
    if (options_.messages_max != 0) {
        const std::uint64_t may_be_texted = texted_ + out_;
        most = std::min(most, may_be_texted < options_.messages_max
                                  ? options_.messages_max - may_be_texted
                                  : 0);
    }
    return most;
}

}  // namespace tidings::core
