#include "gateway/rules/faults.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tidings::gateway {

namespace {

constexpr std::array<std::string_view, fault_kind_count> names = {
    "refuse",
    "drop_syn",
    "accept_reset",
    "black_hole",
    "stall_handshake",
    "reset_handshake",
    "certificate_expired",
    "certificate_wrong_name",
    "certificate_unknown_issuer",
    "close_before_reading",
    "reset_request",
    "slow_read",
    "close_after_reading",
    "reset_after_reading",
    "refuse_stream",
    "go_away",
    "close_after_trigger",
    "reset_after_trigger",
    "reset_stream",
    "reply",
    "unavailable",
    "failure",
    "block",
    "outage",
    "delay_before",
    "delay",
    "slices",
    "slow_write",
    "interim",
    "chunked",
    "no_length",
    "huge_body",
    "huge_header",
    "cut_answer",
    "reset_answer",
    "close_after_answer",
    "reset_after_answer",
};

// splitmix64's finaliser: every bit of the input moves every bit of the output.
std::uint64_t mixed(std::uint64_t x) {
    x += 0x9E3779B97F4A7C15U;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31);
}

bool within(const std::vector<number_span>& spans, std::uint64_t n) {
    return spans.empty() || std::any_of(spans.begin(), spans.end(), [n](const number_span& one) {
               return one.first <= n && n <= one.last;
           });
}

}  // namespace

std::string_view name_of(fault_kind what) {
    return names[static_cast<std::size_t>(what)];
}

std::optional<fault_kind> fault_kind_named(std::string_view name) {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name) return static_cast<fault_kind>(i);
    return std::nullopt;
}

bool is_for_the_port(fault_kind what) {
    return what <= fault_kind::drop_syn;
}

bool is_for_connections(fault_kind what) {
    return !is_for_the_port(what) && what <= fault_kind::certificate_unknown_issuer;
}

bool is_before_reading(fault_kind what) {
    return what >= fault_kind::close_before_reading && what <= fault_kind::slow_read;
}

bool is_another_answer(fault_kind what) {
    return what >= fault_kind::reply && what <= fault_kind::outage;
}

bool is_in_front(fault_kind what) {
    return what == fault_kind::block || what == fault_kind::outage;
}

bool can_be_processed(fault_kind what) {
    return what == fault_kind::refuse_stream || (is_another_answer(what) && !is_in_front(what));
}

void use_usual_answer(fault_rule& rule) {
    const auto say = [&rule](std::uint16_t status, std::string_view msg, std::string_view code) {
        rule.words.status = status;
        rule.words.msg = msg;
        rule.words.code = code;
    };
    const auto show = [&rule](std::uint16_t status, std::string_view title) {
        rule.words.status = status;
        rule.words.content_type = "text/html";
        rule.words.body = proxy_page(title);
    };
    switch (rule.what) {
        case fault_kind::reply: return say(500, "Internal Server Error", "500");
        case fault_kind::failure: return say(200, "The flow could not be triggered", "500");
        case fault_kind::block: return show(403, "Request blocked");
        case fault_kind::outage: return show(502, "502 Bad Gateway");
        case fault_kind::unavailable:
            rule.retry_after = "5";
            rule.processed = true;
            return show(503, "503 Backend fetch failed");
        default: return;
    }
}

bool matches(std::string_view pattern, std::string_view text) {
    while (!pattern.empty() && pattern.front() != '*') {
        if (text.empty() || (pattern.front() != '?' && pattern.front() != text.front()))
            return false;
        pattern.remove_prefix(1);
        text.remove_prefix(1);
    }
    if (pattern.empty()) return text.empty();
    pattern.remove_prefix(1);
    if (pattern.empty()) return true;
    for (; !text.empty(); text.remove_prefix(1))
        if (matches(pattern, text)) return true;
    return matches(pattern, text);
}

fault_desk::fault_desk(std::uint64_t seed, std::vector<fault_rule> rules)
    : seed_(seed),
      rules_(std::make_shared<const std::vector<fault_rule>>(std::move(rules))),
      applied_(rules_->size()) {}

double fault_desk::chance(std::size_t rule, std::uint64_t n, std::uint64_t salt) const {
    const auto bits = mixed(mixed(mixed(seed_ + salt) + rule) + n);
    return static_cast<double>(bits >> 11) * 0x1p-53;
}

bool fault_desk::applies(std::size_t rule, std::uint64_t n, core::duration elapsed) const {
    const auto& one = (*rules_)[rule];
    if (!within(one.nth, n) || n % one.every != 0) return false;
    if (one.since && elapsed < *one.since) return false;
    if (one.until && elapsed >= *one.until) return false;
    if (applied_[rule] >= one.times_max) return false;
    return one.probability >= 1.0 || chance(rule, n, 0) < one.probability;
}

core::duration fault_desk::wait_of(std::size_t rule, std::uint64_t n) const {
    const auto& one = (*rules_)[rule];
    const auto span = static_cast<double>((one.wait_max - one.wait_min).count());
    return one.wait_min + core::duration(static_cast<std::int64_t>(span * chance(rule, n, 0xA17)));
}

// Only the time decides, and the first rule.
port_fate fault_desk::for_port(core::duration elapsed) {
    for (std::size_t i = 0; i < rules_->size(); ++i) {
        const auto& one = (*rules_)[i];
        if (!is_for_the_port(one.what)) continue;
        if ((one.since && elapsed < *one.since) || (one.until && elapsed >= *one.until)) continue;
        if (std::exchange(port_rule_, i) != i) ++applied_[i];
        return one.what == fault_kind::refuse ? port_fate::refuse : port_fate::drop_syn;
    }
    port_rule_ = SIZE_MAX;
    return port_fate::open;
}

