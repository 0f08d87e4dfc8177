#include "net/dial_plan.hpp"

#include <algorithm>
#include <utility>

namespace tidings::net {

std::size_t dials_needed(const dial_census& have, std::size_t connections_max) noexcept {
    const std::size_t each = std::max<std::size_t>(have.each, 1);
    const std::size_t covered = have.room + have.dialing * each;
    if (have.wanted <= covered) return 0;
    // The first connection shows which HTTP it is, and so how many more are of use.
    if (have.each == 0) return have.all == have.late ? 1 : 0;
    const std::size_t in_time = have.all - have.late;
    if (in_time >= connections_max || have.all >= 2 * connections_max) return 0;
    const std::size_t missing = (have.wanted - covered + each - 1) / each;
    return std::min({missing, connections_max - in_time, 2 * connections_max - have.all});
}

dial_plan::dial_plan(const dial_plan_options& options, std::vector<address> literal)
    : options_(options), pacing_(options.pacing, options.seed), numeric_(!literal.empty()) {
    addresses_.replace(literal);
}

dial_plan::step dial_plan::next(core::instant now, const dial_census& have) {
    if (race_is_due(now, have)) return dial(now, racing_);
    if (dials_needed(have, options_.connections_max) == 0 || now < alone_until_) return {};
    if (pacing_.allowed(now, have.dialing) == 0) return {};
    if (names_are_due(now)) {
        asking_ = true;
        stale_ = silence_told_ = false;
        asked_at_ = now;
        return {.what = act::ask_names};
    }
    // What was known before is good enough while others are asked for.
    if (addresses_.empty()) return {};
    if (have.dialing > 0) return {.what = act::dial, .to = addresses_.current()};
    racing_ = 0;
    return dial(now, 0);
}

dial_plan::step dial_plan::dial(core::instant now, std::size_t racing) {
    racing_ = racing + 1;
    raced_at_ = now;
    return {.what = act::dial, .to = addresses_.ahead(racing)};
}

// Only while there is no connection at all: afterwards it is known which address works.
bool dial_plan::race_is_due(core::instant now, const dial_census& have) const noexcept {
    if (have.wanted == 0 || have.dialing == 0 || have.dialing != racing_) return false;
    if (have.all - have.late != have.dialing || racing_ >= addresses_.size()) return false;
    return now - raced_at_ >= next_address_after;
}

bool dial_plan::names_are_due(core::instant now) const noexcept {
    return !numeric_ && !asking_ && (stale_ || now - asked_at_ >= names_fresh_for);
}

void dial_plan::on_names(const std::vector<address>& found) {
    asking_ = false;
    addresses_.replace(found);
}

bool dial_plan::on_names_failed(core::instant now) {
    asking_ = false;
    stale_ = true;
    if (!addresses_.empty()) return false;
    pacing_.on_failed(now);
    return true;
}

bool dial_plan::refresh_names(core::instant now) noexcept {
    if (numeric_ || asking_ || addresses_.empty()) return false;
    if (now - asked_at_ < names_fresh_for) return false;
    asking_ = true;
    stale_ = silence_told_ = false;
    asked_at_ = now;
    return true;
}

bool dial_plan::names_overdue(core::instant now) noexcept {
    if (!asking_ || !addresses_.empty() || silence_told_) return false;
    if (now - asked_at_ < options_.connect_timeout) return false;
    silence_told_ = true;
    return true;
}

bool dial_plan::on_opened(core::instant now, const address& to) noexcept {
    pacing_.on_opened();
    addresses_.on_succeeded(to);
    if (!std::exchange(opened_one_, true)) alone_until_ = now + options_.first_goes_ahead;
    return std::exchange(racing_, 0) > 1;
}

void dial_plan::on_answered() noexcept {
    pacing_.on_answered();
    alone_until_ = core::instant::min();
}

bool dial_plan::on_failed(core::instant now, bool of_address) {
    const bool all_failed = addresses_.on_failed();
    // The next one need not wait for its turn.
    if (racing_ > 0) --racing_;
    raced_at_ = {};
    if (all_failed) stale_ = true;
    if (of_address && !all_failed) return false;
    pacing_.on_failed(now);
    return true;
}

}  // namespace tidings::net
