// Beast's request parser with callbacks that keep only what the call needs, in strings whose memory
// is used again. Limits are Beast's own: a header that is too long, a body that is too large.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/beast/http/basic_parser.hpp>

namespace tidings::gateway {

struct http1_request_parts {
    std::string method;
    std::string target;
    std::string auth;
    std::string content_type;
    std::string body;
    int version = 11;  // 10 or 11
    std::size_t fields = 0;
    std::size_t fields_max = SIZE_MAX;
    bool has_auth = false;
    bool wants_continue = false;

    void clear() {
        method.clear();
        target.clear();
        auth.clear();
        content_type.clear();
        body.clear();
        has_auth = wants_continue = false;
        fields = 0;
    }
};

class http1_request_parser final : public boost::beast::http::basic_parser<true> {
  public:
    explicit http1_request_parser(http1_request_parts& parts) : parts_(parts) { eager(true); }

  private:
    using error_code = boost::beast::error_code;
    using view = boost::beast::string_view;
    using field = boost::beast::http::field;

    void on_request_impl(boost::beast::http::verb, view method, view target, int version,
                         error_code&) override {
        parts_.version = version;
        parts_.method.assign(method.data(), method.size());
        parts_.target.assign(target.data(), target.size());
    }
    void on_response_impl(int, view, int, error_code&) override {}
    void on_field_impl(field name, view text, view value, error_code& error) override {
        if (++parts_.fields > parts_.fields_max) {
            error = boost::beast::http::error::header_limit;
            return;
        }
        if (name == field::content_type) {
            parts_.content_type.assign(value.data(), value.size());
        } else if (name == field::expect) {
            parts_.wants_continue = boost::beast::iequals(value, "100-continue");
        } else if (name == field::unknown && boost::beast::iequals(text, "auth")) {
            // Several of them are joined, as HTTP says; the result is no token.
            if (parts_.has_auth) parts_.auth += ", ";
            parts_.auth.append(value.data(), value.size());
            parts_.has_auth = true;
        }
    }
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(view piece, error_code&) override {
        parts_.body.append(piece.data(), piece.size());
        return piece.size();
    }
    void on_chunk_header_impl(std::uint64_t, view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, view piece, error_code&) override {
        parts_.body.append(piece.data(), piece.size());
        return piece.size();
    }
    void on_finish_impl(error_code&) override {}

    http1_request_parts& parts_;
};

}  // namespace tidings::gateway
