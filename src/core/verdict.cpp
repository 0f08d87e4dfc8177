#include "core/verdict.hpp"

#include <array>

namespace tidings::core {

namespace {

constexpr std::int16_t is(answer_text text) {
    return static_cast<std::int16_t>(text);
}

// A limit is recognised before anything else of a 4xx: the text counts as much as the status.
constexpr std::array rules = {
    answer_rule{200, 299, is(answer_text::triggered), 0, verdict::accepted, "documented success"},
    answer_rule{200, 299, any_text, 0, verdict::accepted_odd, "2xx with another body"},
    answer_rule{300, 399, any_text, 0, verdict::misdirected, "redirects are never followed"},
    answer_rule{429, 429, any_text, 0, verdict::limited, "429"},
    answer_rule{400, 499, is(answer_text::limit_minute), 0, verdict::limited, "4xx, text"},
    answer_rule{400, 499, is(answer_text::limit_hour), 0, verdict::limited, "4xx, text"},
    answer_rule{400, 499, is(answer_text::limit_other), 0, verdict::limited, "4xx, text"},
    answer_rule{401, 401, is(answer_text::replay), 0, verdict::replayed, "401 replay"},
    answer_rule{401, 401, any_text, 0, verdict::refused_token, "401 other"},
    answer_rule{404, 405, any_text, 0, verdict::refused_token, "404, 405"},
    answer_rule{400, 400, is(answer_text::unknown_bot), 0, verdict::refused_token,
                "an unknown bot is the campaign's mistake, no recipient's"},
    answer_rule{400, 499, any_text, 0, verdict::rejected, "400, 412, other 4xx"},
    answer_rule{503, 503, any_text, 1, verdict::not_processed, "503 with Retry-After"},
    answer_rule{500, 599, any_text, 0, verdict::in_doubt, "500, 502, 504, other 5xx"},
};

bool matches(const answer_rule& rule, const answer& reply) {
    return reply.status >= rule.status_from && reply.status <= rule.status_to &&
           (rule.text == any_text || rule.text == is(reply.text)) &&
           (rule.retry_after == 0 || reply.retry_after.has_value());
}

}  // namespace

std::span<const answer_rule> answer_rules() {
    return rules;
}

verdict judge(const attempt_report& report) {
    if (report.refused_unprocessed) return verdict::not_processed;
    if (report.reply) {
        for (const auto& rule : rules)
            if (matches(rule, *report.reply)) return rule.means;
        return verdict::in_doubt;
    }
    switch (report.furthest) {
        case attempt_step::not_started:
        case attempt_step::idle_check: return verdict::untouched;
        case attempt_step::writing:
        case attempt_step::written:
        case attempt_step::status_line:
        case attempt_step::answered: return verdict::in_doubt;
    }
    return verdict::in_doubt;
}

std::string_view name_of(verdict what) {
    switch (what) {
        case verdict::accepted: return "accepted";
        case verdict::accepted_odd: return "accepted, odd answer";
        case verdict::rejected: return "rejected";
        case verdict::untouched: return "not sent";
        case verdict::not_processed: return "not processed";
        case verdict::limited: return "refused by limit";
        case verdict::replayed: return "replayed";
        case verdict::refused_token: return "token refused";
        case verdict::misdirected: return "misdirected";
        case verdict::in_doubt: return "in doubt";
    }
    return "in doubt";
}

}  // namespace tidings::core
