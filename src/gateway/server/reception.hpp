// What all connections share: it numbers requests, asks the faults, lets the rules judge, keeps the
// ledger and the counters. The sessions bring requests and carry answers; they decide nothing.
#pragma once

#include "gateway/rules/faults.hpp"
#include "gateway/rules/ledger.hpp"
#include "gateway/rules/ledger_file.hpp"
#include "gateway/rules/rules.hpp"
#include "gateway/rules/sessions.hpp"
#include "gateway/rules/statistics.hpp"
#include "gateway/server/server_options.hpp"
#include "wire/clock.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace tidings::gateway {

// One request from its first byte to its answer.
struct exchange {
    std::uint64_t number = 0;  // of all requests, counted from 1; 0: none begun
    request_plan plan;
    std::uint16_t status = 0;
    std::string_view content_type;
    std::string_view body;
    std::string retry_after;
    std::string_view location;         // in the plan's rule
    std::string kept_type, kept_body;  // of an answer that may come late
    std::optional<ledger::entry_number> entry;
};

class reception {
  public:
    reception(rules judging, fault_desk faults, const server_options& options,
              const wire::clock& clock, ledger_file file);

    // The first byte of a request came, or is about to be read.
    void begin(exchange& one);
    // It was read whole: completes the plan. `one` keeps what began.
    void read(exchange& one, const call& asked);
    // Judges it (or does what the plan puts in its place) and fills in the answer.
    void process(exchange& one, const call& asked);
    // What became of a triggered message's answer.
    void settle(ledger::entry_number entry, delivery fate);
    // An answer that no rule made: the request could not be read.
    void count_unreadable(std::uint16_t status);

    connection_plan plan_connection();

    std::string_view http_date();
    core::duration faults_elapsed() const { return clock_.now() - faults_since_; }
    core::instant now() const noexcept { return clock_.now(); }
    bool faultless() const noexcept { return faults_.idle(); }

    rules& judging() noexcept { return rules_; }
    const rules& judging() const noexcept { return rules_; }
    const ledger& book() const noexcept { return book_; }
    fault_desk& faults() noexcept { return faults_; }
    void replace_faults(fault_desk faults);
    void set_clock_offset(core::duration offset) noexcept { options_.clock_offset = offset; }
    const server_options& options() const noexcept { return options_; }
    statistics& counters() noexcept { return counters_; }
    // Counters, ledger and worst windows begin anew; tokens, jti and windows stay.
    void forget();
    ledger_file& file() noexcept { return file_; }

  private:
    core::time_stamp stamp() const;
    static void keep_words(exchange& one, std::string_view type, std::string body);
    void answer_question(exchange& one, const call& asked);
    void process_strangely(exchange& one, const call& asked);
    void take_decision(exchange& one, const decision& said);

    rules rules_;
    fault_desk faults_;
    server_options options_;
    const wire::clock& clock_;
    core::instant started_;
    core::instant faults_since_;  // what time spans of faults count from
    ledger book_;
    ledger_file file_;
    statistics counters_;
    message_body_reader numbers_;  // for number patterns
    std::string date_;
    std::int64_t date_of_ = -1;
};

}  // namespace tidings::gateway
