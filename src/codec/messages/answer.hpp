// Reads a server's answer: from status, two headers and the body's bytes to core::answer, by the
// documented texts (contract.md sections 1 to 4). It says what was said; core/verdict.hpp decides
// what that means for the row, net finds where head and body begin and end.
//
// It never trusts the body: broken JSON, pages of proxies, binary and cut bodies are answers too.
#pragma once

#include "core/answer.hpp"
#include "core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace tidings::codec {

// What net has of an answer. Views need to live for the call only.
struct answer_bytes {
    std::uint16_t status = 0;         // 100 .. 599
    std::string_view content_type{};  // header values as they came; empty: not sent
    std::string_view retry_after{};   // read by codec/messages/retry_after.hpp
    std::string_view headers{};       // those of core::answer::headers, as that has them
    std::string_view body{};          // decoded from its framing; as much of it as was read
    bool complete = false;            // the framing says that this was all of it
};

// Words that name one of the documented texts, found anywhere in the server's message, in any
// spelling of upper and lower case; first match wins.
struct answer_text_rule {
    std::string_view words;
    core::answer_text text;
    std::string_view source;
};

// The refusals as documentation and tests see them.
std::span<const answer_text_rule> refusal_rules();

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

    // The refusal texts are looked for on 4xx only, the documented success and words of failure on
    // 2xx only: the same words under another status are `other_json`. A limit's words count in
    // pages, plain text and any JSON; every other refusal in the platform's own shape only,
    // {"errors":[{"msg": text, "code": number or text}]} with `message` for `msg` sometimes.
    // `message` of the result is the server's own words: the first `message` or `msg`, a
    // page's title, or else the body's beginning; empty for the documented success, which says
    // nothing more. It points into the reader or into `bytes.body`: valid until the next call and
    // while the body lives; `headers` is passed on.
    core::answer read(const answer_bytes& bytes, core::wall_time now);

  private:
    struct scratch;
    std::unique_ptr<scratch> scratch_;
};

}  // namespace tidings::codec
