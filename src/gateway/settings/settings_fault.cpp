// [[fault]]: one rule of misbehaviour.
#include "codec/text/units.hpp"
#include "gateway/settings/settings_sections.hpp"

#include <string>

namespace tidings::gateway {

namespace {

std::vector<std::string_view> all_names() {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < fault_kind_count; ++i)
        names.push_back(name_of(static_cast<fault_kind>(i)));
    return names;
}

// "5, 17, 100-200"
void read_spans(toml_section& section, std::string_view key, std::vector<number_span>& spans) {
    std::string text;
    section.read(key, text);
    std::string_view rest = text;
    while (!rest.empty()) {
        auto one = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), one.size() + 1));
        const auto begin = one.find_first_not_of(' ');
        if (begin == std::string_view::npos) continue;
        one = one.substr(begin, one.find_last_not_of(' ') - begin + 1);
        const auto dash = one.find('-');
        const auto first = codec::count_from(one.substr(0, dash));
        const auto last =
            dash == std::string_view::npos ? first : codec::count_from(one.substr(dash + 1));
        if (!first || !last || *first == 0 || *first > *last) {
            section.complain(key, "must be numbers and spans, counted from 1: \"5, 17, 100-200\"");
            return;
        }
        spans.push_back({*first, *last});
    }
}

// "2s", or "10ms..2s" for a random one in between.
void read_wait(toml_section& section, fault_rule& rule) {
    std::string text;
    section.read("wait", text);
    if (text.empty()) return;
    if (text.find("..") == std::string::npos) {
        const auto wait = codec::duration_from(text);
        if (!wait) return section.complain("wait", wait.error().text);
        rule.wait_min = rule.wait_max = *wait;
        return;
    }
    const auto range = codec::duration_range_from(text);
    if (!range) return section.complain("wait", range.error().text);
    rule.wait_min = range->low;
    rule.wait_max = range->high;
}

void read_between(toml_section& section, fault_rule& rule) {
    std::string text;
    section.read("between", text);
    if (text.empty()) return;
    const auto range = codec::duration_range_from(text);
    if (!range) return section.complain("between", range.error().text);
    rule.since = range->low;
    rule.until = range->high;
}

void read_size(toml_section& section, fault_rule& rule) {
    std::string text;
    section.read("size", text);
    if (text.empty()) return;
    if (text == "endless") {
        rule.size = endless;
        return;
    }
    const auto size = codec::byte_size_from(text);
    if (size)
        rule.size = *size;
    else
        section.complain("size", size.error().text + ", or \"endless\"");
}

// "before", "own", "all", or a stream's number.
void read_last_stream(toml_section& section, fault_rule& rule) {
    std::string text;
    section.read("last_stream", text);
    if (text.empty()) return;
    auto& last = rule.goaway_last;
    if (text == "before") {
        last.which = last_stream::kind::before;
    } else if (text == "own") {
        last.which = last_stream::kind::own;
    } else if (text == "all") {
        last.which = last_stream::kind::all;
    } else {
        const auto number = codec::count_from(text);
        if (!number || *number >= 0x7FFFFFFF)
            return section.complain("last_stream",
                                    "must be \"before\", \"own\", \"all\" or a stream's number");
        last = {last_stream::kind::number, static_cast<std::uint32_t>(*number)};
    }
}

// A port cannot tell its callers apart.
void check_port_fault(toml_section& section, const fault_rule& rule) {
    if (!is_for_the_port(rule.what)) return;
    for (const auto* const key : {"probability", "nth", "every", "times_max", "to", "from"})
        if (section.has(key))
            section.complain(key,
                             "a port is shut for all: say when with `between`, or use "
                             "accept_reset, which accepts and resets single connections");
}

// A page like the ones that proxies show.
void use_html(reply_words& words) {
    words.content_type = "text/html";
    words.body = "<html><head><title>" + std::to_string(words.status) +
                 "</title></head><body><center><h1>" + std::to_string(words.status) +
                 "</h1></center><hr><center>proxy</center></body></html>\n";
}

void read_reply(toml_section& section, fault_rule& rule) {
    rule.words.status = 500;
    rule.words.msg = "Internal Server Error";
    rule.words.code = "500";
    read_words(section, rule.words);
    bool html = false;
    section.read("html", html);
    if (html) use_html(rule.words);
    section.read("retry_after", rule.retry_after);
    section.read("location", rule.location);
    section.read("processed", rule.processed);
    for (const auto* const text : {&rule.retry_after, &rule.location, &rule.words.content_type})
        if (text->find_first_of("\r\n") != std::string::npos)
            section.complain("what", "a header's text must not hold a line break");
}

}  // namespace

fault_rule read_fault(const toml::table& table, settings_mistakes& mistakes) {
    toml_section section(table, "fault", mistakes);
    fault_rule rule;
    if (!section.has("what")) section.complain("what", "is needed: the name of a fault");
    rule.what = static_cast<fault_kind>(
        section.choice("what", all_names(), static_cast<std::size_t>(fault_kind::reply)));
    section.read("probability", rule.probability, 0.0, 1.0);
    read_spans(section, "nth", rule.nth);
    section.read_number("every", rule.every, 1, 1'000'000'000'000);
    section.read_number("times_max", rule.times_max, 0, INT64_MAX);
    section.read("to", rule.to);
    section.read("from", rule.from);
    const bool unread = is_for_connections(rule.what) || is_before_reading(rule.what);
    if (unread && !(rule.to.empty() && rule.from.empty()))
        section.complain("to", "this fault comes before the numbers are read");
    read_between(section, rule);
    section.read_number("at", rule.at, 0, INT64_MAX);
    read_size(section, rule);
    section.read_number("rate", rule.rate, 1, 1'000'000'000);
    section.read_number("count", rule.count, 1, 1'000);
    read_wait(section, rule);
    read_last_stream(section, rule);
    check_port_fault(section, rule);
    if (rule.what == fault_kind::reply) read_reply(section, rule);
    return rule;
}

}  // namespace tidings::gateway
