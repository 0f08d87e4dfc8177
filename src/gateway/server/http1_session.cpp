#include "gateway/server/http1_session.hpp"

#include "gateway/server/answer_bytes.hpp"
#include "gateway/server/http1_request.hpp"
#include "gateway/server/trickle.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include <openssl/err.h>

#include <sys/socket.h>

namespace tidings::gateway {

namespace {

namespace http = boost::beast::http;

constexpr std::size_t drip_piece = 16 * 1024;

class http1_session final : public protocol {
  public:
    explicit http1_session(connection& over) : over_(over) { prepare(); }
    ~http1_session() override {
        if (dripping_entry_) over_.forsake(*dripping_entry_);
        if (one_.entry) over_.forsake(*one_.entry);
    }

    std::size_t read_allowance() override;
    void on_bytes(std::span<const char> bytes) override;
    void on_written() override;
    void on_wake(core::instant now) override;
    void on_drain() override;
    void on_idle_too_long() override;
    core::instant receiving_since() const override {
        return now_in() == phase::receiving ? begun_ : core::never;
    }
    phase now_in() const override {
        if (waits_for_ != waiting::request) return phase::answering;
        return one_.number == 0 ? phase::idle : phase::receiving;
    }

  private:
    enum class waiting : std::uint8_t {
        request,  // for the rest of it
        judging,  // a fault delays it
        answer,   // a fault delays the answer
        drip,     // the answer goes out piece by piece
    };

    void prepare();
    bool request_is_coming();
    void begin_request();
    std::size_t consume(std::string_view bytes);
    void end_with_page(std::uint16_t status, std::string_view page);
    void refuse_unreadable(boost::beast::error_code error);
    void on_request();
    void judge();
    void answer();
    void answer_strangely();
    void drip();
    void after_answer(bool close);
    answer_parts parts_of_answer();
    call asked() const;

