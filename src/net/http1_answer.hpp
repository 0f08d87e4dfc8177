// Reads one HTTP/1.1 answer out of whatever slices the bytes come in: interim answers first, any
// framing, within caps. No socket and no clock: bytes in, a verdict on the framing out. Beast's
// parser knows the grammar; here is what is kept of it, without an allocation an answer. What comes
// whole and plain takes a short cut (net/plain_answer) to the same result.
#pragma once

#include "codec/messages/answer.hpp"
#include "net/plain_answer.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/beast/http/basic_parser.hpp>

namespace tidings::net {

struct answer_caps {
    std::size_t header_max = 16 * 1024;
    std::size_t body_kept_max = 64 * 1024;
    std::size_t body_drained_max = 1024 * 1024;
    // Of chunk headers, their extensions and trailers, beyond as much as there is of the body.
    std::size_t framing_max = 64 * 1024;
};

// A value that is copied out of a header and cut to fit.
class short_text {
  public:
    short_text() = default;
    short_text(const short_text& other) noexcept { assign(other.view()); }
    short_text& operator=(const short_text& other) noexcept {
        assign(other.view());
        return *this;
    }
    void assign(std::string_view text) noexcept {
        size_ = std::min(text.size(), bytes_.size());
        std::copy_n(text.data(), size_, bytes_.data());
    }
    void clear() noexcept { size_ = 0; }
    std::string_view view() const noexcept { return {bytes_.data(), size_}; }

  private:
    std::array<char, 96> bytes_;  // the first size_ mean something
    std::size_t size_ = 0;
};

class http1_answer {
  public:
    enum class progress : std::uint8_t {
        reading,   // more is to come
        complete,  // all of it is here; what followed it is in left_over()
        broken,    // not HTTP, or over a cap: why() says; the connection is of no more use
    };

    // `kept` are names of headers, in lower case; they outlive it.
    explicit http1_answer(answer_caps caps, const std::vector<std::string>& kept = none_kept)
        : caps_(caps), kept_names_(&kept) {}

    // For the next answer on the connection.
    void restart();
    progress feed(std::string_view bytes);
    // The peer ended the stream. `orderly`: with a close_notify, so that a body without a length
    // is known to be whole.
    progress finish(bool orderly);

    // A byte of an answer has come, of an interim one too.
    bool begun() const noexcept { return begun_; }
    // The final answer's status line has been read, perhaps no more than that.
    bool has_status() const noexcept { return status_ >= 200; }
    bool keep_alive() const noexcept { return keep_alive_; }
    bool left_over() const noexcept { return left_over_; }
    std::string_view why() const noexcept { return why_; }
    // What codec/messages/answer wants. Pre: has_status(). Valid until restart().
    codec::answer_bytes bytes() const noexcept;

  private:
    static inline const std::vector<std::string> none_kept{};
    using beast_parser = boost::beast::http::basic_parser<false>;

    // Beast's grammar with callbacks into the answer.
    class parser final : public beast_parser {
      public:
        explicit parser(http1_answer& owner);

      private:
        using code = boost::beast::error_code;
        using text = boost::beast::string_view;
        void on_request_impl(boost::beast::http::verb, text, text, int, code&) override {}
        void on_response_impl(int status, text, int version, code& error) override;
        void on_field_impl(boost::beast::http::field name, text, text value, code&) override;
        void on_header_impl(code&) override;
        void on_body_init_impl(const boost::optional<std::uint64_t>&, code&) override {}
        std::size_t on_body_impl(text body, code& error) override;
        void on_chunk_header_impl(std::uint64_t, text, code&) override {}
        std::size_t on_chunk_body_impl(std::uint64_t, text body, code& error) override;
        void on_finish_impl(code&) override {}

        http1_answer& owner_;
    };

    bool take_plain(std::string_view bytes);
    progress consume_whole(std::string_view& bytes);
    progress break_off(std::string_view why) noexcept;
    bool keep_body(std::string_view body);
    void note_status_line(std::string_view head) noexcept;

    answer_caps caps_;
    const std::vector<std::string>* kept_names_;
    plain_answers plain_;
    std::optional<parser> parser_;
    std::string waiting_;  // bytes that do not make a line yet; empty when answers come whole
    std::string body_;     // decoded; capacity stays
    struct {
        short_text content_type;
        short_text retry_after;
        std::string kept;  // for rules, a line each
    } head_;
    std::string_view why_;
    struct {
        std::uint64_t body = 0;     // kept or not
        std::size_t interim = 0;    // heads of interim answers
        std::size_t head = 0;       // of the head under way, what the grammar has taken
        std::uint64_t framing = 0;  // behind the head, and no body
    } came_;                        // bytes
    std::uint16_t status_ = 0;
    bool begun_ = false;
    bool head_read_ = false;
    bool complete_ = false;
    bool keep_alive_ = false;
    bool left_over_ = false;
};

}  // namespace tidings::net
