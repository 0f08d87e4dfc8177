#include "core/own_rules.hpp"

#include <algorithm>

namespace tidings::core {

namespace {

bool carries(std::string_view headers, const own_rule& rule) {
    while (!headers.empty()) {
        const auto line = headers.substr(0, headers.find('\n'));
        headers.remove_prefix(std::min(headers.size(), line.size() + 1));
        const auto colon = line.find(": ");
        if (line.substr(0, colon) == rule.header &&
            line.substr(colon + 2).find(rule.header_words) != std::string_view::npos)
            return true;
    }
    return false;
}

bool matches(const own_rule& rule, const attempt_report& report) {
    if (rule.refused_stream) return !report.reply && report.stream == stream_end::refused;
    if (!report.reply) return false;
    const auto& reply = *report.reply;
    if (rule.status_from != 0 && (reply.status < rule.status_from || reply.status > rule.status_to))
        return false;
    if (!rule.header.empty() && !carries(reply.headers, rule)) return false;
    return reply.message.find(rule.words) != std::string_view::npos;
}

std::string_view meaning_in_words(verdict means) {
    const auto found = std::find_if(meanings.begin(), meanings.end(),
                                    [&](const meaning_name& one) { return one.means == means; });
    return found == meanings.end() ? name_of(means) : found->name;
}

// Whatever becomes of the row, a front that says so may be saying it of everything.
endpoint_sign sign_by(const own_rule& rule, const attempt_report& report) {
    return sign_of(rule.means == verdict::not_processed ? core::judge(report) : rule.means);
}

}  // namespace

std::string in_words(const own_rule& rule) {
    std::string text = "any answer";
    if (rule.refused_stream) text = "a refused stream";
    if (rule.status_from != 0) text = "status " + std::to_string(rule.status_from);
    if (rule.status_from != rule.status_to) text += "-" + std::to_string(rule.status_to);
    if (!rule.words.empty()) text += " with \"" + rule.words + "\"";
    if (!rule.header.empty())
        text += " with " + rule.header +
                (rule.header_words.empty() ? "" : ": \"" + rule.header_words + "\"");
    return text + " means " + std::string(meaning_in_words(rule.means));
}

bool says_nothing_is_processed(const own_rule& rule) {
    const bool successes = rule.status_from == 0 || rule.status_from < 300;
    return rule.means == verdict::not_processed && !rule.refused_stream && rule.words.empty() &&
           rule.header.empty() && successes;
}

std::vector<std::string> headers_of(std::span<const own_rule> rules) {
    std::vector<std::string> names;
    for (const auto& rule : rules)
        if (!rule.header.empty() &&
            std::find(names.begin(), names.end(), rule.header) == names.end())
            names.push_back(rule.header);
    return names;
}

own_rules::ruling own_rules::judge(const attempt_report& report) const {
    for (std::size_t i = 0; i < rules_.size(); ++i)
        if (matches(rules_[i], report))
            return {.what = rules_[i].means, .sign = sign_by(rules_[i], report), .rule = i};
    const auto what = core::judge(report);
    return {.what = what, .sign = sign_of(what)};
}

own_rules::ruling own_rules::judge_and_count(const attempt_report& report) {
    const auto made = judge(report);
    if (made.rule != none) ++counts_[made.rule];
    return made;
}

}  // namespace tidings::core
