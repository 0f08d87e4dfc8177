#include "gateway/settings/gateway_kinds.hpp"

#include "gateway/rules/owned_file.hpp"

#include <algorithm>

namespace tidings::gateway {
namespace {

using namespace std::chrono_literals;
using tidings::settings::in_quotes;
using tidings::settings::text_of;
using tidings::settings::word_table;
namespace kind = tidings::settings::kind;

constexpr word_table<int, 4> profile_words = {
    {{"runtime", 0}, {"contact-center", 1}, {"design", 2}, {"none", 3}}};
constexpr word_table<signature_algorithm, 4> algorithm_words = {
    {{"HS256", signature_algorithm::hs256},
     {"HS512", signature_algorithm::hs512},
     {"RS256", signature_algorithm::rs256},
     {"RS512", signature_algorithm::rs512}}};

core::duration length_of(core::duration span) {
    return span < core::duration{} ? -span : span;
}

bool split_address(const std::string& text, std::string& address, std::uint16_t& port) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return false;
    const auto number = codec::count_from(std::string_view(text).substr(colon + 1));
    auto host = text.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    if (!number || *number > 65'535 || host.empty()) return false;
    address = host;
    port = static_cast<std::uint16_t>(*number);
    return true;
}

}  // namespace

std::string listen_address::write(const server_options& value) {
    const bool v6 = value.address.find(':') != std::string::npos;
    return in_quotes((v6 ? "[" + value.address + "]" : value.address) + ":" +
                     std::to_string(value.port));
}

wrong_with listen_address::read(const setting& at, server_options& into) {
    wrong_with wrong;
    const auto text = text_of(at, wrong);
    if (text && !split_address(*text, into.address, into.port))
        return "must be an address and a port: \"127.0.0.1:8443\"";
    return wrong;
}

std::string admin_address::write(const server_options& value) {
    return in_quotes(value.admin ? "127.0.0.1:" + std::to_string(value.admin_port) : "");
}

wrong_with admin_address::read(const setting& at, server_options& into) {
    wrong_with wrong;
    const auto text = text_of(at, wrong);
    if (!text) return wrong;
    std::string address = "127.0.0.1";
    if (!text->empty() && !split_address(*text, address, into.admin_port))
        return "must be an address and a port: \"127.0.0.1:8444\"";
    if (address != "127.0.0.1") return "must be on 127.0.0.1";
    into.admin = !text->empty();
    return std::nullopt;
}

std::string clock_offset::write(core::duration value) {
    return tidings::settings::written(length_of(value));
}

wrong_with clock_offset::read(const setting& at, core::duration& into) {
    const bool behind = into < core::duration{};
    core::duration length{};
    const auto wrong = kind::unit<codec::duration_from>::read(at, length);
    if (!wrong) into = behind ? -length : length;
    return wrong;
}

std::string clock_behind::write(core::duration value) {
    return kind::flag::write(value < core::duration{});
}

wrong_with clock_behind::read(const setting& at, core::duration& into) {
    bool behind = false;
    const auto wrong = kind::flag::read(at, behind);
    if (!wrong) into = behind ? -length_of(into) : length_of(into);
    return wrong;
}

wrong_with path_prefix(const std::string& text) {
    if (text.empty() || (text.front() == '/' && text.back() != '/')) return std::nullopt;
    return "must begin with a slash and not end with one";
}

wrong_with plain_id(const std::string& text) {
    const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '-' || c == '_' || c == '.';
    });
    if (plain) return std::nullopt;
    return "must be letters, digits, dashes, dots and underscores";
}

std::string said::write(const std::string& value) {
    return in_quotes(value);
}

wrong_with said::read(const setting& at, std::string& into) {
    const auto text = at.node.value_exact<std::string>();
    if (!text) return "must be a text in quotes";
    into = *text;
    return std::nullopt;
}