core::duration fault_desk::port_change_after(core::duration elapsed) const {
    auto next = core::duration::max();
    for (const auto& one : *rules_) {
        if (!is_for_the_port(one.what)) continue;
        for (const auto& edge : {one.since, one.until})
            if (edge && *edge > elapsed) next = std::min(next, *edge);
    }
    return next;
}

connection_plan fault_desk::for_connection(std::uint64_t n, core::duration elapsed) {
    connection_plan plan;
    for (std::size_t i = 0; i < rules_->size(); ++i) {
        if (!is_for_connections((*rules_)[i].what) || !applies(i, n, elapsed)) continue;
        ++applied_[i];
        switch ((*rules_)[i].what) {
            case fault_kind::accept_reset: plan.fate = connection_fate::reset; break;
            case fault_kind::black_hole: plan.fate = connection_fate::black_hole; break;
            case fault_kind::stall_handshake: plan.fate = connection_fate::stall_handshake; break;
            case fault_kind::reset_handshake: plan.fate = connection_fate::reset_handshake; break;
            case fault_kind::certificate_expired:
                plan.certificate = certificate_kind::expired;
                break;
            case fault_kind::certificate_wrong_name:
                plan.certificate = certificate_kind::wrong_name;
                break;
            default: plan.certificate = certificate_kind::unknown_issuer; break;
        }
        break;
    }
    return plan;
}

request_plan fault_desk::for_request(std::uint64_t n, core::duration elapsed) {
    request_plan plan;
    for (std::size_t i = 0; i < rules_->size(); ++i)
        if (is_before_reading((*rules_)[i].what) && applies(i, n, elapsed)) carry_into(plan, i, n);
    return plan;
}

void fault_desk::once_read(request_plan& plan, std::uint64_t n, core::duration elapsed,
                           std::string_view from, std::string_view to) {
    for (std::size_t i = 0; i < rules_->size(); ++i) {
        const auto& one = (*rules_)[i];
        if (one.what <= fault_kind::slow_read || !applies(i, n, elapsed)) continue;
        if (!one.to.empty() && !matches(one.to, to)) continue;
        if (!one.from.empty() && !matches(one.from, from)) continue;
        carry_into(plan, i, n);
    }
}

// What ends a request can happen once: of several such rules the first wins. The others add up.
void fault_desk::carry_into(request_plan& plan, std::size_t rule, std::uint64_t n) {
    const auto& one = (*rules_)[rule];
    const bool ended = plan.end != request_end::answer || plan.reply != nullptr;
    const auto end_with = [&plan, ended](request_end how, bool processed) {
        if (ended) return;
        plan.end = how;
        plan.processed = processed;
    };
    plan.any = true;
    ++applied_[rule];
    switch (one.what) {
        case fault_kind::refuse:
        case fault_kind::drop_syn:
        case fault_kind::accept_reset:
        case fault_kind::black_hole:
        case fault_kind::stall_handshake:
        case fault_kind::reset_handshake:
        case fault_kind::certificate_expired:
        case fault_kind::certificate_wrong_name:
        case fault_kind::certificate_unknown_issuer: break;
        case fault_kind::close_before_reading: plan.close_before_reading = true; break;
        case fault_kind::reset_request: plan.reset_request_at = one.at; break;
        case fault_kind::slow_read: plan.read_rate = one.rate; break;
        case fault_kind::close_after_reading: end_with(request_end::close, false); break;
        case fault_kind::reset_after_reading: end_with(request_end::reset, false); break;
        case fault_kind::refuse_stream: end_with(request_end::refuse_stream, one.processed); break;
        case fault_kind::go_away:
            if (!ended) plan.goaway_last = one.goaway_last;
            end_with(request_end::go_away, one.goaway_last.which == last_stream::kind::own ||
                                               one.goaway_last.which == last_stream::kind::all);
            break;
        case fault_kind::close_after_trigger: end_with(request_end::close, true); break;
        case fault_kind::reset_after_trigger: end_with(request_end::reset, true); break;
        case fault_kind::reset_stream: end_with(request_end::reset_stream, true); break;
        case fault_kind::reply:
        case fault_kind::unavailable:
        case fault_kind::failure:
        case fault_kind::block:
        case fault_kind::outage:
            if (ended) break;
            plan.seen = !is_in_front(one.what);
            plan.reply = std::shared_ptr<const fault_rule>(rules_, &one);
            plan.processed = one.processed;
            break;
        case fault_kind::delay_before: plan.delay_before += wait_of(rule, n); break;
        case fault_kind::delay: plan.delay += wait_of(rule, n); break;
        case fault_kind::slices: plan.slice_wait = wait_of(rule, n); break;
        case fault_kind::slow_write: plan.write_rate = one.rate; break;
        case fault_kind::interim: plan.interims = one.count; break;
        case fault_kind::chunked: plan.framing = body_framing::chunked; break;
        case fault_kind::no_length: plan.framing = body_framing::until_close; break;
        case fault_kind::huge_body: plan.body_padding = one.size; break;
        case fault_kind::huge_header: plan.header_padding = one.size; break;
        case fault_kind::cut_answer:
        case fault_kind::reset_answer:
            plan.cut_at = one.at;
            plan.cut_by_reset = one.what == fault_kind::reset_answer;
            break;
        case fault_kind::close_after_answer: plan.close_after = true; break;
        case fault_kind::reset_after_answer: plan.reset_after = true; break;
    }
}

}  // namespace tidings::gateway
