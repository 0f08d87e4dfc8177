#include "live/telling.hpp"

#include "view/metrics_text.hpp"
#include "view/progress_json.hpp"

#include <utility>

namespace tidings::live {
namespace {

std::string_view reason_of(std::uint16_t status) {
    switch (status) {
        case 200: return "OK";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 413: return "Content Too Large";
        case 421: return "Misdirected Request";
        case 431: return "Request Header Fields Too Large";
        case 503: return "Service Unavailable";
        default: return "Answer";
    }
}

// Nothing of elsewhere is loaded, nothing of here is shown elsewhere.
constexpr std::string_view guards =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cache-Control: no-store\r\n"
    "Connection: close\r\n";

}  // namespace

std::string head_of(const port_answer& answer, std::optional<std::size_t> size) {
    std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " " +
                       std::string(reason_of(answer.status)) + "\r\n";
    head += "Content-Type: " + std::string(answer.type) + "\r\n";
    if (size) head += "Content-Length: " + std::to_string(*size) + "\r\n";
    if (answer.status == 401) head += "WWW-Authenticate: Bearer\r\n";
    return head + std::string(guards) + "\r\n";
}

void telling::on_look(run_look look, core::instant now) {
    if (!look_ || look_->now.now != look.now.now) changed_ = now;
    course_.add(look.now, look.latencies.get());
    look_ = std::move(look);
    status_.clear();
    for (auto& text : metrics_)
        text.clear();
}

std::string_view telling::status() {
    if (status_.empty() && look_) status_ = view::progress_json(look_->now);
    return status_;
}

std::string_view telling::metrics(bool open_metrics) {
    auto& text = metrics_[open_metrics ? 1 : 0];
    if (text.empty() && look_)
        text = view::metrics_text(
            look_->now,
            open_metrics ? view::metrics_format::open_metrics : view::metrics_format::prometheus,
            look_->latencies.get());
    return text;
}

bool telling::healthy(core::instant now) const noexcept {
    return !look_ || over_ || now - changed_ < silence_max;
}

}  // namespace tidings::live
