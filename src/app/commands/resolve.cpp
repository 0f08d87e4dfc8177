// `tidings resolve`: settles rows in doubt on the operator's word, or by what the platform has on
// record, and records that it was so.
#include "app/campaign_assembly.hpp"
#include "app/commands/commands.hpp"
#include "app/run_files.hpp"
#include "app/screen/terminal.hpp"
#include "app/session_line.hpp"
#include "app/this_machine.hpp"
#include "core/foreign_text.hpp"
#include "core/wording.hpp"
#include "run/inquiry.hpp"
#include "run/list_standing.hpp"
#include "run/resolution.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace tidings::app {

namespace {

using ruling = resolve_command::ruling;

bool named(const resolve_command& asked, core::row_number row) {
    if (asked.rows.empty()) return true;
    return std::any_of(asked.rows.begin(), asked.rows.end(), [row](const row_span& span) {
        return span.first <= row && row <= span.last;
    });
}

std::string question(ruling as, std::size_t rows) {
    const auto count = core::shown_count(rows);
    return as == ruling::sent ? "Record " + count + " rows as sent?"
                              : "Send " + count +
                                    " rows again with the next resume? Whoever did get the first "
                                    "message is texted twice.";
}

// The run, held, and how its journal is written.
struct held_run {
    this_machine& machine;
    store::run_folder& folder;
    store::journal_options journal;

    core::result<void> settle(const run::settled_doubts& doubts) const {
        return run::settle(machine.around(), folder, doubts, journal);
    }
};

// Whoever names rows has looked them up somewhere.
core::result<void> tell_whose_rows(const resolve_command& asked, const campaign& settings,
                                   const held_run& held) {
    const auto& folder = held.folder;
    const auto list = run::standing_of(
        held.machine.disk, folder.record(), folder.paths(),
        list_of(settings, list_path_of(settings, folder.paths())).list, run::looking::quickly);
    if (!list && !asked.rows.empty()) return list.error();
    if (list && !list->same)
        std::fprintf(stderr, "%s: rows are those of the run's own record (outcomes.ndjson)\n",
                     core::lines_of(list->words).c_str());
    return {};
}

core::result<exit_status> settle_on_word(const resolve_command& asked, const held_run& held,
                                         std::vector<core::row_number> rows) {
    const auto facts = look_at_terminal(asked.display.colour);
    if (!asked.yes && !facts.can_ask)
        return core::failure{core::trouble::usage,
                             "there is nobody to ask whether you mean it: answer with --yes"};
    if (!asked.yes && !ask_yes_no(question(asked.as, rows.size()))) return exit_status::work_left;
    const auto count = rows.size();
    const bool sent = asked.as == ruling::sent;
    if (const auto done = held.settle(
            {.rows = std::move(rows), .as = sent ? run::ruling::sent : run::ruling::resend});
        !done)
        return done.error();
    if (asked.display.json)
        std::printf("{\"type\":\"resolve\",\"%s\":%zu}\n", sent ? "accepted" : "resend", count);
    else if (sent)
        std::printf("%s rows are recorded as accepted, on your word.\n",
                    core::shown_count(count).c_str());
    else
        std::printf("%s rows will be sent again: tidings resume %s\n",
                    core::shown_count(count).c_str(),
                    core::lines_of(held.folder.paths().folder).c_str());
    return exit_status::accepted;
}

// The asking of one command: row by row, each bot on its own line.
class asking {
  public:
    asking(const campaign& settings, const held_run& held) : settings_(settings), held_(held) {}

    core::result<void> about(std::vector<core::row_number> rows) {
        unsettled_ = rows.size();
        auto bots = make_bots(settings_, environment_of_process());
        if (!bots) return bots.error();
        bots_ = std::move(*bots);
        const auto known = run::doubted_rows(held_.machine.disk, held_.folder.paths(), rows);
        if (!known) return known.error();
        not_asked_ = rows.size() - known->size();
        core::result<void> ended{};
        for (std::size_t i = 0; i < known->size() && ended; ++i)
            ended = ask((*known)[i]);
        // What was found before an end is recorded all the same.
        const auto recorded = record();
        return ended ? recorded : ended;
    }

    void print(bool json) const {
        if (json) {
            std::printf(
                "{\"type\":\"resolve\",\"questions\":%llu,\"accepted\":%zu,"
                "\"without_session\":%zu,\"not_asked\":%zu,\"unknown\":%zu}\n",
                static_cast<unsigned long long>(questions()), accepted_, without_session_,
                not_asked_, unsettled_);
            return;
        }
        std::printf("%s rows are recorded as accepted: the platform has a session of each.\n",
                    core::shown_count(accepted_).c_str());
        if (without_session_ != 0)
            std::printf("%s have no session there and stay unknown: that proves nothing.\n",
                        core::shown_count(without_session_).c_str());
        if (not_asked_ != 0)
            std::printf(
                "%s could not be asked about and stay unknown: the outcome log has no "
                "whole number of them, or their bot is not in the campaign.\n",
                core::shown_count(not_asked_).c_str());
    }

