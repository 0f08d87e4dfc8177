// Runs on one bot of a simulated disk, in few words: begin, send, end or die, go on.
#pragma once

#include "core/limit_plan.hpp"
#include "run/session.hpp"
#include "store/list_fingerprint.hpp"
#include "support/journal_story.hpp"
#include "support/simulated_disk.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace tidings::run {

using std::chrono::seconds;

// A machine: a disk, a steady clock, a calendar that may be off, a boot.
struct simulated_machine {
    store::simulated_disk disk;
    core::duration steady = std::chrono::hours(1);
    core::wall_time calendar{std::chrono::seconds(1'790'000'000)};
    std::uint32_t boot = 1;
    core::duration paused{};
    std::function<void()> on_pause = [] {};

    core::time_stamp now() const { return {core::instant(steady), calendar}; }
    void pass(core::duration time) {
        steady += time;
        calendar += std::chrono::duration_cast<std::chrono::microseconds>(time);
    }
    void set_calendar(core::duration by) {
        calendar += std::chrono::duration_cast<std::chrono::microseconds>(by);
    }
    // Everything that was not synced is lost, and the machine is back after a while.
    void power_fails(core::duration off = seconds(3)) {
        disk.crash([](std::size_t) { return false; });
        calendar += std::chrono::duration_cast<std::chrono::microseconds>(off);
        steady = seconds(5);
        ++boot;
    }
    surroundings around() {
        return {.disk = disk,
                .now = [this] { return now(); },
                .boot = boot,
                .pause =
                    [this](core::duration time) {
                        pass(time);
                        paused += time;
                        on_pause();
                    }};
    }
};

// One row after the other, from the first.
class counted_rows final : public row_source {
  public:
    explicit counted_rows(core::row_number last) : last_(last) {}
    core::result<bool> read(core::listed_batch& out) override {
        out.clear();
        for (int i = 0; i < 7 && row_ < last_; ++i) {
            ++row_;
            out.rows.push_back({.row = row_,
                                .to = core::phone_number::from_digits(917'760'000'000 + row_),
                                .from = {}});
        }
        return !out.rows.empty();
    }

  private:
    core::row_number last_;
    core::row_number row_ = 0;
};

class session_rig {
  public:
    static constexpr core::row_number rows_max = 1000;

    explicit session_rig(core::rate_limit limit = {60, seconds(20)}) : limit_(limit) {}

    session_options options() const {
        session_options made;
        made.state = {"/state"};
        made.owners = {{.key = {.url = "https://a.example", .bot = "st-1"},
                        .limits = {{core::scope_kind::bot, "st-1", limit_}}}};
        made.lanes = {{.identity = {.from = "+16693422058", .bot = "st-1"},
                       .url = "https://a.example",
                       .account = ""}};
        made.window_longest = limit_.window;
        made.journal.segment_bytes = 4096;
        made.completed_at_once = 8;
        return made;
    }
    static list_opening opening() {
        return []() -> core::result<std::unique_ptr<row_source>> {
            return std::make_unique<counted_rows>(rows_max);
        };
    }
    static new_run wanted(const std::string& name) {
        new_run made;
        made.folder = "/runs/" + name;
        made.record.name = name;
        made.record.journal_id = std::hash<std::string>{}(name);
        made.record.list_fingerprint =
            store::list_fingerprint{
                .bytes = 1, .changed_at_ns = 0, .ends_sha256 = "e", .whole_sha256 = name}
                .text();
        return made;
    }

    // A process begins, a little later; the one before must have ended or died.
    core::result<std::unique_ptr<session>> try_to_begin(new_run how) {
        fill();
        return session::create(std::move(how), options(), opening(), machine.around(), *limits);
    }
    core::result<std::unique_ptr<session>> try_to_go_on(const std::string& name) {
        fill();
        auto folder = store::run_folder::open(machine.disk, "/runs/" + name);
        if (!folder) return folder.error();
        return session::reopen(std::move(*folder), options(), opening(), machine.around(), *limits);
    }
    void begin(const std::string& name) { take(try_to_begin(wanted(name))); }
    void go_on(const std::string& name) { take(try_to_go_on(name)); }

    // Rows first .. last, released and accepted; or only released.
    void release(core::row_number first, core::row_number last) {
        auto released =
            store::batch().release(first, static_cast<std::uint32_t>(last - first + 1)).done();
        commit(released);
    }
    void accept(core::row_number first, core::row_number last) {
        store::batch answers;
        for (auto row = first; row <= last; ++row)
            answers.settle(row, core::outcome::accepted);
        auto settled = answers.done();
        commit(settled);
    }
    void send_rows(core::row_number first, core::row_number last) {
        release(first, last);
        accept(first, last);
    }
    void commit(core::journal_batch& batch) {
        ASSERT_EQ(held->recorder().commit(batch, machine.now()).what,
                  store::commit_news::kind::durable);
        held->recorder().write_lines(batch);
        while (held->recorder().tend()) {
        }
    }
    core::result<void> try_to_end(bool finished = false) {
        auto closed = held->close(finished, {}, {});
        held.reset();
        machine.disk.kill_process();
        return closed;
    }
    void end(bool finished = false) {
        const auto closed = try_to_end(finished);
        ASSERT_TRUE(closed) << closed.error().text;
    }
    void die() {
        held.reset();
        machine.disk.kill_process();
    }
    void lose_power() {
        held.reset();
        machine.power_fails();
    }

    core::limit_report bot() const { return limits->reports(machine.now().steady).at(0); }
    std::uint32_t available() const { return limits->available(0, machine.now().steady, 1000); }

    simulated_machine machine;
    std::unique_ptr<core::limiter> limits;
    std::unique_ptr<session> held;

  private:
    void fill() {
        machine.pass(std::chrono::milliseconds(1));
        limits = std::make_unique<core::limiter>(
            core::make_limiter({.accounts = {},
                                .bots = {{.name = "st-1",
                                          .account = "",
                                          .limits = {limit_},
                                          .how = core::pace::burst,
                                          .senders = {{.name = "+16693422058", .limits = {}}}}}}));
    }
    void take(core::result<std::unique_ptr<session>> made) {
        ASSERT_TRUE(made) << made.error().text;
        held = std::move(*made);
    }

    core::rate_limit limit_;
};

}  // namespace tidings::run
