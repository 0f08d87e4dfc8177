// A request as the gateway's rules see it: lines for method, target, auth and content type, the
// rest is the body. Nothing may be triggered without a POST, a verified token, and a body with two
// numbers; and a refusal always has words.
#include "gateway/rules/ledger.hpp"
#include "gateway/rules/rules.hpp"

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace tidings;

void must(bool holds) {
    if (!holds) std::abort();
}

std::string_view line_of(std::string_view& rest) {
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return line;
}

gateway::rules make_rules() {
    auto service = gateway::sample_service();
    service.bots[0].limits = {{5, std::chrono::milliseconds(10)}};
    return gateway::rules::make(std::move(service), gateway::documented_replies()).value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static gateway::rules judging = make_rules();
    static std::int64_t calls = 0;
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    gateway::call asked;
    asked.method = line_of(rest);
    asked.target = line_of(rest);
    const auto auth = line_of(rest);
    if (!auth.empty()) asked.auth = auth;
    asked.content_type = line_of(rest);
    asked.body = rest;
    ++calls;
    const core::time_stamp now{core::instant(std::chrono::milliseconds(calls)),
                               core::wall_time(std::chrono::seconds(1'800'000'000 + calls))};
    const auto said = judging.judge(asked, now);
    must(!said.body.empty() && said.status >= 200 && said.status < 600);
    must(said.message.has_value() == (said.why == gateway::verdict_case::triggered));
    if (!said.message) return 0;
    must(said.status == 200 && asked.method == "POST" && asked.auth.has_value());
    must(asked.target.find("/outboundsms") != std::string_view::npos);
    must(core::phone_number::from_e164(said.message->to.text()) == said.message->to);
    gateway::ledger book;
    std::string line;
    const auto entry = book.add(*said.message);
    gateway::append_ledger_line(line, entry, book[entry], judging.senders());
    must(line.front() == '{' && line.back() == '}');
    return 0;
}
