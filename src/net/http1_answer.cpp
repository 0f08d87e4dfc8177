#include "net/http1_answer.hpp"

#include "net/kept_headers.hpp"

#include <algorithm>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

namespace tidings::net {

namespace http = boost::beast::http;

namespace {

// A body's memory that is kept from one answer to the next.
constexpr std::size_t body_capacity_kept = 4096;

std::string_view plain(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

}  // namespace

http1_answer::parser::parser(http1_answer& owner) : owner_(owner) {
    header_limit(static_cast<std::uint32_t>(owner.caps_.header_max));
    body_limit(boost::none);  // the caps are counted here
    eager(true);
}

void http1_answer::parser::on_response_impl(int status, text, int, code& error) {
    if (status < 100 || status > 599) {
        error = http::error::bad_status;
        return;
    }
    owner_.status_ = static_cast<std::uint16_t>(status);
}

void http1_answer::parser::on_field_impl(http::field name, text spelled, text value, code&) {
    if (owner_.head_read_) return;  // a trailer says nothing that we ask for
    if (name == http::field::content_type) {
        owner_.head_.content_type.assign(plain(value));
    } else if (name == http::field::retry_after) {
        owner_.head_.retry_after.assign(plain(value));
    }
    // An interim answer's are not the answer's.
    if (owner_.status_ >= 200)
        keep_header(*owner_.kept_names_, plain(spelled), plain(value), owner_.head_.kept);
}

void http1_answer::parser::on_header_impl(code&) {
    if (owner_.status_ >= 200) owner_.head_read_ = true;
}

std::size_t http1_answer::parser::on_body_impl(text body, code& error) {
    if (!owner_.keep_body(plain(body))) error = http::error::body_limit;
    return body.size();
}

std::size_t http1_answer::parser::on_chunk_body_impl(std::uint64_t, text body, code& error) {
    return on_body_impl(body, error);
}

void http1_answer::restart() {
    parser_.reset();
    waiting_.clear();
    body_.clear();
    if (body_.capacity() > body_capacity_kept) std::string().swap(body_);
    if (waiting_.capacity() > body_capacity_kept) std::string().swap(waiting_);
    head_.content_type.clear();
    head_.retry_after.clear();
    head_.kept.clear();
    why_ = {};
    came_ = {};
    status_ = 0;
    begun_ = head_read_ = complete_ = keep_alive_ = left_over_ = false;
}

bool http1_answer::keep_body(std::string_view body) {
    came_.body += body.size();
    if (body_.size() < caps_.body_kept_max)
        body_.append(body.substr(0, caps_.body_kept_max - body_.size()));
    return came_.body <= caps_.body_drained_max;
}

http1_answer::progress http1_answer::break_off(std::string_view why) noexcept {
    why_ = why;
    return progress::broken;
}

http1_answer::progress http1_answer::feed(std::string_view bytes) {
    if (bytes.empty()) return progress::reading;
    begun_ = true;
    if (waiting_.empty()) {
        if (!parser_ && kept_names_->empty() && take_plain(bytes)) return progress::complete;
        const auto result = consume_whole(bytes);
        if (result != progress::complete && !head_read_) note_status_line(bytes);
        if (result == progress::reading) waiting_.assign(bytes);
        return result;
    }
    waiting_.append(bytes);
    std::string_view rest = waiting_;
    const auto result = consume_whole(rest);
    if (result != progress::complete && !head_read_) note_status_line(rest);
    if (result == progress::reading) waiting_.erase(0, waiting_.size() - rest.size());
    return result;
}

bool http1_answer::take_plain(std::string_view bytes) {
    const auto plain = plain_.read(bytes, caps_.header_max);
    if (!plain || plain->body.size() > caps_.body_drained_max) return false;
    status_ = plain->status;
    head_.content_type.assign(plain->content_type);
    head_.retry_after.assign(plain->retry_after);
    keep_body(plain->body);
    head_read_ = complete_ = true;
    keep_alive_ = plain->keep_alive;
    left_over_ = plain->size < bytes.size();
    return true;
}

// The grammar reads a head in one piece. Should the rest of it never come, its first line alone
// already says what the server made of the message.
void http1_answer::note_status_line(std::string_view head) noexcept {
    constexpr std::string_view start = "HTTP/1.";
    constexpr std::size_t code_at = start.size() + 2;
    if (!head.starts_with(start) || head.find("\r\n") == std::string_view::npos) return;
    if (head.size() < code_at + 4 || head[code_at - 1] != ' ') return;
    std::uint16_t status = 0;
    for (const char c : head.substr(code_at, 3)) {
        if (c < '0' || c > '9') return;
        status = static_cast<std::uint16_t>(status * 10 + (c - '0'));
    }
    if (status >= 200 && status <= 599) status_ = status;
}

// Takes from the front of `bytes` what the grammar can use; the rest is for the next call.
http1_answer::progress http1_answer::consume_whole(std::string_view& bytes) {
    for (;;) {
        if (!parser_) parser_.emplace(*this);
        // Beast counts a head's bytes in its own way; the cap is the same however they come.
        if (!head_read_) {
            const auto end = bytes.find("\r\n\r\n");
            if (end != std::string_view::npos && came_.head + end + 4 > caps_.header_max)
                return break_off("a head larger than allowed");
        }
        boost::beast::error_code error;
        const bool behind_head = head_read_;
        const auto body = came_.body;
        const std::size_t used =
            parser_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
        bytes.remove_prefix(used);
        if (!head_read_) came_.head += used;
        if (behind_head) came_.framing += used - (came_.body - body);
        if (came_.framing > caps_.framing_max + came_.body)
            return break_off("more framing than body");
        if (error == http::error::need_more) {
            // Every line and head must end within the cap, chunk headers and trailers too.
            if (bytes.size() + (head_read_ ? 0 : came_.head) > caps_.header_max)
                return break_off("a head larger than allowed");
            return progress::reading;
        }
        if (error == http::error::header_limit) return break_off("a head larger than allowed");
        if (error == http::error::body_limit) return break_off("a body larger than allowed");
        if (error) return break_off("bytes that are not HTTP/1.1");
        if (!parser_->is_done()) {
            if (bytes.empty()) return progress::reading;
            continue;
        }
        if (status_ >= 200) {
            complete_ = true;
            keep_alive_ = parser_->keep_alive();
            left_over_ = !bytes.empty();
            return progress::complete;
        }
        // An interim answer: the real one follows. 101 would be another protocol, unasked for.
        if (status_ == 101) return break_off("a switch to another protocol");
        came_.interim += came_.head;
        if (came_.interim > caps_.header_max) return break_off("too many interim answers");
        parser_.reset();
        came_.head = 0;
        if (bytes.empty()) return progress::reading;
    }
}

http1_answer::progress http1_answer::finish(bool orderly) {
    if (!head_read_ || !parser_ || !parser_->need_eof())
        return break_off("the connection ended inside the answer");
    boost::beast::error_code error;
    parser_->put_eof(error);
    if (error) return break_off("the connection ended inside the answer");
    keep_alive_ = false;
    if (!orderly) return break_off("the end of a body without a length was cut, or not");
    complete_ = true;
    return progress::complete;
}

codec::answer_bytes http1_answer::bytes() const noexcept {
    return {.status = status_,
            .content_type = head_.content_type.view(),
            .retry_after = head_.retry_after.view(),
            .headers = head_.kept,
            .body = body_,
            .complete = complete_};
}

}  // namespace tidings::net
