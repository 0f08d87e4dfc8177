// The bytes of the call: one HTTP/1.1 request, or the pieces of an HTTP/2 one, from token and
// numbers (contract.md section 1). It decides nothing about when or whether; net sends the bytes,
// codec/messages/answer reads what comes back, codec/tokens/token makes the token.
//
// Everything but token, numbers and Content-Length is the same for a bot's whole life, so it is
// laid out once and copied; writing allocates nothing and cannot fail.
#pragma once

#include "core/failure.hpp"
#include "core/phone_number.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace tidings::codec {

struct request_options {
    std::string path;  // from the root, path prefix included: "/api/public/bot/st-.../outboundsms"
    std::string host;  // as the Host header says it; with `:port` unless the port is 443
    std::string user_agent = "tidings";
};

// Longest token a request can carry. An RS512 token of a 4,096-bit key, wrapped as JWE, is 2,000.
inline constexpr std::size_t token_size_max = 4096;

inline constexpr std::string_view content_type_sent = "application/json;charset=UTF-8";
inline constexpr std::string_view accept_sent = "application/json";

// Longest body: {"fromNo":"+<15 digits>","toNo":"+<15 digits>"}. The shortest has two digits of
// length too, so a Content-Length is two characters, always.
inline constexpr std::size_t request_body_max = 55;

// Writes the JSON body at `out` (room for request_body_max) and returns the end.
// Pre: both numbers are not empty.
char* write_request_body(char* out, core::phone_number from, core::phone_number to) noexcept;

class request_writer {
  public:
    // Refuses (trouble::configuration) what would break the request's framing: a path without a
    // leading slash, blanks, control characters or non-ASCII bytes, an empty host, and anything
    // longer than 2,048 bytes.
    static core::result<request_writer> make(request_options options);

    // Room that write() and write_probe() need for a token of that many bytes.
    std::size_t size_max(std::size_t token_size) const noexcept {
        return head_.size() + token_size + frame_size_max;
    }

    // The whole request, headers and body, at `out` (room for size_max(token.size())); returns the
    // end. Pre: numbers not empty; the token is printable ASCII, as codec/tokens/token makes it.
    char* write(char* out, std::string_view token, core::phone_number from,
                core::phone_number to) const noexcept;

    // The request of `plan --probe`: no body at all (Content-Length: 0), so that it cannot text
    // anybody; an endpoint that lets us in answers 412.
    char* write_probe(char* out, std::string_view token) const noexcept;

    // Another call of the platform in the same form, with a body of its own. For questions, which
    // are few.
    std::string question(std::string_view token, std::string_view body) const;

    // For HTTP/2, where each is a header field of its own. They live as long as this object.
    const std::string& path() const noexcept { return options_.path; }
    const std::string& authority() const noexcept { return options_.host; }
    const std::string& user_agent() const noexcept { return options_.user_agent; }

  private:
    explicit request_writer(request_options options);

    // What follows the token: line ends, Content-Length's line, the empty line and the body.
    static constexpr std::size_t frame_size_max = 32 + request_body_max;

    request_options options_;
    std::string head_;  // everything up to and including "auth: "
};

}  // namespace tidings::codec
