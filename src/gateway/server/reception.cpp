#include "gateway/server/reception.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace tidings::gateway {

reception::reception(rules judging, fault_desk faults, const server_options& options,
                     const wire::clock& clock, ledger_file file)
    : rules_(std::move(judging)),
      faults_(std::move(faults)),
      options_(options),
      clock_(clock),
      started_(clock.now()),
      faults_since_(started_),
      file_(std::move(file)) {}

core::time_stamp reception::stamp() const {
    return {clock_.now(), clock_.wall_now() + std::chrono::duration_cast<std::chrono::microseconds>(
                                                  options_.clock_offset)};
}

void reception::begin(exchange& one) {
    one.number = ++counters_.requests;
    one.entry.reset();
    if (faults_.idle()) {
        if (one.plan.any) one.plan = {};
        return;
    }
    one.plan = faults_.for_request(one.number, faults_elapsed());
}

void reception::read(exchange& one, const call& asked) {
    if (faults_.idle()) return;
    // Faults are of messages.
    if (rules_.asks_for_sessions(asked)) {
        one.plan = {};
        return;
    }
    const auto numbers = numbers_.read(asked.body).value_or(message_numbers{});
    faults_.once_read(one.plan, one.number, faults_elapsed(), numbers.from, numbers.to);
}

void reception::process(exchange& one, const call& asked) {
    one.retry_after.clear();
    one.location = {};
    if (rules_.asks_for_sessions(asked))
        answer_question(one, asked);
    else if (book_.size() >= options_.ledger_entries_max)
        take_decision(one, rules_.reply_of(verdict_case::ledger_full));
    else if (one.plan.any)
        process_strangely(one, asked);
    else
        take_decision(one, rules_.judge(asked, stamp()));
    ++counters_.answers;
    if (one.status < counters_.by_status.size()) ++counters_.by_status[one.status];
}

void reception::answer_question(exchange& one, const call& asked) {
    constexpr std::string_view json = "application/json; charset=utf-8";
    const auto said = rules_.judge_question(asked, stamp());
    if (!said.bot) return take_decision(one, said.refused);
    const auto filter = read_session_filter(asked.body, stamp().wall);
    if (!filter) return take_decision(one, rules_.reply_of(verdict_case::bad_body));
    one.status = 200;
    keep_words(one, json, list_sessions(book_, rules_.senders(), *said.bot, *filter));
}

void reception::process_strangely(exchange& one, const call& asked) {
    const auto now = stamp();
    if (one.plan.processed)
        take_decision(one, rules_.judge(asked, now));
    else if (one.plan.seen)
        rules_.count_unprocessed(asked, now);
    if (one.plan.reply == nullptr) return keep_words(one, one.content_type, std::string(one.body));
    const auto& rule = *one.plan.reply;
    one.status = rule.words.status;
    keep_words(one, rule.words.content_type, render_body(rule.words));
    one.retry_after = rule.retry_after;
    one.location = rule.location;
}

// Its answer may come late, when the words that it was judged with are others'.
void reception::keep_words(exchange& one, std::string_view type, std::string body) {
    one.kept_type = type;
    one.kept_body = std::move(body);
    one.content_type = one.kept_type;
    one.body = one.kept_body;
}

void reception::take_decision(exchange& one, const decision& said) {
    one.status = said.status;
    one.content_type = said.content_type;
    one.body = said.body;
    if (said.retry_after_s) one.retry_after = fmt::format_int(*said.retry_after_s).str();
    ++counters_.by_case[static_cast<std::size_t>(said.why)];
    if (said.message) one.entry = book_.add(*said.message);
}

void reception::settle(ledger::entry_number entry, delivery fate) {
    book_.set_delivery(entry, fate);
    if (file_ && entry < book_.size()) file_.write(entry, book_[entry], rules_.senders());
}

void reception::count_unreadable(std::uint16_t status) {
    ++counters_.unreadable;
    ++counters_.answers;
    ++counters_.by_status[status];
}

connection_plan reception::plan_connection() {
    ++counters_.connections;
    if (faults_.idle()) return {};
    return faults_.for_connection(counters_.connections, faults_elapsed());
}

std::string_view reception::http_date() {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(stamp().wall).time_since_epoch();
    if (seconds.count() != date_of_) {
        date_of_ = seconds.count();
        date_ = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                            fmt::gmtime(static_cast<std::time_t>(date_of_)));
    }
    return date_;
}

void reception::replace_faults(fault_desk faults) {
    faults_ = std::move(faults);
    faults_since_ = clock_.now();
}

void reception::forget() {
    book_.clear();
    rules_.forget_worst();
    const auto open = counters_.connections_open;
    counters_ = {};
    counters_.connections_open = open;
}

}  // namespace tidings::gateway
