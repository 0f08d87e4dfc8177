#include "runner/thread_news.hpp"

#include <gtest/gtest.h>

namespace tidings::runner {
namespace {

// Whoever is told, as plain text.
struct told final : net::attempt_sink, carrier_listener {
    void on_attempt_ended(const core::attempt_report& report) override {
        lines.push_back("report " + std::to_string(report.which) + " " +
                        std::string(report.trouble) + "|" +
                        (report.reply ? std::string(report.reply->message) : std::string("-")));
    }
    void on_carrier_trouble(core::bot_id bot, const net::pool_trouble& what) override {
        lines.push_back("trouble " + std::to_string(bot) + " " + std::string(what.text));
    }
    void on_carrier_note(std::string text) override { lines.push_back("note " + text); }

    std::vector<std::string> lines;
};

core::attempt_report report_of(core::ticket which, std::string_view trouble) {
    core::attempt_report report;
    report.which = which;
    report.trouble = trouble;
    return report;
}

TEST(thread_news, keeps_what_reports_point_to) {
    thread_news news;
    EXPECT_TRUE(news.empty());
    {
        std::string words = "gone in a moment";
        news.add(report_of(1, words));
        auto answered = report_of(2, {});
        std::string message = "the server's own words";
        answered.reply = core::answer{.status = 400,
                                      .text = core::answer_text::other_json,
                                      .complete = true,
                                      .retry_after = std::nullopt,
                                      .message = message};
        news.add(answered);
        std::string why = "refused";
        news.add(3, {.kind = net::trouble_kind::refused, .text = why});
        words.assign(words.size(), '?');
        message.assign(message.size(), '?');
        why.assign(why.size(), '?');
    }
    news.add("a note");
    told by;
    news.deliver(by, by);
    EXPECT_EQ(by.lines, (std::vector<std::string>{"note a note", "trouble 3 refused",
                                                  "report 1 gone in a moment|-",
                                                  "report 2 |the server's own words"}));
}

TEST(thread_news, batches_join_in_their_order) {
    thread_news first;
    thread_news later;
    first.add(report_of(1, "one"));
    first.bots.resize(1);
    later.add(report_of(2, "two"));
    later.add(report_of(3, "three"));
    later.bots.resize(1);
    later.bots[0].room = 7;
    first.append(later);
    EXPECT_TRUE(later.empty());
    later.add(report_of(4, "four"));
    first.append(later);
    told by;
    first.deliver(by, by);
    EXPECT_EQ(by.lines, (std::vector<std::string>{"report 1 one|-", "report 2 two|-",
                                                  "report 3 three|-", "report 4 four|-"}));
    EXPECT_EQ(first.bots[0].room, 7U) << "the newest";
    first.clear();
    EXPECT_TRUE(first.empty());
}

}  // namespace
}  // namespace tidings::runner
