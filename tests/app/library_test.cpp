// The library's door: a program's own campaign, without a terminal and without the vendor's call.
#include "support/file_text.hpp"
#include "support/scratch_folder.hpp"
#include "tidings/tidings.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::tests {
namespace {

// Ends each delivery on a thread of its own, as `decide` says.
class scripted_endpoint {
  public:
    using decision = std::function<void(const message&, delivery)>;

    explicit scripted_endpoint(decision decide)
        : decide_(std::move(decide)), thread_([this] { work(); }) {}
    ~scripted_endpoint() {
        {
            const std::scoped_lock lock(guard_);
            over_ = true;
        }
        wake_.notify_one();
        thread_.join();
    }

    void take(message what, delivery how) {
        {
            const std::scoped_lock lock(guard_);
            waiting_.emplace_back(std::move(what), std::move(how));
        }
        wake_.notify_one();
    }
    carrier_maker maker() {
        return [this](std::string_view) { return std::make_unique<handing_over>(*this); };
    }

    static constexpr std::size_t capacity = 8;

  private:
    class handing_over final : public carrier {
      public:
        explicit handing_over(scripted_endpoint& to) : to_(to) {}
        std::size_t capacity() const override { return scripted_endpoint::capacity; }
        void begin(message what, delivery how) override {
            to_.take(std::move(what), std::move(how));
        }

      private:
        scripted_endpoint& to_;
    };

    void work() {
        std::unique_lock lock(guard_);
        while (true) {
            wake_.wait(lock, [this] { return over_ || !waiting_.empty(); });
            if (waiting_.empty()) return;
            auto [what, how] = std::move(waiting_.front());
            waiting_.pop_front();
            lock.unlock();
            decide_(what, std::move(how));
            lock.lock();
        }
    }

    decision decide_;
    std::mutex guard_;
    std::condition_variable wake_;
    std::deque<std::pair<message, delivery>> waiting_;
    bool over_ = false;
    std::thread thread_;
};

class library : public testing::Test {
  protected:
    void SetUp() override {
        ::setenv("XDG_STATE_HOME", (folder_.path() / "state").c_str(), 1);
        std::ofstream list(folder_.path() / "people.csv");
        list << "toNo\n";
        for (int i = 0; i < rows; ++i)
            list << "+1650200" << 1000 + i << '\n';
    }
    void TearDown() override { ::unsetenv("XDG_STATE_HOME"); }

    configuration settings(const std::string& name = "spring") const {
        return configuration::from_text("name = \"" + name +
                                            "\"\n"
                                            "[recipients]\nfile = \"people.csv\"\n"
                                            "[[bot]]\nurl = \"https://unused.example\"\n"
                                            "bot_id = \"st-1\"\nlimits = []\n"
                                            "client_id = \"cs-1\"\n"
                                            "client_secret = { env = \"NOT_SET\" }\n"
                                            "[[bot.sender]]\nfrom = \"+16502009999\"\n"
                                            "[retry]\nbackoff = \"1ms..2ms\"\n",
                                        folder_.path() / "campaign.toml")
            .set("output.dir", (folder_.path() / "runs").string());
    }

    static constexpr int rows = 40;
    scratch_folder folder_;
};

TEST_F(library, a_plan_counts_and_sends_nothing) {
    const auto plan = campaign::plan(settings().set("bot.limits", "[\"10/1s\"]"));
    ASSERT_TRUE(plan) << plan.error().text;
    EXPECT_EQ(plan->rows, 40U);
    EXPECT_EQ(plan->sendable, 40U);
    EXPECT_EQ(plan->decided_by, "10/1s of st-1");
    EXPECT_TRUE(plan->finish);
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "runs"));
}

TEST_F(library, mistakes_are_told_at_once_each_in_its_line) {
    const auto wrong =
        configuration::from_text("nmae = \"x\"\n[recipients]\nfile = 3\n", "spring.toml").check();
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().status, exit_status::unusable);
    EXPECT_NE(wrong.error().text.find("spring.toml:1:"), std::string::npos) << wrong.error().text;
    EXPECT_NE(wrong.error().text.find("spring.toml:3:"), std::string::npos) << wrong.error().text;
}

TEST_F(library, an_endpoint_of_ones_own_gets_every_message_once) {
    std::map<std::string, int> arrived;
    scripted_endpoint there([&](const message& what, delivery how) {
        ++arrived[what.to];
        std::move(how).accepted();
    });
    auto begun = campaign::begin(settings(), {.carriers = there.maker()});
    ASSERT_TRUE(begun) << begun.error().text;
    const auto ended = begun->run();
    ASSERT_TRUE(ended) << ended.error().text;
    EXPECT_EQ(ended->status, exit_status::accepted) << ended->reason;
    EXPECT_EQ(ended->last.ended[outcome::accepted], 40U);
    EXPECT_EQ(arrived.size(), 40U);
    for (const auto& [to, times] : arrived)
        EXPECT_EQ(times, 1) << to;
    const auto proof = campaign::verify(begun->folder());
    ASSERT_TRUE(proof) << proof.error().text;
    EXPECT_TRUE(proof->complete) << proof->sentence;
    EXPECT_EQ(proof->sentence, "40 rows = 40 accepted; 0 twice");
}

