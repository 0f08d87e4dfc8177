#include "core/verdict.hpp"

#include <array>

namespace tidings::core {

namespace {

constexpr std::int16_t is(answer_text text) {
    return static_cast<std::int16_t>(text);
}

// A limit is recognised before anything else of a 4xx: the text counts as much as the status.
constexpr std::array rules = {
    answer_rule{200, 299, is(answer_text::triggered), verdict::accepted, "documented success"},
    answer_rule{200, 299, is(answer_text::other_json), verdict::accepted_odd, "2xx, other JSON"},
    answer_rule{200, 299, is(answer_text::cut), verdict::accepted_odd, "2xx, cut"},
    answer_rule{200, 299, is(answer_text::html), verdict::not_platform, "2xx with a page"},
    answer_rule{200, 299, any_text, verdict::in_doubt, "2xx that says failure, or nothing"},
    answer_rule{300, 399, any_text, verdict::misdirected, "redirects are never followed"},
    answer_rule{429, 429, any_text, verdict::limited, "429"},
    answer_rule{400, 499, is(answer_text::limit_minute), verdict::limited, "4xx, text"},
    answer_rule{400, 499, is(answer_text::limit_hour), verdict::limited, "4xx, text"},
    answer_rule{400, 499, is(answer_text::limit_other), verdict::limited, "4xx, text"},
    answer_rule{408, 408, any_text, verdict::not_processed, "408: it was not read whole"},
    answer_rule{421, 421, any_text, verdict::not_processed, "421: not the right server"},
    answer_rule{425, 425, any_text, verdict::not_processed, "425: too early"},
    answer_rule{401, 401, is(answer_text::replay), verdict::replayed, "401 replay"},
    answer_rule{401, 401, any_refusal, verdict::refused_token, "401 other"},
    answer_rule{404, 405, any_refusal, verdict::refused_token, "404, 405"},
    answer_rule{400, 400, is(answer_text::unknown_bot), verdict::refused_token,
                "an unknown bot is the campaign's mistake, no recipient's"},
    answer_rule{400, 499, any_refusal, verdict::rejected, "400, 412, other 4xx"},
    answer_rule{400, 499, any_text, verdict::not_platform, "4xx in nobody's shape"},
    answer_rule{500, 599, any_text, verdict::in_doubt, "5xx, also 503 with Retry-After"},
};

bool matches(const answer_rule& rule, const answer& reply) {
    if (reply.status < rule.status_from || reply.status > rule.status_to) return false;
    if (rule.text == any_refusal) return is_refusal(reply.text);
    return rule.text == any_text || rule.text == is(reply.text);
}

struct verdict_line {
    verdict what;
    std::string_view name;
    endpoint_sign sign;
};

constexpr std::array<verdict_line, verdict_count> verdicts = {{
    {verdict::accepted, "accepted", endpoint_sign::well},
    {verdict::accepted_odd, "accepted, odd answer", endpoint_sign::well},
    {verdict::rejected, "rejected", endpoint_sign::well},
    {verdict::untouched, "not sent", endpoint_sign::none},
    {verdict::not_processed, "not processed", endpoint_sign::none},
    {verdict::limited, "refused by limit", endpoint_sign::none},
    {verdict::replayed, "replayed", endpoint_sign::well},
    {verdict::refused_token, "token refused", endpoint_sign::well},
    {verdict::misdirected, "misdirected", endpoint_sign::trouble},
    {verdict::not_platform, "not the platform", endpoint_sign::trouble},
    {verdict::in_doubt, "in doubt", endpoint_sign::trouble},
}};

const verdict_line& line_of(verdict what) {
    return verdicts[static_cast<std::size_t>(what)];
}

}  // namespace

std::span<const answer_rule> answer_rules() {
    return rules;
}

verdict judge(const attempt_report& report) {
    if (report.reply) {
        for (const auto& rule : rules)
            if (matches(rule, *report.reply)) return rule.means;
        return verdict::in_doubt;
    }
    switch (report.stream) {
        case stream_end::open: break;
        case stream_end::above_goaway: return verdict::not_processed;
        case stream_end::refused: return verdict::in_doubt;
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
    return line_of(what).name;
}

endpoint_sign sign_of(verdict what) {
    return line_of(what).sign;
}

}  // namespace tidings::core
