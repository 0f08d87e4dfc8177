#include "core/endpoint_watch.hpp"

#include "core/settling.hpp"
#include "core/wording.hpp"

#include <algorithm>

namespace tidings::core {

namespace {

constexpr std::size_t words_max = 100;

// On one line, whatever the server sent.
std::string plain(std::string_view said) {
    std::string text;
    for (const char c : said.substr(0, words_max)) {
        const bool shown = c > 0x20 && c < 0x7F;
        if (shown || (!text.empty() && text.back() != ' ')) text += shown ? c : ' ';
    }
    if (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
}

// "status 503, \"<html>...\"", or what went wrong where no answer came.
std::string words_for_people(const attempt_report& report) {
    std::string text;
    if (report.reply) text = "status " + std::to_string(report.reply->status);
    const auto said = plain(words_of(report));
    if (said.empty()) return text.empty() ? "no answer" : text;
    if (!report.reply) return said;
    return text + ", \"" + said + "\"";
}

bool never_left(const attempt_report& report) {
    return !report.reply && report.furthest == attempt_step::not_started;
}

breaker_start start_of(const std::string& bot, const endpoint_past& before) {
    const auto& troubled = before.troubled;
    if (std::find(troubled.begin(), troubled.end(), bot) != troubled.end())
        return breaker_start::troubled;
    return before.in_doubt ? breaker_start::careful : breaker_start::unknown;
}

}  // namespace

endpoint_watch::endpoint_watch(endpoint_options options, const endpoint_past& before,
                               std::uint64_t seed, const lane_roster& roster,
                               const own_rules& answers, limiter& limits, settlement_book& book)
    : options_(std::move(options)),
      roster_(roster),
      answers_(answers),
      limits_(limits),
      book_(book),
      random_(seed ^ 0x7402'B1E5) {
    for (bot_id bot = 0; bot < roster.bots(); ++bot) {
        const auto number = std::to_string(bot + 1);
        auto name = bot < options_.names.size() ? options_.names[bot]
                                                : endpoint_name{number, "endpoint " + number};
        const auto start = start_of(name.bot, before);
        all_.push_back({.breaker = circuit_breaker(options_.trouble, start, before.now),
                        .window = flight_window(),
                        .name = std::move(name),
                        .words = {},
                        .owed = {},
                        .owed_questions = {}});
        auto& its = all_.back();
        look_at(its, before.now);
        if (its.in_trouble) its.words = "when the last process ended";
        each_lane(bot, [&](lane_id lane) {
            its.owed_from_before = its.owed_from_before || limits_.owes_from_before(lane);
        });
        its.owed_pause = options_.trouble.ask_first;
        if (its.owed_from_before) its.owed_ask_at = before.now + its.owed_pause;
    }
}

void endpoint_watch::on_ended(const flight& one, const attempt_report& report,
                              const own_rules::ruling& what, instant now) {
    const auto bot = roster_.bot_of(one.lane);
    auto& its = all_[bot];
    const auto sign = what.sign;
    its.window.on_ended(one.left, now);
    if (what.what == verdict::in_doubt) {
        if (!owes(its)) its.owed_ask_at = now + its.owed_pause;
        its.owed.owe(one.lane, now);
    }
    if (sign == endpoint_sign::well && owes(its)) on_good_answer(bot, one.left, now);
    if (sign == endpoint_sign::trouble) its.words = words_for_people(report);
    its.breaker.on_ended(one.number, one.left, sign, report.reply.has_value(), now, random_);
    if (sign == endpoint_sign::trouble || its.in_trouble) look_at(its, now);
}

std::optional<bot_id> endpoint_watch::take_question(time_stamp now) {
    for (bot_id bot = 0; bot < all_.size(); ++bot)
        if (may_ask(bot, now)) return bot;
    return std::nullopt;
}

bool endpoint_watch::may_ask(bot_id bot, time_stamp now) {
    auto& its = all_[bot];
    if (its.asking || roster_.bot_given_up(bot)) return false;
    const bool for_trouble = its.breaker.wants_question(now.steady);
    const bool wanted = for_trouble || wants_slots_back(bot, now.steady);
    // It has become well before the question could leave.
    if (!wanted && its.noted_in != 0) give_back_slot(its, {}, now);
    if (!wanted || !has_slot(bot, now)) return false;
    if (for_trouble) its.breaker.on_question_left();
    its.noted_in = 0;
    its.asking = true;
    its.asked_at = now.steady;
    ++its.questions;
    return true;
}

// Or needs none. The slot is taken at once, and on record before the question leaves: a process
// that dies meanwhile is not to forget it.
bool endpoint_watch::has_slot(bot_id bot, time_stamp now) {
    auto& its = all_[bot];
    if (its.noted_in != 0) return book_.is_durable(its.noted_in);
    if (its.not_before > now.steady) return false;
    const auto slot = find_slot(bot, now.steady);
    if (slot.at == never && owes(its)) return true;
    if (slot.at > now.steady) {
        its.not_before = slot.at == never ? now.steady + options_.trouble.ask_first : slot.at;
        return false;
    }
    its.slot_of = slot.lane;
    limits_.take_aside(its.slot_of, now.steady);
    book_.spend_question(its.slot_of, now.wall, true);
    its.noted_in = book_.that_batch();
    return false;
}

// Only an answer could bring a slot back for some lane, and no message leaves that would have one.
bool endpoint_watch::wants_slots_back(bot_id bot, instant now) {
    auto& its = all_[bot];
    if (its.breaker.open() || !owes(its) || its.owed_ask_at > now) return false;
    bool blocked = false;
    each_lane(bot,
              [&](lane_id lane) { blocked = blocked || limits_.earliest(lane, now) == never; });
    if (!blocked) its.owed_ask_at = now + options_.trouble.ask_first;
    return blocked;
}

void endpoint_watch::on_good_answer(bot_id bot, instant left, instant now) {
    auto& its = all_[bot];
    its.owed.on_good_answer(left, [&](lane_id lane) {
        limits_.given_back(lane, now);
        slots_back_.push_back(lane);
    });
    its.owed_questions.on_good_answer(left, [&](lane_id lane) {
        limits_.answered_aside(lane, now);
        slots_back_.push_back(lane);
    });
    if (std::exchange(its.owed_from_before, false))
        each_lane(bot, [&](lane_id lane) {
            limits_.given_back_from_before(lane, now);
            slots_back_.push_back(lane);
        });
    its.owed_pause = options_.trouble.ask_first;
    its.owed_ask_at = owes(its) ? now + its.owed_pause : never;
}

endpoint_watch::spare_slot endpoint_watch::find_slot(bot_id bot, instant now) {
    spare_slot first;
    for (lane_id lane = 0; lane < roster_.lanes() && first.at > now; ++lane) {
        if (roster_.bot_of(lane) != bot) continue;
        const auto at = limits_.earliest_aside(lane, now);
        if (at < first.at) first = {lane, at};
    }
    return first;
}

bool endpoint_watch::on_question_ended(bot_id bot, const attempt_report& report, time_stamp now) {
    auto& its = all_[bot];
    give_back_slot(its, report, now);
    // Who cannot even be asked is not well either.
    const auto sign = report.reply ? answers_.judge(report).sign : endpoint_sign::trouble;
    if (sign == endpoint_sign::trouble) its.words = words_for_people(report);
    its.asking = false;
    if (owes(its)) {
        its.owed_pause = std::min(2 * its.owed_pause, options_.trouble.ask_longest);
        its.owed_ask_at = now.steady + its.owed_pause;
        if (sign == endpoint_sign::well) on_good_answer(bot, its.asked_at, now.steady);
    }
    if (never_left(report))
        its.breaker.on_question_unsent(now.steady, random_);
    else
        its.breaker.on_question_ended(sign, now.steady, random_);
    look_at(its, now.steady);
    return sign != endpoint_sign::trouble || !its.breaker.to_be_given_up(now.steady);
}

void endpoint_watch::give_back_slot(endpoint& its, const attempt_report& report, time_stamp now) {
    const auto lane = std::exchange(its.slot_of, lane_none);
    its.noted_in = 0;
    if (lane == lane_none) return;
    slots_back_.push_back(lane);
    const bool unsent = never_left(report);
    if (report.reply || unsent) book_.spend_question(lane, now.wall, false);
    if (unsent)
        limits_.returned_aside(lane);
    else if (report.reply)
        limits_.answered_aside(lane, now.steady);
    else
        its.owed_questions.owe(lane, now.steady);
}

void endpoint_watch::on_time(instant now) {
    for (auto& its : all_) {
        its.breaker.on_time(now, random_);
        if (its.breaker.open() && !its.in_trouble) {
            its.words = "no answer";
            look_at(its, now);
        }
    }
}

instant endpoint_watch::next_due(bool may_ask) const noexcept {
    instant next = never;
    for (bot_id bot = 0; bot < all_.size(); ++bot) {
        const auto& its = all_[bot];
        if (roster_.bot_given_up(bot)) continue;
        const bool waits = its.breaker.phase() == breaker_phase::waiting;
        if (!waits) next = std::min(next, its.breaker.next_due());
        if (!may_ask || its.asking || its.noted_in != 0) continue;
        if (waits || owes(its))
            next = std::min(
                next, std::max(waits ? its.breaker.next_due() : its.owed_ask_at, its.not_before));
    }
    return next;
}

void endpoint_watch::look_at(endpoint& its, instant now) {
    if (its.breaker.open()) {
        if (its.in_trouble) return;
        its.in_trouble = true;
        its.began = now;
        ++its.troubles;
        return;
    }
    if (its.breaker.phase() != breaker_phase::well || !its.in_trouble) return;
    its.in_trouble = false;
    its.lasted += now - its.began;
}

std::vector<endpoint_trouble> endpoint_watch::troubles(time_stamp now) const {
    const auto wall_of = [&](instant at) {
        return now.wall + std::chrono::duration_cast<std::chrono::microseconds>(at - now.steady);
    };
    std::vector<endpoint_trouble> made;
    for (bot_id bot = 0; bot < all_.size(); ++bot) {
        const auto& its = all_[bot];
        if (!its.in_trouble) continue;
        endpoint_trouble one{.bot = its.name.bot,
                             .name = its.name.shown,
                             .words = its.words,
                             .since = wall_of(its.began),
                             .questions = its.breaker.questions(),
                             .ask_at = std::nullopt,
                             .given_up = roster_.bot_given_up(bot)};
        const auto phase = its.breaker.phase();
        one.trying = phase == breaker_phase::trying;
        if (phase == breaker_phase::waiting && !one.given_up)
            one.ask_at = wall_of(std::max(its.breaker.ask_at(), its.not_before));
        made.push_back(std::move(one));
    }
    return made;
}

std::vector<std::string> bots_in(const std::vector<endpoint_trouble>& troubles) {
    std::vector<std::string> bots;
    for (const auto& one : troubles)
        bots.push_back(one.bot);
    return bots;
}

trouble_tally endpoint_watch::tally(instant now) const {
    trouble_tally made;
    for (const auto& its : all_) {
        made.times += its.troubles;
        made.lasted += its.lasted + (its.in_trouble ? now - its.began : duration{});
        made.questions += its.questions;
    }
    return made;
}

std::string endpoint_watch::why_given_up(bot_id bot) const {
    const auto& its = all_[bot];
    return its.name.shown + " has been in trouble for longer than " +
           spelled(options_.trouble.give_up) + " (" + its.words +
           "): given up, its rows are kept (trouble.give_up)";
}

}  // namespace tidings::core