TEST_F(library, each_way_a_delivery_can_end_is_that_fate_of_its_row) {
    std::map<std::uint64_t, int> tries;
    scripted_endpoint there([&](const message& what, delivery how) {
        const int nth = ++tries[what.row];
        switch (what.row) {
            case 1: return std::move(how).rejected("no such flow");
            case 2: return std::move(how).unknown("the line went dead");
            case 3:
                if (nth == 1) return std::move(how).not_sent("the line was busy");
                break;
            case 4:
                if (nth == 1) return std::move(how).limited(std::chrono::milliseconds(1));
                break;
            case 5: return;  // dropped
            default: break;
        }
        std::move(how).accepted();
    });
    auto begun = campaign::begin(settings(), {.carriers = there.maker()});
    ASSERT_TRUE(begun) << begun.error().text;
    const auto ended = begun->run();
    ASSERT_TRUE(ended) << ended.error().text;
    EXPECT_EQ(ended->last.ended[outcome::rejected], 1U);
    EXPECT_EQ(ended->last.ended[outcome::unknown], 2U);
    EXPECT_EQ(ended->last.ended[outcome::accepted], 37U);
    EXPECT_EQ(tries[2], 1) << "what may have arrived is not sent again";
    EXPECT_EQ(tries[5], 1);
    EXPECT_EQ(tries[3], 2);
    EXPECT_EQ(tries[4], 2);
    EXPECT_EQ(ended->status, exit_status::some_unknown);
}

TEST_F(library, an_interrupted_campaign_is_resumed_where_it_was) {
    std::atomic<int> arrived{0};
    std::optional<result<campaign>> first;
    {
        scripted_endpoint there([&](const message&, delivery how) {
            if (++arrived == 10) (*first)->interrupt("enough for today");
            std::move(how).accepted();
        });
        first.emplace(campaign::begin(settings(), {.carriers = there.maker()}));
        ASSERT_TRUE(*first) << first->error().text;
        const auto ended = (*first)->run();
        ASSERT_TRUE(ended) << ended.error().text;
        EXPECT_EQ(ended->status, exit_status::work_left);
        EXPECT_GT(ended->unsent, 0U);
        EXPECT_EQ(ended->reason, "enough for today");
    }
    const auto folder = (*first)->folder();
    first.reset();
    scripted_endpoint there([&](const message&, delivery how) {
        ++arrived;
        std::move(how).accepted();
    });
    auto again = campaign::resume(folder, {.values = {}, .carriers = there.maker()});
    ASSERT_TRUE(again) << again.error().text;
    const auto ended = again->run();
    ASSERT_TRUE(ended) << ended.error().text;
    EXPECT_EQ(ended->status, exit_status::accepted);
    EXPECT_EQ(arrived, 40);
}

TEST_F(library, whoever_listens_hears_how_it_stands_and_how_it_ended) {
    struct : listener {
        void on_snapshot(const snapshot& now) override { heard.push_back(now); }
        std::vector<snapshot> heard;
    } hears;
    scripted_endpoint there([](const message&, delivery how) { std::move(how).accepted(); });
    auto begun = campaign::begin(settings(), {.carriers = there.maker()});
    ASSERT_TRUE(begun) << begun.error().text;
    ASSERT_TRUE(begun->run(hears));
    ASSERT_FALSE(hears.heard.empty());
    EXPECT_EQ(hears.heard.back().ended[outcome::accepted], 40U);
    EXPECT_EQ(begun->state().ended[outcome::accepted], 40U);
    for (const auto& one : hears.heard)
        EXPECT_LE(one.in_flight, scripted_endpoint::capacity);
}

TEST_F(library, what_send_refuses_is_refused_with_its_status) {
    scripted_endpoint there([](const message&, delivery how) { std::move(how).accepted(); });
    {
        auto begun = campaign::begin(settings(), {.carriers = there.maker()});
        ASSERT_TRUE(begun) << begun.error().text;
        ASSERT_TRUE(begun->run());
        EXPECT_FALSE(begun->run()) << "once";
    }
    const auto same_name = campaign::begin(settings(), {.carriers = there.maker()});
    ASSERT_FALSE(same_name);
    const auto same_list = campaign::begin(settings("summer"), {.carriers = there.maker()});
    ASSERT_FALSE(same_list);
    EXPECT_NE(same_list.error().text.find("spring"), std::string::npos) << same_list.error().text;
    EXPECT_TRUE(campaign::begin(settings("summer"), {.again = true, .carriers = there.maker()}));
    const auto none = campaign::resume(folder_.path() / "runs" / "winter");
    ASSERT_FALSE(none);
    EXPECT_FALSE(none.error().text.empty());
}

TEST_F(library, a_rate_is_spelled_as_the_program_spells_it) {
    scripted_endpoint there([](const message&, delivery how) { std::move(how).accepted(); });
    auto begun = campaign::begin(settings(), {.carriers = there.maker()});
    ASSERT_TRUE(begun) << begun.error().text;
    EXPECT_TRUE(begun->rate("100/1s"));
    EXPECT_TRUE(begun->rate("none"));
    const auto wrong = begun->rate("fast");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().status, exit_status::usage);
}

}  // namespace
}  // namespace tidings::tests
