#include "codec/messages/request.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace tidings::codec {
namespace {

using core::failure;
using core::trouble;

constexpr std::size_t part_size_max = 2048;

constexpr std::string_view body_opening = R"({"fromNo":")";
constexpr std::string_view body_middle = R"(","toNo":")";
constexpr std::string_view body_closing = R"("})";
static_assert(body_opening.size() + body_middle.size() + body_closing.size() +
                  2 * core::phone_number::text_max ==
              request_body_max);
static_assert(request_body_max < 100, "Content-Length is patched in as two digits");

constexpr std::string_view length_line = "\r\nContent-Length: ";
constexpr std::string_view head_end = "\r\n\r\n";

char* put(char* out, std::string_view text) noexcept {
    std::memcpy(out, text.data(), text.size());
    return out + text.size();
}

bool printable(char c) {
    return c > ' ' && c < '\x7F';
}

core::result<void> check(std::string_view what, std::string_view text, bool blanks_allowed) {
    if (text.size() > part_size_max)
        return failure{trouble::configuration,
                       fmt::format("the {} is longer than {} bytes", what, part_size_max)};
    const auto bad = std::find_if_not(text.begin(), text.end(), [&](char c) {
        return printable(c) || (blanks_allowed && c == ' ');
    });
    if (bad == text.end()) return {};
    return failure{trouble::configuration,
                   fmt::format("the {} holds byte 0x{:02x} at position {}: percent-encode it", what,
                               static_cast<unsigned char>(*bad), bad - text.begin() + 1)};
}

}  // namespace

char* write_request_body(char* out, core::phone_number from, core::phone_number to) noexcept {
    out = put(out, body_opening);
    out = from.write_to(out);
    out = put(out, body_middle);
    out = to.write_to(out);
    return put(out, body_closing);
}

core::result<request_writer> request_writer::make(request_options options) {
    if (options.path.empty() || options.path.front() != '/')
        return failure{trouble::configuration, "the path of the URL must begin with a slash"};
    if (options.host.empty()) return failure{trouble::configuration, "the URL names no host"};
    if (auto good = check("path", options.path, false); !good) return good.error();
    if (auto good = check("host", options.host, false); !good) return good.error();
    if (auto good = check("user agent", options.user_agent, true); !good) return good.error();
    return request_writer(std::move(options));
}

request_writer::request_writer(request_options options)
    : options_(std::move(options)),
      head_(fmt::format("POST {} HTTP/1.1\r\n"
                        "Host: {}\r\n"
                        "User-Agent: {}\r\n"
                        "Accept: {}\r\n"
                        "Content-Type: {}\r\n"
                        "auth: ",
                        options_.path, options_.host, options_.user_agent, accept_sent,
                        content_type_sent)) {}

char* request_writer::write(char* out, std::string_view token, core::phone_number from,
                            core::phone_number to) const noexcept {
    out = put(out, head_);
    out = put(out, token);
    out = put(out, length_line);
    char* const digits = out;  // patched below, when the body says how long it is
    out = put(out + 2, head_end);
    char* const end = write_request_body(out, from, to);
    const auto size = end - out;
    digits[0] = static_cast<char>('0' + size / 10);
    digits[1] = static_cast<char>('0' + size % 10);
    return end;
}

char* request_writer::write_probe(char* out, std::string_view token) const noexcept {
    out = put(out, head_);
    out = put(out, token);
    out = put(out, length_line);
    out = put(out, "0");
    return put(out, head_end);
}

std::string request_writer::question(std::string_view token, std::string_view body) const {
    return fmt::format("{}{}{}{}{}{}", head_, token, length_line, body.size(), head_end, body);
}

}  // namespace tidings::codec
