#include "runner/thread_news.hpp"

#include <utility>

namespace tidings::runner {

thread_news::stretch thread_news::keep(std::string_view text) {
    const stretch kept{static_cast<std::uint32_t>(text_.size()),
                       static_cast<std::uint32_t>(text.size())};
    text_.append(text);
    return kept;
}

void thread_news::add(const core::attempt_report& report) {
    kept_report kept{report, keep(report.trouble), {}};
    if (report.reply) kept.message = keep(report.reply->message);
    reports_.push_back(kept);
}

void thread_news::add(core::bot_id bot, const net::pool_trouble& what) {
    troubles_.push_back({what, std::string(what.text), bot});
}

void thread_news::append(thread_news& later) {
    if (empty()) {
        std::swap(reports_, later.reports_);
        std::swap(troubles_, later.troubles_);
        std::swap(notes_, later.notes_);
        std::swap(text_, later.text_);
        bots = later.bots;
        return later.clear();
    }
    const auto shift = static_cast<std::uint32_t>(text_.size());
    text_.append(later.text_);
    for (auto& one : later.reports_) {
        one.trouble.at += shift;
        one.message.at += shift;
        reports_.push_back(one);
    }
    for (auto& one : later.troubles_)
        troubles_.push_back(std::move(one));
    for (auto& one : later.notes_)
        notes_.push_back(std::move(one));
    bots = later.bots;
    later.clear();
}

void thread_news::clear() {
    reports_.clear();
    troubles_.clear();
    notes_.clear();
    text_.clear();
}

void thread_news::deliver(net::attempt_sink& sink, carrier_listener& listener) {
    const std::string_view text = text_;
    for (auto& one : notes_)
        listener.on_carrier_note(std::move(one));
    for (auto& one : troubles_) {
        one.what.text = one.text;
        listener.on_carrier_trouble(one.bot, one.what);
    }
    for (auto& one : reports_) {
        one.report.trouble = text.substr(one.trouble.at, one.trouble.size);
        if (one.report.reply)
            one.report.reply->message = text.substr(one.message.at, one.message.size);
        sink.on_attempt_ended(one.report);
    }
}

}  // namespace tidings::runner
