// The journal and the outcome log against everything a disk can do to them: power failures at every
// call with every choice of what survives, every call failing once, every byte damaged.
#include "store/row_fates.hpp"
#include "store/segment.hpp"
#include "support/crash_campaign.hpp"

#include <functional>
#include <random>

#include <gtest/gtest.h>

namespace tidings::store {
namespace {

constexpr core::row_number rows = 24;
constexpr std::size_t exhaustive_up_to = 12;  // open questions
constexpr int processes_max = 20;

// Processes until the campaign is done, then one more, which must change nothing.
void run_to_the_end(crash_campaign& campaign, simulated_disk& disk) {
    for (int i = 0; i < processes_max; ++i) {
        disk.kill_process();
        if (campaign.run(disk) == crash_campaign::ending::done) break;
    }
    campaign.expect_promises(disk);
    const auto before = recover(disk, crash_campaign::journal_folder);
    disk.kill_process();
    campaign.run(disk);
    const auto after = recover(disk, crash_campaign::journal_folder);
    ASSERT_TRUE(before && after);
    EXPECT_EQ(before->state.counts, after->state.counts);
    campaign.expect_promises(disk);
}

std::uint64_t calls_of_a_campaign() {
    auto disk = disk_with_run();
    disk.set_plan({});
    crash_campaign campaign(rows);
    EXPECT_EQ(campaign.run(disk), crash_campaign::ending::done);
    const auto calls = disk.calls();
    campaign.expect_promises(disk);
    return calls;
}

// Tries every ending of a power failure, or 64 of them where there are too many.
void for_each_survival(const simulated_disk& at_failure, std::uint64_t seed,
                       const std::function<void(simulated_disk&, bool is_sample)>& look) {
    const auto questions = at_failure.open_questions();
    std::mt19937_64 random(seed);
    const bool all = questions <= exhaustive_up_to;
    const std::uint64_t endings = all ? std::uint64_t{1} << questions : 64;
    const std::uint64_t sample = random() % endings;
    for (std::uint64_t i = 0; i < endings; ++i) {
        auto disk = at_failure;
        disk.crash([&](std::size_t question) {
            return all ? ((i >> question) & 1) != 0 : random() % 2 == 0;
        });
        look(disk, i == sample);
        if (::testing::Test::HasFailure()) return;
    }
}

TEST(crash_test, power_fails_before_and_after_every_call) {
    const auto calls = calls_of_a_campaign();
    std::uint64_t endings = 0;
    for (std::uint64_t at = 1; at <= 2 * calls; ++at) {
        auto disk = disk_with_run();
        crash_campaign campaign(rows);
        const auto call = (at + 1) / 2;
        if (at % 2 == 1)
            disk.set_plan({.power_off_before = call});
        else
            disk.set_plan({.power_off_after = call});
        EXPECT_THROW(campaign.run(disk), power_failure);
        for_each_survival(disk, at, [&](simulated_disk& survived, bool is_sample) {
            ++endings;
            if (campaign.begun()) {
                const auto found = recover(survived, crash_campaign::journal_folder);
                ASSERT_TRUE(found) << found.error().text;
                campaign.expect_known(*found);
            }
            if (!is_sample) return;
            auto next = campaign;
            run_to_the_end(next, survived);
        });
        ASSERT_FALSE(HasFailure()) << (at % 2 == 1 ? "before" : "after") << " call " << call;
    }
    RecordProperty("calls", static_cast<int>(calls));
    RecordProperty("endings", static_cast<int>(endings));
    std::cout << calls << " calls, " << endings << " endings of power failures\n";
}

// Death upon death: the process that recovers dies too, at every call of its recovery.
TEST(crash_test, recovery_is_interrupted_at_every_call) {
    const auto calls = calls_of_a_campaign();
    std::mt19937_64 random(5);
    for (std::uint64_t first = calls / 3; first <= calls; first += calls / 4) {
        auto died = disk_with_run();
        crash_campaign campaign(rows);
        died.set_plan({.power_off_after = first});
        EXPECT_THROW(campaign.run(died), power_failure);
        died.crash([&](std::size_t) { return random() % 2 == 0; });
        for (std::uint64_t second = 1;; ++second) {
            auto disk = died;
            auto next = campaign;
            disk.set_plan({.power_off_before = second});
            try {
                next.run(disk);
                break;  // it needs no more calls than this
            } catch (const power_failure&) {
            }
            disk.crash([&](std::size_t) { return random() % 2 == 0; });
            const auto found = recover(disk, crash_campaign::journal_folder);
            ASSERT_TRUE(found) << found.error().text;
            next.expect_known(*found);
            run_to_the_end(next, disk);
            ASSERT_FALSE(HasFailure()) << "first " << first << ", second " << second;
        }
    }
}

TEST(crash_test, every_call_fails_once) {
    const auto calls = calls_of_a_campaign();
    for (const int error : {EIO, ENOSPC, EINTR, simulated_disk::short_count, EDQUOT, EROFS}) {
        for (std::uint64_t at = 1; at <= calls; ++at) {
            auto disk = disk_with_run();
            crash_campaign campaign(rows);
            disk.set_plan({.fail_at = at, .fail_with = error});
            campaign.run(disk);
            run_to_the_end(campaign, disk);
            ASSERT_FALSE(HasFailure()) << "error " << error << " at call " << at;
        }
    }
}

TEST(crash_test, a_call_fails_and_then_the_power) {
    const auto calls = calls_of_a_campaign();
    std::mt19937_64 random(6);
    for (std::uint64_t at = 1; at <= calls; ++at) {
        auto disk = disk_with_run();
        crash_campaign campaign(rows);
        disk.set_plan({.power_off_after = at + random() % 6, .fail_at = at, .fail_with = EIO});
        try {
            campaign.run(disk);
        } catch (const power_failure&) {
        }
        disk.crash([&](std::size_t) { return random() % 2 == 0; });
        run_to_the_end(campaign, disk);
        ASSERT_FALSE(HasFailure()) << "call " << at;
    }
}

// kill -9 leaves a frame in the page cache that was never synced. A recovery that believes in it
// must make it durable first, or a power failure after the recovery takes it away again.
TEST(crash_without_power_failure, what_a_recovery_has_said_outlives_the_power) {
    auto disk = disk_with_run();
    const std::string folder = "run/journal";
    {
        auto truth = *journal::create(disk, folder, tiny_options(), at_second(0));
        ASSERT_TRUE(truth.commit(batch().release(1, 2).done(), at_second(1)));
        disk.set_plan({.power_off_after = 1});  // written and not synced
        EXPECT_THROW(
            (void)truth.commit(batch().settle(1, core::outcome::accepted).done(), at_second(2)),
            power_failure);
    }
    disk.kill_process();
    const auto found = recover(disk, folder);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->state.sequence, 2U);
    disk.crash([](std::size_t) { return false; });
    EXPECT_EQ(recover(disk, folder)->state.sequence, 2U);
}

TEST(crash_without_power_failure, a_checkpoint_that_was_written_outlives_the_power) {
    auto disk = disk_with_run();
    {
        auto truth = *journal::create(disk, "run/journal", tiny_options(), at_second(0));
        ASSERT_TRUE(truth.commit(batch().release(1, 2).done(), at_second(1)));
        ASSERT_TRUE(truth.checkpoint_now({}));
    }
    disk.crash([](std::size_t) { return false; });
    EXPECT_TRUE(recover(disk, "run/journal")->from_checkpoint);
}

// A journal that ends without a checkpoint.
class damage_test : public ::testing::Test {
  protected:
    damage_test() {
        auto truth = *journal::create(disk_, folder, tiny_options(), at_second(0));
        states_.push_back({});
        for (core::row_number row = 1; row <= 40; row += 4) {
            note(truth, batch().release(row, 4).done());
            note(truth, batch()
                            .settle(row, core::outcome::accepted)
                            .settle(row + 1, core::outcome::rejected, 0, std::string(200, 'd'))
                            .settle(row + 2, core::outcome::failed)
                            .park(row + 3)
                            .done());
        }
        whole_ = disk_;
    }
    void note(journal& truth, const core::journal_batch& what) {
        ASSERT_TRUE(truth.commit(what, at_second(1)));
        states_.push_back(truth.state().counts);
    }

