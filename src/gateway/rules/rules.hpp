// The endpoint's judgement: one request in, one decision out, in the order and the words of
// contract.md sections 1 to 4. Pure: no socket, no clock, no log; `now` is an argument. It does not
// keep the ledger (ledger.hpp) and does not misbehave (faults.hpp).
#pragma once

#include "core/failure.hpp"
#include "core/phone_number.hpp"
#include "core/time.hpp"
#include "gateway/rules/message_body.hpp"
#include "gateway/rules/replies.hpp"
#include "gateway/rules/service.hpp"
#include "gateway/rules/token_desk.hpp"
#include "gateway/rules/windows.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace tidings::gateway {

// A request as far as it matters. The views must live during the call.
struct call {
    std::string_view method;
    std::string_view target;  // path and query
    std::optional<std::string_view> auth;
    std::string_view content_type;  // empty: none
    std::string_view body;
};

// A (bot, number) pair: index into rules::senders().
using sender_id = std::uint16_t;

// What a triggered message leaves behind.
struct triggered_message {
    core::wall_time at{};
    core::phone_number to;
    std::uint64_t token = 0;
    sender_id sender = 0;
};

struct decision {
    verdict_case why = verdict_case::no_route;
    std::uint16_t status = 404;
    std::string_view body;          // lives until the service is changed
    std::string_view content_type;  // the same
    std::optional<std::uint32_t> retry_after_s;
    std::optional<triggered_message> message;  // set exactly when why == triggered
};

// A question for sessions, judged: the words of its refusal, or whose sessions may be listed.
struct question_decision {
    decision refused;
    std::optional<std::string_view> bot;  // of the request's target; set when it may be answered
};

struct sender_name {
    std::string bot;
    core::phone_number number;
};

class rules {
  public:
    // Fails when the service contradicts itself (two bots of one id, an app of an unknown account).
    static core::result<rules> make(service_options service, reply_table words);
    rules(rules&&) noexcept;
    rules& operator=(rules&&) noexcept;
    ~rules();

    decision judge(const call& one, core::time_stamp now);
    // Whether the request is that other call (contract.md section 8): it triggers nothing.
    bool asks_for_sessions(const call& one) const;
    // Its method, token, app and limits; the body is sessions.hpp's to read.
    question_decision judge_question(const call& one, core::time_stamp now);
    // The call was received and is not processed (a fault swallows it): it may fill windows, and
    // does nothing else.
    void count_unprocessed(const call& one, core::time_stamp now);

    const std::vector<sender_name>& senders() const noexcept { return sender_names_; }
    const service_options& service() const noexcept { return service_; }

    // Another service and other words from now on. What was used stays used: token ids, and the
    // windows of every scope that has its name. Sender ids stay what they are. Fails like make, and
    // then nothing has changed.
    core::result<void> change_service(service_options service, reply_table words);

    // New limits for one scope; false when there is no such account, bot or sender.
    enum class scope : std::uint8_t { account, bot, sender };
    bool has_scope(scope kind, std::string_view name) const;
    bool change_limits(scope kind, std::string_view name,
                       const std::vector<core::rate_limit>& limits);
    void change_limit_options(const limit_options& options);

    // For the statistics: every window with the scope it belongs to.
    struct window_view {
        scope kind;
        std::string name;  // account, bot id, or bot id + " " + number
        const call_window* window;
    };
    std::vector<window_view> windows() const;
    void forget_worst();

    // The words for a case that is not judged here.
    decision reply_of(verdict_case what) const;

    std::uint64_t tokens_verified() const noexcept { return verified_before_ + desk_.verified(); }

  private:
    struct judged;
    struct bot_state;
    struct canned {
        std::uint16_t status;
        std::string body;
        std::string content_type;
        bool ignore;
    };

    rules(service_options service, token_desk desk, reply_table words);
    core::result<void> index_service();
    using known_senders = boost::unordered_flat_map<std::string, sender_id>;
    core::result<void> index_number(std::size_t bot, std::size_t number,
                                    const known_senders& known);
    void keep_windows_of(const rules& before);
    void render(const reply_table& words);
    std::optional<std::string_view> bot_named_in(std::string_view target,
                                                 std::string_view call_name) const;
    std::optional<std::uint16_t> known_bot(std::string_view id) const;
    bool may_use(const app_options& app, std::string_view bot) const;
    std::optional<verdict_case> first_refusal(judged& one);
    std::optional<verdict_case> refusal_of_question(judged& one);
    std::optional<verdict_case> refusal_by_address(judged& one);
    std::optional<verdict_case> refusal_by_token(judged& one);
    std::optional<verdict_case> refusal_by_jti(judged& one);
    std::optional<verdict_case> refusal_by_app(judged& one, const std::vector<bool>& allowed);
    std::optional<verdict_case> refusal_by_limit(judged& one, scope_windows& windows);
    std::optional<verdict_case> refusal_by_body(judged& one);
    std::optional<verdict_case> refusal_by_number(judged& one);
    std::optional<verdict_case> unless_ignored(verdict_case what) const;
    void fill_windows(const judged& one);
    void fill_reply(judged& one, verdict_case why, decision& out);

    service_options service_;
    token_desk desk_;
    replay_memory used_;
    std::array<canned, verdict_case_count> replies_;
    std::string old_limit_body_;
    std::vector<scope_windows> account_windows_;
    std::vector<bot_state> bots_;
    std::vector<scope_windows> sender_windows_;
    std::vector<sender_name> sender_names_;
    boost::unordered_flat_map<std::string_view, std::uint16_t> bot_by_id_;
    std::vector<bool> may_send_;  // app has the scope
    std::vector<bool> may_ask_;   // and the one for sessions
    message_body_reader body_reader_;
    std::uint64_t verified_before_ = 0;  // by desks before this one
};

}  // namespace tidings::gateway