    std::size_t unsettled() const noexcept { return unsettled_; }

  private:
    struct line {
        std::unique_ptr<session_line> wire;
        std::unique_ptr<run::inquiry> inquiry;
    };

    core::result<void> ask(const run::doubted_row& row) {
        const auto bot = bot_of(row);
        if (!bot) {
            ++not_asked_;
            return {};
        }
        auto to = line_to(*bot);
        if (!to) return to.error();
        const auto words = (*to)->ask_about(row);
        if (!words) return words.error();
        if (words->empty()) {
            ++without_session_;
            return {};
        }
        found_.rows.push_back(row.row);
        found_.words.push_back(*words);
        return {};
    }

    // The campaign's bot whose lane the row was in; a row that never had one can be of the only
    // bot.
    std::optional<std::size_t> bot_of(const run::doubted_row& row) const {
        if (bots_.size() == 1 && row.lane == core::lane_none) return 0;
        const auto& lanes = held_.folder.record().lanes;
        if (row.lane >= lanes.size()) return std::nullopt;
        const auto& lane = lanes[row.lane];
        for (std::size_t i = 0; i < bots_.size(); ++i)
            if (settings_.bots[i].bot_id == lane.identity.bot && settings_.bots[i].url == lane.url)
                return i;
        return std::nullopt;
    }

    core::result<run::inquiry*> line_to(std::size_t bot) {
        auto& one = lines_[bot];
        if (one.inquiry) return one.inquiry.get();
        auto made = session_line::make(bots_[bot], settings_.bots[bot].pool.connect_timeout,
                                       held_.machine.clock);
        if (!made) return made.error();
        one.wire = std::move(*made);
        one.inquiry = std::make_unique<run::inquiry>(
            around_,
            [wire = one.wire.get()](const codec::session_question& asked) {
                return wire->ask(asked);
            },
            [this] { return record(); });
        return one.inquiry.get();
    }

    core::result<void> record() {
        if (found_.rows.empty()) return {};
        auto done = held_.settle(found_);
        if (!done) return done;
        accepted_ += found_.rows.size();
        unsettled_ -= found_.rows.size();
        found_.rows.clear();
        found_.words.clear();
        return {};
    }

    std::uint64_t questions() const {
        std::uint64_t all = 0;
        for (const auto& [bot, one] : lines_)
            all += one.inquiry ? one.inquiry->questions() : 0;
        return all;
    }

    const campaign& settings_;
    held_run held_;
    run::surroundings around_ = held_.machine.around();
    std::vector<runner::campaign_bot> bots_;
    std::map<std::size_t, line> lines_;
    run::settled_doubts found_{.rows = {}, .as = run::ruling::found};
    std::size_t accepted_ = 0;
    std::size_t without_session_ = 0;
    std::size_t not_asked_ = 0;
    std::size_t unsettled_ = 0;
};

core::result<exit_status> settle_by_asking(const resolve_command& asked, const campaign& settings,
                                           const held_run& held,
                                           std::vector<core::row_number> rows) {
    asking questions(settings, held);
    const auto done = questions.about(std::move(rows));
    questions.print(asked.display.json);
    if (!done) return done.error();
    return questions.unsettled() == 0 ? exit_status::accepted : exit_status::some_unknown;
}

}  // namespace

core::result<exit_status> perform(const resolve_command& asked) {
    this_machine machine;
    auto folder =
        store::run_folder::open(machine.disk, store::absolute_path(asked.run.folder.string()));
    if (!folder) return folder.error();
    const auto settings = campaign_of_run(folder->record(), {}, environment_of_process());
    if (!settings) return settings.error();
    const auto cores = make_cores(*settings, machine.clock.wall_now());
    if (!cores) return cores.error();
    const held_run held{machine, *folder, {.window_longest = cores->window_longest}};
    if (const auto done = run::finish_interrupted(machine.around(), *folder, held.journal); !done)
        return done.error();
    auto rows = run::rows_in_doubt(machine.disk, folder->paths(),
                                   [&](core::row_number row) { return named(asked, row); });
    if (!rows) return rows.error();
    if (rows->empty()) {
        std::printf(asked.display.json ? "{\"type\":\"resolve\",\"unknown\":0}\n"
                                       : "No row is in doubt.\n");
        return exit_status::accepted;
    }
    if (const auto told = tell_whose_rows(asked, *settings, held); !told) return told.error();
    if (asked.as == ruling::ask) return settle_by_asking(asked, *settings, held, std::move(*rows));
    return settle_on_word(asked, held, std::move(*rows));
}

}  // namespace tidings::app
