// The other side of a simulated campaign: it receives requests, processes or refuses them, and
// remembers everything. It knows nothing of the sender but what a request carries. What goes wrong
// with a request is drawn when it leaves; what it is answered is decided when it arrives.
#pragma once

#include "core/attempt.hpp"
#include "core/dispatcher.hpp"
#include "support/rolling_counter.hpp"

#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tidings::simulation {

using core::duration;
using std::chrono::milliseconds;

// What becomes of one request.
enum class mishap : std::uint8_t {
    none,
    odd_success,      // processed, 2xx with another body
    failing_success,  // 2xx whose JSON says failure; processed or not
    web_page,         // somebody else's 200 with HTML, not processed
    foreign_refusal,  // somebody else's 403 or 404, not processed
    refusal,          // 400 or 412
    limit,            // 429, or a 4xx with a limit's text
    not_now,          // 408, not processed
    busy,             // 503 with Retry-After, not processed
    busy_after,       // the same, processed
    broken,           // 500, 502, 504, not processed
    broken_after,     // the same, processed
    redirect,         // 301
    false_replay,     // "possibly a replay" for a token that is new (never for a probe)
    idle_close,       // failed before any byte
    cut_short,        // failed after some bytes: never arrives
    lost_on_the_way,  // all written, never arrives
    answer_lost,      // processed, the answer never comes
    answer_cut,       // processed, the answer stops after its status line
    beyond_goaway,    // HTTP/2: the stream is above GOAWAY's last id
    refused_stream,   // HTTP/2 REFUSED_STREAM, processed or not
    mishap_count
};

// How an endpoint behaves while it is gone, whoever answers for it then.
enum class outage_kind : std::uint8_t {
    unavailable,  // a proxy's 502 or 503
    page,         // somebody's web page
    silent,       // nothing is answered
    kind_count
};

struct request {
    core::ticket which = 0;
    core::row_number row = 0;
    core::phone_number to;
    core::wall_time jti{};
    core::bot_id bot = 0;
    core::lane_id lane = 0;
    std::uint32_t token = 0;  // generation of the bot's credentials it was signed with
    std::size_t campaign = 0;
    bool probe = false;
    bool question = false;  // with an empty body; which, row, to and lane mean nothing
    bool has_slot = true;   // a question may go without one, and is judged by none then
    mishap fault = mishap::none;
    duration arrives{};  // world time
    duration reports{};
    bool late = false;
    core::attempt_report report{};  // filled on arrival; `which` and `ended` by the sender
};

class scripted_provider {
  public:
    // How long a token of its own is good, and its id remembered.
    static constexpr duration token_life = std::chrono::minutes(30);

    scripted_provider(std::vector<std::size_t> bot_accounts, std::size_t accounts,
                      std::size_t lanes, bool token_each, std::int64_t offset_ns)
        : token_each_(token_each),
          bot_accounts_(std::move(bot_accounts)),
          good_token_(bot_accounts_.size(), 0),
          per_lane_(lanes, tests::rolling_counter({.offset_ns = offset_ns})),
          per_bot_(bot_accounts_.size(), tests::rolling_counter({.offset_ns = offset_ns})),
          per_account_(accounts, tests::rolling_counter({.offset_ns = offset_ns})) {}

    static bool arrives_at_all(mishap fault) {
        return fault != mishap::idle_close && fault != mishap::cut_short &&
               fault != mishap::lost_on_the_way && fault != mishap::beyond_goaway;
    }

    // Pre: it arrives at all. `calendar` is the true time, whatever the sender's clock says. Fills
    // the report.
    void arrive(request& one, duration at, core::wall_time calendar, std::mt19937_64& random) {
        count(one, at);
        auto& report = one.report;
        report.furthest = core::attempt_step::answered;
        if (one.token != good_token_[one.bot])
            return reply(report, 401, core::answer_text::bad_credentials);
        if (token_each_ && calendar - one.jti > token_life)
            return reply(report, 401, core::answer_text::bad_credentials);
        if (token_each_ && one.jti - calendar > token_life)
            return reply(report, 401, core::answer_text::jti_lifetime);
        if (one.question) return reply(report, 412, core::answer_text::validation);
        if (token_each_ && used_.count({one.to, one.jti}) != 0)
            return reply(report, 401, core::answer_text::replay);
        judge(one, random);
    }