    connection& over_;
    http1_request_parts parts_;
    std::optional<http1_request_parser> parser_;
    std::string held_;  // an incomplete piece, or pipelined requests
    exchange one_;
    std::uint64_t request_start_ = 0;  // in connection::bytes_read
    waiting waits_for_ = waiting::request;
    core::instant wake_at_ = core::never;
    core::instant begun_{};  // the request
    std::uint32_t served_ = 0;
    bool continued_ = false;
    bool closing_ = false;
    std::unique_ptr<strange_answer> drip_;
    std::optional<ledger::entry_number> dripping_entry_;
};

void http1_session::prepare() {
    parts_.clear();
    parser_.emplace(parts_);
    const auto& options = over_.desk().options();
    parts_.fields_max = options.headers_max;
    parser_->header_limit(static_cast<std::uint32_t>(options.header_bytes_max));
    parser_->body_limit(options.body_bytes_max);
    one_.number = 0;
    one_.entry.reset();
    continued_ = false;
}

call http1_session::asked() const {
    call made;
    made.method = parts_.method;
    made.target = parts_.target;
    if (parts_.has_auth) made.auth = parts_.auth;
    made.content_type = parts_.content_type;
    made.body = parts_.body;
    return made;
}

// Only faults need to know of a request before it is read.
bool http1_session::request_is_coming() {
    char first = 0;
    SSL* const ssl = over_.ssl();
    if (SSL_has_pending(ssl) == 0 && ::recv(over_.fd(), &first, 1, MSG_PEEK | MSG_DONTWAIT) <= 0)
        return false;
    const bool coming = SSL_peek(ssl, &first, 1) > 0;
    ERR_clear_error();
    return coming;
}

std::size_t http1_session::read_allowance() {
    constexpr auto all = std::numeric_limits<std::size_t>::max();
    if (waits_for_ != waiting::request) return 0;
    if (over_.desk().faultless() && !one_.plan.any) return all;
    if (one_.number == 0) {
        if (!request_is_coming()) return all;
        begin_request();
    }
    const auto& plan = one_.plan;
    if (!plan.any) return all;
    if (plan.close_before_reading) {
        over_.end(connection::ending::polite);
        return 0;
    }
    if (plan.read_rate > 0) {
        const auto now = over_.desk().now();
        if (now < wake_at_ && wake_at_ != core::never) return 0;
        wake_at_ = now + trickle_tick;
        over_.wake_at(wake_at_);
        return trickle_of(plan.read_rate);
    }
    if (plan.reset_request_at) {
        const auto read = over_.bytes_read() - request_start_;
        if (read >= *plan.reset_request_at) {
            over_.end(connection::ending::reset);
            return 0;
        }
        return static_cast<std::size_t>(*plan.reset_request_at - read);
    }
    return all;
}

void http1_session::begin_request() {
    over_.desk().begin(one_);
    request_start_ = over_.bytes_read();
    begun_ = over_.desk().faultless() ? over_.last_read() : over_.desk().now();
    wake_at_ = core::never;
}

void http1_session::on_bytes(std::span<const char> bytes) {
    if (held_.empty()) {
        const auto used = consume({bytes.data(), bytes.size()});
        held_.assign(bytes.data() + used, bytes.size() - used);
        return;
    }
    held_.append(bytes.data(), bytes.size());
    std::string input;
    input.swap(held_);
    const auto used = consume(input);
    input.erase(0, used);
    held_.swap(input);
}

// Requests from the front of `bytes`; returns how many bytes of it are done with.
std::size_t http1_session::consume(std::string_view bytes) {
    std::size_t used = 0;
    while (used < bytes.size() && waits_for_ == waiting::request && !over_.ending_now()) {
        if (one_.number == 0) {
            begin_request();
            if (one_.plan.close_before_reading) {
                over_.end(connection::ending::polite);
                return bytes.size();
            }
        }
        boost::beast::error_code error;
        const auto rest = bytes.substr(used);
        used += parser_->put(boost::asio::buffer(rest.data(), rest.size()), error);
        if (error && error != http::error::need_more) {
            refuse_unreadable(error);
            return bytes.size();
        }
        if (parser_->is_done()) {
            on_request();
            continue;
        }
        if (parts_.wants_continue && parser_->is_header_done() && !continued_) {
            continued_ = true;
            if (parts_.body.empty()) over_.out() += "HTTP/1.1 100 Continue\r\n\r\n";
        }
        if (error == http::error::need_more) break;
    }
    return used;
}

void http1_session::refuse_unreadable(boost::beast::error_code error) {
    const std::uint16_t status = error == http::error::header_limit  ? 431
                                 : error == http::error::body_limit  ? 413
                                 : error == http::error::bad_version ? 505
                                                                     : 400;
    end_with_page(status, "<html><body><h1>The request cannot be read</h1></body></html>\n");
    over_.desk().count_unreadable(status);
}

void http1_session::end_with_page(std::uint16_t status, std::string_view page) {
    answer_parts parts;
    parts.status = status;
    parts.content_type = "text/html";
    parts.body = page;
    parts.date = over_.desk().http_date();
    parts.close = true;
    append_answer(over_.out(), parts);
    over_.end(connection::ending::polite);
}

// A request that is on its way will find this answer, which is none to it.
void http1_session::on_idle_too_long() {
    if (!over_.desk().options().idle_told) return on_drain();
    if (held_.empty())
        end_with_page(408, "<html><body><h1>No request came in time</h1></body></html>\n");
}

void http1_session::on_request() {
    over_.desk().read(one_, asked());
    if (one_.plan.any && one_.plan.delay_before > core::duration::zero()) {
        waits_for_ = waiting::judging;
        wake_at_ = over_.desk().now() + one_.plan.delay_before;
        over_.wake_at(wake_at_);
        return;
    }
    judge();
}

void http1_session::judge() {
    waits_for_ = waiting::request;
    over_.desk().process(one_, asked());
    if (!one_.plan.any) return answer();
    if (one_.plan.delay > core::duration::zero()) {
        waits_for_ = waiting::answer;
        wake_at_ = over_.desk().now() + one_.plan.delay;
        over_.wake_at(wake_at_);
        return;
    }
    answer_strangely();
}

answer_parts http1_session::parts_of_answer() {
    const auto& options = over_.desk().options();
    ++served_;
    answer_parts parts;
    parts.status = one_.status;
    parts.content_type = one_.content_type;
    parts.body = one_.body;
    parts.retry_after = one_.retry_after;
    parts.location = one_.location;
    parts.date = over_.desk().http_date();
    parts.head_only = parts_.method == "HEAD";
    parts.close = closing_ || !parser_->keep_alive() ||
                  (options.requests_per_connection_max != 0 &&
                   served_ >= options.requests_per_connection_max);
    parts.keep_alive_said = parts_.version < 11;
    return parts;
}

void http1_session::answer() {
    const auto parts = parts_of_answer();
    append_answer(over_.out(), parts);
    if (one_.entry) over_.promise(*one_.entry);
    one_.entry.reset();
    after_answer(parts.close);
}

void http1_session::answer_strangely() {
    waits_for_ = waiting::request;
    const bool says_goodbye = one_.plan.end == request_end::go_away && one_.plan.processed;
    if (one_.plan.end != request_end::answer && !says_goodbye && one_.entry) {
        over_.forsake(*one_.entry);
        one_.entry.reset();
    }
    switch (one_.plan.end) {
        case request_end::answer: break;
        case request_end::go_away:
            if (!says_goodbye) return over_.end(connection::ending::polite);
            closing_ = true;
            break;
        case request_end::close:
        case request_end::refuse_stream: return over_.end(connection::ending::polite);
        case request_end::reset:
        case request_end::reset_stream: return over_.end(connection::ending::reset);
    }
    const auto parts = parts_of_answer();
    closing_ = parts.close;
    dripping_entry_ = std::exchange(one_.entry, std::nullopt);
    drip_ = std::make_unique<strange_answer>(parts, one_.plan);
    waits_for_ = waiting::drip;
    drip();
}

// A piece of the strange answer: when the last one is written, or when its time has come.
void http1_session::drip() {
    const auto& plan = one_.plan;
    const bool slow = plan.slice_wait || plan.write_rate > 0;
    const std::size_t size =
        plan.slice_wait ? 1 : (plan.write_rate > 0 ? trickle_of(plan.write_rate) : drip_piece);
    const auto piece = drip_->next(size);
    if (!piece.empty()) {
        over_.out() += piece;
        if (slow) {
            wake_at_ = over_.desk().now() + plan.slice_wait.value_or(trickle_tick);
            over_.wake_at(wake_at_);
        }
        return;
    }
    const bool cut = drip_->was_cut();
    const bool close = closing_ || drip_->needs_close();
    drip_.reset();
    if (dripping_entry_) {
        if (cut)
            over_.forsake(*dripping_entry_);
        else
            over_.promise(*dripping_entry_);
        dripping_entry_.reset();
    }
    waits_for_ = waiting::request;
    if (cut)
        return over_.end(plan.cut_by_reset ? connection::ending::reset
                                           : connection::ending::silent);
    if (plan.reset_after) return over_.end(connection::ending::reset);
    after_answer(close || plan.close_after);
}

void http1_session::after_answer(bool close) {
    if (close) {
        over_.end(connection::ending::polite);
        return;
    }
    prepare();
}

void http1_session::on_written() {
    if (waits_for_ == waiting::drip) {
        if (!one_.plan.slice_wait && one_.plan.write_rate == 0) drip();
        return;
    }
    if (waits_for_ != waiting::request || held_.empty() || over_.ending_now()) return;
    // Pipelined requests that waited for a delayed answer.
    if (one_.number == 0) on_bytes({});
}

void http1_session::on_wake(core::instant now) {
    if (now < wake_at_) return over_.wake_at(wake_at_);
    wake_at_ = core::never;
    switch (waits_for_) {
        case waiting::request: break;
        case waiting::judging: return judge();
        case waiting::answer: return answer_strangely();
        case waiting::drip: return drip();
    }
}

void http1_session::on_drain() {
    closing_ = true;
    if (now_in() == phase::idle && held_.empty()) over_.end(connection::ending::polite);
}

}  // namespace

std::unique_ptr<protocol> make_http1_session(connection& over) {
    return std::make_unique<http1_session>(over);
}

}  // namespace tidings::gateway
