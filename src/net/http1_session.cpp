#include "net/http1_session.hpp"

#include <algorithm>
#include <utility>

namespace tidings::net {

http1_session::http1_session(session_shared& shared, wire::tls_channel& channel)
    : shared_(shared),
      channel_(channel),
      answer_({.header_max = shared.options.header_max,
               .body_kept_max = shared.options.body_kept_max,
               .body_drained_max = shared.options.body_drained_max},
              shared.options.headers_kept) {}

void http1_session::begin(attempt& one, const message& what) {
    auto& out = shared_.outgoing;
    const std::size_t room = shared_.requests.size_max(what.token.size());
    if (out.size() < room) out.resize(room);
    const char* const end = shared_.requests.write(out.data(), what.token, what.from, what.to);
    const auto size = static_cast<std::size_t>(end - out.data());

    attempt_ = &one;
    answer_is_old_ = true;  // its views may be in use by whoever called us: reset later
    one.bytes_begin = channel_.position();
    one.bytes_end = one.bytes_begin + size;
    const auto wrote = channel_.write({out.data(), size});
    if (wrote.bytes < size && wrote.status != wire::channel_status::failed)
        unwritten_.assign(out.begin() + static_cast<std::ptrdiff_t>(wrote.bytes),
                          out.begin() + static_cast<std::ptrdiff_t>(size));
}

void http1_session::flush() {
    write_rest();
}

void http1_session::write_rest() {
    if (unwritten_.empty()) {
        channel_.flush();
        return;
    }
    const auto wrote = channel_.write(unwritten_);
    unwritten_.erase(unwritten_.begin(),
                     unwritten_.begin() + static_cast<std::ptrdiff_t>(wrote.bytes));
}

void http1_session::on_bytes(std::span<const char> bytes) {
    if (attempt_ == nullptr) {
        trouble_ = "the server sent something without having been asked";
        ending_ = true;
        return;
    }
    if (std::exchange(answer_is_old_, false)) answer_.restart();
    switch (answer_.feed({bytes.data(), bytes.size()})) {
        case http1_answer::progress::reading: return;
        case http1_answer::progress::broken:
            ending_ = true;
            report(answer_.why());
            return;
        case http1_answer::progress::complete: break;
    }
    // An answer before the whole request was taken: the rest cannot follow, nothing else either.
    if (!answer_.keep_alive() || answer_.left_over() || !unwritten_.empty() ||
        channel_.write_waiting() || core::wants_another_connection(answer_.bytes().status))
        ending_ = true;
    report({});
}

void http1_session::on_end(wire::channel_status how, std::string_view why) {
    ending_ = true;
    if (attempt_ == nullptr) return;
    if (std::exchange(answer_is_old_, false)) answer_.restart();
    if (answer_.begun() && how != wire::channel_status::again) {
        const auto end = answer_.finish(how == wire::channel_status::closed);
        report(end == http1_answer::progress::complete ? std::string_view() : why);
        return;
    }
    report(why);
}

void http1_session::give_up(attempt&, std::string_view why) {
    ending_ = true;
    if (attempt_ == nullptr) return;
    if (std::exchange(answer_is_old_, false)) answer_.restart();
    report(why);
}

void http1_session::report(std::string_view trouble) {
    attempt& one = *std::exchange(attempt_, nullptr);
    core::attempt_report report;
    report.which = one.which;
    report.late = one.late;
    report.trouble = trouble;
    report.ended = shared_.clock.now();
    report.furthest = step_of(channel_, one);
    if (answer_.begun() && report.furthest < core::attempt_step::written) {
        ending_ = true;
        report.trouble = trouble_ = answered_too_early;
    } else if (answer_.has_status()) {
        const auto bytes = answer_.bytes();
        report.reply = shared_.read(bytes);
        report.furthest =
            bytes.complete ? core::attempt_step::answered : core::attempt_step::status_line;
    } else if (answer_.begun()) {
        report.furthest = core::attempt_step::status_line;
    }
    shared_.host.on_attempt_over(one, report);
}

}  // namespace tidings::net
