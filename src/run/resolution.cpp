#include "run/resolution.hpp"

#include "core/foreign_text.hpp"
#include "store/log_repair.hpp"
#include "store/outcome_log.hpp"
#include "store/row_fates.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace tidings::run {

namespace {

constexpr std::size_t rows_per_commit = 4096;
constexpr std::string_view operators_words = "settled by the operator: sent";

void add_accepted(core::journal_batch& batch, core::row_number row, core::wall_time now,
                  const std::string* evidence) {
    auto& made = batch.settled.emplace_back();
    made.row = row;
    made.what = core::outcome::accepted;
    made.by = static_cast<std::uint8_t>(core::settled_by::operator_word);
    made.at = now;
    if (evidence == nullptr) return;
    made.text_at = static_cast<std::uint32_t>(batch.text.size());
    made.text_size = static_cast<std::uint32_t>(evidence->size());
    batch.text += *evidence;
}

core::result<void> record(store::journal& journal, const settled_doubts& doubts,
                          const surroundings& around) {
    core::journal_batch batch;
    const auto& rows = doubts.rows;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (doubts.as == ruling::resend)
            batch.parked.push_back(rows[i]);
        else
            add_accepted(batch, rows[i], around.now().wall,
                         doubts.as == ruling::found ? &doubts.words[i] : nullptr);
        const bool full = batch.settled.size() + batch.parked.size() >= rows_per_commit;
        if (!full && i + 1 < rows.size()) continue;
        if (const auto done = journal.commit(batch, around.now()); !done) return done.error();
        batch.clear();
    }
    return {};
}

// The line as it was, with the outcome that it has now.
std::string settled_line(std::string_view line, std::string_view words) {
    constexpr std::string_view was = R"("outcome":"unknown")";
    constexpr std::string_view is = R"("outcome":"accepted")";
    constexpr std::string_view detail = R"("detail":")";
    std::string made(line);
    if (const auto at = made.find(was); at != std::string::npos) made.replace(at, was.size(), is);
    if (const auto at = made.find(detail); at != std::string::npos) {
        made.resize(at + detail.size());
        core::append_json(made, words);
        made += "\"}";
    }
    return made + "\n";
}

// What the journal says of the rows whose lines may be behind it.
class later_word {
  public:
    static core::result<later_word> read(store::disk& disk, const std::string& journal) {
        later_word made;
        auto done = store::visit_frames(disk, journal,
                                        [&](std::uint64_t, const core::journal_batch& batch) {
                                            made.fates_.apply(batch);
                                            for (const auto& one : batch.settled)
                                                made.note(one, batch.text_of(one));
                                        });
        if (!done) return done.error();
        return made;
    }

    // What is to stand in place of the line; nullopt: it is right.
    std::optional<std::string> instead_of(const store::logged_line& line) const {
        if (!line.whole || line.seen.what != core::outcome::unknown) return std::nullopt;
        const auto row = line.seen.row;
        if (given_.has(row)) {
            const auto found = evidence_.find(row);
            return settled_line(line.text,
                                found == evidence_.end() ? operators_words : found->second);
        }
        if (!store::is_settled(fates_[row])) return std::string();
        return std::nullopt;
    }

  private:
    void note(const core::settlement& one, std::string_view text) {
        constexpr auto word = static_cast<std::uint8_t>(core::settled_by::operator_word);
        if ((one.by & word) == 0) return;
        given_.add(one.row);
        if (!text.empty()) evidence_[one.row] = text;
    }

    store::row_fates fates_;
    store::row_set given_;
    std::unordered_map<core::row_number, std::string> evidence_;
};

core::result<store::journal> journal_of(const surroundings& around, const store::run_folder& run,
                                        store::journal_options options) {
    const auto& folder = run.paths().journal;
    auto known = store::recover(
        around.disk, folder,
        {.window_longest = options.window_longest, .journal_id = run.record().journal_id});
    if (!known) return known.error();
    options.boot = around.boot;
    options.id = run.record().journal_id;
    return store::journal::open(around.disk, folder, options, std::move(*known), around.now());
}

core::result<void> put_lines_right(store::disk& disk, const store::run_paths& paths) {
    const auto word = later_word::read(disk, paths.journal);
    if (!word) return word.error();
    const auto changed = store::rewrite_lines(
        disk, paths.folder, [&](const store::logged_line& line) { return word->instead_of(line); });
    if (!changed) return changed.error();
    return {};
}

}  // namespace

core::result<std::vector<core::row_number>> rows_in_doubt(
    store::disk& disk, const store::run_paths& paths,
    const std::function<bool(core::row_number)>& named) {
    const auto fates = store::read_fates(disk, paths.journal);
    if (!fates) return fates.error();
    std::vector<core::row_number> rows;
    for (core::row_number row = 1; row < fates->end(); ++row) {
        const auto fate = (*fates)[row];
        if (fate == store::row_fate::released)
            return core::failure{core::trouble::usage,
                                 "the run was interrupted and its rows in doubt are not recorded "
                                 "yet: `tidings resume " +
                                     paths.folder + "` first"};
        if (fate == store::row_fate::unknown && named(row)) rows.push_back(row);
    }
    return rows;
}

core::result<void> settle(const surroundings& around, const store::run_folder& run,
                          const settled_doubts& doubts, store::journal_options options) {
    auto journal = journal_of(around, run, options);
    if (!journal) return journal.error();
    // The journal first: then whoever comes next knows which lines are to be put right.
    if (const auto done = record(*journal, doubts, around); !done) return done.error();
    if (const auto done = journal->checkpoint_now({}); !done) return done.error();
    return put_lines_right(around.disk, run.paths());
}

core::result<void> finish_interrupted(const surroundings& around, const store::run_folder& run,
                                      store::journal_options options) {
    const auto& paths = run.paths();
    const auto word = later_word::read(around.disk, paths.journal);
    if (!word) return word.error();
    bool behind = false;
    auto looked =
        store::visit_lines(around.disk, paths.folder, [&](const store::logged_line& line) {
            behind = word->instead_of(line).has_value();
            return !behind;
        });
    if (!looked) return looked.error();
    if (!behind) return {};
    return settle(around, run, {}, options);
}

}  // namespace tidings::run