wrong_with profile::read(const setting& at, std::vector<core::rate_limit>& into) {
    int which = 0;
    const auto wrong = kind::choice<profile_words>::read(at, which);
    if (wrong) return wrong;
    switch (which) {
        case 0: into = {{600, 60s}, {18'000, 3600s}}; break;
        case 1: into = {{60, 60s}}; break;
        case 2: into = {{60, 60s}, {1'800, 3600s}}; break;
        default: into.clear();
    }
    return wrong;
}

wrong_with pem_of_file::read(const setting& at, std::string& into) {
    std::string name;
    const auto wrong = kind::file::read(at, name);
    if (wrong || name.empty()) return wrong;
    auto pem = text_of_file(name);
    if (pem.empty()) return name + " cannot be read";
    into = std::move(pem);
    return wrong;
}

std::string algorithms::write(const std::vector<signature_algorithm>& value) {
    std::vector<std::string> names;
    for (const auto one : value)
        names.emplace_back(tidings::settings::word_for(algorithm_words, one));
    return in_quotes(names);
}

wrong_with algorithms::read(const setting& at, std::vector<signature_algorithm>& into) {
    std::vector<std::string> names;
    if (auto wrong = kind::texts::read(at, names)) return wrong;
    std::vector<signature_algorithm> made;
    for (const auto& name : names) {
        const auto found = tidings::settings::choice_named(algorithm_words, name);
        if (!found)
            return tidings::settings::not_among(name, tidings::settings::words_in(algorithm_words));
        made.push_back(*found);
    }
    if (!made.empty()) into = std::move(made);
    return std::nullopt;
}

std::string e164::write(const core::phone_number& value) {
    return in_quotes(value.text());
}

wrong_with e164::read(const setting& at, core::phone_number& into) {
    wrong_with wrong;
    const auto text = text_of(at, wrong);
    if (!text) return wrong;
    const auto number = core::phone_number::from_e164(*text);
    if (!number) return "must be a number in E.164 form: \"+16693422058\"";
    into = *number;
    return std::nullopt;
}

std::string error_code::write(const reply_words& value) {
    return value.code_is_string || value.code.empty() ? in_quotes(value.code) : value.code;
}

wrong_with error_code::read(const setting& at, reply_words& into) {
    wrong_with wrong;
    const auto number = tidings::settings::number_of(at, wrong);
    if (number && *number > 4'000'000'000) return "is larger than 4000000000";
    const auto text = number ? std::to_string(*number) : text_of(at, wrong = std::nullopt);
    if (!text) return "must be a whole number or a text";
    into.code = *text;
    into.code_is_string = !number;
    return std::nullopt;
}

std::string fault_name::write(fault_kind value) {
    return in_quotes(name_of(value));
}

wrong_with fault_name::read(const setting& at, fault_kind& into) {
    wrong_with wrong;
    const auto text = text_of(at, wrong);
    if (!text) return wrong;
    if (const auto found = fault_kind_named(*text)) {
        into = *found;
        return std::nullopt;
    }
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < fault_kind_count; ++i)
        names.push_back(name_of(static_cast<fault_kind>(i)));
    return "\"" + text->substr(0, 60) + "\" is no fault" + codec::did_you_mean(*text, names);
}

wrong_with number_spans::read(const setting& at, std::vector<number_span>& into) {
    wrong_with wrong;
    const auto text = text_of(at, wrong);
    if (!text) return wrong;
    std::vector<number_span> made;
    std::string_view rest = *text;
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
        if (!first || !last || *first == 0 || *first > *last)
            return "must be numbers and spans, counted from 1: \"5, 17, 100-200\"";
        made.push_back({*first, *last});
    }
    into = std::move(made);
    return std::nullopt;
}

wrong_with between::read(const setting& at, fault_rule& into) {
    std::optional<codec::duration_range> range;
    const auto wrong = kind::unit<codec::duration_range_from>::read(at, range);
    if (wrong || !range) return wrong;
    into.since = range->low;
    into.until = range->high;
    return wrong;
}

wrong_with wait::read(const setting& at, fault_rule& into) {
    wrong_with wrong;
    const auto text = text_of(at, wrong);
    if (!text || text->empty()) return wrong;
    const bool two = text->find("..") != std::string::npos;
    const auto range = codec::duration_range_from(two ? *text : *text + ".." + *text);
    if (!range) return two ? range.error().text : codec::duration_from(*text).error().text;
    into.wait_min = range->low;
    into.wait_max = range->high;
    return wrong;
}

std::string size_or_endless::write(std::uint64_t value) {
    return value == endless ? "\"endless\"" : kind::byte_size::write(value);
}

wrong_with size_or_endless::read(const setting& at, std::uint64_t& into) {
    wrong_with wrong;
    const auto text = text_of(at, wrong);
    if (text == "endless") {
        into = endless;
        return wrong;
    }
    if (text && text->empty()) return wrong;
    wrong = kind::byte_size::read(at, into);
    if (wrong) *wrong += ", or \"endless\"";
    return wrong;
}

wrong_with last_stream_named::read(const setting& at, last_stream& into) {
    static constexpr word_table<last_stream::kind, 3> words = {
        {{"before", last_stream::kind::before},
         {"own", last_stream::kind::own},
         {"all", last_stream::kind::all}}};
    wrong_with wrong;
    const auto text = text_of(at, wrong);
    if (!text || text->empty()) return wrong;
    if (const auto found = tidings::settings::choice_named(words, *text)) {
        into.which = *found;
        return wrong;
    }
    const auto number = codec::count_from(*text);
    if (!number || *number >= 0x7FFFFFFF)
        return "must be \"before\", \"own\", \"all\" or a stream's number";
    into = {last_stream::kind::number, static_cast<std::uint32_t>(*number)};
    return wrong;
}

wrong_with html_page::read(const setting& at, fault_rule& into) {
    bool html = false;
    const auto wrong = kind::flag::read(at, html);
    if (wrong || !html) return wrong;
    into.words.content_type = "text/html";
    into.words.body = proxy_page(std::to_string(into.words.status));
    return wrong;
}

}  // namespace tidings::gateway