    // Of its bot's and account's limits.
    void count_question(core::bot_id bot, duration at) {
        per_bot_[bot].arrived(core::instant{at});
        per_account_[bot_accounts_[bot]].arrived(core::instant{at});
    }
    // The same while the endpoint is gone.
    void arrive_in_outage(request& one, duration at, outage_kind how, std::mt19937_64& random) {
        count(one, at);
        auto& report = one.report;
        report = {};
        report.furthest = core::attempt_step::answered;
        switch (how) {
            case outage_kind::unavailable:
                return reply(report, random() % 2 == 0 ? 502 : 503, core::answer_text::html);
            case outage_kind::page: return reply(report, 403, core::answer_text::html);
            case outage_kind::silent:
            case outage_kind::kind_count: report.furthest = core::attempt_step::written; return;
        }
    }

    // The account's secret is replaced: tokens of before are refused.
    void replace_secret(core::bot_id bot) { ++good_token_[bot]; }
    std::uint32_t good_token(core::bot_id bot) const { return good_token_[bot]; }

    int processed(core::phone_number to) const {
        const auto found = processed_.find(to);
        return found == processed_.end() ? 0 : found->second;
    }
    const std::map<core::phone_number, int>& processed() const { return processed_; }
    tests::rolling_counter& of_lane(std::size_t lane) { return per_lane_[lane]; }
    tests::rolling_counter& of_bot(std::size_t bot) { return per_bot_[bot]; }
    tests::rolling_counter& of_account(std::size_t which) { return per_account_[which]; }

  private:
    static void reply(core::attempt_report& report, std::uint16_t status, core::answer_text text) {
        report.reply = core::answer{.status = status,
                                    .text = text,
                                    .complete = true,
                                    .retry_after = std::nullopt,
                                    .message = "the server's words"};
    }

    void count(const request& one, duration at) {
        if (one.question) return;
        per_lane_[one.lane].arrived(core::instant{at});
        count_question(one.bot, at);
    }

    void process(const request& one) {
        ++processed_[one.to];
        used_.insert({one.to, one.jti});
    }

    void judge(request& one, std::mt19937_64& random) {
        using core::answer_text;
        auto& report = one.report;
        switch (one.fault) {
            case mishap::none: process(one); return reply(report, 200, answer_text::triggered);
            case mishap::odd_success:
                process(one);
                return reply(report, 202, answer_text::other_json);
            case mishap::failing_success:
                if (random() % 2 == 0) process(one);
                return reply(report, 200, answer_text::failure);
            case mishap::web_page: return reply(report, 200, answer_text::html);
            case mishap::foreign_refusal:
                return random() % 2 == 0 ? reply(report, 403, answer_text::html)
                                         : reply(report, 404, answer_text::other_json);
            case mishap::refusal:
                return random() % 2 == 0 ? reply(report, 400, answer_text::validation)
                                         : reply(report, 412, answer_text::refusal);
            case mishap::limit: {
                reply(report, random() % 2 == 0 ? 429 : 400,
                      random() % 3 == 0 ? answer_text::limit_hour : answer_text::limit_minute);
                if (random() % 2 == 0) report.reply->retry_after = milliseconds(random() % 9000);
                return;
            }
            case mishap::not_now: return reply(report, 408, answer_text::html);
            case mishap::busy_after: process(one); [[fallthrough]];
            case mishap::busy:
                reply(report, 503, answer_text::html);
                report.reply->retry_after = milliseconds(random() % 9000);
                return;
            case mishap::broken_after: process(one); [[fallthrough]];
            case mishap::broken:
                return reply(report, random() % 2 == 0 ? 500 : 504, answer_text::html);
            case mishap::redirect: return reply(report, 301, answer_text::html);
            case mishap::false_replay: return reply(report, 401, answer_text::replay);
            case mishap::answer_lost:
                process(one);
                report.furthest = core::attempt_step::written;
                return;
            case mishap::answer_cut:
                process(one);
                report.furthest = core::attempt_step::status_line;
                return;
            case mishap::refused_stream:
                if (random() % 2 == 0) process(one);
                report.furthest = core::attempt_step::written;
                report.stream = core::stream_end::refused;
                return;
            case mishap::idle_close:
            case mishap::cut_short:
            case mishap::lost_on_the_way:
            case mishap::beyond_goaway:
            case mishap::mishap_count: return;
        }
    }

    bool token_each_;
    std::vector<std::size_t> bot_accounts_;
    std::vector<std::uint32_t> good_token_;
    std::map<core::phone_number, int> processed_;
    std::set<std::pair<core::phone_number, core::wall_time>> used_;
    std::vector<tests::rolling_counter> per_lane_;
    std::vector<tests::rolling_counter> per_bot_;
    std::vector<tests::rolling_counter> per_account_;
};

}  // namespace tidings::simulation
