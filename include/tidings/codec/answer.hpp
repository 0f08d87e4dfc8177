// Reads a server's answer: from status, two headers and the body's bytes to core::answer, by the
// documented texts (contract.md sections 1 to 4). It says what was said; core/verdict.hpp decides
// what that means for the row, net finds where head and body begin and end.
//
// It never trusts the body: broken JSON, pages of proxies, binary and cut bodies are answers too.
#pragma once

#include "tidings/core/answer.hpp"
#include "tidings/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace tidings::codec {

// What net has of an answer. Views need to live for the call only.
struct answer_bytes {
    std::uint16_t status = 0;       // 100 .. 599
    std::string_view content_type;  // header values as they came; empty: not sent
    std::string_view retry_after;
    std::string_view body;  // decoded from its framing; as much of it as was read
    bool complete = false;  // the framing says that this was all of it
};

// A wait longer than this is no wait but a mistake; it is taken as this.
inline constexpr core::duration retry_after_max = std::chrono::hours(24);

// Retry-After as seconds or as an HTTP-date (RFC 9110 section 10.2.3, all three date forms), as a
// span from `now` within [0, retry_after_max]; a date gone by is 0. Negative numbers, fractions
// and anything else: nullopt, as if it had not been sent.
std::optional<core::duration> read_retry_after(std::string_view value, core::wall_time now);

// One per network thread: it keeps a JSON parser and its buffers, so that reading allocates
// nothing once it is made.
class answer_reader {
  public:
    // Bodies up to this are read as JSON; a longer one is `unreadable` (a page is still `html`).
    static constexpr std::size_t body_size_max = 16 * 1024;
    // core::answer::message is cut to this, never inside a UTF-8 character.
    static constexpr std::size_t message_size_max = 200;

    answer_reader();
    ~answer_reader();
    answer_reader(answer_reader&&) noexcept;
    answer_reader& operator=(answer_reader&&) noexcept;

    // The refusal texts are looked for on 4xx only, the documented success on 2xx only: the same
    // words under another status are `other_json`. `message` of the result is the server's own
    // words: the first `message` or `msg`, a page's title, or else the body's beginning. It points
    // into the reader or into `bytes.body`: valid until the next call and while the body lives.
    core::answer read(const answer_bytes& bytes, core::wall_time now);

  private:
    struct parser;
    std::unique_ptr<parser> parser_;
};

}  // namespace tidings::codec
