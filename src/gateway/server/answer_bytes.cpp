#include "gateway/server/answer_bytes.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tidings::gateway {

namespace {

constexpr std::size_t padding_piece = 4096;
constexpr std::string_view interim = "HTTP/1.1 103 Early Hints\r\nLink: </>; rel=preload\r\n\r\n";

void append_number(std::string& out, std::uint64_t number) {
    const fmt::format_int text(number);
    out.append(text.data(), text.size());
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

}  // namespace

std::string_view reason_phrase(std::uint16_t status) {
    switch (status) {
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 307: return "Temporary Redirect";
        case 308: return "Permanent Redirect";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 408: return "Request Timeout";
        case 412: return "Precondition Failed";
        case 413: return "Payload Too Large";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        case 505: return "HTTP Version Not Supported";
        default: return "Status";
    }
}

void append_head(std::string& out, const answer_parts& parts) {
    out += "HTTP/1.1 ";
    append_number(out, parts.status);
    out += ' ';
    out += reason_phrase(parts.status);
    out += "\r\n";
    append_field(out, "Date", parts.date);
    append_field(out, "Content-Type", parts.content_type);
    append_field(out, "Retry-After", parts.retry_after);
    append_field(out, "Location", parts.location);
    if (parts.close)
        out += "Connection: close\r\n";
    else if (parts.keep_alive_said)
        out += "Connection: keep-alive\r\n";
}

void append_answer(std::string& out, const answer_parts& parts) {
    append_head(out, parts);
    out += "Content-Length: ";
    append_number(out, parts.body.size());
    out += "\r\n\r\n";
    if (!parts.head_only) out += parts.body;
}

strange_answer::strange_answer(const answer_parts& parts, const request_plan& plan)
    : padding_(padding_piece, 'x'),
      head_padding_(plan.header_padding),
      body_padding_(plan.body_padding) {
    for (std::uint32_t i = 0; i < plan.interims; ++i)
        head_ += interim;
    needs_close_ = plan.framing == body_framing::until_close || plan.body_padding == endless ||
                   plan.header_padding == endless;
    auto said = parts;
    said.close = said.close || plan.framing == body_framing::until_close;
    append_head(head_, said);
    if (head_padding_ > 0) {
        head_ += "X-Padding: ";
        middle_ = "\r\n";
    }
    switch (plan.framing) {
        case body_framing::length: {
            const auto room = endless - parts.body.size();
            middle_ += "Content-Length: ";
            append_number(middle_, parts.body.size() + std::min(body_padding_, room / 4));
            middle_ += "\r\n\r\n";
            middle_ += parts.body;
            break;
        }
        case body_framing::chunked:
            middle_ += "Transfer-Encoding: chunked\r\n\r\n";
            // Two chunks, so that a client that takes the first for all is found out.
            for (const auto piece : {parts.body.substr(0, parts.body.size() / 2),
                                     parts.body.substr(parts.body.size() / 2)})
                if (!piece.empty()) middle_ += fmt::format("{:x}\r\n{}\r\n", piece.size(), piece);
            padding_chunked_ = true;
            padding_ = fmt::format("{:x}\r\n{}\r\n", padding_piece, padding_);
            tail_ = "0\r\n\r\n";
            break;
        case body_framing::until_close:
            middle_ += "\r\n";
            middle_ += parts.body;
            break;
    }
    if (plan.cut_at) left_ = *plan.cut_at;
}

std::string_view strange_answer::from_text(const std::string& text, std::size_t max) {
    const auto piece = std::string_view(text).substr(at_, max);
    at_ += piece.size();
    return piece;
}

// Chunked padding comes in whole chunks of 4096 bytes, so it is rounded up to them.
std::string_view strange_answer::from_padding(std::uint64_t& count, std::size_t max) {
    if (count == 0 && at_ == 0) return {};
    const bool whole_pieces = padding_chunked_ && stage_ == stage::body_padding;
    auto size = std::min<std::uint64_t>(max, padding_piece);
    if (!whole_pieces) {
        size = std::min(size, count);
        if (count != endless) count -= size;
        return std::string_view(padding_).substr(padding_chunked_ ? 6 : 0, size);
    }
    const auto piece = from_text(padding_, max);
    if (at_ < padding_.size()) return piece;
    at_ = 0;
    if (count != endless) count -= std::min<std::uint64_t>(count, padding_piece);
    return piece;
}

bool strange_answer::step() {
    at_ = 0;
    stage_ = static_cast<stage>(static_cast<std::uint8_t>(stage_) + 1);
    return stage_ != stage::over;
}

std::string_view strange_answer::next(std::size_t max) {
    max = static_cast<std::size_t>(std::min<std::uint64_t>(max, left_));
    std::string_view piece;
    while (max > 0 && piece.empty() && stage_ != stage::over) {
        switch (stage_) {
            case stage::head: piece = from_text(head_, max); break;
            case stage::head_padding: piece = from_padding(head_padding_, max); break;
            case stage::middle: piece = from_text(middle_, max); break;
            case stage::body_padding: piece = from_padding(body_padding_, max); break;
            case stage::tail: piece = from_text(tail_, max); break;
            case stage::over: break;
        }
        if (piece.empty() && !step()) break;
    }
    if (left_ != endless) left_ -= piece.size();
    return piece;
}

bool strange_answer::ended() const noexcept {
    return left_ == 0 || stage_ == stage::over;
}

}  // namespace tidings::gateway
