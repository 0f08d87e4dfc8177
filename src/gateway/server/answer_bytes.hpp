// The bytes of an HTTP/1.1 answer: the ordinary one, appended at once, and the strange one that a
// fault asks for, produced piece by piece, because it may have no end. When they are written is
// the session's business.
#pragma once

#include "gateway/rules/faults.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::gateway {

struct answer_parts {
    std::uint16_t status = 200;
    std::string_view content_type;
    std::string_view body;
    std::string_view retry_after;  // the header's text; empty: none
    std::string_view location;     // the same
    std::string_view date;         // the same
    bool head_only = false;        // the answer to a HEAD
    bool close = false;            // "Connection: close"
    bool keep_alive_said = false;  // "Connection: keep-alive", for HTTP/1.0
};

std::string_view reason_phrase(std::uint16_t status);
// Status line and fields, without the empty line; no length.
void append_head(std::string& out, const answer_parts& parts);
void append_answer(std::string& out, const answer_parts& parts);

class strange_answer {
  public:
    strange_answer(const answer_parts& parts, const request_plan& plan);

    // The next bytes, at most `max` of them; empty: that was all. Valid until the next call.
    std::string_view next(std::size_t max);
    bool ended() const noexcept;
    // It stopped in the middle, by plan.cut_at.
    bool was_cut() const noexcept { return left_ == 0; }
    // Only the connection's end tells the client that it is over.
    bool needs_close() const noexcept { return needs_close_; }

  private:
    enum class stage : std::uint8_t { head, head_padding, middle, body_padding, tail, over };

    std::string_view from_text(const std::string& text, std::size_t max);
    std::string_view from_padding(std::uint64_t& count, std::size_t max);
    bool step();

    std::string head_;    // up to where padding may go
    std::string middle_;  // the rest of the header, and the body
    std::string tail_;
    std::string padding_;
    std::uint64_t head_padding_;
    std::uint64_t body_padding_;
    std::uint64_t left_ = endless;  // until the cut
    std::size_t at_ = 0;            // in the text of this stage
    stage stage_ = stage::head;
    bool needs_close_ = false;
    bool padding_chunked_ = false;
};

}  // namespace tidings::gateway