    static constexpr const char* folder = "run/journal";
    simulated_disk disk_ = disk_with_run();
    simulated_disk whole_;
    std::vector<core::outcome_counts> states_;
};

TEST_F(damage_test, every_damaged_byte_is_found_or_means_nothing) {
    std::size_t found_out = 0, harmless = 0;
    for (const auto& path : whole_.files()) {
        for (std::size_t at = 0; at < whole_.bytes_of(path).size(); ++at) {
            for (const unsigned mask : {0x01U, 0x80U, 0xFFU}) {
                auto disk = whole_;
                disk.damage(path, at, static_cast<std::byte>(mask));
                const auto found = recover(disk, folder);
                if (!found) {
                    EXPECT_EQ(found.error().kind, core::trouble::journal);
                    ++found_out;
                    continue;
                }
                ASSERT_EQ(found->state.sequence, states_.size() - 1) << path << " byte " << at;
                EXPECT_EQ(found->state.counts, states_.back());
                ++harmless;
            }
        }
    }
    EXPECT_GT(found_out, 0U);
    std::cout << found_out << " found, " << harmless << " in bytes that mean nothing\n";
}

// As after a power failure, which may take the mark of what was durable: then only the last frame
// may be taken for torn.
TEST_F(damage_test, without_the_mark_every_damaged_byte_is_found_or_is_the_last_frame) {
    whole_.unlink("run/journal/durable");
    const auto last = states_.size() - 1;
    std::size_t torn = 0;
    for (const auto& path : whole_.files()) {
        for (std::size_t at = 0; at < whole_.bytes_of(path).size(); ++at) {
            auto disk = whole_;
            disk.damage(path, at, std::byte{0x80});
            const auto found = recover(disk, folder);
            if (!found) continue;
            ASSERT_LE(found->state.sequence, last);
            ASSERT_GE(found->state.sequence, last - 1) << path << " byte " << at;
            EXPECT_EQ(found->state.counts, states_[found->state.sequence]);
            if (found->state.sequence != last) ++torn;
        }
    }
    EXPECT_GT(torn, 0U);
}

TEST_F(damage_test, corruption_names_segment_frame_and_rows) {
    // Row 5 to 8's release is the third frame; its first record byte follows its head.
    auto first = segment_reader::open(whole_, segment_path(folder, 1), true);
    ASSERT_TRUE(first);
    ASSERT_TRUE(first->next());
    ASSERT_TRUE(first->next());
    const auto third = first->offset();
    auto disk = whole_;
    disk.damage(segment_path(folder, 1), static_cast<std::size_t>(third) + 20, std::byte{1});
    const auto found = recover(disk, folder);
    ASSERT_FALSE(found);
    EXPECT_NE(found.error().text.find("000001.segment"), std::string::npos);
    EXPECT_NE(found.error().text.find("frame 3"), std::string::npos);
    EXPECT_NE(found.error().text.find("rows 5 to 8"), std::string::npos);
}

TEST_F(damage_test, with_a_checkpoint_not_even_the_last_frame_can_be_lost) {
    auto disk = whole_;
    auto from = recover(disk, folder);
    {
        auto truth = journal::open(disk, folder, tiny_options(), std::move(*from), at_second(5));
        ASSERT_TRUE(truth);
        ASSERT_TRUE(truth->commit(batch().release(36, 1).done(), at_second(5)));
        ASSERT_TRUE(truth->checkpoint_now({}));
    }
    const auto sequence = states_.size();
    for (const auto& path : disk.files()) {
        const bool is_checkpoint = path.ends_with("checkpoint");
        const auto size = std::min<std::size_t>(disk.bytes_of(path).size(), 400);
        for (std::size_t at = 0; at < size; ++at) {
            auto damaged = disk;
            damaged.damage(path, at, std::byte{0x10});
            const auto found = recover(damaged, folder);
            if (!found) {
                EXPECT_FALSE(is_checkpoint) << "a bad checkpoint falls back to the log";
                continue;
            }
            EXPECT_EQ(found->state.sequence, sequence) << path << " byte " << at;
            EXPECT_EQ(found->from_checkpoint, !is_checkpoint);
        }
    }
}

TEST_F(damage_test, garbage_old_bytes_and_zeros_behind_the_last_frame_are_cut) {
    const auto numbers = *list_segments(whole_, folder);
    std::uint32_t last = 0;
    for (const auto number : numbers)
        if (segment_reader::open(whole_, segment_path(folder, number), true)->state() ==
            head_state::good)
            last = number;
    const auto path = segment_path(folder, last);
    const auto end = static_cast<std::size_t>(recover(whole_, folder)->last_offset);
    const auto& first = whole_.bytes_of(segment_path(folder, 1));
    std::mt19937_64 random(9);
    for (int kind = 0; kind < 3; ++kind) {
        auto disk = whole_;
        auto bytes = disk.bytes_of(path);
        for (std::size_t at = end; at < bytes.size(); ++at)
            bytes[at] = kind == 0   ? static_cast<std::byte>(random())
                        : kind == 1 ? first[at % first.size()]
                                    : std::byte{0};
        disk.put(path, bytes);
        auto found = recover(disk, folder);
        ASSERT_TRUE(found) << found.error().text;
        EXPECT_EQ(found->state.sequence, states_.size() - 1);
        EXPECT_EQ(found->bytes_cut != 0, kind != 2);
        auto truth = journal::open(disk, folder, tiny_options(), std::move(*found), at_second(5));
        ASSERT_TRUE(truth->commit(batch().release(41, 1).done(), at_second(5)));
        EXPECT_EQ(recover(disk, folder)->state.sequence, states_.size());
    }
}

TEST_F(damage_test, a_missing_segment_and_one_of_another_journal_are_refused) {
    auto disk = whole_;
    disk.unlink(segment_path(folder, 1));
    EXPECT_EQ(recover(disk, folder).error().kind, core::trouble::journal);

    auto options = tiny_options();
    options.id += 1;
    disk = whole_;
    disk.make_folder("run/other");
    ASSERT_TRUE(journal::create(disk, "run/other/journal", options, at_second(0)));
    auto bytes = disk.bytes_of(segment_path("run/other/journal", 1));
    disk.put(segment_path(folder, 1), bytes);
    EXPECT_EQ(recover(disk, folder).error().kind, core::trouble::journal);
}

}  // namespace
}  // namespace tidings::store
