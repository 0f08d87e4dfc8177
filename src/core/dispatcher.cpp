#include "core/dispatcher.hpp"

#include <algorithm>

namespace tidings::core {

dispatcher::hands::hands(const dispatcher_options& options, std::vector<bot_id> lane_bots,
                         limiter& limits, past& before)
    : roster(std::move(lane_bots)),
      tokens(roster.bots()),
      held({.lane_max = options.lane_capacity, .delayed_max = options.delayed_max}, roster),
      flights(options.in_flight_max),
      book(std::move(before.states), before.counts, options.in_doubt_first),
      answers(options.answers),
      endpoints(options.endpoints,
                {.troubled = before.endpoints.troubled,
                 .in_doubt = before.endpoints.in_doubt || book.doubt().at_risk() > 0,
                 .now = before.endpoints.now},
                options.seed, roster, answers, limits, book),
      caps(options.caps, before.sent_until) {
    tally.requests = before.requests;
}

dispatcher::dispatcher(dispatcher_options options, std::vector<bot_id> lane_bots, limiter& limits,
                       lane_choice& lanes, calendar& hours, stop_rules& rules, retry_policy retry,
                       past before)
    : rules_(rules),
      hours_(hours),
      hands_(options, std::move(lane_bots), limits, before),
      retries_(retry, options.seed),
      recall_(hands_.course, hands_.roster, lanes, hands_.suppressed, hands_.held, hands_.book),
      later_({.park_after = options.park_after,
              .token_each = options.token_each,
              .probe_after = options.probe_after,
              .probe_within = options.probe_within},
             hands_.course, hands_.roster, hands_.endpoints, hours, hands_.suppressed, hands_.held,
             hands_.caps, hands_.book),
      settles_(rules, hours, lanes, hands_.roster, hands_.course, recall_, hands_.book),
      doubts_({.unknown = options.unknown,
               .token_each = options.token_each,
               .tries_max = options.tries_max,
               .released_at = std::move(before.released_at)},
              hands_.course, hands_.roster, hours, retries_, later_, settles_, hands_.book,
              hands_.tally),
      intake_(hands_.course, hands_.roster, lanes, hours, hands_.suppressed, hands_.held, later_,
              doubts_, hands_.book),
      releases_(options.release_ahead_max, hands_.course, hands_.roster, hands_.endpoints, hours,
                hands_.held, later_, hands_.book),
      departures_({.limits = limits,
                   .rules = rules,
                   .hours = hours,
                   .course = hands_.course,
                   .roster = hands_.roster,
                   .tokens = hands_.tokens,
                   .held = hands_.held,
                   .flights = hands_.flights,
                   .later = later_,
                   .releases = releases_,
                   .endpoints = hands_.endpoints,
                   .caps = hands_.caps,
                   .tally = hands_.tally}),
      fates_({.limits = limits,
              .rules = rules,
              .roster = hands_.roster,
              .flights = hands_.flights,
              .departures = departures_,
              .tokens = hands_.tokens,
              .course = hands_.course,
              .recall = recall_,
              .retries = retries_,
              .later = later_,
              .settles = settles_,
              .doubts = doubts_,
              .book = hands_.book,
              .tally = hands_.tally,
              .endpoints = hands_.endpoints,
              .answers = hands_.answers,
              .caps = hands_.caps},
             options.tries_max) {}

bool dispatcher::wants_batch_now() const {
    if (hands_.course.draining()) return in_flight() == 0;
    if (!hands_.course.running()) return false;
    const bool nothing_else = !intake_.pass_under_way() && hands_.book.held() == 0;
    return (nothing_else && has_something_to_commit()) || releases_.is_urgent();
}

bool dispatcher::take_batch(journal_batch& out, time_stamp now) {
    releases_.release(now);
    if (hands_.course.draining() && in_flight() == 0) recall_.put_back_released(now.wall);
    return hands_.book.take(out);
}

// Draining, and nothing is left that a crash could leave in doubt.
bool dispatcher::drained() const {
    return hands_.course.draining() && in_flight() == 0 && hands_.book.all_at_risk_is_inherited() &&
           hands_.book.empty() && !hands_.book.under_way();
}

void dispatcher::on_batch_durable(time_stamp frame) {
    hands_.held.on_durable(frame.wall, frame.steady);
    hands_.book.on_durable();
    if (drained()) hands_.course.end();
}

void dispatcher::on_releases_refused(time_stamp now) {
    releases_.on_refused(now.steady);
    hands_.book.on_releases_refused();
    if (drained()) hands_.course.end();
}

void dispatcher::on_journal_failed(std::string why) {
    releases_.on_journal_failed();
    hands_.course.drain({stop_status::journal_failed, std::move(why)});
}

void dispatcher::on_time(time_stamp now) {
    if (hands_.course.ending()) return;
    if (hours_.expired(now.wall) && hands_.book.held() > in_flight()) recall_.expire(now.wall);
    settles_.obey(rules_.on_time(now.steady));
    hands_.endpoints.on_time(now.steady);
    intake_.on_time(now);
    if (phase() != send_phase::paused) later_.bring_back(now);
}

void dispatcher::set_connected(bot_id bot, bool connected) {
    if (hands_.roster.bot_connected(bot) == connected) return;
    hands_.roster.set_connected(bot, connected);
    if (connected)
        hands_.held.mark_bot_changed(bot);
    else
        hands_.held.mark_bot_wanting(bot);
}

instant dispatcher::next_due(time_stamp now) {
    if (!hands_.course.running()) return never;
    instant next =
        std::min({hands_.held.delayed().next_due(), rules_.ends_at(),
                  releases_.goes_on_at(now.steady), departures_.next_due(now),
                  hands_.endpoints.next_due(departures_.open(now)), intake_.next_due(now)});
    const auto at_wall = [&](wall_time moment) {
        if (moment > now.wall) next = std::min(next, now.steady + (moment - now.wall));
    };
    if (const auto start = hours_.starts_at()) at_wall(*start);
    if (const auto end = hours_.expires_at()) at_wall(*end);
    return next;
}

void dispatcher::on_question_ended(bot_id bot, const attempt_report& report, time_stamp now) {
    if (hands_.endpoints.on_question_ended(bot, report, now)) return;
    recall_.give_up_bot(bot, {stop_status::stopped, hands_.endpoints.why_given_up(bot)});
}

std::optional<instant> dispatcher::idle_until() const {
    const auto& held = hands_.held;
    if (held.delayed().empty() || in_flight() > 0 || held.in_lanes() > 0) return std::nullopt;
    return held.delayed().next_due();
}

std::uint64_t dispatcher::retries() const {
    const auto last_ones = counts()[outcome::accepted] + counts()[outcome::rejected] +
                           counts()[outcome::unknown] + counts()[outcome::failed] + in_flight();
    return requests() > last_ones ? requests() - last_ones : 0;
}

bool dispatcher::finished() const {
    if (phase() == send_phase::drained || drained()) return true;
    return !hands_.course.draining() && intake_.nothing_left() && hands_.book.held() == 0 &&
           hands_.book.empty() && !hands_.book.under_way();
}

}  // namespace tidings::core
